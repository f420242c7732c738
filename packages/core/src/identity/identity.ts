import type { Session } from "../session/session.ts"
import type { User } from "../user/user.ts"

/**
 * Who is calling, resolved once per request from whatever credential came. The user is as stored at this moment, so roles
 * and activity are never older than the request (SES-10).
 */
export interface SessionIdentity {
  readonly user: User
  /** `session`: a browser's cookie. `bearer`: the same kind of session, its secret in the Authorization header. */
  readonly via: "session" | "bearer"
  /** What the credential allows, within what the user may do: a session allows all of it. */
  readonly scopes: "all" | ReadonlyArray<string>
  readonly session: Session
}

export type Identity = SessionIdentity
