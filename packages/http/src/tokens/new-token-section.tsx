import { fieldId, PasswordField, SelectField, TextField } from "../page/field.tsx"
import { type FormErrorsProps, firstInError } from "../page/form-errors.tsx"
import { Section } from "../page/section.tsx"
import { pageTexts } from "../page/texts.ts"
import type { Markup } from "../page/view.ts"
import { tokenTexts } from "./texts.ts"
import type { ScopeChoice, TokensView } from "./view.ts"

const texts = tokenTexts.new

const FORM = "token"

type Field = "name" | "expires_in_days" | "scopes" | "current_password"

/** What is wrong with the form, for the summary above the page. */
export const newTokenProblem = (view: TokensView): FormErrorsProps<Field> => ({
  form: FORM,
  fields: ["name", "expires_in_days", "scopes", "current_password"],
  errors: view.form.errors
})

/** The form that creates a token. */
export const NewTokenSection = ({ view }: { readonly view: TokensView }): Markup => {
  const { form, user } = view
  const focus = firstInError(newTokenProblem(view))
  return (
    <Section id="new" title={texts.title} hint={texts.hint}>
      <form class="form" method="post" action={view.site.paths.tokens} novalidate>
        <TextField
          form={FORM}
          name="name"
          label={texts.name}
          hint={texts.nameHint}
          value={form.name}
          autocomplete="off"
          error={form.errors.name}
          autofocus={focus === "name"}
          required
        />
        <SelectField
          form={FORM}
          name="expires_in_days"
          label={texts.expires}
          value={form.expiresInDays}
          choices={view.lifetimes.map((value) => ({
            value,
            label: value === "never" ? texts.never : texts.inDays(value)
          }))}
          error={form.errors.expires_in_days}
          autofocus={focus === "expires_in_days"}
        />
        {view.scopes.length === 0 && form.errors.scopes === undefined ? null : (
          <ScopeBoxes scopes={view.scopes} error={form.errors.scopes} />
        )}
        {view.asksCurrentPassword || form.errors.current_password !== undefined ? (
          <>
            <input type="text" autocomplete="username" value={user.username ?? user.email ?? ""} readonly hidden />
            <PasswordField
              form={FORM}
              name="current_password"
              label={pageTexts.currentPassword}
              hint={pageTexts.currentPasswordHint}
              autocomplete="current-password"
              error={form.errors.current_password}
              autofocus={focus === "current_password"}
              required
            />
          </>
        ) : null}
        <button class="button" type="submit">
          {texts.submit}
        </button>
      </form>
    </Section>
  )
}

interface ScopeBoxesProps {
  readonly scopes: ReadonlyArray<ScopeChoice>
  readonly error: string | undefined
}

/** A box for each scope. No box is ticked by default. */
const ScopeBoxes = ({ scopes, error }: ScopeBoxesProps): Markup => (
  <fieldset class={error === undefined ? "boxes" : "boxes field-failed"} id={`${FORM}-scopes`}>
    <legend>{texts.scopes}</legend>
    {error === undefined ? null : (
      <p class="field-error">
        <span class="visually-hidden">{pageTexts.fieldError}</span>
        {error}
      </p>
    )}
    {scopes.map(({ name, about, field, isChosen }) => (
      <div class="box">
        <input type="checkbox" id={fieldId(FORM, field)} name={field} value="on" checked={isChosen} />
        <label for={fieldId(FORM, field)}>
          {about} <code>{name}</code>
        </label>
      </div>
    ))}
  </fieldset>
)
