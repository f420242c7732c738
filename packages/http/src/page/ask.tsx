import type { Child } from "hono/jsx"
import type { Markup } from "./view.ts"

interface AskLinkProps {
  /** The page that asks, whose form posts to the same address. */
  readonly href: string
  /** What to ask before doing it. */
  readonly question: string
  /** What the link says, and the button that does it. */
  readonly label: string
  /** More for people who use a screen reader, such as which of many the link is about. */
  readonly children?: Child
}

/** Leads to a page that asks before something grave is done. With the script and an `AskDialog` the dialog asks instead. */
export const AskLink = ({ href, question, label, children }: AskLinkProps): Markup => (
  <a class="button button-danger" href={href} data-ask={question}>
    {label}
    {children}
  </a>
)
