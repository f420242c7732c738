import { Layout } from "./layout.tsx"
import type { Markup, PageView } from "./view.ts"

/** Refusals, failures and other plain outcomes. */
export interface MessageView extends PageView {
  readonly title: string
  readonly text: string
  /** The HTTP status, shown small, for reports to the site's operator; null for outcomes that are not errors. */
  readonly status: number | null
  readonly link: { readonly label: string; readonly href: string } | null
}

/** A title, a text and an optional link: for refusals, failures and plain outcomes. */
export const MessagePage = (view: MessageView): Markup => (
  <Layout view={view} title={view.title} width="narrow">
    <div class="card">
      {view.status === null ? null : <p class="status">{view.texts.page.status(view.status)}</p>}
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
