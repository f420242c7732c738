import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { makeLogLimit } from "../audit/log-limit.ts"
import { type Client, type MailTrace, type Trace, unknownClient } from "../audit/trace.ts"
import type { Codes } from "../code/codes.ts"
import type { Outbox } from "../mail/outbox.ts"
import { Passwords } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { pageLimit } from "../vocabulary/page.ts"
import { parseAccountName, readQuery } from "./account-name.ts"
import { makeAskHost } from "./ask-host.ts"
import { makeChangeSelf } from "./change-self.ts"
import { makeCodeMail } from "./code-mail.ts"
import { makeCreateUser } from "./create-user.ts"
import { makeEditUser } from "./edit-user.ts"
import { makeImportUsers } from "./import-users.ts"
import { makeFindJustRegistered } from "./just-registered.ts"
import { checkNames, newUser } from "./new-user.ts"
import { makeRemoveUser } from "./remove-user.ts"
import { makeSetPassword } from "./set-password.ts"
import { hasVerifiedEmail, type User } from "./user.ts"
import { RegistrationClosed } from "./user-errors.ts"
import type { Registration, UserOptions, UserService } from "./user-service.ts"

/** Users: creating, finding, changing and removing them. */
export class Users extends Context.Service<Users, UserService>()("@latchkey/core/Users") {
  static readonly layer = (
    options: UserOptions
  ): Layer.Layer<Users, never, Store | Passwords | Throttle | Audit | Credentials | Codes | Outbox> =>
    Layer.effect(Users, makeUsers(options))
}

const makeUsers = Effect.fnUntraced(function* (options: UserOptions) {
  const { users, sessions, tokens } = yield* Store
  const passwords = yield* Passwords
  const throttle = yield* Throttle
  const audit = yield* Audit
  const { newUserId } = yield* Credentials
  const askHost = yield* makeAskHost()
  const codeMail = yield* makeCodeMail()
  const createUser = yield* makeCreateUser(options)
  const editUser = yield* makeEditUser(options)
  const { remove, ...removingSelf } = yield* makeRemoveUser(options)
  const log = makeLogLimit()

  const refuseRegistration = (reason: "closed" | "taken", client: Client) =>
    audit.append("user.register-refused", { details: { reason }, client })

  const register = Effect.fn("Users.register")(function* (registration: Registration, trace: MailTrace = {}) {
    const client = trace.client ?? unknownClient
    // Never before setup is done: who registers first must not get ahead of the administrator (SET-05, REG-07).
    const isOpen = options.registration === "open" && (options.unsafeDevMode || (yield* users.isSetUp))
    if (!isOpen) {
      yield* refuseRegistration("closed", client)
      return yield* new RegistrationClosed()
    }
    const counted = yield* throttle.attempt("register", client)
    return yield* throttle.orTakeBack(counted, enroll(registration, client, trace.lang ?? null))
  })

  const enroll = Effect.fnUntraced(function* (registration: Registration, client: Client, lang: string | null) {
    const names = yield* checkNames(registration, options.logins)
    yield* askHost(names, { client, by: "self" })
    const { username, email, password } = registration
    const passwordHash = yield* passwords.make(password, [username, email], client)
    const now = yield* Clock.currentTimeMillis
    const fields = { isSuperuser: options.unsafeDevMode, isVerified: false, mustChangePassword: false }
    const made = newUser(names, fields, passwordHash, now, newUserId(now))
    yield* Effect.tapError(users.insert(made), (error) =>
      error._tag === "AccountNameTaken" ? refuseRegistration("taken", client) : Effect.void
    )
    yield* audit.append("user.registered", { details: {}, actor: made.user.id, subject: made.user.id, client })
    yield* verifyNew(made.user, lang)
    return made.user
  })

  const verifyNew = (user: User, lang: string | null) =>
    options.verifyNew && user.email !== null
      ? codeMail.makeAndMail(users.find(user.id), lang, {
          purpose: "verify",
          cause: "anybody",
          isDue: (now) => !hasVerifiedEmail(now)
        })
      : Effect.void

  const create: UserService["create"] = Effect.fn("Users.create")((wanted, trace = {}) =>
    createUser(wanted, trace, Effect.void)
  )

  const change: UserService["change"] = Effect.fn("Users.change")((id, wanted, trace = {}) =>
    editUser.change(id, wanted, trace)
  )

  const findByName = (name: string) => {
    const canonical = parseAccountName(name)
    return canonical === null
      ? Effect.succeed(null)
      : Effect.map(users.findByName(canonical), (found) => found?.user ?? null)
  }

  const edit: UserService["edit"] = Effect.fn("Users.edit")((seen, wanted, trace = {}) =>
    editUser.edit(seen, wanted, trace, Effect.void)
  )

  const endCredentials = Effect.fn("Users.endCredentials")(function* (
    id: UserId,
    { as = "owner", ...trace }: Trace<"owner" | "admin"> = {}
  ) {
    const user = yield* users.endCredentials(id, yield* Clock.currentTimeMillis)
    const count = yield* sessions.closeAll(id, null)
    if (user !== null || count > 0) {
      yield* audit.append("session.closed", { details: { by: as, count }, subject: id, ...trace })
    }
    // The epoch has ended the tokens already: what stays stored opens nothing.
    const revoked = yield* Effect.catchTag(tokens.revokeAll(id), "StoreError", ({ logFields }) =>
      Effect.as(log.warning("ended tokens open nothing, but stay stored", { ...logFields, user: id }), 0)
    )
    if (revoked > 0) {
      yield* audit.append("token.revoked", { details: { by: as, count: revoked }, subject: id, ...trace })
    }
    return count
  })

  return Users.of({
    register,
    findJustRegistered: yield* makeFindJustRegistered(),
    create,
    import: yield* makeImportUsers(options.roles),
    find: users.find,
    findByName,
    list: ({ query, filter = {}, after = null, limit } = {}) =>
      users.list({ query: readQuery(query ?? ""), filter, after, limit: pageLimit(limit) }),
    count: ({ query, filter = {} } = {}) => users.count({ query: readQuery(query ?? ""), filter }),
    change,
    edit,
    changeSelf: yield* makeChangeSelf(),
    endCredentials,
    ...(yield* makeSetPassword()),
    remove: Effect.fn("Users.remove")((id: UserId, trace: Trace = {}) => remove(id, trace, Effect.void)),
    ...removingSelf
  })
})
