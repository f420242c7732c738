import { FieldError, SelectField, TextField } from "../page/field.tsx"
import { type Form, fieldId, formOf } from "../page/form.ts"
import { FormOwner } from "../page/form-owner.tsx"
import { PasswordAgain } from "../page/password-again.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { ScopeChoice, TokensView } from "./view.ts"

type Field = "name" | "expires_in_days" | "scopes" | "current_password"

/** The form that creates a token. */
export const newTokenForm = (view: TokensView): Form<Field> =>
  formOf(view, {
    id: "token",
    fields: ["name", "expires_in_days", "scopes", "current_password"],
    errors: view.form.errors
  })

/** The part of the page with that form. */
export const NewTokenSection = ({ view, form }: { readonly view: TokensView; readonly form: Form }): Markup => {
  const { form: values, user } = view
  const texts = view.texts.tokens.new
  return (
    <Section id="new" title={texts.title} hint={texts.hint}>
      <form class="form" method="post" action={view.site.paths.tokens} novalidate>
        <FormOwner user={user} />
        <input type="hidden" name="idempotency_key" value={values.idempotencyKey} />
        <TextField
          form={form}
          name="name"
          label={texts.name}
          hint={texts.nameHint}
          value={values.name}
          autocomplete="off"
          required
        />
        <SelectField
          form={form}
          name="expires_in_days"
          label={texts.expires}
          value={values.expiresInDays}
          choices={view.lifetimes.map((value) => ({
            value,
            label: value === "never" ? texts.never : texts.inDays(value)
          }))}
        />
        {view.scopes.length === 0 && form.errors.scopes === undefined ? null : (
          <ScopeBoxes form={form} scopes={view.scopes} legend={texts.scopes} />
        )}
        <PasswordAgain view={view} form={form} isAsked={view.asksCurrentPassword} />
        <button class="button" type="submit">
          {texts.submit}
        </button>
      </form>
    </Section>
  )
}

interface ScopeBoxesProps {
  readonly form: Form
  readonly scopes: ReadonlyArray<ScopeChoice>
  readonly legend: string
}

/** A box for each scope. No box is ticked by default. */
const ScopeBoxes = ({ form, scopes, legend }: ScopeBoxesProps): Markup => (
  <fieldset class={form.errors.scopes === undefined ? "boxes" : "boxes field-failed"} id={fieldId(form, "scopes")}>
    <legend>{legend}</legend>
    <FieldError form={form} name="scopes" />
    {scopes.map(({ name, about, field, isChosen }) => (
      <div class="box">
        <input type="checkbox" id={fieldId(form, field)} name={field} value="on" checked={isChosen} />
        <label for={fieldId(form, field)}>
          {about} <code>{name}</code>
        </label>
      </div>
    ))}
  </fieldset>
)
