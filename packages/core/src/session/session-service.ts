import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { LoginMethod } from "../audit/audit-event.ts"
import type { Client, Trace } from "../audit/trace.ts"
import type { CheckFailure } from "../password/passwords.ts"
import type { SecretText } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import type { FoundSession } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import type { ListPage } from "../vocabulary/page.ts"
import type { LoneToken, ResumedToken } from "./lone-token.ts"
import type { Json, Session, SessionKind } from "./session.ts"
import type {
  InvalidCredentials,
  NotVerified,
  SessionDataChanged,
  SessionDataTooLarge,
  SessionEnded
} from "./session-errors.ts"
import type { SessionKey } from "./session-store.ts"

export interface SessionOptions {
  /** Milliseconds without use after which a session ends. */
  readonly idle: number
  /** Milliseconds after which a session ends, used or not. */
  readonly absolute: number
  /** How many sessions a user may have; one more ends the oldest. */
  readonly perUser: number
  /** Refuse log-ins of users whose e-mail address is not verified. */
  readonly requireVerified: boolean
  readonly collectIp: boolean
  readonly collectUserAgent: boolean
}

/** Which sessions an administrator may act in. */
export interface ImpersonationOptions {
  readonly enabled: boolean
  readonly ofSuperusers: boolean
}

/** What someone logs in with. A name with an `@` is looked up as an e-mail address, in whichever of the two fields it came. */
export interface LogIn {
  readonly username?: string | null
  readonly email?: string | null
  readonly password: SecretText
}

/** How the log-in came. */
export interface LogInContext {
  /** Default `bearer` for direct calls; the login page opens `browser` sessions. */
  readonly kind?: SessionKind
  readonly method?: LoginMethod
  readonly client?: Client
  /** The device credential that the browser sent, if any. */
  readonly device?: SecretText | null
}

/** How a session is opened without a password. */
export interface OpenContext extends Pick<LogInContext, "kind" | "client"> {
  /**
   * Default true: the user has proved who they are just now, so the session is fresh for `recently`. A session that is not stays so until
   * its user confirms the password. Until then it also approves no CLI login, if it is a bearer session (DEV-14).
   */
  readonly isRecent?: boolean
}

/** A session, and the secret that resumes it, which is shown only this once. Behind a stateless token the store has no session. */
export interface OpenedSession {
  readonly session: Session
  readonly secret: Redacted.Redacted<string>
}

export interface LoggedIn extends OpenedSession {
  readonly user: User
  /** A new credential for the device's cookie, in place of the one that was sent; null for a program. */
  readonly device: Redacted.Redacted<string> | null
}

/** Who ends a session. */
export type ClosedBy = Trace<"logout" | "owner" | "admin">

/** A live session with its user. */
export interface ResumedSession extends FoundSession {
  /** The administrator who acts in the user's place, if one does. */
  readonly actor?: User
}

export interface SessionService {
  /** Checks the password and opens a session with a new secret, which is shown only this once. */
  readonly logIn: (
    credentials: LogIn,
    context?: LogInContext
  ) => Effect.Effect<LoggedIn, InvalidCredentials | NotVerified | CheckFailure>
  /**
   * Opens a session for a user who proved who they are in another way. No password is checked and no limit counts, but
   * `sessions.requireVerified` applies.
   */
  readonly open: (user: User, context?: OpenContext) => Effect.Effect<OpenedSession, NotVerified | StoreError>
  /**
   * The user and session of a secret, or null when it does not open a session, or no longer does. Notes the use, coarsely.
   * With a kind: resumes, and keeps alive, only a session that was opened for that transport (SES-17). One in which an administrator
   * acts in the user's place costs two further store calls, which ask whether they still may (IMP-05, IMP-09).
   */
  readonly resume: (secret: SecretText, kind?: SessionKind) => Effect.Effect<ResumedSession | null, StoreError>
  /**
   * What a bearer token opens: a session, as `resume` says, or with the option `accessTokens` a user without one, whose token stands for
   * itself. That costs a call for each row that it rests on, all made at once. Null when it opens nothing.
   */
  readonly resumeBearer: (secret: SecretText) => Effect.Effect<ResumedSession | ResumedToken | null, StoreError>
  /**
   * Logs the owner of a secret in again, whose session has ended: as `logIn`, for a person whose browser still has the secret, and so
   * need not type a name. For a form that was sent twice, and whose first answer ended the session.
   */
  readonly logInAgain: (
    secret: SecretText,
    password: SecretText,
    context?: LogInContext
  ) => Effect.Effect<LoggedIn, InvalidCredentials | NotVerified | CheckFailure>
  /** Asks for the password again and gives the session a new secret, fresh for `recently` (SES-03, SES-12). */
  readonly confirm: (
    session: Session,
    password: SecretText,
    client?: Client,
    device?: SecretText | null
  ) => Effect.Effect<OpenedSession, InvalidCredentials | SessionEnded | CheckFailure>
  /**
   * Replaces this session by one with a new secret at the user's present epoch, as after a password change. With `isRecent: false`, for
   * when the user has not proved who they are, it is as fresh for `recently` as it was.
   */
  readonly renew: (
    session: Session,
    user: User,
    context?: Pick<OpenContext, "isRecent">
  ) => Effect.Effect<OpenedSession, SessionEnded | StoreError>
  /**
   * The user's live sessions, newest first, at most `limit` (default 50, at most 500); `after` continues a list at its last
   * session.
   */
  readonly list: (userId: UserId, page?: Partial<ListPage>) => Effect.Effect<ReadonlyArray<Session>, StoreError>
  /**
   * A new credential for the cookie of a device that its owner uses, as after a password change, which ends all that were known.
   * Guessing from elsewhere cannot keep this device out (RAT-03).
   */
  readonly rememberDevice: (user: User) => Effect.Effect<Redacted.Redacted<string>, StoreError>
  /** Ends a session. True when this call ended it; false when it was gone already, so retries are safe. */
  readonly close: (key: SessionKey, trace?: ClosedBy) => Effect.Effect<boolean, StoreError>
  /** Ends the session of a secret, even if it no longer opens anything. True when this call ended it. */
  readonly closeBySecret: (secret: SecretText, trace?: ClosedBy) => Effect.Effect<boolean, StoreError>
  /**
   * Ends a token of the system before us, which has no session. True when this call ended it. A stateless token lives on until its end
   * by the clock: for it the answer is false.
   */
  readonly closeToken: (
    held: { readonly user: User; readonly jwt: LoneToken },
    trace?: ClosedBy
  ) => Effect.Effect<boolean, StoreError>
  /**
   * Ends all sessions of the user except this one, and returns how many; also all tokens of the system before us. `users.endCredentials`
   * ends personal access tokens and stateless ones too. Fails for a session in which an administrator acts: it is not the user's, and
   * ends none of theirs (IMP-04).
   */
  readonly closeOthers: (session: Session, trace?: ClosedBy) => Effect.Effect<number, SessionEnded | StoreError>
  /**
   * Ends all sessions of a user, and returns how many; also all tokens of the system before us. Personal access tokens go on, unless the
   * application makes stateless tokens: these end only with all else. 0 if there is no such user.
   */
  readonly closeAll: (userId: UserId, trace?: ClosedBy) => Effect.Effect<number, StoreError>
  /** Writes the session's data, unless someone else has since this session was read. At most 16 kB. */
  readonly setData: (
    session: Session,
    data: Json
  ) => Effect.Effect<Session, SessionDataChanged | SessionDataTooLarge | StoreError>
}
