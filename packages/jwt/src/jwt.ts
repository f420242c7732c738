import {
  ConfigurationError,
  conceal,
  isObjectOfOptions,
  optionsProblem,
  type SettingProblem,
  Settings,
  SignedTokens,
  type SignedTokensShape
} from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { claimsOf, type Judged, judgeClaims, LONGEST_MS, type Parties, TYPE } from "./claims.ts"
import { hasExactly, type JsonObject, LONGEST_TOKEN, parseCompact } from "./compact.ts"
import type { JwtOptions } from "./jwt-options.ts"
import { type KeyRing, makeKeyRing } from "./key-ring.ts"
import { isOldHeader, judgeOldClaims, judgeOldLink, type OldSystem, readOldSystem } from "./old-tokens.ts"
import { type Algorithm, isSignedWith, signCompact, type UsableKey } from "./signature.ts"
import { nameOfToken, verifiedTokens } from "./verified-tokens.ts"

/**
 * Bearer sessions as signed tokens, for the option `accessTokens`. Each names a session, which is looked up with every request, so to log
 * out, to deactivate and to change a password end it at once (JWT-04). Refuses to start with keys that can be guessed.
 */
export const jwt = (options: JwtOptions): Layer.Layer<SignedTokens, ConfigurationError, Settings> =>
  Layer.effect(
    SignedTokens,
    Effect.gen(function* () {
      const settings = yield* Settings
      const mistaken = mistakesIn(options)
      if (!isObjectOfOptions(options)) return yield* new ConfigurationError({ problems: mistaken })
      const now = yield* Clock.currentTimeMillis
      const ring = yield* Effect.promise(() => makeKeyRing(options.keys))
      const old = readOldSystem(options, now)
      const issuer = options.issuer ?? settings.publicUrl
      const problems = [...mistaken, ...problemsIn(ring), ...problemsIn(old), ...partiesProblems(options, issuer)]
      if (problems.length > 0) return yield* new ConfigurationError({ problems })
      const parties: Parties = { issuer: issuer ?? "", audience: options.audience ?? issuer ?? "" }
      const longest = () => Math.max(LONGEST_MS, settings.sessions.absolute)
      return signedTokens({
        ring: ring as KeyRing, // no list of problems
        old: old as OldSystem | null,
        parties,
        longest,
        isStateless: options.stateless === true
      })
    })
  )

const mistakesIn = (options: unknown): ReadonlyArray<SettingProblem> => {
  const problem = optionsProblem(options, Object.keys(optionNames))
  return problem === null ? [] : [{ setting: "accessTokens", problem }]
}

/** The names of all options. The type makes the compiler ask for a new one. */
const optionNames: { readonly [Name in keyof Required<JwtOptions>]: true } = {
  keys: true,
  issuer: true,
  audience: true,
  stateless: true,
  oldTokens: true
}

const problemsIn = (read: object | null): ReadonlyArray<SettingProblem> => (Array.isArray(read) ? read : [])

const partiesProblems = ({ audience, stateless }: JwtOptions, issuer: unknown): ReadonlyArray<SettingProblem> => {
  const isAudience = audience === undefined || isName(audience) || (Array.isArray(audience) && isNames(audience))
  return [
    ...(isName(issuer) ? [] : [{ setting: "accessTokens.issuer", problem: "must be set, or else publicUrl" }]),
    ...(isAudience ? [] : [{ setting: "accessTokens.audience", problem: "must be a text or a list of texts" }]),
    ...(stateless === undefined || typeof stateless === "boolean"
      ? []
      : [{ setting: "accessTokens.stateless", problem: "must be true or false" }])
  ]
}

const isName = (value: unknown): boolean => typeof value === "string" && value !== "" && value.length <= 512

const isNames = (values: ReadonlyArray<unknown>): boolean =>
  values.length > 0 && values.length <= 8 && values.every(isName)

interface Parts {
  readonly ring: KeyRing
  readonly old: OldSystem | null
  readonly parties: Parties
  readonly longest: () => number
  readonly isStateless: boolean
}

/** A token whose claims are good, and what its signature must be made with. */
interface Candidate {
  readonly judged: Judged
  readonly key: UsableKey
  readonly algorithm: Algorithm
}

const nothing = Effect.succeed(null)

const signedTokens = ({ ring, old, parties, longest, isStateless }: Parts): SignedTokensShape => {
  const verified = verifiedTokens()
  const { kid, algorithm, signing } = ring.signing
  const publicKeys = [...ring.byKid.values()].flatMap(({ publicJwk }) => (publicJwk === null ? [] : [publicJwk]))

  /** The claims are judged first: they cost nothing, and a signature that is wrong gives the same answer. */
  const candidate = (text: string): Candidate | null => {
    const compact = parseCompact(text)
    if (compact === null) return null
    const { header, payload } = compact
    if (old !== null && isOldHeader(header)) {
      const judged = judgeOldClaims(payload, old)
      return judged === null ? null : { judged, key: old.key, algorithm: "HS256" }
    }
    const key = keyFor(header)
    const judged = key === null ? null : judgeClaims(payload, parties, longest())
    return key === null || judged === null ? null : { judged, key: key.verifying, algorithm: key.algorithm }
  }

  /** Exactly our three members: so no `crit`, `zip`, `jku`, `x5u`, `jwk` or `x5c`, and the algorithm is the key's own (JWT-01, JWT-06). */
  const keyFor = (header: JsonObject) => {
    if (!hasExactly(header, ["alg", "typ", "kid"]) || header.typ !== TYPE || typeof header.kid !== "string") return null
    const key = ring.byKid.get(header.kid)
    return key !== undefined && header.alg === key.algorithm ? key : null
  }

  const read: SignedTokensShape["read"] = (text, now) => {
    if (text.length > LONGEST_TOKEN) return nothing
    const name = nameOfToken(text)
    const known = verified.get(name)
    if (known !== undefined) return isInTime(known, now) ? Effect.succeed(known.claims) : nothing
    const found = candidate(text)
    if (found === null || !isInTime(found.judged, now)) return nothing
    return Effect.map(
      Effect.promise(() => isSignedWith(text, found.key, found.algorithm)),
      (isRight) => {
        if (!isRight) return null
        verified.add(name, found.judged)
        return found.judged.claims
      }
    )
  }

  const readOldLink: SignedTokensShape["readOldLink"] = (text, purpose, now) => {
    const key = (purpose === "reset" ? old?.resetKey : old?.verifyKey) ?? null
    const compact = key === null ? null : parseCompact(text)
    if (old === null || key === null || compact === null || !isOldHeader(compact.header)) return nothing
    const link = judgeOldLink(compact.payload, purpose, old)
    if (link === null || link.expiresAt <= now) return nothing
    return Effect.map(
      Effect.promise(() => isSignedWith(text, key, "HS256")),
      (isRight) => (isRight ? link : null)
    )
  }

  return {
    isStateless,
    oldUntil: old?.until ?? null,
    publicKeys: publicKeys.length === 0 ? null : publicKeys,
    sign: (token) =>
      Effect.map(
        Effect.promise(() => signCompact(claimsOf(token, parties), { alg: algorithm, typ: TYPE, kid }, signing)),
        (text) => conceal(text, "credential")
      ),
    read,
    readOldLink
  }
}

/** As far as the clocks of two of our machines may differ. */
const SKEW_MS = 5_000

const isInTime = ({ issuedAt, expiresAt }: Judged, now: number): boolean => issuedAt - SKEW_MS <= now && now < expiresAt
