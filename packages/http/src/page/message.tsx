import { Layout } from "./layout.tsx"
import type { Markup, MessageView } from "./view.ts"

/** A title, a text and perhaps a way on: for refusals, failures and plain outcomes. */
export const MessagePage = (view: MessageView): Markup => (
  <Layout view={view} title={view.title} width="narrow">
    <div class="card">
      {view.status === null ? null : <p class="status">Error {view.status}</p>}
      <h1>{view.title}</h1>
      <p>{view.text}</p>
      {view.link === null ? null : (
        <p class="actions">
          <a class="button button-quiet" href={view.link.href}>
            {view.link.label}
          </a>
        </p>
      )}
    </div>
  </Layout>
)
