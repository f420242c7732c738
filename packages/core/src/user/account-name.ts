import type { AccountNameProblem } from "./user-errors.ts"
import type { AccountName } from "./user-store.ts"

export type AccountNameKind = "username" | "email"

/** A login in the form under which it is unique and looked up. */
export interface CanonicalName {
  readonly kind: AccountNameKind
  readonly canonical: string
}

/** Reads what someone typed to log in; null when nobody can have it. Text with an `@` is an e-mail address. */
export const parseAccountName = (raw: string): CanonicalName | null => {
  const kind = raw.includes("@") ? "email" : "username"
  const login = kind === "email" ? readEmail(raw) : readUsername(raw)
  return typeof login === "string" ? null : { kind, canonical: login.canonical }
}

/**
 * Checks a username that someone wants. Its canonical form is NFKC, lower case, NFKC: spellings that this levels are one
 * name (INP-01). What people see is the NFKC form in their own case. Two letters that merely look alike stay two names,
 * so `сара` may exist beside `capa`: decide by ids, never by how a name looks.
 */
export const readUsername = (raw: string): AccountName | AccountNameProblem => {
  const problem = rawProblem(raw)
  if (problem !== null) return problem
  const canonical = fold(raw)
  if (Array.from(canonical).length > USERNAME_LIMIT) return "too-long"
  if (tokenUserNames.has(canonical)) return "reserved"
  if (!USERNAME.test(canonical) || !isStable(canonical)) return "malformed"
  return isOneScript(canonical) ? { typed: raw.normalize("NFKC"), canonical } : "mixed-scripts"
}

/**
 * Checks an e-mail address, after NFKC (INP-03). Its domain becomes lower-case ASCII. Its local part keeps its case for
 * sending and is looked up in lower case; dots and plus signs count, for no provider's habits are assumed.
 */
export const readEmail = (raw: string): AccountName | AccountNameProblem => {
  const problem = rawProblem(raw)
  if (problem !== null) return problem
  const typed = raw.normalize("NFKC")
  if (typed.length > EMAIL_LIMIT) return "too-long"
  const [local = "", domain = "", ...more] = typed.split("@")
  if (more.length > 0 || !raw.includes("@")) return "malformed"
  const canonical = fold(local)
  if (!LOCAL_PART.test(canonical) || !isStable(canonical)) return "malformed"
  const host = asciiDomain(domain)
  if (host === null) return "malformed"
  if (local.length > LOCAL_PART_LIMIT || local.length + 1 + host.length > EMAIL_LIMIT) return "too-long"
  return isOneScript(canonical) ? { typed: `${local}@${host}`, canonical: `${canonical}@${host}` } : "mixed-scripts"
}

/**
 * Longer than any valid login in any form. Comes first, for the cost of normalising grows with the square of the length
 * (INP-08).
 */
const RAW_LIMIT = 320
const USERNAME_LIMIT = 64
/** RFC 5321 §4.5.3.1: 64 for the local part, 254 for an address that fits in a path. */
const EMAIL_LIMIT = 254
const LOCAL_PART_LIMIT = 64

const rawProblem = (raw: string): AccountNameProblem | null => {
  if (raw.length === 0) return "missing"
  if (raw.length > RAW_LIMIT) return "too-long"
  return raw.isWellFormed() && !INVISIBLE.test(raw) ? null : "malformed"
}

/** Joiners, fillers, soft hyphens, variation selectors: some count as letters or marks, and host names drop them. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

const fold = (text: string): string => text.normalize("NFKC").toLowerCase().normalize("NFKC")

/** What stands for whoever a token belongs to, as the user name of HTTP Basic: nobody can have such a name (BAS-03). */
export const tokenUserNames: ReadonlySet<string> = new Set(["__token__", "x-access-token", "oauth2"])

/** Begins and ends with a letter or digit, so it is no option (`-x`), hidden file (`.x`) or parent folder (`..`). */
const USERNAME = /^(?!\p{M})[\p{L}\p{M}0-9](?:[\p{L}\p{M}0-9._-]*[\p{L}\p{M}0-9])?$/u

/**
 * Words between dots, as in RFC 5321, with the letters of RFC 6531. Left out is what some mailer would read as another
 * address, or as an option: quotes, `!` and `%` (old routes), `?` (encoded words), a hyphen at the start.
 */
const WORD = "[\\p{L}\\p{M}0-9#$&'*+/=^_`{|}~-]+"
const LOCAL_PART = new RegExp(`^(?![\\p{M}-])${WORD}(?:\\.${WORD})*$`, "u")

/** Whether a name comes back from upper case. `ß`, `ı` and 75 more letters do not: two names would share one spelling. */
const isStable = (canonical: string): boolean => fold(canonical.toUpperCase()) === canonical

/** The Latin of living languages. Phonetic and archaic letters exist to look like others: `ɑ`, `ɡ`, `ᴀ`, `ǀ`. */
const LATIN = "a-zß-žƒƙơưƴǎ-ȳḁ-ỿɓɔɖɗəɛɣɲʋ"

/** Scripts whose letters NFKC composes. A mark that is left over is decoration, and hides well: `i` with a second dot. */
const COMPOSED = [
  LATIN,
  ...["Greek", "Cyrillic", "Armenian", "Georgian", "Hebrew", "Arabic", "Ethiopic"].map((name) => `\\p{sc=${name}}`),
  "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}ー",
  "\\p{sc=Han}\\p{sc=Hangul}",
  "\\p{sc=Han}\\p{sc=Bopomofo}"
].map((letters) => new RegExp(`(?![${letters}])\\p{L}|\\p{M}`, "u"))

/** Scripts that write vowels as marks. */
const MARKED = [
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam"],
  ...["Sinhala", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"]
].map((name) => new RegExp(`(?!\\p{sc=${name}})[\\p{L}\\p{M}]`, "u"))

/** What is foreign to each script that a name may be in: one name in one script, so none passes for another (INP-02). */
const FOREIGN = [...COMPOSED, ...MARKED]

const isOneScript = (canonical: string): boolean => FOREIGN.some((foreign) => !foreign.test(canonical))

const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The domain in lower-case ASCII (IDNA), or null when it is no host name. A number (`127.1`) is an address. */
const asciiDomain = (domain: string): string | null => {
  const host = DOMAIN.test(domain) ? URL.parse(`http://${domain}`)?.hostname : undefined
  if (host === undefined || /^[\d.]+$/.test(host)) return null
  return host.split(".").every((label) => DOMAIN_LABEL.test(label)) ? host : null
}
