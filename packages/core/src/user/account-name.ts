import { invalid, type Read, valid } from "../vocabulary/read.ts"
import { isOneScript } from "./scripts.ts"

/** What an account is known by: the option `logins` says which of the two users bring. */
export type AccountNameKind = "username" | "email"

/** A name as typed, and the canonical form under which it is unique. */
export interface AccountName {
  readonly typed: string
  readonly canonical: string
}

/** A name in the form under which it is looked up. */
export interface CanonicalName {
  readonly kind: AccountNameKind
  readonly canonical: string
}

/** What is wrong with a name that someone wants. A closed list, safe to show. */
export type AccountNameProblem = "missing" | "too-long" | "malformed" | "reserved" | "mixed-scripts"

/** Reads what someone typed to log in; null when no account can have this name. Text with an `@` is an e-mail address. */
export const parseAccountName = (raw: string): CanonicalName | null => {
  const kind = raw.includes("@") ? "email" : "username"
  const name = kind === "email" ? readEmail(raw) : readUsername(raw)
  return name.ok ? { kind, canonical: name.value.canonical } : null
}

/**
 * Checks a username that someone wants. Its canonical form is NFKC, lower case, NFKC: spellings that become equal this way
 * are one name (INP-01). What people see is the NFKC form in their own case. Letters that only look alike stay different,
 * so `сара` and `capa` can both exist: compare ids, never the look of a name.
 */
export const readUsername = (raw: string): Read<AccountName, AccountNameProblem> => {
  const read = readText(raw)
  if (!read.ok) return read
  const text = read.value
  const canonical = fold(text)
  if (Array.from(canonical).length > USERNAME_LIMIT) return invalid("too-long")
  if (tokenUserNames.has(canonical)) return invalid("reserved")
  if (!USERNAME.test(canonical) || !isStable(canonical)) return invalid("malformed")
  return isOneScript(canonical) ? valid({ typed: text.normalize("NFKC"), canonical }) : invalid("mixed-scripts")
}

/**
 * Checks an e-mail address, after NFKC (INP-03). The domain becomes lower-case ASCII. The local part keeps its case for
 * sending, and is looked up in lower case. Dots and plus signs count: we assume no provider's rules.
 */
export const readEmail = (raw: string): Read<AccountName, AccountNameProblem> => {
  const read = readText(raw)
  if (!read.ok) return read
  const typed = read.value.normalize("NFKC")
  if (typed.length > EMAIL_LIMIT) return invalid("too-long")
  const [local = "", domain = "", ...more] = typed.split("@")
  if (more.length > 0 || !read.value.includes("@")) return invalid("malformed")
  const canonical = fold(local)
  if (!LOCAL_PART.test(canonical) || !isStable(canonical)) return invalid("malformed")
  const host = asciiDomain(domain)
  if (host === null) return invalid("malformed")
  if (local.length > LOCAL_PART_LIMIT || local.length + 1 + host.length > EMAIL_LIMIT) return invalid("too-long")
  return isOneScript(canonical)
    ? valid({ typed: `${local}@${host}`, canonical: `${canonical}@${host}` })
    : invalid("mixed-scripts")
}

/**
 * What someone typed to find users, in the canonical form of names; null when it is blank. A domain that is there in full is found
 * in its other spelling too.
 */
export const readQuery = (raw: string): string | null => {
  const text = withoutBlanksAround(raw.toWellFormed())
  if (text === "") return null
  // No name is so long, so nobody is found.
  if (text.length > RAW_LIMIT) return text
  const query = fold(text)
  const at = query.indexOf("@")
  const host = at === -1 ? null : asciiDomain(query.slice(at + 1))
  return host === null ? query : query.slice(0, at + 1) + host
}

/**
 * Longer than any valid name in any form. This check comes first, because the cost of normalising grows with the square of
 * the length (INP-08).
 */
const RAW_LIMIT = 320
const USERNAME_LIMIT = 64
/** RFC 5321 §4.5.3.1: 64 for the local part, 254 for an address that fits in a path. */
const EMAIL_LIMIT = 254
const LOCAL_PART_LIMIT = 64

/** What was typed, without the blanks around it (INP-09). */
const readText = (raw: string): Read<string, AccountNameProblem> => {
  if (raw.length > RAW_LIMIT) return invalid("too-long")
  const text = withoutBlanksAround(raw)
  if (text === "") return invalid("missing")
  return text.isWellFormed() && !INVISIBLE.test(text) ? valid(text) : invalid("malformed")
}

/**
 * Keyboards that complete words add a blank, and so do people who copy a name. These are the space separators of all scripts,
 * such as the wide one of Japanese keyboards. A line end or a tab is no blank, and makes a name malformed: nobody types one
 * into a field, and in an address it could begin another header.
 */
const withoutBlanksAround = (raw: string): string => {
  let [start, end] = [0, raw.length]
  while (start < end && BLANK.test(raw.charAt(start))) start++
  while (end > start && BLANK.test(raw.charAt(end - 1))) end--
  return raw.slice(start, end)
}

const BLANK = /\p{Zs}/u

/** Joiners, fillers, soft hyphens, variation selectors: some count as letters or marks, and host names drop them. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

const fold = (text: string): string => text.normalize("NFKC").toLowerCase().normalize("NFKC")

/** User names of HTTP Basic that mean "the owner of this token". No account can have one (BAS-03). */
export const tokenUserNames: ReadonlySet<string> = new Set(["__token__", "x-access-token", "oauth2"])

/** Begins and ends with a letter or digit, so it cannot be read as an option (`-x`), hidden file (`.x`) or parent folder (`..`). */
const USERNAME = /^(?!\p{M})[\p{L}\p{M}0-9](?:[\p{L}\p{M}0-9._-]*[\p{L}\p{M}0-9])?$/u

/**
 * Words between dots, as in RFC 5321, with the letters of RFC 6531. Some mailers would read these as another address or as
 * an option, so they are left out: quotes, `!` and `%` (old routes), `?` (encoded words), a hyphen at the start.
 */
const WORD = "[\\p{L}\\p{M}0-9#$&'*+/=^_`{|}~-]+"
const LOCAL_PART = new RegExp(`^(?![\\p{M}-])${WORD}(?:\\.${WORD})*$`, "u")

/** Whether a name comes back from upper case. `ß`, `ı` and 75 more letters do not: two names would share one spelling. */
const isStable = (canonical: string): boolean => fold(canonical.toUpperCase()) === canonical

const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The domain in lower-case ASCII (IDNA), or null when it is not a host name. A number (`127.1`) is an address. */
const asciiDomain = (domain: string): string | null => {
  const host = DOMAIN.test(domain) ? URL.parse(`http://${domain}`)?.hostname : undefined
  if (host === undefined || /^[\d.]+$/.test(host)) return null
  return host.split(".").every((label) => DOMAIN_LABEL.test(label)) ? host : null
}
