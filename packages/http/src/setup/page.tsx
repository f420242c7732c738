import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { ErrorSummary } from "../page/error-summary.tsx"
import { TextField } from "../page/field.tsx"
import { type Form, formOf, hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { NewPassword } from "../page/new-password.tsx"
import type { Markup } from "../page/view.ts"
import type { SetupView } from "./view.ts"

/** The page for the first administrator. The one-time token proves that the visitor runs the server (SET-01). */
export const SetupPage = (view: SetupView): Markup => {
  const { site } = view
  const texts = view.texts.setup
  const names = loginFields(view.logins)
  const form = formOf(view, {
    id: "setup",
    fields: ["token", ...names, "password", "password_confirm"],
    errors: view.errors,
    first: view.token.kind === "asked" ? "token" : names[0]
  })
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>
          {texts.heading.before}
          <bdi>{site.name}</bdi>
          {texts.heading.after}
        </h1>
        <p>{texts.about}</p>
        <ErrorSummary form={form} />
        <form class="form" method="post" action={site.paths.setup} novalidate>
          <TokenField form={form} view={view} />
          <AccountFields
            form={form}
            logins={view.logins}
            values={view}
            needsEmail={view.needsEmail}
            eitherHint={view.texts.page.eitherIsEnough}
          />
          <NewPassword form={form} labels={texts} rule={view.passwordRule} />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
    </Layout>
  )
}

/** A token from the link stays hidden, unless it was wrong. Then the visitor must type the right one. */
const TokenField = ({ form, view }: { readonly form: Form; readonly view: SetupView }): Markup | null => {
  const { errors, texts, token } = view
  if (token.kind === "known" && errors.token === undefined) {
    return <input type="hidden" name="token" value={token.value} />
  }
  if (token.kind === "unneeded") return null
  return (
    <TextField
      form={form}
      name="token"
      label={texts.setup.token}
      hint={texts.setup.tokenHint}
      value=""
      autocomplete="off"
      required
    />
  )
}
