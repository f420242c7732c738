import * as Duration from "effect/Duration"
import { hasScope, ownScopes } from "../token/scopes.ts"
import { type Instant, isWithin, SECOND_MS } from "../vocabulary/time.ts"
import type { Identity, SessionIdentity } from "./identity.ts"

/** Why a policy refuses: nobody is logged in (401), they may not do this (403), or they must log in again first (403). */
export type Refusal = "unauthenticated" | "forbidden" | "not-fresh"

/** A pure rule over who is calling. Its type says what a handler behind it can rely on. */
export interface Policy<Allowed extends Identity | null> {
  /** For refusals in the audit trail. */
  readonly name: string
  /** Null when it allows this identity (null is nobody), else why not. */
  readonly judge: (identity: Identity | null, now: Instant) => Refusal | null
  /** Whom it allows, for the OpenAPI document: everybody, or everybody who is logged in. Without it, some of these. */
  readonly lets?: "everybody" | "known"
  /** Never set: it carries the type of the identities that the policy allows. */
  readonly allowed?: Allowed
}

/** Whether a policy allows an identity; the identity then has the policy's type. */
export const permits = <Allowed extends Identity | null>(
  policy: Policy<Allowed>,
  identity: Identity | null,
  now: Instant
): identity is Allowed => policy.judge(identity, now) === null

const policy = <Allowed extends Identity = Identity>(
  name: string,
  allows: (identity: Identity, now: Instant) => boolean,
  otherwise: Refusal = "forbidden"
): Policy<Allowed> => ({
  name,
  judge: (identity, now) => {
    if (identity === null || !identity.user.isActive) return "unauthenticated"
    return allows(identity, now) ? null : otherwise
  }
})

/** Everyone, logged in or not: a handler gets `Identity | null`. */
export const anyone: Policy<Identity | null> = { name: "anyone", lets: "everybody", judge: () => null }

/** Anyone who is logged in, in any way. */
export const signedIn: Policy<Identity> = { ...policy("signedIn", () => true), lets: "known" }

/** Users whose e-mail address is verified. */
export const verified = policy("verified", ({ user }) => user.isVerified)

/** Superusers; with a token only if it has the scope `latchkey:admin`. */
export const admin = policy("admin", ({ user, scopes }) => user.isSuperuser && hasScope(scopes, ownScopes.admin))

/** Credentials that include a scope: a token that was given it; a session or a password includes every one. */
export const scope = (wanted: string): Policy<Identity> =>
  policy(`scope(${wanted})`, ({ scopes }) => hasScope(scopes, wanted))

/** Users with a session, not with a token that a program keeps. */
export const viaSession: Policy<SessionIdentity> = policy(
  "viaSession",
  ({ via }) => via === "session" || via === "bearer"
)

/**
 * Users who gave their password within this time: for what must not happen at an unlocked screen (SES-12). Never a token,
 * whose user may be far away.
 */
export const recently = (within: Duration.Input): Policy<Identity> => {
  const span = Duration.toMillis(Duration.fromInputUnsafe(within))
  const isFresh = (identity: Identity, now: Instant) => {
    const provedAt = provedAtOf(identity)
    return provedAt !== null && isWithin(provedAt, provedAt + span, now)
  }
  return policy(`recently(${span / SECOND_MS} s)`, isFresh, "not-fresh")
}

/** When the caller last gave their password; null for a token. */
const provedAtOf = (identity: Identity): Instant | null => {
  switch (identity.via) {
    case "session":
    case "bearer":
      return identity.session.authenticatedAt
    case "basic":
      return identity.authenticatedAt
    case "token":
      return null
  }
}

type Policies = readonly [Policy<Identity | null>, ...ReadonlyArray<Policy<Identity | null>>]
type AllowedBy<P> = P extends Policy<infer Allowed> ? Allowed : never
type AllowedByAll<P extends ReadonlyArray<unknown>> = P extends readonly [infer First, ...infer Rest]
  ? AllowedBy<First> & AllowedByAll<Rest>
  : Identity | null

/** Every one of these policies; the first that refuses says why. */
export const all = <const P extends Policies>(...policies: P): Policy<AllowedByAll<P>> => ({
  name: nameOf("all", policies),
  judge: (identity, now) => {
    for (const each of policies) {
      const refusal = each.judge(identity, now)
      if (refusal !== null) return refusal
    }
    return null
  }
})

/** At least one of these policies; the last says why when all refuse. */
export const either = <const P extends Policies>(...policies: P): Policy<AllowedBy<P[number]>> => ({
  name: nameOf("either", policies),
  judge: (identity, now) => {
    let last: Refusal | null = null
    for (const each of policies) {
      last = each.judge(identity, now)
      if (last === null) return null
    }
    return last
  }
})

/** A combination of no policies would let everyone in. The types forbid it; this check is for callers without types. */
const nameOf = (combination: string, policies: ReadonlyArray<Policy<Identity | null>>): string => {
  if (policies.length === 0)
    throw new Error(`${combination}() needs at least one policy. To let everyone in, use \`anyone\``)
  return `${combination}(${policies.map(({ name }) => name).join(", ")})`
}
