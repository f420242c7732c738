import { ErrorSummary } from "../page/error-summary.tsx"
import { formOf, hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import type { Markup } from "../page/view.ts"
import type { ConfirmMailView } from "./view.ts"

/** The page that asks before a code does what it is for. */
export const ConfirmMailPage = (view: ConfirmMailView): Markup => {
  const recovery = view.texts.recovery
  const texts = recovery.confirm[view.purpose]
  const form = formOf(view, { id: "recovery", fields: [], errors: view.errors })
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <ErrorSummary form={form} />
        <dl class="facts">
          <div>
            <dt>{recovery.accountLabel}</dt>
            <dd>
              <bdi>{view.account}</bdi>
            </dd>
          </div>
          <div>
            <dt>{recovery.emailLabel}</dt>
            <dd>
              <bdi>{view.email}</bdi>
            </dd>
          </div>
        </dl>
        <p>{texts.text}</p>
        <form class="form" method="post" action={view.action} novalidate>
          <input type="hidden" name="token" value={view.token} />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
    </Layout>
  )
}
