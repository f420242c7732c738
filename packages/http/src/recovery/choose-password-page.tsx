import { ErrorSummary } from "../page/error-summary.tsx"
import { formOf, hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { NewPassword } from "../page/new-password.tsx"
import type { Markup } from "../page/view.ts"
import type { ChoosePasswordView } from "./view.ts"

/** The page on which people choose a password by a code from a mail. */
export const ChoosePasswordPage = (view: ChoosePasswordView): Markup => {
  const texts = view.texts.recovery.choose[view.purpose]
  const form = formOf(view, {
    id: "recovery",
    fields: ["password", "password_confirm"],
    errors: view.errors,
    first: "password"
  })
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <ErrorSummary form={form} />
        {view.account === null ? null : (
          <p>
            {view.texts.recovery.account.before}
            <bdi class="strong">{view.account}</bdi>
            {view.texts.recovery.account.after}
          </p>
        )}
        <p>{texts.text}</p>
        <form class="form" method="post" action={view.action} novalidate>
          <input type="hidden" name="token" value={view.token} />
          <input type="text" autocomplete="username" value={view.account ?? ""} readonly hidden />
          <NewPassword form={form} labels={view.texts.recovery.choose} rule={view.passwordRule} />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
    </Layout>
  )
}
