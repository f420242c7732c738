import { invalid, type Read, valid } from "../vocabulary/read.ts"

/** What a new password must be. There are no rules on its composition: they make passwords worse, not better (PWD-05). */
export interface PasswordPolicy {
  /** Fewest code points: 15 for a password that nothing else backs up, never below 8 (NIST SP 800-63B-4, PWD-04). */
  readonly minimum: number
  /** Most code points; and never more than 1024 bytes. */
  readonly maximum: number
}

/** `unchanged`: the one that its user must replace. The others are problems of the text alone. */
export type PasswordProblem = "too-short" | "too-long" | "malformed" | "common" | "contains-name" | "unchanged"

/** What a guesser would try first. */
export interface PasswordContext {
  /** The user's own names and the application's. Of an e-mail address, the part before the `@` counts too. */
  readonly names: ReadonlyArray<string>
  /** Passwords known from breaches, in lower case. */
  readonly common: ReadonlySet<string>
}

/** Bounds what normalising and hashing may cost, before either is done (PWD-02). */
const LIMIT_BYTES = 1024

/**
 * Reads a password as login does: whole, well formed, in NFC. No policy applies, so a password that an older policy
 * allowed still opens its account.
 */
export const readPassword = (
  raw: string,
  maximum: number = LIMIT_BYTES
): Read<string, Extract<PasswordProblem, "too-long" | "malformed">> => {
  if (isLonger(raw, maximum)) return invalid("too-long")
  if (!raw.isWellFormed()) return invalid("malformed")
  const password = normalizePassword(raw)
  return isLonger(password, maximum) ? invalid("too-long") : valid(password)
}

/** The form that is hashed and verified, so that one text typed on two keyboards is one password (PWD-06). */
export const normalizePassword = (text: string): string => text.normalize("NFC")

/** What is wrong with a new password; null when it may be used. Compares it as a whole: a long phrase may contain a common word. */
export const passwordProblem = (
  text: string,
  policy: PasswordPolicy,
  context: PasswordContext
): PasswordProblem | null => {
  const password = readPassword(text, policy.maximum)
  if (!password.ok) return password.problem
  if (codePoints(password.value) < policy.minimum) return "too-short"
  const folded = fold(password.value)
  // The blocklist (PWD-08): common passwords, then names.
  if (context.common.has(folded)) return "common"
  const names = context.names.flatMap((name) => [name.trim(), name.trim().split("@", 1)[0] ?? ""])
  if (names.some((name) => isNameAndDigits(folded, fold(name)))) return "contains-name"
  return isRepeated(folded, policy.minimum) || isWalk(folded) ? "common" : null
}

const encoder = new TextEncoder()

const codePoints = (text: string): number => Array.from(text).length

/** The cheap check comes first: no text has fewer bytes than UTF-16 units. */
const isLonger = (text: string, maximum: number): boolean =>
  text.length > LIMIT_BYTES || encoder.encode(text).length > LIMIT_BYTES || codePoints(text) > maximum

/** Only for comparing: what is hashed keeps its case and its compatibility characters. */
const fold = (text: string): string => text.normalize("NFKC").toLowerCase()

/** Whether the text is a shorter unit typed more than once. A unit is shorter than any password may be. */
const isRepeated = (text: string, minimum: number): boolean => {
  for (let unit = 1; unit < minimum && unit * 2 <= text.length; unit++) {
    if (text.startsWith(text.slice(unit))) return true
  }
  return false
}

/** Where fingers and memory walk: digits, alphabet, keyboards by row and by column. */
const WALKS = [
  "12345678901",
  "abcdefghijklmnopqrstuvwxyza",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"
]

const STEPS = new Set(
  WALKS.flatMap((walk) => Array.from(walk.slice(1), (to, at) => [`${walk[at]}${to}`, `${to}${walk[at]}`]).flat())
)

/** Whether the text is a few walks, such as `qwertyuiopasdfgh` or `abcd1234`: three of four characters just take the next step. */
const isWalk = (text: string): boolean => {
  let jumps = 1
  for (let at = 1; at < text.length; at++) {
    const isStep = text[at] === text[at - 1] || STEPS.has(text.slice(at - 1, at + 1))
    if (!isStep) jumps++
  }
  return jumps * 4 <= text.length
}

/** Whether the text is the name, once or more, and then nothing but digits and separators. */
const isNameAndDigits = (text: string, name: string): boolean => {
  if (name.length === 0 || !text.startsWith(name)) return false
  let at = name.length
  while (text.startsWith(name, at)) at += name.length
  return /^[\d\s._!@-]*$/.test(text.slice(at))
}
