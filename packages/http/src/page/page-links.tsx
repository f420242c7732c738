import type { Markup } from "./view.ts"

interface PageLinksProps {
  /** The first page; null on it. */
  readonly newest: string | null
  /** The next page; null on the last. */
  readonly older: string | null
  readonly labels: { readonly newest: string; readonly older: string }
}

/** Leads from a page of a list to the others. Nothing if there are no others. */
export const PageLinks = ({ newest, older, labels }: PageLinksProps): Markup | null =>
  newest === null && older === null ? null : (
    <p class="sessions-foot actions">
      {newest === null ? null : <a href={newest}>{labels.newest}</a>}
      {older === null ? null : <a href={older}>{labels.older}</a>}
    </p>
  )
