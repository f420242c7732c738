import type { Child } from "hono/jsx"
import type { Texts } from "../texts/texts.ts"
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

/** What every `AskLink` of the page opens. The script fills it in. Cancel stands first, so that it has the focus. */
export const AskDialog = ({ texts }: { readonly texts: Texts }): Markup => (
  <dialog class="ask" id="ask" aria-labelledby="ask-question">
    <form method="post">
      <p id="ask-question"></p>
      <div class="actions">
        <button class="button button-quiet" type="submit" formmethod="dialog">
          {texts.page.cancel}
        </button>
        <button class="button button-grave" type="submit"></button>
      </div>
    </form>
  </dialog>
)
