import { AccountFields, loginFields } from "../page/account-fields.tsx"
import { ErrorSummary } from "../page/error-summary.tsx"
import { formOf, hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { NewPassword } from "../page/new-password.tsx"
import { NextField, withNext } from "../page/next.tsx"
import type { Markup } from "../page/view.ts"
import type { RegisterView } from "./view.ts"

/** The registration page. After a failure it keeps what was typed, except the password. */
export const RegisterPage = (view: RegisterView): Markup => {
  const { paths } = view.site
  const texts = view.texts.register
  const names = loginFields(view.logins)
  const form = formOf(view, {
    id: "register",
    fields: [...names, "password", "password_confirm"],
    errors: view.errors,
    first: names[0]
  })
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <ErrorSummary form={form} />
        <form class="form" method="post" action={paths.register} novalidate>
          <NextField next={view.next} />
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
      {view.canLogIn ? (
        <p class="aside">
          {texts.haveAccount} <a href={withNext(paths.login, view.next)}>{texts.logIn}</a>
        </p>
      ) : null}
    </Layout>
  )
}
