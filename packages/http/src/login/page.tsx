import { ErrorSummary } from "../page/error-summary.tsx"
import { PasswordField, TextField } from "../page/field.tsx"
import { formOf, hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { NextField, withNext } from "../page/next.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import type { LoginView } from "./view.ts"

/** The login page. After a failure it keeps the name, but not the password. */
export const LoginPage = (view: LoginView): Markup => {
  const { paths } = view.site
  const texts = view.texts.login
  const form = formOf(view, {
    id: "login",
    fields: ["username", "password"],
    errors: view.errors,
    first: view.username === "" ? "username" : "password"
  })
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <OptionalNotice notice={view.notice} />
        <ErrorSummary form={form} />
        <form class="form" method="post" action={paths.login} novalidate>
          <NextField next={view.next} />
          <TextField
            form={form}
            name="username"
            label={texts.name[view.logins]}
            type={view.logins === "email" ? "email" : "text"}
            value={view.username}
            autocomplete="username"
            required
          />
          <PasswordField form={form} name="password" label={texts.password} autocomplete="current-password" required />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
      {view.canRecover ? <Recovery view={view} /> : null}
      {view.registrationOpen ? (
        <p class="aside">
          {texts.newHere} <a href={withNext(paths.register, view.next)}>{texts.register}</a>
        </p>
      ) : null}
    </Layout>
  )
}

/** Whoever cannot log in because their address is not verified asks for the link with the name that they typed. */
const Recovery = ({ view: { errors, site, texts, username } }: { readonly view: LoginView }): Markup =>
  errors.form?.code === "email-not-verified" ? (
    <form class="aside" method="post" action={site.paths.verifyEmail}>
      <input type="hidden" name="username" value={username} />
      <button class="button button-quiet" type="submit">
        {texts.recovery.another.verify}
      </button>
    </form>
  ) : (
    <p class="aside">
      <a href={site.paths.forgot}>{texts.login.forgot}</a>
    </p>
  )
