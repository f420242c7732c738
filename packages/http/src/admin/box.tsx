import { FieldError } from "../page/field.tsx"
import { type Form, fieldId } from "../page/form.ts"
import type { Markup } from "../page/view.ts"
import type { RoleChoice } from "./view.ts"

interface BoxProps {
  readonly form: Form
  readonly name: string
  readonly label: string
  readonly isTicked: boolean
}

/** A box that is posted as `on` where it is ticked. */
export const Box = ({ form, name, label, isTicked }: BoxProps): Markup => (
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
