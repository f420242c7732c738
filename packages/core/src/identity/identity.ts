import type { Session } from "../session/session.ts"
import type { AccessToken } from "../token/access-token.ts"
import type { Instant, User } from "../user/user.ts"

/**
 * Who is calling, resolved once per request from whatever credential came. The user is as stored at this moment, so roles
 * and activity are never older than the request (SES-10).
 */
export type Identity = SessionIdentity | TokenIdentity | PasswordIdentity

/** Someone with a session. */
export interface SessionIdentity {
  readonly user: User
  /** `session`: a browser's cookie. `bearer`: the same kind of session, its secret in the Authorization header. */
  readonly via: "session" | "bearer"
  /** A session allows all that its user may do. */
  readonly scopes: "all"
  readonly session: Session
}

/** A program with a personal access token, whether it came as Bearer or as Basic (BAS-06). */
export interface TokenIdentity {
  readonly user: User
  readonly via: "token"
  /** What the token allows, within what its user may do. */
  readonly scopes: ReadonlyArray<string>
  readonly token: AccessToken
}

/** Someone whose name and password came with the request: in mode `basic` only. */
export interface PasswordIdentity {
  readonly user: User
  readonly via: "basic"
  readonly scopes: "all"
  /** When the password was last found right, at most a minute ago. */
  readonly authenticatedAt: Instant
}

/** The credential of an identity as the audit trail names it; null for a password. */
export const auditNameOf = (identity: Identity): string | null => {
  switch (identity.via) {
    case "session":
    case "bearer":
      return `session:${identity.session.id}`
    case "token":
      return `token:${identity.token.id}`
    case "basic":
      return null
  }
}
