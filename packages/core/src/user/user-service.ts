import type * as Effect from "effect/Effect"
import type { Client, MailTrace, Trace } from "../audit/trace.ts"
import type { HookFailed } from "../hook/hook-errors.ts"
import type { Busy } from "../password/hash-queue.ts"
import type { PasswordRefused } from "../password/password-errors.ts"
import type { HasherError } from "../password/password-hasher.ts"
import type { CheckFailure } from "../password/passwords.ts"
import type { SecretText } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import type { SessionId } from "../session/session.ts"
import type { Actor, CredentialEnded } from "../store/actor.ts"
import type { StoreError } from "../store/store-error.ts"
import type { TooManyAttempts } from "../throttle/throttle-errors.ts"
import type { ImportContext, UserImport, UserToImport } from "./imported-user.ts"
import type { RequiredNames } from "./new-user.ts"
import type { EditedFields, User } from "./user.ts"
import type {
  AccountNameInvalid,
  AccountNameTaken,
  DeletionRefused,
  EditConflict,
  LastSuperuser,
  RegistrationClosed,
  RegistrationRefused,
  RemovalNotAllowed,
  UnknownRole,
  UserNotFound
} from "./user-errors.ts"
import type { UserCount, UserFilter, UserPage, UserPlace } from "./user-list.ts"
import type { AdminField, UserChange } from "./user-store.ts"

export interface UserOptions {
  readonly logins: RequiredNames
  /** The roles that users can have, with their descriptions. */
  readonly roles: Readonly<Record<string, string>>
  readonly registration: "open" | "invite" | "closed"
  /** Whether a new user with an address is mailed a link that verifies it. */
  readonly verifyNew: boolean
  /** Every new user is a superuser. Only for trying things out. */
  readonly unsafeDevMode: boolean
  /** Whether people may remove their own account. */
  readonly mayDelete: boolean
}

/** Someone who wants to become a user. The option `logins` says which of the names they must bring. */
export interface Registration {
  readonly username?: string | null
  readonly email?: string | null
  readonly password: SecretText
}

/**
 * A user whom an administrator or a program creates. Without a password nobody can log in as them until they accept the invitation
 * that is mailed to them. Without an e-mail
 * address they are not verified, whatever `isVerified` says.
 */
export interface UserToCreate {
  readonly username?: string | null
  readonly email?: string | null
  readonly password?: SecretText
  readonly isSuperuser?: boolean
  readonly isVerified?: boolean
  readonly mustChangePassword?: boolean
  readonly roles?: ReadonlyArray<string>
}

/** Where a repeated registration comes from. */
export interface RepeatContext {
  readonly client?: Client
  /** The device credential that the browser sent, if any. */
  readonly device?: SecretText | null
}

/** What to change in a user; what is absent stays. Names are checked like those of a new user. */
export interface UserToChange extends Omit<UserChange, "username" | "email"> {
  readonly username?: string
  readonly email?: string
}

/** What users change about themselves; what is absent stays. */
export interface ChangeOfSelf extends Omit<UserToChange, AdminField> {
  readonly password?: SecretText
}

type PasswordFailure = PasswordRefused | HookFailed | Busy | HasherError

