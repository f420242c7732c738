import { auditNameOf, type Client, unknownClient } from "../audit/trace.ts"
import type { LoneToken } from "../session/lone-token.ts"
import type { Session } from "../session/session.ts"
import type { AccessToken } from "../token/access-token.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"

/**
 * Who is calling, resolved once per request from its credential. The user is read from the store each time, so roles and
 * activity are never older than the request (SES-10).
 */
export type Identity = SessionIdentity | TokenIdentity | PasswordIdentity | JwtIdentity

/**
 * What a user must do before any policy allows them: choose a password of their own (PWD-25), or verify an e-mail address
 * (SES-25). Of both the password comes first.
 */
export type Pending = "password-change" | "email-verification"

/** What every identity has. */
interface Known {
  readonly user: User
  /** Null for a user who may act. Otherwise the identity is good for logging out, and for what they must do (SES-25, PWD-25). */
  readonly pending: Pending | null
}

/** Someone with a session. */
export interface SessionIdentity extends Known {
  /** `session`: a browser's cookie. `bearer`: the same kind of session, its secret in the Authorization header. */
  readonly via: "session" | "bearer"
  /** A session allows all that its user may do. */
  readonly scopes: "all"
  readonly session: Session
  /** The administrator who acts in the user's place; undefined when the users themselves act (IMP-03). */
  readonly actor?: User | undefined
}

/** A program with a personal access token, whether it came as Bearer or as Basic (BAS-06). */
export interface TokenIdentity extends Known {
  readonly via: "token"
  /** What the token allows, within what its user may do. */
  readonly scopes: ReadonlyArray<string>
  readonly token: AccessToken
}

/** Someone whose name and password came with the request: in mode `basic` only. */
export interface PasswordIdentity extends Known {
  readonly via: "basic"
  readonly scopes: "all"
  /** When the password was last checked and right, at most a minute ago. */
  readonly authenticatedAt: Instant
}

/** Someone with a signed token that no session is behind: stateless, or of the system before us. It is never a recent log-in. */
export interface JwtIdentity extends Known {
  readonly via: "jwt"
  readonly scopes: "all"
  readonly jwt: LoneToken
  /** The administrator who acts in the user's place. */
  readonly actor?: User | undefined
}

/** What a user must still do first. */
export const pendingOf = (user: User, { requireVerified }: { readonly requireVerified: boolean }): Pending | null => {
  if (user.mustChangePassword) return "password-change"
  return requireVerified && !hasVerifiedEmail(user) ? "email-verification" : null
}

/** Who really acts: the administrator in the user's place, or the user. For the audit trail (IMP-06). */
export const actorOf = (identity: Identity): User => ("actor" in identity ? identity.actor : undefined) ?? identity.user

/** Whether an administrator acts in the user's place. */
export const isImpersonated = (identity: Identity): identity is Impersonated =>
  "actor" in identity && identity.actor !== undefined

/** What an administrator acts with in a user's place. */
type Impersonated = (SessionIdentity | JwtIdentity) & { readonly actor: User }

/** Who acts, and with what, for the calls that take a `Trace`: the administrator, where one acts in the user's place (AUD-13). */
export const traceOf = (identity: Identity, client: Client = unknownClient) => ({
  actor: actorOf(identity).id,
  actedWith: auditNameOf(identity),
  client
})
