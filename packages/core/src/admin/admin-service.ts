import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Client, MailTrace } from "../audit/trace.ts"
import type { HookFailed } from "../hook/hook-errors.ts"
import type { Identity } from "../identity/identity.ts"
import type { Busy } from "../password/hash-queue.ts"
import type { PasswordRefused } from "../password/password-errors.ts"
import type { HasherError } from "../password/password-hasher.ts"
import type { NotInvitable } from "../recovery/recovery-errors.ts"
import type { SecretText } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import type { Session, SessionKind } from "../session/session.ts"
import type { ImpersonationOptions } from "../session/session-service.ts"
import type { SessionKey } from "../session/session-store.ts"
import type { CredentialEnded } from "../store/actor.ts"
import type { StoreError } from "../store/store-error.ts"
import type { TokenKey } from "../token/token-store.ts"
import type { EditedFields, User } from "../user/user.ts"
import type { DeletionRefused, LastSuperuser, UserNotFound } from "../user/user-errors.ts"
import type { UserService, UserToChange, UserToCreate } from "../user/user-service.ts"
import type {
  AdminRefused,
  ImpersonationInvalid,
  ImpersonationRefused,
  SettingPasswordNotAllowed
} from "./admin-errors.ts"

export interface AdminOptions extends ImpersonationOptions {
  /** Milliseconds that an impersonation lasts, unless the administrator asks for less. */
  readonly lifetime: number
  /** Whether administrators set passwords of users. */
  readonly maySetPassword: boolean
}

/** What an administrator asks for who acts in a user's place. */
export interface Impersonating {
  /** Why, for the trail and for the user's list of sessions: at most 200 characters. */
  readonly reason?: string | null
  /** Default and at most the option `impersonation.lifetime`. A bare number is milliseconds. */
  readonly lifetime?: Duration.Input
  /** Default `bearer`. */
  readonly kind?: SessionKind
  readonly client?: Client
}

/** A session in which an administrator acts in the user's place, and its secret, which is shown only this once. */
export interface Impersonated {
  readonly user: User
  readonly session: Session
  readonly secret: Redacted.Redacted<string>
}

type FailureOf<Verb> = Verb extends (...args: never) => Effect.Effect<infer _A, infer E> ? E : never

type PasswordFailure = PasswordRefused | HookFailed | Busy | HasherError

/** Why an administrator may not. */
export type AdminFailure = AdminRefused | CredentialEnded | StoreError

/**
 * What administrators do to users. Each verb begins with who asks, an identity, and looks whether they still may administer right
 * before it acts; it is in the trail under their name. Reading needs no verb here: `users.list`, `sessions.list`, `tokens.list`
 * and `audit.list` say it all, behind the policy `admin`.
 */
export interface AdminService {
  /**
   * Creates a user, as `users.create` does. Needs a recent log-in, or a token with the scope `latchkey:admin`; no token makes a
   * superuser or gives a role.
   */
  readonly createUser: (
    actor: Identity,
    user: UserToCreate,
    trace?: Omit<MailTrace, "actor">
  ) => Effect.Effect<User, AdminFailure | FailureOf<UserService["create"]>>
  /**
   * Changes a user who still is as seen, as `users.edit` does. Another e-mail address, another role, and the making of a superuser or
   * an active user, and the word that an address is proved, need a recent log-in (ADM-05, ADM-17). With a mailer, a former
   * address that was proved is told (ADM-20).
   */
  readonly editUser: (
    actor: Identity,
    seen: Pick<User, "id"> & EditedFields,
    change: UserToChange,
    client?: Client
  ) => Effect.Effect<User, AdminFailure | FailureOf<UserService["edit"]>>
  /** Removes a user and everything that is theirs. False when they were gone already. Needs a recent log-in. */
  readonly removeUser: (
    actor: Identity,
    id: UserId,
    client?: Client
  ) => Effect.Effect<boolean, AdminFailure | DeletionRefused | HookFailed | LastSuperuser>
  /** Ends every session and token of a user at once. Returns how many sessions. */
  readonly endCredentials: (actor: Identity, id: UserId, client?: Client) => Effect.Effect<number, AdminFailure>
  /** Ends one session of a user. False when it was gone already. */
  readonly closeSession: (actor: Identity, key: SessionKey, client?: Client) => Effect.Effect<boolean, AdminFailure>
  /** Ends one token of a user. False when it was gone already. */
  readonly revokeToken: (actor: Identity, key: TokenKey, client?: Client) => Effect.Effect<boolean, AdminFailure>
  /**
   * Mails a user a link to choose a password: another invitation to whoever has none yet, a reset to the others. The administrator
   * never sees it. Without a mailer nothing is mailed.
   */
  readonly sendPasswordLink: (
    actor: Identity,
    id: UserId,
    trace?: Omit<MailTrace, "actor">
  ) => Effect.Effect<void, AdminFailure | UserNotFound | NotInvitable>
  /**
   * Sets a user's password, who must choose one of their own when they next log in. Ends every session and token of theirs, in the same
   * step. Needs a recent log-in, and the option `admin.maySetPassword`.
   */
  readonly setPassword: (
    actor: Identity,
    id: UserId,
    password: SecretText,
    client?: Client
  ) => Effect.Effect<User, AdminFailure | SettingPasswordNotAllowed | UserNotFound | PasswordFailure>
  /**
   * Opens a session in which the administrator acts in the user's place (IMP-01..06). The trail has it before it exists; it ends by
   * itself, and with the administrator's right or log-in. Needs a recent log-in with a session. Fails with `UserNotFound` for a user
   * who is not there or not active.
   */
  readonly impersonate: (
    actor: Identity,
    id: UserId,
    wanted?: Impersonating
  ) => Effect.Effect<Impersonated, AdminFailure | UserNotFound | ImpersonationRefused | ImpersonationInvalid>
}
