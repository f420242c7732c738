import type { Markup } from "./view.ts"

/** Carries the visitor's destination through a form. The server checks it again when it comes back (RED-01). */
export const NextField = ({ next }: { readonly next: string | null }): Markup | null =>
  next === null ? null : <input type="hidden" name="next" value={next} />

/** A link's path with the destination. */
export const withNext = (path: string, next: string | null): string =>
  next === null ? path : `${path}?${new URLSearchParams({ next })}`
