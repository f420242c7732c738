import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { ErrorSummary, firstInError, hasErrors } from "../page/form-errors.tsx"
import { Layout } from "../page/layout.tsx"
import { NewPasswordField } from "../page/new-password.tsx"
import { NextField, withNext } from "../page/next.tsx"
import { pageTexts } from "../page/texts.ts"
import type { Markup } from "../page/view.ts"
import { registerTexts as texts } from "./texts.ts"
import type { RegisterView } from "./view.ts"

const FORM = "register"

/** The registration page. After a failure it keeps what was typed, except the password. */
export const RegisterPage = (view: RegisterView): Markup => {
  const { paths } = view.site
  const names = loginFields(view.logins)
  const problem = { form: FORM, fields: [...names, "password"] as const, errors: view.errors }
  const focus = firstInError(problem) ?? names[0]
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(view.errors)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <ErrorSummary {...problem} />
        <form class="form" method="post" action={paths.register} novalidate>
          <NextField next={view.next} />
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
            error={view.errors.password}
            autofocus={focus === "password"}
          />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
      <p class="aside">
        {texts.haveAccount} <a href={withNext(paths.login, view.next)}>{texts.logIn}</a>
      </p>
    </Layout>
  )
}