export interface UserService {
  /**
   * Registers a user at their own request. The hooks `validateEmail` and `beforeRegister` are asked first, and the password is
   * checked before the names are looked up.
   */
  readonly register: (
    registration: Registration,
    trace?: MailTrace
  ) => Effect.Effect<
    User,
    | RegistrationClosed
    | RegistrationRefused
    | AccountNameInvalid
    | AccountNameTaken
    | TooManyAttempts
    | PasswordFailure
    | StoreError
  >
  /**
   * The user whom this very registration has made already: one of exactly these names and this password, at most ten minutes old.
   * For a form that was sent twice, by a second click or a reload. Null otherwise. Counts as a log-in.
   */
  readonly findJustRegistered: (
    registration: Registration,
    context?: RepeatContext
  ) => Effect.Effect<User | null, CheckFailure>
  /**
   * Creates a user on someone else's authority, with roles. The hooks `validateEmail` and `beforeRegister` are asked first.
   * Without a password, an invitation to choose one goes to their address.
   */
  readonly create: (
    user: UserToCreate,
    trace?: MailTrace
  ) => Effect.Effect<
    User,
    RegistrationRefused | AccountNameInvalid | AccountNameTaken | UnknownRole | PasswordFailure | StoreError
  >
  /**
   * Adds users of another system just as they were there, with their hashes, and says of each what became of them. May be repeated:
   * who is there already stays as they are. No hook is asked and no mail is sent. Takes any number, a hundred in one call of
   * the store; an outage fails what is left, and a repetition adds it.
   */
  readonly import: (
    users: ReadonlyArray<UserToImport>,
    context: ImportContext
  ) => Effect.Effect<ReadonlyArray<UserImport>, StoreError>
  readonly find: (id: UserId) => Effect.Effect<User | null, StoreError>
  /** The user with exactly this username, or, if it has an `@`, this address, in any case; null if there is none. */
  readonly findByName: (name: string) => Effect.Effect<User | null, StoreError>
  /**
   * A page of users, at most `limit` (default 50, at most 500), newest first. A `query` finds those whose username or address begins
   * with it, in any case, in the order of what begins so; with an `@` at its front, those whose address is at such a domain; and the one whose id it is.
   * The next page comes `after` the place that this one calls `next`; null means that there is none. A page can be short, or
   * empty, and have a next one: a call looks at no more than 2 000 users for a filter that has no index (ADM-11).
   */
  readonly list: (page?: {
    readonly query?: string
    readonly filter?: UserFilter
    readonly after?: UserPlace | null
    readonly limit?: number
  }) => Effect.Effect<UserPage, StoreError>
  /** How many users `list` finds. Exact without a query and a filter; otherwise it may stop at some thousand, and says so. */
  readonly count: (search?: {
    readonly query?: string
    readonly filter?: UserFilter
  }) => Effect.Effect<UserCount, StoreError>
  /**
   * Changes a user. A new e-mail address is unverified; a change of `isSuperuser`, `isActive` or `mustChangePassword` ends every
   * credential of the user at once. `roles` replaces them all, and ends no credential. The hook `validateEmail` is asked about another address.
   * When `trace.actor` is the user, another name counts like a registration (RAT-13).
   */
  readonly change: (
    id: UserId,
    change: UserToChange,
    trace?: Trace
  ) => Effect.Effect<
    User,
    | UserNotFound
    | AccountNameInvalid
    | AccountNameTaken
    | UnknownRole
    | HookFailed
    | LastSuperuser
    | TooManyAttempts
    | StoreError
  >
  /**
   * Changes a user as `change` does, if they still are as seen: for forms, which were filled in over a state that somebody else may
   * have changed. Else fails with `EditConflict`, and changes nothing (ADM-15).
   */
  readonly edit: (
    seen: Pick<User, "id"> & EditedFields,
    change: UserToChange,
    trace?: Trace
  ) => Effect.Effect<
    User,
    | UserNotFound
    | EditConflict
    | AccountNameInvalid
    | AccountNameTaken
    | UnknownRole
    | HookFailed
    | LastSuperuser
    | TooManyAttempts
    | StoreError
  >
  /**
   * Changes the actor's own names, password or both, in one step: a refusal changes nothing. An identity is an actor. When what they
   * act with has ended since they were identified, fails with `CredentialEnded` (SES-20). A new password ends
   * every credential of the user but the session that they act with (SES-21). Another name counts like a registration (RAT-13), and the hook `validateEmail` is asked
   * about another address. Whether they must prove who they are again is up to the caller. With a mailer, another e-mail address is not changed yet: a link goes to it, and `Recovery.changeEmail` changes it
   * once it is proved (REG-06). A further request ends the one before.
   */
  readonly changeSelf: (
    actor: Actor,
    change: ChangeOfSelf,
    trace?: MailTrace
  ) => Effect.Effect<
    User,
    CredentialEnded | AccountNameInvalid | AccountNameTaken | TooManyAttempts | PasswordFailure | StoreError
  >
  /**
   * Sets a user's password on somebody else's authority, for whoever runs the server. The user must choose one of their own when they
   * next log in (PWD-25), and every credential of theirs ends in the same step. `admin.setPassword` is for administrators.
   */
  readonly setPassword: (
    id: UserId,
    password: SecretText,
    trace?: Trace
  ) => Effect.Effect<User, UserNotFound | PasswordFailure | StoreError>
  /**
   * Ends every credential of a user at once, sessions and tokens, including one that is issued at this moment. Returns how
   * many sessions it ended.
   */
  readonly endCredentials: (id: UserId, trace?: Trace<"owner" | "admin">) => Effect.Effect<number, StoreError>
  /**
   * Removes a user and everything that belongs to it, as an administrator does. False when it was gone already. The audit trail
   * keeps the id. The hook `beforeDelete` is asked first.
   */
  readonly remove: (
    id: UserId,
    trace?: Trace
  ) => Effect.Effect<boolean, DeletionRefused | HookFailed | LastSuperuser | StoreError>
  /**
   * Removes the actor's own account. An identity is an actor. When what they act with has ended since they were identified, fails with
   * `CredentialEnded`, and nothing is removed (SES-20). Fails with `RemovalNotAllowed` where `profile.mayDelete` is off, and for a
   * program: one with a token, or with a session for which nobody gave a password (PRI-03). Whether they must prove who they are
   * again is up to the caller. The hook `beforeDelete` is asked first.
   */
  readonly removeSelf: (
    actor: Actor,
    client?: Client
  ) => Effect.Effect<
    void,
    RemovalNotAllowed | CredentialEnded | DeletionRefused | HookFailed | LastSuperuser | StoreError
  >
  /**
   * Whether a user removed their own account with this session within the last ten minutes. For a form that was sent twice,
   * and whose first answer removed the account. Whoever does not know the session's id learns of nobody whether they are
   * there.
   */
  readonly wasRemovedBy: (session: {
    readonly owner: UserId
    readonly id: SessionId
  }) => Effect.Effect<boolean, StoreError>
}
