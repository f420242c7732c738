import { isProgram } from "../store/actor.ts"
import { hasScope, ownScopes, type Scopes } from "../token/scopes.ts"
import { hasVerifiedEmail } from "../user/user.ts"
import { wordsFor } from "../vocabulary/options-given.ts"
import { type Instant, isWithin, millisOfSpan, SECOND_MS, type Span } from "../vocabulary/time.ts"
import {
  type Identity,
  isImpersonated,
  type JwtIdentity,
  type PasswordIdentity,
  type Pending,
  type SessionIdentity
} from "./identity.ts"

/** Why a policy refuses. */
export interface Refusal {
  /**
   * The word for it that programs read. `unauthorized` is for nobody (HTTP 401), every other one for somebody (HTTP 403).
   * A host's own policies may have words of their own.
   */
  readonly code: RefusalCode | (string & {})
  /** The scope that the credential lacks. Programs learn its name. */
  readonly scope?: string
  /** The role that the user lacks, or their token may not use. */
  readonly role?: string
}

/** The codes of Latchkey's own policies. */
export type RefusalCode =
  | "unauthorized"
  | "admin-required"
  | "email-not-verified"
  | "impersonation-forbidden"
  | "insufficient-scope"
  | "password-change-required"
  | "reauthentication-required"
  | "role-required"
  | "session-required"

/** A pure rule over who is calling. Its type says what a handler behind it can rely on. */
export interface Policy<Allowed extends Identity | null> {
  /** For refusals in the audit trail. */
  readonly name: string
  /** Null when it allows this identity (null is nobody), else why not. Ask it through `permits` or `admit`, which know more. */
  readonly judge: (identity: Identity | null, now: Instant) => Refusal | null
  /** Says for the OpenAPI document that it allows everybody. Without it, some. */
  readonly lets?: "everybody"
  /**
   * Which pending identities it judges itself: those who must do this one thing, or with `true` all. The others are refused
   * before `judge` sees them.
   */
  readonly judgesPending?: true | Pending
  /** The scopes and roles that it asks for: a guard refuses at start those that no option declares. */
  readonly asksFor?: ReadonlyArray<AskedFor>
  /** Never set: it carries the type of the identities that the policy allows. */
  readonly allowed?: Allowed
}

/** A scope or a role by its name. */
export interface AskedFor {
  readonly kind: "scope" | "role"
  readonly name: string
}

/** Whom a policy lets in, with the identity that a handler may see; or why it lets nobody in. */
export type Admission<Allowed extends Identity | null> =
  | { readonly isAllowed: true; readonly identity: Allowed }
  | { readonly isAllowed: false; readonly refusal: Refusal }

/**
 * Judges a caller. A policy that also allows nobody sees nobody instead of a pending identity, so that a handler which
 * reads `identity.user.email` never gets an address that is not proved (SES-25).
 */
export const admit = <Allowed extends Identity | null>(
  policy: Policy<Allowed>,
  identity: Identity | null,
  now: Instant
): Admission<Allowed> => {
  if (permits(policy, identity, now)) return { isAllowed: true, identity }
  const nobody: Identity | null = null
  if (isPending(identity) && permits(policy, nobody, now)) return { isAllowed: true, identity: nobody }
  return { isAllowed: false, refusal: refusalOf(policy, identity, now) ?? unauthorized }
}

/** Whether a policy allows this very identity, which then has the policy's type. A pending one passes no policy but `evenPending`. */
export const permits = <Allowed extends Identity | null>(
  policy: Policy<Allowed>,
  identity: Identity | null,
  now: Instant
): identity is Allowed => refusalOf(policy, identity, now) === null

/** Null when the policy allows this identity. Every policy is asked through here, a host's own too. */
const refusalOf = (policy: Policy<Identity | null>, identity: Identity | null, now: Instant): Refusal | null =>
  isPending(identity) && policy.judgesPending !== true && policy.judgesPending !== identity.pending
    ? pendingRefusals[identity.pending]
    : policy.judge(identity, now)

const isPending = (identity: Identity | null): identity is Identity & { readonly pending: Pending } =>
  identity !== null && identity.pending !== null

const unauthorized: Refusal = { code: "unauthorized" }
const emailNotVerified: Refusal = { code: "email-not-verified" }

const pendingRefusals: Readonly<Record<Pending, Refusal>> = {
  "password-change": { code: "password-change-required" },
  "email-verification": emailNotVerified
}

/** A policy over known and active users. `refuses` says why not; null when it allows them. */
const policy = <Allowed extends Identity = Identity>(
  name: string,
  refuses: (identity: Identity, now: Instant) => Refusal | null
): Policy<Allowed> => ({
  name,
  judge: (identity, now) => (identity === null || !identity.user.isActive ? unauthorized : refuses(identity, now))
})

