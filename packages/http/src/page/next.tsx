import type { Markup } from "./view.ts"

/** Carries through a form where the visitor wanted to go. The server judges it again when it comes back (RED-01). */
export const NextField = ({ next }: { readonly next: string | null }): Markup | null =>
  next === null ? null : <input type="hidden" name="next" value={next} />

/** A link's path that carries it too. */
export const withNext = (path: string, next: string | null): string =>
  next === null ? path : `${path}?${new URLSearchParams({ next })}`
