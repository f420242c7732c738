import { AccountFields, EITHER_IS_ENOUGH, loginFields } from "../page/account-fields.tsx"
import { ErrorSummary, firstInError, hasErrors } from "../page/form-errors.tsx"
import { Layout } from "../page/layout.tsx"
import { NewPasswordField } from "../page/new-password.tsx"
import { NextField, withNext } from "../page/next.tsx"
import type { Markup, RegisterView } from "../page/view.ts"

const FORM = "register"

/** The page for new users. What was typed stays after a failure, except the password. */
export const RegisterPage = (view: RegisterView): Markup => {
  const { paths } = view.site
  const names = loginFields(view.logins)
  const problem = { form: FORM, fields: [...names, "password"] as const, errors: view.errors }
  const focus = firstInError(problem) ?? names[0]
  return (
    <Layout view={view} title="Create an account" failed={hasErrors(view.errors)} width="narrow">
      <div class="card">
        <h1>Create an account</h1>
        <ErrorSummary {...problem} />
        <form class="form" method="post" action={paths.register} novalidate>
          <NextField next={view.next} />
          <AccountFields form={FORM} view={view} eitherHint={EITHER_IS_ENOUGH} focus={focus} />
          <NewPasswordField
            form={FORM}
            label="Password"
            rule={view.passwordRule}
            error={view.errors.password}
            autofocus={focus === "password"}
          />
          <button class="button" type="submit">
            Create account
          </button>
        </form>
      </div>
      <p class="aside">
        Already have an account? <a href={withNext(paths.login, view.next)}>Log in</a>
      </p>
    </Layout>
  )
}
