import { FieldError } from "../page/field.tsx"
import { type Form, fieldId } from "../page/form.ts"
import type { Markup } from "../page/view.ts"
import type { FlagsForm, RoleChoice } from "./view.ts"

interface FlagBoxesProps {
  readonly form: Form
  /** `isActive` stands on the form of a known user alone. */
  readonly flags: FlagsForm & { readonly isActive?: boolean }
}

/** The boxes for the state of a user. */
export const FlagBoxes = ({ form, flags }: FlagBoxesProps): Markup => {
  const texts = form.texts.admin.flags
  return (
    <fieldset class="boxes">
      <legend>{texts.legend}</legend>
      {flags.isActive === undefined ? null : (
        <Box form={form} name="is_active" label={texts.active} isTicked={flags.isActive} />
      )}
      <Box form={form} name="must_change_password" label={texts.mustChange} isTicked={flags.mustChangePassword} />
      <Box form={form} name="is_verified" label={texts.verified} isTicked={flags.isVerified} />
      <Box form={form} name="is_superuser" label={texts.superuser} isTicked={flags.isSuperuser} />
    </fieldset>
  )
}

interface BoxProps {
  readonly form: Form
  readonly name: string
  readonly label: string
  readonly isTicked: boolean
}

/** A box that is posted as `on` where it is ticked. */
const Box = ({ form, name, label, isTicked }: BoxProps): Markup => (
  <div class="box">
    <input type="checkbox" id={fieldId(form, name)} name={name} value="on" checked={isTicked} />
    <label for={fieldId(form, name)}>{label}</label>
  </div>
)

interface RoleBoxesProps {
  readonly form: Form
  readonly roles: ReadonlyArray<RoleChoice>
}

/** A box for each role, with the host's description. Nothing where there are none. */
export const RoleBoxes = ({ form, roles }: RoleBoxesProps): Markup | null => {
  const texts = form.texts.admin.flags
  return roles.length === 0 && form.errors.roles === undefined ? null : (
    <fieldset class={form.errors.roles === undefined ? "boxes" : "boxes field-failed"} id={fieldId(form, "roles")}>
      <legend>{texts.roles}</legend>
      <FieldError form={form} name="roles" />
      {roles.map(({ name, about, field, isChosen }) => (
        <div class="box">
          <input type="checkbox" id={fieldId(form, field)} name={field} value="on" checked={isChosen} />
          <label for={fieldId(form, field)}>
            {about === "" ? texts.undeclared : about} <code>{name}</code>
          </label>
        </div>
      ))}
    </fieldset>
  )
}
