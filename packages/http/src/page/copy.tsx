import type { Texts } from "../texts/texts.ts"
import type { Markup } from "./view.ts"

interface CopyButtonProps {
  /** The id of the element whose text is copied. */
  readonly of: string
  readonly texts: Texts
}

/** Copies a text, and says so. The script makes it visible, because only the script makes it work. */
export const CopyButton = ({ of, texts: { page } }: CopyButtonProps): Markup => (
  <>
    <button class="button button-quiet" type="button" hidden data-copy={of} data-other={page.copied}>
      {page.copy}
    </button>
    <span class="visually-hidden" role="status"></span>
  </>
)
