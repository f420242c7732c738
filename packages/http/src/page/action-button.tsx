import type { Markup } from "./view.ts"

/** What somebody can do from a page: a link, or a form with one button where it changes something. */
export interface PageAction {
  readonly label: string
  readonly href: string
  readonly method?: "post" | undefined
}

/** An action that looks like a button either way. Its label may be a host's, in any direction of writing. */
export const ActionButton = ({ action: { label, href, method } }: { readonly action: PageAction }): Markup =>
  method === "post" ? (
    <form method="post" action={href}>
      <button class="button button-quiet" type="submit">
        <bdi>{label}</bdi>
      </button>
    </form>
  ) : (
    <a class="button button-quiet" href={href}>
      <bdi>{label}</bdi>
    </a>
  )
