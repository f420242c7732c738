import { fieldId, PasswordField, SelectField, TextField } from "../page/field.tsx"
import { type FormErrorsProps, firstInError } from "../page/form-errors.tsx"
import { Section } from "../page/section.tsx"
import type { Markup, ScopeChoice, TokensView } from "../page/view.ts"

const FORM = "token"

type Field = "name" | "expires_in_days" | "scopes" | "current_password"

/** What is wrong with the form, for the summary above the page. */
export const newTokenProblem = (view: TokensView): FormErrorsProps<Field> => ({
  form: FORM,
  fields: ["name", "expires_in_days", "scopes", "current_password"],
  errors: view.form.errors
})

/** Makes a token. */
export const NewTokenSection = ({ view }: { readonly view: TokensView }): Markup => {
  const { form, user } = view
  const focus = firstInError(newTokenProblem(view))
  return (
    <Section id="new" title="New token" hint="You see the token once, right after it is made.">
      <form class="form" method="post" action={view.site.paths.tokens} novalidate>
        <TextField
          form={FORM}
          name="name"
          label="Name"
          hint="What it is for, such as “Nightly build”."
          value={form.name}
          autocomplete="off"
          error={form.errors.name}
          autofocus={focus === "name"}
          required
        />
        <SelectField
          form={FORM}
          name="expires_in_days"
          label="Expires"
          value={form.expiresInDays}
          choices={view.lifetimes.map((value) => ({ value, label: lifetimeText(value) }))}
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
              label="Current password"
              hint="To make sure that it is you."
              autocomplete="current-password"
              error={form.errors.current_password}
              autofocus={focus === "current_password"}
              required
            />
          </>
        ) : null}
        <button class="button" type="submit">
          Make token
        </button>
      </form>
    </Section>
  )
}

interface ScopeBoxesProps {
  readonly scopes: ReadonlyArray<ScopeChoice>
  readonly error: string | undefined
}

/** A box for each scope: none is ticked that the reader did not tick. */
const ScopeBoxes = ({ scopes, error }: ScopeBoxesProps): Markup => (
  <fieldset class={error === undefined ? "boxes" : "boxes field-failed"} id={`${FORM}-scopes`}>
    <legend>What it may do</legend>
    {error === undefined ? null : (
      <p class="field-error">
        <span class="visually-hidden">Error: </span>
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

const lifetimeText = (value: string): string => {
  if (value === "never") return "Never"
  return value === "1" ? "In 1 day" : `In ${value} days`
}
