import * as Redacted from "effect/Redacted"

/** A secret as plain text, or wrapped so that no log can show it (PWD-20). */
export type SecretText = string | Redacted.Redacted<string>

/**
 * The texts of the secrets that `conceal` wrapped: one for all copies of this package and of Effect in a program. A copy of Effect reads only
 * what it wrapped itself, and an adapter in a bundle may have another one than the program's `Auth`.
 */
const TEXTS = Symbol.for("@latchkey/core/secret-texts")
const shared = globalThis as { [TEXTS]?: WeakMap<Redacted.Redacted<string>, string> }
shared[TEXTS] ??= new WeakMap()
const texts = shared[TEXTS]

/** Wraps a secret. A log shows the label, or nothing of it. */
export const conceal = (text: string, label?: string): Redacted.Redacted<string> => {
  const wrapped = Redacted.make(text, { label })
  texts.set(wrapped, text)
  return wrapped
}

/** The plain text of a secret. */
export const reveal = (text: SecretText): string =>
  typeof text === "string" ? text : (texts.get(text) ?? Redacted.value(text))
