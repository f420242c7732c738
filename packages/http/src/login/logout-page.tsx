import { Layout } from "../page/layout.tsx"
import type { LogoutView, Markup } from "../page/view.ts"

/** Asks before it logs out: a link alone changes nothing (CSR-05). */
export const LogoutPage = (view: LogoutView): Markup => (
  <Layout view={view} title="Log out" width="narrow">
    <div class="card">
      <h1>Log out?</h1>
      <p>
        You are logged in as <bdi class="strong">{view.user}</bdi>. Sessions in other browsers and programs go on.
      </p>
      <form class="form" method="post" action={view.site.paths.logout}>
        <div class="actions">
          <button class="button" type="submit">
            Log out
          </button>
          <a class="button button-quiet" href={view.back}>
            Stay logged in
          </a>
        </div>
      </form>
    </div>
  </Layout>
)
