import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { userFieldChanges } from "../audit/audit-event.ts"
import { makeLogLimit } from "../audit/log-limit.ts"
import { type Client, type MailTrace, type Trace, unknownClient } from "../audit/trace.ts"
import type { Codes } from "../code/codes.ts"
import { BeforeHooks } from "../hook/before-hooks.ts"
import type { RegistrationAsked } from "../hook/hooks.ts"
import { Outbox } from "../mail/outbox.ts"
import { Passwords } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { pageLimit } from "../vocabulary/page.ts"
import type { Instant } from "../vocabulary/time.ts"
import { parseAccountName, readQuery } from "./account-name.ts"
import { makeAskAboutEmail } from "./ask-about-email.ts"
import { makeChangeSelf } from "./change-self.ts"
import { makeCodeMail } from "./code-mail.ts"
import { makeCountedNames } from "./counted-names.ts"
import { makeImportUsers } from "./import-users.ts"
import { makeInvitation } from "./invitation.ts"
import { makeFindJustRegistered } from "./just-registered.ts"
import { type AccountNames, checkName, checkNames, newUser } from "./new-user.ts"
import { canonicalEmailOf, ownEmail } from "./own-email.ts"
import { makeRemoveUser } from "./remove-user.ts"
import { checkRoles } from "./roles.ts"
import { makeSetPassword } from "./set-password.ts"
import { type EditedFields, hasVerifiedEmail, type User } from "./user.ts"
import { RegistrationClosed, RegistrationRefused, UserNotFound } from "./user-errors.ts"
import type { Registration, UserOptions, UserService, UserToChange, UserToCreate } from "./user-service.ts"
import type { UserChange } from "./user-store.ts"

/** Users: creating, finding, changing and removing them. */
export class Users extends Context.Service<Users, UserService>()("@latchkey/core/Users") {
  static readonly layer = (
    options: UserOptions
  ): Layer.Layer<Users, never, Store | Passwords | Throttle | Audit | Credentials | Codes | Outbox> =>
    Layer.effect(Users, makeUsers(options))
}

const makeUsers = Effect.fnUntraced(function* (options: UserOptions) {
  const { users, sessions, tokens, codes: mailedCodes } = yield* Store
  const passwords = yield* Passwords
  const throttle = yield* Throttle
  const audit = yield* Audit
  const { newUserId } = yield* Credentials
  const countedNames = yield* makeCountedNames()
  const hooks = yield* BeforeHooks
  const askAboutEmail = yield* makeAskAboutEmail()
  const codeMail = yield* makeCodeMail()
  const invitation = yield* makeInvitation()
  const { hasMailer } = yield* Outbox
  const log = makeLogLimit()

  const refuseRegistration = (reason: "closed" | "taken" | "host", client: Client) =>
    audit.append("user.register-refused", { details: { reason }, client })

  /** The host is asked once the names can be some, and before the password costs a hash. */
  const askHost = Effect.fnUntraced(function* ({ username, email }: AccountNames, asked: RegistrationAsked) {
    const { client } = asked
    const by = asked.by === "self" ? "self" : "other"
    yield* Effect.tapErrorTag(askAboutEmail(email, { user: null, by, client }), "AccountNameInvalid", () =>
      refuseRegistration("host", client)
    )
    const wanted = { username: username?.typed ?? null, email: email?.typed ?? null }
    const reason = yield* hooks.beforeRegister(wanted, asked)
    if (reason === null) return
    yield* refuseRegistration("host", client)
    return yield* new RegistrationRefused({ reason })
  })

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

  const create = Effect.fn("Users.create")(function* (wanted: UserToCreate, { lang = null, ...trace }: MailTrace = {}) {
    const names = yield* checkNames(wanted, "both")
    const roles = yield* checkRoles(wanted.roles ?? [], options.roles, [])
    const { client = unknownClient } = trace
    yield* askHost(names, { client, by: "create" })
    const { username, email, password } = wanted
    const passwordHash = password === undefined ? null : yield* passwords.make(password, [username, email], client)
    const { isSuperuser = false, isVerified = false, mustChangePassword = false } = wanted
    const now = yield* Clock.currentTimeMillis
    const fields = { isSuperuser, isVerified, mustChangePassword, roles }
    const made = newUser(names, fields, passwordHash, now, newUserId(now))
    yield* users.insert(made)
    const details = { isSuperuser, ...(roles.length === 0 ? {} : { roles: roles.join(" ") }) }
    yield* audit.append("user.created", { details, subject: made.user.id, ...trace })
    if (passwordHash === null && hasMailer) yield* invite(made.user, lang, trace)
    return made.user
  })

  /** The user is made by now, so a store that is away does not fail it: the invitation is made later. */
  const invite = Effect.fnUntraced(function* (user: User, lang: string | null, trace: Trace) {
    const email = ownEmail(user)
    if (email === null) return
    yield* Effect.catchTag(invitation.send(user, email, lang, trace), "StoreError", () =>
      invitation.sendLater(user, lang, trace)
    )
  })

  const findByName = (name: string) => {
    const canonical = parseAccountName(name)
    return canonical === null
      ? Effect.succeed(null)
      : Effect.map(users.findByName(canonical), (found) => found?.user ?? null)
  }

  const change = Effect.fn("Users.change")(function* (id: UserId, wanted: UserToChange, trace: Trace = {}) {
    return yield* changeBy(id, wanted, trace, (change, at) => users.change(id, change, at))
  })

  const edit = Effect.fn("Users.edit")(function* (
    seen: Pick<User, "id"> & EditedFields,
    wanted: UserToChange,
    trace: Trace = {}
  ) {
    return yield* changeBy(seen.id, wanted, trace, (change, at) => users.edit(seen.id, seen, change, at))
  })

  /** Changes a user by a verb of the store, and tells what changed. */
  const changeBy = Effect.fnUntraced(function* <E extends { readonly _tag: string }>(
    id: UserId,
    { username, email, roles, ...states }: UserToChange,
    trace: Trace,
    write: (change: UserChange, at: Instant) => Effect.Effect<User | null, E>
  ) {
    const names = {
      ...(username === undefined ? {} : { username: yield* checkName("username", username) }),
      ...(email === undefined ? {} : { email: yield* checkName("email", email) })
    }
    const before = yield* users.find(id)
    const held = before?.roles ?? []
    const fields = roles === undefined ? states : { ...states, roles: yield* checkRoles(roles, options.roles, held) }
    const { client = unknownClient } = trace
    const isOwnWish = before !== null && trace.actor === id
    if (before !== null) yield* askAboutEmail(names.email, { user: before, by: isOwnWish ? "self" : "other", client })
    const changing = write({ ...fields, ...names }, yield* Clock.currentTimeMillis)
    // Whoever gives an account another address takes it from the mailboxes that it had: their codes open nothing any more (REC-08).
    if (!isOwnWish && names.email !== undefined && names.email.canonical !== (before && canonicalEmailOf(before)))
      yield* mailedCodes.removeAll(id)
    const after = yield* isOwnWish ? countedNames(before, names, client, changing) : changing
    if (before === null || after === null) return yield* new UserNotFound()
    const changes = userFieldChanges(before, after)
    if (changes.length > 0) yield* audit.append("user.changed", { details: { changes }, subject: id, ...trace })
    return after
  })

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
    const revoked = yield* Effect.catchTag(tokens.revokeAll(id), "StoreError", ({ operation }) =>
      Effect.as(log.warning("ended tokens open nothing, but stay stored", { operation, user: id }), 0)
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
    ...(yield* makeRemoveUser(options))
  })
})
