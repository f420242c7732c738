import { ErrorSummary } from "../page/error-summary.tsx"
import { TextField } from "../page/field.tsx"
import { formOf, hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import type { AskMailView } from "./view.ts"

/** The page on which people ask for a mail. It says the same whether anybody has the name (ENU-05). */
export const AskMailPage = (view: AskMailView): Markup => {
  const texts = view.texts.recovery.ask[view.purpose]
  const form = formOf(view, { id: "recovery", fields: ["username"], errors: view.errors, first: "username" })
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{texts.title}</h1>
        <OptionalNotice notice={view.notice} />
        <ErrorSummary form={form} />
        {view.notice === null ? <p>{texts.text}</p> : null}
        <form class="form" method="post" action={view.action} novalidate>
          <TextField
            form={form}
            name="username"
            label={view.texts.login.name[view.logins]}
            type={view.logins === "email" ? "email" : "text"}
            value={view.username}
            autocomplete="username"
            required
          />
          <button class="button" type="submit">
            {texts.submit}
          </button>
        </form>
      </div>
      {view.canLogIn ? (
        <p class="aside">
          <a href={view.site.paths.login}>{view.texts.recovery.ask.logIn}</a>
        </p>
      ) : null}
    </Layout>
  )
}
