import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { PasswordField, TextField } from "../page/field.tsx"
import { ErrorSummary, firstInError, hasErrors } from "../page/form-errors.tsx"
import { Layout } from "../page/layout.tsx"
import { NewPasswordField } from "../page/new-password.tsx"
import { pageTexts } from "../page/texts.ts"
import type { Markup } from "../page/view.ts"
import { setupTexts as texts } from "./texts.ts"
import type { SetupView } from "./view.ts"

const FORM = "setup"

/** The page for the first administrator. The one-time token proves that the visitor runs the server (SET-01). */
export const SetupPage = (view: SetupView): Markup => {
  const { site, errors } = view
  const names = loginFields(view.logins)
  const problem = { form: FORM, fields: ["token", ...names, "password", "password_confirm"] as const, errors }
  const focus = firstInError(problem) ?? (view.token.kind === "asked" ? "token" : names[0])
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(errors)} width="narrow">
      <div class="card">
        <h1>
          {texts.title} <bdi>{site.name}</bdi>
        </h1>
        <p>{texts.about}</p>
        <ErrorSummary {...problem} />
        <form class="form" method="post" action={site.paths.setup} novalidate>
          <TokenField view={view} autofocus={focus === "token"} />
          <AccountFields
            form={FORM}
            view={view}
            needsEmail={view.needsEmail}
            eitherHint={pageTexts.eitherIsEnough}
            focus={focus}
          />
          <NewPasswordField
            form={FORM}
            label={texts.password}
            rule={view.passwordRule}
            error={errors.password}
            autofocus={focus === "password"}
          />
          <PasswordField
            form={FORM}
            name="password_confirm"
            label={texts.passwordAgain}
            autocomplete="new-password"
            error={errors.password_confirm}
            autofocus={focus === "password_confirm"}
            required
          />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
    </Layout>
  )
}

/** A token from the link stays hidden, unless it was wrong. Then the visitor must type the right one. */
const TokenField = ({ view, autofocus }: { readonly view: SetupView; readonly autofocus: boolean }): Markup | null => {
  const { token, errors } = view
  if (token.kind === "known" && errors.token === undefined) {
    return <input type="hidden" name="token" value={token.value} />
  }
  if (token.kind === "unneeded") return null
  return (
    <TextField
      form={FORM}
      name="token"
      label={texts.token}
      hint={texts.tokenHint}
      value=""
      autocomplete="off"
      error={errors.token}
      autofocus={autofocus}
      required
    />
  )
}
