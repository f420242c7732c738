import {
  importedUserId,
  isObjectOfOptions,
  type OldLink,
  optionsProblem,
  parseUserId,
  type SettingProblem,
  type UserId,
  wordsFor
} from "@latchkey/core"
import { type Judged, readDate, readId } from "./claims.ts"
import { hasExactly, type JsonObject } from "./compact.ts"
import type { JwtOptions, OldTokens } from "./jwt-options.ts"
import { secretOf } from "./secret-of.ts"
import { KEY_PAIR, weaknessOf } from "./weak-secret.ts"

/** What the running system signs with, and until when it counts. */
export interface OldSystem {
  readonly until: number
  readonly audience: string
  /** The name under which its users were imported; null if their ids are UUIDs. */
  readonly source: string | null
  readonly key: Uint8Array
  readonly resetKey: Uint8Array | null
  readonly verifyKey: Uint8Array | null
}

/** The secrets of other systems are as they are; with fewer bytes anybody could try them all (JWT-10). */
const LEAST_BYTES = 16

/** What is left out by mistake must not last. */
const LONGEST_MS = 366 * 24 * 3_600_000

const secretNames = ["key", "resetKey", "verifyKey"] as const

/** The old system that the options name, or what is wrong with it. */
export const readOldSystem = (
  { oldTokens, keys }: Pick<JwtOptions, "oldTokens" | "keys">,
  now: number
): OldSystem | null | ReadonlyArray<SettingProblem> => {
  if (oldTokens == null) return null
  const mistaken = optionsProblem(oldTokens, Object.keys(optionNames))
  const problems: Array<SettingProblem> = mistaken === null ? [] : [{ setting: OPTION, problem: mistaken }]
  if (!isObjectOfOptions(oldTokens)) return problems
  const until = readUntil(oldTokens.until)
  problems.push(...secretNames.flatMap((name) => secretProblems(name, oldTokens, keys)))
  for (const name of ["source", "audience"] as const)
    if (oldTokens[name] !== undefined && (typeof oldTokens[name] !== "string" || oldTokens[name] === ""))
      problems.push({ setting: `${OPTION}.${name}`, problem: "must be a text, or be left out" })
  if (Number.isNaN(until)) problems.push({ setting: UNTIL, problem: untilProblem(oldTokens.until) })
  else if (until > now + LONGEST_MS) problems.push({ setting: UNTIL, problem: "must not be more than a year away" })
  if (problems.length > 0) return problems
  const bytes = (name: (typeof secretNames)[number]) => {
    const secret = secretOf(oldTokens[name])
    return secret === null ? null : new TextEncoder().encode(secret)
  }
  return {
    until,
    audience: oldTokens.audience ?? "fastapi-users:auth",
    source: oldTokens.source ?? null,
    key: bytes("key") ?? new Uint8Array(),
    resetKey: bytes("resetKey"),
    verifyKey: bytes("verifyKey")
  }
}

const OPTION = "accessTokens.oldTokens"
const UNTIL = `${OPTION}.until`

/** Without numbers: seconds, which tokens have, would be a date in 1970, so that the old tokens ended at once. */
const readUntil = (until: unknown): number =>
  typeof until === "string" || until instanceof Date ? new Date(until).getTime() : Number.NaN

const untilProblem = (until: unknown): string =>
  `must be a date, such as "2027-01-31"${typeof until === "number" ? ", and no bare number: write new Date(…)" : ""}`

/** The names of all options. The type makes the compiler ask for a new one. */
const optionNames: { readonly [Name in keyof Required<OldTokens>]: true } = {
  key: true,
  resetKey: true,
  verifyKey: true,
  until: true,
  source: true,
  audience: true
}

const secretProblems = (
  name: (typeof secretNames)[number],
  oldTokens: OldTokens,
  keys: JwtOptions["keys"]
): Array<SettingProblem> => {
  const given = oldTokens[name]
  if (given === undefined && name !== "key") return []
  const setting = `${OPTION}.${name}`
  const secret = secretOf(given)
  if (secret === null)
    return [{ setting, problem: `must be the secret of the system before, as text, not ${wordsFor(given)}` }]
  const weakness = weaknessOf(secret, LEAST_BYTES)
  if (weakness === KEY_PAIR) return [{ setting, problem: `${weakness}, no secret: only tokens of HS256 go on` }]
  if (weakness !== null)
    return [{ setting, problem: `${weakness}, so anybody could log in as anybody: leave oldTokens out` }]
  const isShared =
    Array.isArray(keys) && keys.some((each) => each?.algorithm === "HS256" && secretOf(each.key) === secret)
  return isShared
    ? [{ setting, problem: "must not be one of accessTokens.keys: take a new key for new tokens (JWT-05)" }]
    : []
}

/** Whether a header is as PyJWT writes it. */
export const isOldHeader = (header: JsonObject): boolean =>
  hasExactly(header, ["alg", "typ"]) && header.alg === "HS256" && header.typ === "JWT"

/** The claims of a token of fastapi-users: exactly these, and who made it where somebody else did (JWT-10). */
export const judgeOldClaims = (payload: JsonObject, { audience, until, source }: OldSystem): Judged | null => {
  const isMade = hasExactly(payload, ["sub", "aud", "exp", "impersonated_by"])
  if (!isMade && !hasExactly(payload, ["sub", "aud", "exp"])) return null
  const owner = readOldId(payload.sub, source)
  const end = readDate(payload.exp)
  const madeBy = isMade ? readOldId(payload.impersonated_by, source) : null
  if (owner === null || end === null || (isMade && madeBy === null)) return null
  if (!isFor(payload.aud, audience)) return null
  return {
    claims: { kind: "old", owner, expiresAt: end, madeBy },
    issuedAt: Number.NEGATIVE_INFINITY,
    expiresAt: Math.min(end, until)
  }
}

/** The claims of a link of fastapi-users for this purpose (JWT-12). */
export const judgeOldLink = (
  payload: JsonObject,
  purpose: "reset" | "verify",
  { until, source }: OldSystem
): OldLink | null => {
  const name = purpose === "reset" ? "password_fgpt" : "email"
  const { [name]: proof, sub, aud, exp } = payload
  const owner = readOldId(sub, source)
  const end = readDate(exp)
  const isWhole = hasExactly(payload, ["sub", name, "aud", "exp"]) && isFor(aud, `fastapi-users:${purpose}`)
  if (!isWhole || owner === null || end === null || typeof proof !== "string") return null
  return { owner, expiresAt: Math.min(end, until), proof }
}

/** RFC 7519 §4.1.3: a text, or a list of them. */
const isFor = (given: unknown, wanted: string): boolean =>
  given === wanted ||
  (Array.isArray(given) && given.every((each) => typeof each === "string") && given.includes(wanted))

/** PyJWT writes ids as text, whatever they are. One that is no UUID has become one by the import. */
const readOldId = (value: unknown, source: string | null): UserId | null => {
  const id = readId(value)
  if (id !== null || source === null || typeof value !== "string" || value === "") return id
  return parseUserId(value) === null ? importedUserId(value, source) : null
}