/** Everyone, logged in or not: a handler gets `Identity | null`. */
export const anyone: Policy<Identity | null> = { name: "anyone", lets: "everybody", judge: () => null }

/** Anyone who is logged in, in any way. */
export const signedIn: Policy<Identity> = policy("signedIn", () => null)

/** Users whose e-mail address is verified. */
export const verified = policy("verified", ({ user }) => (hasVerifiedEmail(user) ? null : emailNotVerified))

const adminRequired: Refusal = { code: "admin-required" }

const impersonationForbidden: Refusal = { code: "impersonation-forbidden" }

/** Superusers; with a token only if it has the scope `latchkey:admin`. Never an administrator in the place of one (IMP-01). */
export const admin = policy("admin", (identity) => {
  if (!identity.user.isSuperuser) return adminRequired
  return isImpersonated(identity) ? impersonationForbidden : lacks(identity.scopes, ownScopes.admin)
})

/**
 * Users who act themselves, not an administrator in their place (IMP-04): for what only they may do, such as paying. Latchkey's own
 * routes ask for it by themselves. Who must do something first passes it: ask for more beside it, by `all`.
 */
export const inPerson: Policy<Identity> = {
  ...policy("inPerson", (identity) => (isImpersonated(identity) ? impersonationForbidden : null)),
  judgesPending: true
}

/**
 * Users who have a role that the option `roles` declares, as it is at this request; superusers have them all. A token acts with the
 * roles of its user: to ask for a scope as well, combine both with `all`. With a token a superuser needs the role itself or the
 * scope `latchkey:admin`, because without it they act as anybody.
 */
export const role: (wanted: string) => Policy<Identity> = (wanted: string, ...surplus: ReadonlyArray<unknown>) => ({
  ...policy(`role(${nameGiven("role", wanted, surplus, "editor")})`, ({ user, scopes }) =>
    user.roles.includes(wanted) || (user.isSuperuser && hasScope(scopes, ownScopes.admin))
      ? null
      : { code: "role-required", role: wanted }
  ),
  asksFor: [{ kind: "role", name: wanted }]
})

/**
 * Credentials that include a scope which the option `tokens.scopes` declares: a token that was given it; a session or a password
 * includes every one.
 */
export const scope: (wanted: string) => Policy<Identity> = (wanted: string, ...surplus: ReadonlyArray<unknown>) => ({
  ...policy(`scope(${nameGiven("scope", wanted, surplus, "notes:write")})`, ({ scopes }) => lacks(scopes, wanted)),
  asksFor: [{ kind: "scope", name: wanted }]
})

/**
 * Without it, a name that a program mistyped would be a policy that nobody passes, and of two names only one would be asked for. A number
 * behind the name is its place in a list: `names.map(scope)`.
 */
const nameGiven = (
  kind: AskedFor["kind"],
  name: unknown,
  [second]: ReadonlyArray<unknown>,
  example: string
): string => {
  const isAlone = second === undefined || typeof second === "number"
  if (isAlone && typeof name === "string" && name !== "") return name
  throw new Error(
    `${kind}() needs the name of a ${kind}, such as ${kind}("${example}"). Combine several by all or either.`
  )
}

const lacks = (scopes: Scopes, wanted: string): Refusal | null =>
  hasScope(scopes, wanted) ? null : { code: "insufficient-scope", scope: wanted }

const sessionRequired: Refusal = { code: "session-required" }

/** Users with a session, not with a token that a program keeps, nor with one that no session is behind. */
export const viaSession: Policy<SessionIdentity> = policy("viaSession", ({ via }) =>
  via === "session" || via === "bearer" ? null : sessionRequired
)

/**
 * Users who act themselves: with a session or a signed token from a log-in, or with a password that came along. No program that acts by
 * itself, be it with a token or with a session from a CLI login for which nobody ever gave a password, and no administrator in the
 * user's place. For what concerns the account as a whole.
 */
export const person: Policy<SessionIdentity | PasswordIdentity | JwtIdentity> = policy("person", (identity) => {
  if (isImpersonated(identity)) return impersonationForbidden
  return isProgram(identity) ? sessionRequired : null
})

const reauthenticationRequired: Refusal = { code: "reauthentication-required" }

/**
 * Users who gave their password within this time: for what must not happen at an unlocked screen (SES-12). Never a token,
 * whose user may be far away, nor an administrator in the user's place, who has another password.
 */
export const recently = (within: Span): Policy<Identity> => {
  const span = spanOf(within)
  return policy(`recently(${span / SECOND_MS} s)`, (identity, now) => {
    if (isImpersonated(identity)) return impersonationForbidden
    const provedAt = provedAtOf(identity)
    return provedAt !== null && isWithin(provedAt, provedAt + span, now) ? null : reauthenticationRequired
  })
}

