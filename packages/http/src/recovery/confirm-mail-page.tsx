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
        <Facts view={view} />
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

/** Whose account it is, and the address. An account without a username is named by the address alone. */
const Facts = ({ view: { account, email, texts } }: { readonly view: ConfirmMailView }): Markup | null => {
  const { accountLabel, emailLabel } = texts.recovery
  const facts = [
    [accountLabel, account],
    [emailLabel, email]
  ].filter(([, value]) => value !== null)
  if (facts.length === 0) return null
  return (
    <dl class="facts">
      {facts.map(([label, value]) => (
        <div>
          <dt>{label}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}
