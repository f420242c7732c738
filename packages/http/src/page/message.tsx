import { ActionButton, type PageAction } from "./action-button.tsx"
import { Layout } from "./layout.tsx"
import type { Markup, PageView } from "./view.ts"

/** Refusals, failures and other plain outcomes. */
export interface MessageView extends PageView {
  readonly title: string
  readonly text: string
  /** The code of the problem, as programs read it; null for outcomes that are not errors. */
  readonly code: string | null
  /** The HTTP status, shown small, for reports to the site's operator; null for outcomes that are not errors. */
  readonly status: number | null
  /** What helps, the most helpful first: two at most. */
  readonly actions: ReadonlyArray<MessageAction>
}

/** A way on from a message. */
export type MessageAction = PageAction

/** A title, a text and links: for refusals, failures and plain outcomes. */
export const MessagePage = (view: MessageView): Markup => (
  <Layout view={view} title={view.title} width="narrow">
    <div class="card">
      {view.status === null ? null : <p class="status">{view.texts.page.status(view.status)}</p>}
      <h1>{view.title}</h1>
      <p>{view.text}</p>
      <MessageActions actions={view.actions} />
    </div>
  </Layout>
)

/** The ways on, which look like buttons; nothing where there is none. */
export const MessageActions = ({ actions }: Pick<MessageView, "actions">): Markup | null =>
  actions.length === 0 ? null : (
    <div class="actions">
      {actions.map((action) => (
        <ActionButton action={action} />
      ))}
    </div>
  )