/** Neither a bare number, nor a mistyped span nor one without end, of which nobody would notice that it always or never lets people in. */
const spanOf = (within: Span): number => {
  const span = millisOfSpan(within)
  if (Number.isFinite(span) && span > 0) return span
  const given: unknown = within // a program without types may give anything
  const shown =
    typeof given === "number"
      ? `${given}, a number without its unit`
      : typeof given === "string"
        ? JSON.stringify(given)
        : "no span of time"
  throw new Error(`recently() was given ${shown}. It needs a duration such as "10 minutes": recently("10 minutes").`)
}

/**
 * The same policy, which lets pending identities in as well: those who must do what `kind` says, or without it all. For what a
 * user must do to be pending no longer, and without a kind for logging out. A handler behind it must not trust
 * `identity.user.email`: who must choose a password may have an address to verify as well.
 */
export const evenPending = <Allowed extends Identity | null>(
  policy: Policy<Allowed>,
  kind: true | Pending = true
): Policy<Allowed> => {
  checkPolicies("evenPending", [policy])
  if (kind !== true && !Object.hasOwn(pendingRefusals, kind))
    throw new Error(
      `evenPending() lets in ${Object.keys(pendingRefusals).join(" or ")}, or without a kind all of them.`
    )
  return {
    ...policy,
    judgesPending: kind,
    // As if nothing were pending, so that the policies of a combination let them in too.
    judge: (identity, now) => policy.judge(isPending(identity) ? { ...identity, pending: null } : identity, now)
  }
}

/** When the caller last gave their password; null for a token, which says nothing of when. */
const provedAtOf = (identity: Identity): Instant | null => {
  switch (identity.via) {
    case "session":
    case "bearer":
      return identity.session.authenticatedAt
    case "basic":
      return identity.authenticatedAt
    case "token":
    case "jwt":
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
  asksFor: policies.flatMap(({ asksFor = [] }) => asksFor),
  judgesPending: true,
  judge: (identity, now) => {
    for (const each of policies) {
      const refusal = refusalOf(each, identity, now)
      if (refusal !== null) return refusal
    }
    return null
  }
})

/** At least one of these policies; the last says why when all refuse. */
export const either = <const P extends Policies>(...policies: P): Policy<AllowedBy<P[number]>> => ({
  name: nameOf("either", policies),
  asksFor: policies.flatMap(({ asksFor = [] }) => asksFor),
  judgesPending: true,
  judge: (identity, now) => {
    let last: Refusal | null = null
    for (const each of policies) {
      last = refusalOf(each, identity, now)
      if (last === null) return null
    }
    return last
  }
})

/** A combination of no policies would let everyone in. The types forbid it; this check is for callers without types. */
const nameOf = (combination: string, policies: ReadonlyArray<Policy<Identity | null>>): string => {
  if (policies.length === 0)
    throw new Error(`${combination}() needs at least one policy. To let everyone in, use \`anyone\``)
  checkPolicies(combination, policies)
  return `${combination}(${policies.map(({ name }) => name).join(", ")})`
}

/** What is no policy would fail each request, long after the start. */
const checkPolicies = (combination: string, policies: ReadonlyArray<unknown>): void => {
  const wrong = policies.find((each) => !isPolicy(each))
  if (wrong === undefined && policies.every(isPolicy)) return
  throw new Error(
    `${combination}() was given ${wordsForNoPolicy(wrong)}. It takes policies, such as signedIn or role("editor").`
  )
}

/** Whether something is a policy, for whoever takes one from a program without types. */
export const isPolicy = (given: unknown): given is Policy<Identity | null> => hasJudge(given) && asksRightly(given)

const hasJudge = (given: unknown): given is { readonly judge: unknown; readonly asksFor?: unknown } =>
  typeof given === "object" && given !== null && "judge" in given && typeof given.judge === "function"

const asksRightly = ({ asksFor }: { readonly asksFor?: unknown }): boolean =>
  asksFor === undefined || (Array.isArray(asksFor) && asksFor.every(isAskedFor))

const isAskedFor = (given: unknown): given is AskedFor =>
  typeof given === "object" &&
  given !== null &&
  "kind" in given &&
  (given.kind === "scope" || given.kind === "role") &&
  "name" in given &&
  typeof given.name === "string"

/** What was given in the place of a policy, for an error. */
export const wordsForNoPolicy = (given: unknown): string => {
  if (hasJudge(given)) return 'a policy whose asksFor is no list such as [{ kind: "scope", name: "notes:write" }]'
  const maker = Object.entries(makers).find(([, each]) => each === given)
  return maker === undefined ? wordsFor(given) : `the function ${maker[0]}, which was not called`
}

/** By their names: bundlers rename functions, and ours too. */
const makers = { role, scope, recently, evenPending, all, either }
