import { Layout } from "../page/layout.tsx"
import type { Markup } from "../page/view.ts"
import type { LogoutView } from "./view.ts"

/** Asks before it logs out: a link alone changes nothing (CSR-05). */
export const LogoutPage = (view: LogoutView): Markup => {
  const texts = view.texts.login.logout
  return (
    <Layout view={view} title={texts.title} width="narrow">
      <div class="card">
        <h1>{texts.heading}</h1>
        <p>
          {texts.loggedInAs.before}
          <bdi class="strong">{view.user}</bdi>
          {texts.loggedInAs.after} {texts.othersStay}
        </p>
        <form class="form" method="post" action={view.site.paths.logout}>
          <div class="actions">
            <button class="button" type="submit">
              {texts.submit}
            </button>
            <a class="button button-quiet" href={view.back}>
              {texts.stay}
            </a>
          </div>
        </form>
      </div>
    </Layout>
  )
}
