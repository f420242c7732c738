import { reveal } from "@latchkey/core"
import * as Redacted from "effect/Redacted"

/** The text of a secret that an option holds; null for what is no text, as JavaScript may give it. */
export const secretOf = (given: unknown): string | null => {
  const text: unknown = Redacted.isRedacted(given) ? reveal(given as Redacted.Redacted<string>) : given
  return typeof text === "string" ? text : null
}
