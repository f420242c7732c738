import { PasswordField, TextField } from "../page/field.tsx"
import { ErrorSummary, firstInError, formErrorId, hasErrors } from "../page/form-errors.tsx"
import { Layout } from "../page/layout.tsx"
import { NextField, withNext } from "../page/next.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import { loginTexts as texts } from "./texts.ts"
import type { LoginView } from "./view.ts"

const FORM = "login"
const FIELDS = ["username", "password"] as const

/** The login page. After a failure it keeps the name, but not the password. */
export const LoginPage = (view: LoginView): Markup => {
  const { paths } = view.site
  const problem = { form: FORM, fields: FIELDS, errors: view.errors }
  const focus = firstInError(problem) ?? (view.username === "" ? "username" : "password")
  const describedBy = view.errors.form === undefined ? undefined : formErrorId(FORM)
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(view.errors)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <OptionalNotice notice={view.notice} />
        <ErrorSummary {...problem} />
        <form class="form" method="post" action={paths.login} novalidate>
          <NextField next={view.next} />
          <TextField
            form={FORM}
            name="username"
            label={texts.name[view.logins]}
            type={view.logins === "email" ? "email" : "text"}
            value={view.username}
            autocomplete="username"
            error={view.errors.username}
            describedBy={describedBy}
            autofocus={focus === "username"}
            required
          />
          <PasswordField
            form={FORM}
            name="password"
            label={texts.password}
            autocomplete="current-password"
            error={view.errors.password}
            describedBy={describedBy}
            autofocus={focus === "password"}
            required
          />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
      {view.registrationOpen ? (
        <p class="aside">
          {texts.newHere} <a href={withNext(paths.register, view.next)}>{texts.register}</a>
        </p>
      ) : null}
    </Layout>
  )
}
