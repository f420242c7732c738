import type { Texts } from "../texts/texts.ts"
import type { Markup } from "./view.ts"

interface AskLinkProps {
  /** The page that asks, whose form posts to the same address. */
  readonly href: string
  /** What to ask before doing it. */
  readonly question: string
  /** What the link says, and the button that does it. */
  readonly label: string
  /** The id of what the link is about, if there are several: it becomes a part of the link's name for a screen reader. */
  readonly about?: string
}

/** Leads to a page that asks before something grave is done. With the script and an `AskDialog` the dialog asks instead. */
export const AskLink = ({ href, question, label, about }: AskLinkProps): Markup => (
  <a class="button button-danger" href={href} data-ask={question} {...namedAfter("ask", about)}>
    {label}
  </a>
)

/** The attributes that name a link after what it does and what it is about. `does` tells apart the links about one thing. */
export const namedAfter = (does: string, about: string | undefined) =>
  about === undefined ? {} : { id: `${does}-${about}`, "aria-labelledby": `${does}-${about} ${about}` }

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
