import { sessionName, tokenName } from "../audit/trace.ts"
import type { Session } from "../session/session.ts"
import type { AccessToken } from "../token/access-token.ts"
import type { User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"

/**
 * Who is calling, resolved once per request from its credential. The user is read from the store each time, so roles and
 * activity are never older than the request (SES-10).
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
  /** When the password was last checked and right, at most a minute ago. */
  readonly authenticatedAt: Instant
}

/** The name of an identity's credential in the audit trail; null for a password. */
export const auditNameOf = (identity: Identity): string | null => {
  switch (identity.via) {
    case "session":
    case "bearer":
      return sessionName(identity.session.id)
    case "token":
      return tokenName(identity.token.id)
    case "basic":
      return null
  }
}
