import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient, userFieldChanges } from "../audit/audit-event.ts"
import type { Busy } from "../password/hash-queue.ts"
import type { PasswordRefused } from "../password/password-errors.ts"
import type { HasherError } from "../password/password-hasher.ts"
import { Passwords, type SecretText } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { Throttle } from "../throttle/throttle.ts"
import type { TooManyAttempts } from "../throttle/throttle-errors.ts"
import { newUser, type RequiredNames, readName, readNames } from "./new-user.ts"
import type { User } from "./user.ts"
import {
  type AccountNameInvalid,
  type AccountNameTaken,
  type LastSuperuser,
  RegistrationClosed,
  UserNotFound
} from "./user-errors.ts"
import type { UserChange, UserPage } from "./user-store.ts"

export interface UserOptions {
  readonly logins: RequiredNames
  readonly registration: "open" | "closed"
  /** Every new user is a superuser. For trying things out only. */
  readonly unsafeDevMode: boolean
}

/** Who wants to become a user. Which of the names must be there is the option `logins`. */
export interface Registration {
  readonly username?: string | null
  readonly email?: string | null
  readonly password: SecretText
}

/** A user made by an administrator or a program; without a password nobody can log in as them yet. */
export interface UserToCreate {
  readonly username?: string | null
  readonly email?: string | null
  readonly password?: SecretText
  readonly isSuperuser?: boolean
  readonly isVerified?: boolean
  readonly mustChangePassword?: boolean
}

/** What may be changed of a user; what is absent stays. Names are checked like new ones. */
export interface UserToChange {
  readonly username?: string
  readonly email?: string
  readonly isActive?: boolean
  readonly isSuperuser?: boolean
  readonly isVerified?: boolean
}

/** Who makes a change: for the audit trail. */
export interface By {
  readonly actor?: UserId | null
  readonly client?: Client
}

type PasswordFailure = PasswordRefused | Busy | HasherError

/** Users: making, finding, changing and removing them. */
export class Users extends Context.Service<
  Users,
  {
    /** Makes a user of someone who asks for it. The password is judged before the names are looked up. */
    readonly register: (
      registration: Registration,
      by?: By
    ) => Effect.Effect<
      User,
      RegistrationClosed | AccountNameInvalid | AccountNameTaken | TooManyAttempts | PasswordFailure | StoreError
    >
    /** Makes a user on someone's authority, with roles. */
    readonly create: (
      user: UserToCreate,
      by?: By
    ) => Effect.Effect<User, AccountNameInvalid | AccountNameTaken | PasswordFailure | StoreError>
    readonly find: (id: UserId) => Effect.Effect<User | null, StoreError>
    /** Users in order of registration, at most `limit` (default 50, at most 500); `query` keeps those whose name or address contains it. */
    readonly list: (page?: {
      readonly query?: string
      readonly offset?: number
      readonly limit?: number
    }) => Effect.Effect<UserPage, StoreError>
    /** Changes a user. A new e-mail address is unverified; a change of role or activity ends every credential of the user at once. */
    readonly change: (
      id: UserId,
      change: UserToChange,
      by?: By
    ) => Effect.Effect<User, UserNotFound | AccountNameInvalid | AccountNameTaken | LastSuperuser | StoreError>
    /** Removes a user with all that belongs to it. False when it was gone already. The audit trail keeps the id. */
    readonly remove: (id: UserId, by?: By) => Effect.Effect<boolean, LastSuperuser | StoreError>
  }
>()("@latchkey/core/Users") {
  static readonly layer = (
    options: UserOptions
  ): Layer.Layer<Users, never, Store | Passwords | Throttle | Audit | Credentials> =>
    Layer.effect(Users, makeUsers(options))
}

const makeUsers = Effect.fnUntraced(function* (options: UserOptions) {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const throttle = yield* Throttle
  const audit = yield* Audit
  const { newUserId } = yield* Credentials

  const refuseRegistration = (reason: "closed" | "taken", client: Client) =>
    audit.append("user.register-refused", { details: { reason }, client })

  const register = Effect.fn("Users.register")(function* (registration: Registration, by: By = {}) {
    const client = by.client ?? unknownClient
    const isOpen = options.registration === "open" && (options.unsafeDevMode || (yield* users.isSetUp))
    if (!isOpen) {
      yield* refuseRegistration("closed", client)
      return yield* new RegistrationClosed()
    }
    yield* throttle.attempt("register", client)
    const names = yield* readNames(registration, options.logins)
    const passwordHash = yield* passwords.make(registration.password, [registration.username, registration.email])
    const now = yield* Clock.currentTimeMillis
    const fields = { isSuperuser: options.unsafeDevMode, isVerified: false, mustChangePassword: false }
    const made = newUser(names, fields, passwordHash, now, newUserId(now))
    yield* Effect.tapError(users.insert(made), (error) =>
      error._tag === "AccountNameTaken" ? refuseRegistration("taken", client) : Effect.void
    )
    yield* audit.append("user.registered", { details: {}, actor: made.user.id, subject: made.user.id, client })
    return made.user
  })

  const create = Effect.fn("Users.create")(function* (wanted: UserToCreate, by: By = {}) {
    const names = yield* readNames(wanted, "both")
    const passwordHash =
      wanted.password === undefined ? null : yield* passwords.make(wanted.password, [wanted.username, wanted.email])
    const { isSuperuser = false, isVerified = false, mustChangePassword = false } = wanted
    const now = yield* Clock.currentTimeMillis
    const made = newUser(names, { isSuperuser, isVerified, mustChangePassword }, passwordHash, now, newUserId(now))
    yield* users.insert(made)
    yield* audit.append("user.created", { details: { isSuperuser }, subject: made.user.id, ...by })
    return made.user
  })

  const change = Effect.fn("Users.change")(function* (id: UserId, wanted: UserToChange, by: By = {}) {
    const { username, email, ...states } = wanted
    const names = {
      ...(username === undefined ? {} : { username: yield* readName("username", username) }),
      ...(email === undefined ? {} : { email: yield* readName("email", email) })
    }
    const before = yield* users.find(id)
    const change: UserChange = { ...states, ...names }
    const after = before === null ? null : yield* users.change(id, change, yield* Clock.currentTimeMillis)
    if (before === null || after === null) return yield* new UserNotFound()
    const changes = userFieldChanges(before, after)
    if (changes.length > 0) yield* audit.append("user.changed", { details: { changes }, subject: id, ...by })
    return after
  })

  const remove = Effect.fn("Users.remove")(function* (id: UserId, by: By = {}) {
    const isRemoved = yield* users.remove(id)
    if (isRemoved) yield* audit.append("user.removed", { details: {}, subject: id, ...by })
    return isRemoved
  })

  return Users.of({
    register,
    create,
    find: users.find,
    list: ({ query, offset = 0, limit = 50 } = {}) =>
      users.list({ query: query ?? null, offset: Math.max(0, offset), limit: Math.min(Math.max(1, limit), 500) }),
    change,
    remove
  })
})
