import * as Redacted from "effect/Redacted"

/** A secret as plain text, or wrapped so that no log can show it (PWD-20). */
export type SecretText = string | Redacted.Redacted<string>

/** The plain text of a secret. */
export const reveal = (text: SecretText): string => (typeof text === "string" ? text : Redacted.value(text))
