import type { LoginProblem } from "./user-errors.ts"
import type { LoginName } from "./user-store.ts"

export type LoginKind = "username" | "email"

/** A login in the form under which it is unique and looked up. */
export interface CanonicalLogin {
  readonly kind: LoginKind
  readonly canonical: string
}

/** Checked on the raw text, before any normalising, whose cost grows with the square of the length (INP-08). Longer than any valid login in any form. */
const RAW_LIMIT = 320
const USERNAME_LIMIT = 64
/** RFC 5321 §4.5.3.1: 64 for the local part, 254 for an address that fits in a path. */
const EMAIL_LIMIT = 254
const LOCAL_PART_LIMIT = 64

/** Names that mean something in a user name position of HTTP Basic (BAS-03). */
const RESERVED = new Set(["__token__", "x-access-token", "oauth2"])

/** One name in one script, so that no letter can pass for one of another script (INP-02). Japanese and Korean mix theirs by nature. */
const SCRIPTS = [
  "\\p{scx=Latin}",
  "\\p{scx=Greek}",
  "\\p{scx=Cyrillic}",
  "\\p{scx=Armenian}",
  "\\p{scx=Georgian}",
  "\\p{scx=Hebrew}",
  "\\p{scx=Arabic}",
  "\\p{scx=Ethiopic}",
  "\\p{scx=Devanagari}",
  "\\p{scx=Bengali}",
  "\\p{scx=Gurmukhi}",
  "\\p{scx=Gujarati}",
  "\\p{scx=Tamil}",
  "\\p{scx=Telugu}",
  "\\p{scx=Kannada}",
  "\\p{scx=Malayalam}",
  "\\p{scx=Sinhala}",
  "\\p{scx=Thai}",
  "\\p{scx=Lao}",
  "\\p{scx=Khmer}",
  "\\p{scx=Myanmar}",
  "\\p{scx=Tibetan}",
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}",
  "\\p{scx=Han}\\p{scx=Hangul}",
  "\\p{scx=Han}\\p{scx=Bopomofo}"
].map((letters) => new RegExp(`^[${letters}0-9._-]+$`, "u"))

const USERNAME_CHARACTERS = /^[\p{L}\p{M}0-9._-]+$/u
/** Control, format (zero-width, bidi), space and unassigned characters, and those that would end or list an address. */
const NOT_IN_EMAIL = /[\p{C}\p{Z}\p{Cn}()<>[\]\\,;:"]/u
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

const fold = (text: string): string => text.normalize("NFKC").toLowerCase().normalize("NFKC")

const isAcceptable = (raw: string): boolean => raw.length <= RAW_LIMIT && raw.isWellFormed()

/** Reads what someone typed where a login is asked for; null when nobody can have it. Text with an `@` is an e-mail address. */
export const readLogin = (raw: string): CanonicalLogin | null => {
  if (!isAcceptable(raw)) return null
  if (!raw.includes("@")) return { kind: "username", canonical: fold(raw) }
  const email = readEmail(raw)
  return typeof email === "string" ? null : { kind: "email", canonical: email.canonical }
}

/** Checks a username that someone wants, and gives its canonical form: NFKC, lower case, NFKC (INP-01). */
export const readUsername = (raw: string): LoginName | LoginProblem => {
  if (raw.length === 0) return "missing"
  if (raw.length > RAW_LIMIT) return "too-long"
  if (!raw.isWellFormed()) return "malformed"
  const canonical = fold(raw)
  if (Array.from(canonical).length > USERNAME_LIMIT) return "too-long"
  if (!USERNAME_CHARACTERS.test(canonical) || fold(canonical.toUpperCase()) !== canonical) return "malformed"
  if (RESERVED.has(canonical)) return "reserved"
  return SCRIPTS.some((script) => script.test(canonical)) ? { typed: raw, canonical } : "mixed-scripts"
}

/** Checks an e-mail address after NFKC (INP-03). Its domain is lower-cased ASCII; the whole of it is looked up in lower case. */
export const readEmail = (raw: string): LoginName | LoginProblem => {
  if (raw.length === 0) return "missing"
  if (raw.length > RAW_LIMIT) return "too-long"
  if (!raw.isWellFormed()) return "malformed"
  const typed = raw.normalize("NFKC")
  if (typed.length > EMAIL_LIMIT) return "too-long"
  const [local = "", domain = "", ...more] = typed.split("@")
  if (more.length > 0 || raw.split("@").length !== 2 || NOT_IN_EMAIL.test(typed)) return "malformed"
  if (local.length === 0) return "malformed"
  if (local.length > LOCAL_PART_LIMIT) return "too-long"
  const ascii = asciiDomain(domain)
  return ascii === null ? "malformed" : { typed: `${local}@${ascii}`, canonical: `${fold(local)}@${ascii}` }
}

/** The domain in lower-case ASCII (IDNA), or null when it is not a host name. */
const asciiDomain = (domain: string): string | null => {
  if (domain.length === 0 || !URL.canParse(`http://${domain}`)) return null
  const url = new URL(`http://${domain}`)
  const isHostOnly = url.href === `http://${url.hostname}/`
  return isHostOnly && url.hostname.split(".").every((label) => DOMAIN_LABEL.test(label)) ? url.hostname : null
}
