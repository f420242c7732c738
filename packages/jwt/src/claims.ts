import { parseUserId, type SignedClaims, type TokenToSign, type UserId } from "@latchkey/core"
import { hasExactly, type JsonObject } from "./compact.ts"

/** What the claims of a token say, and between which instants they hold. */
export interface Judged {
  readonly claims: SignedClaims
  /** In milliseconds; minus infinity for a token that does not say. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** Who we are, for the claims of our tokens. */
export interface Parties {
  readonly issuer: string
  readonly audience: string | ReadonlyArray<string>
}

/** RFC 9068 §2.1. No token of another kind has it. */
export const TYPE = "at+jwt"

/** No session is longer, unless `sessions.absolute` says so. */
export const LONGEST_MS = 400 * 24 * 3_600_000

/** The claims of a token. Nothing that tells who the user is, nor what they may do: that is read with each request (JWT-07). */
export const claimsOf = (token: TokenToSign, { issuer, audience }: Parties): JsonObject => ({
  iss: issuer,
  sub: token.owner,
  aud: audience,
  ...(token.isStateless ? { jti: token.session, epoch: token.epoch } : { sid: token.session }),
  iat: Math.floor(token.issuedAt / 1_000),
  exp: Math.floor(token.expiresAt / 1_000),
  ...(token.actor === null ? {} : { impersonated_by: token.actor, act: { sub: token.actor } })
})

/** Judges the claims of a token that says it is ours; null when one is missing, too much, or not as we write it (JWT-03). */
export const judgeClaims = (payload: JsonObject, { issuer, audience }: Parties, longestMs: number): Judged | null => {
  const { iss, aud } = payload
  if (iss !== issuer || !isSame(aud, audience)) return null
  const owner = readId(payload.sub)
  const issuedAt = readDate(payload.iat)
  const expiresAt = readDate(payload.exp)
  const claims = owner === null || expiresAt === null ? null : readClaims(payload, owner, expiresAt)
  if (claims === null || issuedAt === null || expiresAt === null) return null
  return issuedAt < expiresAt && expiresAt - issuedAt <= longestMs ? { claims, issuedAt, expiresAt } : null
}

const COMMON = ["iss", "sub", "aud", "iat", "exp"]

const readClaims = (payload: JsonObject, owner: UserId, expiresAt: number): SignedClaims | null => {
  if (hasExactly(payload, [...COMMON, "jti", "epoch"])) {
    const { jti, epoch } = payload
    const isWhole = isName(jti) && typeof epoch === "number" && Number.isSafeInteger(epoch) && epoch >= 0
    return isWhole ? { kind: "stateless", owner, session: jti, epoch, expiresAt } : null
  }
  const { sid, impersonated_by: actor, act } = payload
  if (!isName(sid)) return null
  if (hasExactly(payload, [...COMMON, "sid"])) return { kind: "session", owner, session: sid }
  // Who acts is in the session, too, and read from there. Here it is for others, and must be whole.
  const isActedFor = hasExactly(payload, [...COMMON, "sid", "impersonated_by", "act"]) && readId(actor) !== null
  return isActedFor && isSame(act, { sub: actor }) ? { kind: "session", owner, session: sid } : null
}

/** The same text or list, in the same order. */
const isSame = (given: unknown, wanted: unknown): boolean => JSON.stringify(given) === JSON.stringify(wanted)

const isName = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f-]{36}$/.test(value)

/** A user's id, as we write it. */
export const readId = (value: unknown): UserId | null =>
  typeof value === "string" && value === value.toLowerCase() ? parseUserId(value) : null

/** The last second that a `Date` can hold. */
const LAST_SECOND = 8.64e12

/** A NumericDate in milliseconds: a whole number of seconds. */
export const readDate = (value: unknown): number | null =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LAST_SECOND ? value * 1_000 : null
