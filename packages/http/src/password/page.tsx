import { ErrorSummary } from "../page/error-summary.tsx"
import { hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { NoticeBox } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import { PasswordForm, passwordForm } from "./password-form.tsx"
import type { PasswordView } from "./view.ts"

/** The page that changes the password and does nothing else, to which a browser is led that must do so first. */
export const PasswordPage = (view: PasswordView): Markup => {
  const texts = view.texts.password
  const form = passwordForm(view, view.errors, "current_password")
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        {view.mustChangePassword ? <NoticeBox kind="information">{texts.mustChange}</NoticeBox> : null}
        <p class="hint">{view.texts.profile.password.hint}</p>
        <ErrorSummary form={form} />
        <PasswordForm view={view} form={form} action={view.site.paths.password} next={view.next} />
      </div>
    </Layout>
  )
}
