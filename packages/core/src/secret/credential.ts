import type * as Brand from "effect/Brand"
import type * as Redacted from "effect/Redacted"
import { nominal } from "../vocabulary/nominal.ts"
import { decodeBase62, encodeBase62, isBase62 } from "./base62.ts"
import { crc32 } from "./crc32.ts"
import { sha256Hex } from "./digest.ts"
import { conceal } from "./secret-text.ts"
import { UserId, userIdBytes, userIdFromBytes } from "./user-id.ts"
import { uuidText } from "./uuid.ts"

/**
 * What a credential is for: a session, a personal access token, a device that logged in before, a one-time code that was mailed, a
 * program that waits to be logged in, or the one-time setup of the first admin.
 */
export type CredentialKind = "ses" | "pat" | "dev" | "otc" | "cli" | "set"

/** The SHA-256 of a credential's whole text, in hexadecimal: the only form that a store ever sees (SES-02, PAT-02). */
export type SecretHash = string & Brand.Brand<"SecretHash">
export const SecretHash = nominal<SecretHash>()

/** A credential that is well formed and not mistyped. Whether it is anyone's is not known yet. */
export type ParsedCredential = OwnedCredential | ChallengeCredential | OwnerlessCredential

export interface OwnedCredential {
  readonly kind: "ses" | "pat" | "dev" | "otc"
  /** The user it claims to belong to. */
  readonly owner: UserId
  readonly hash: SecretHash
}

/** What a program polls with. It belongs to no user yet, and names its challenge in the place of the owner, so that a poll is one look-up. */
export interface ChallengeCredential {
  readonly kind: "cli"
  readonly owner: null
  /** The id of the challenge that it claims to belong to. */
  readonly challenge: string
  readonly hash: SecretHash
}

export interface OwnerlessCredential {
  readonly kind: "set"
  readonly owner: null
  readonly hash: SecretHash
}

export interface MintedCredential {
  readonly secret: Redacted.Redacted<string>
  readonly hash: SecretHash
}

/**
 * The text form of credentials: `<prefix>_<kind>_<owner><secret><check>` in base62. The owner (22 characters, absent
 * for kinds without one) lets a store find user and credential in one step; in the credential of a program that waits to be
 * logged in, it is its challenge. The secret is 32 random bytes (43 characters). The check (6 characters, CRC-32 of all before
 * it) lets junk be refused without a store call, and lets scanners recognise a real one (PAT-01).
 *
 * For a scanner, with the prefix `lk`: `\blk_(?:(?:ses|pat|dev|otc|cli)_[0-9A-Za-z]{71}|set_[0-9A-Za-z]{49})\b`.
 */
export interface CredentialFormat {
  /** `owner` is the id of the user, or that of the challenge for `cli`. */
  readonly mint: (
    kind: CredentialKind,
    owner: string | null,
    randomBytes: (size: number) => Uint8Array
  ) => MintedCredential
  /** Null when the text is not one of our credentials, complete and without a typing error. No text makes it throw. */
  readonly parse: (text: string) => ParsedCredential | null
  /** What a text claims to be by its beginning, which anybody can write; null when it does not begin like one of our credentials. */
  readonly kindOf: (text: string) => CredentialKind | null
}

/** 2^256 - 1 needs 43 base62 digits, 2^128 - 1 needs 22, 2^32 - 1 needs 6. */
const SECRET_BYTES = 32
const SECRET_LENGTH = 43
const OWNER_LENGTH = 22
const OWNER_BYTES = 16
const CHECK_LENGTH = 6

const ownerLength: Readonly<Record<CredentialKind, number>> = {
  ses: OWNER_LENGTH,
  pat: OWNER_LENGTH,
  dev: OWNER_LENGTH,
  otc: OWNER_LENGTH,
  cli: OWNER_LENGTH,
  set: 0
}

const isKind = (text: string): text is CredentialKind => Object.hasOwn(ownerLength, text)

export const hashSecret = (text: string): SecretHash => SecretHash(sha256Hex(text))

const checkOf = (body: string): string => encodeBase62(crc32(body), CHECK_LENGTH)

/** No `_`, which ends the prefix: so that no two prefixes can make the same text. */
export const isPrefix = (text: string): boolean => /^[a-z][a-z0-9]{0,15}$/.test(text)

/** Throws when the prefix is not one: the host's mistake, found at start. */
export const credentialFormat = (prefix: string): CredentialFormat => {
  if (!isPrefix(prefix)) {
    throw new Error(`the prefix "${prefix}" must be 1 to 16 lower-case letters and digits, such as "acme"`)
  }
  const start = `${prefix}_`
  const bodyAt = start.length + 4

  const mint: CredentialFormat["mint"] = (kind, owner, randomBytes) => {
    const ownerText = owner === null ? "" : encodeBase62(userIdBytes(UserId(owner)), OWNER_LENGTH)
    if (ownerText.length !== ownerLength[kind]) throw new Error(`"${kind}" and its owner do not go together`)
    const body = `${start}${kind}_${ownerText}${encodeBase62(randomBytes(SECRET_BYTES), SECRET_LENGTH)}`
    const text = body + checkOf(body)
    return { secret: conceal(text, "credential"), hash: hashSecret(text) }
  }

  const kindOf: CredentialFormat["kindOf"] = (text) => {
    const kind = text.slice(start.length, bodyAt - 1)
    return text.startsWith(start) && text[bodyAt - 1] === "_" && isKind(kind) ? kind : null
  }

  const parse: CredentialFormat["parse"] = (text) => {
    const kind = kindOf(text)
    if (kind === null) return null
    const checkAt = bodyAt + ownerLength[kind] + SECRET_LENGTH
    if (text.length !== checkAt + CHECK_LENGTH || !isBase62(text.slice(bodyAt))) return null
    if (checkOf(text.slice(0, checkAt)) !== text.slice(checkAt)) return null
    if (kind === "set") return { kind, owner: null, hash: hashSecret(text) }
    const owner = decodeBase62(text.slice(bodyAt, bodyAt + OWNER_LENGTH), OWNER_BYTES)
    if (owner === null) return null
    if (kind === "cli") return { kind, owner: null, challenge: uuidText(owner), hash: hashSecret(text) }
    return { kind, owner: userIdFromBytes(owner), hash: hashSecret(text) }
  }

  return { mint, parse, kindOf }
}
