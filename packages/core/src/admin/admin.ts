import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Audit } from "../audit/audit.ts"
import type { Codes } from "../code/codes.ts"
import { traceOf } from "../identity/identity.ts"
import type { Outbox } from "../mail/outbox.ts"
import type { Passwords } from "../password/passwords.ts"
import { Recovery } from "../recovery/recovery.ts"
import type { Credentials } from "../secret/credentials.ts"
import type { SignedTokens } from "../secret/signed-tokens.ts"
import type { SessionOptions } from "../session/session-service.ts"
import { Sessions } from "../session/sessions.ts"
import type { Store } from "../store/store.ts"
import type { Throttle } from "../throttle/throttle.ts"
import { Tokens } from "../token/tokens.ts"
import { makeCreateUser } from "../user/create-user.ts"
import { makeEditUser } from "../user/edit-user.ts"
import { makeRemoveUser } from "../user/remove-user.ts"
import type { EditedFields } from "../user/user.ts"
import type { UserOptions, UserToChange, UserToCreate } from "../user/user-service.ts"
import { Users } from "../user/users.ts"
import type { AdminOptions, AdminService } from "./admin-service.ts"
import { administers, makeAsAdmin, recentAdmin } from "./as-admin.ts"
import { makeImpersonate } from "./impersonate.ts"
import { makeSetPassword } from "./set-password.ts"
import { makeTellFormer } from "./tell-former.ts"

/** What administrators do to users. */
export class Admin extends Context.Service<Admin, AdminService>()("@latchkey/core/Admin") {
  static readonly layer = (
    options: AdminOptions,
    sessionOptions: SessionOptions,
    userOptions: UserOptions
  ): Layer.Layer<
    Admin,
    never,
    | Store
    | Users
    | Sessions
    | Tokens
    | Recovery
    | Passwords
    | Throttle
    | Codes
    | Outbox
    | Audit
    | Credentials
    | SignedTokens
  > => Layer.effect(Admin, makeAdmin(options, sessionOptions, userOptions))
}

const makeAdmin = Effect.fnUntraced(function* (
  options: AdminOptions,
  sessionOptions: SessionOptions,
  userOptions: UserOptions
) {
  const users = yield* Users
  const sessions = yield* Sessions
  const tokens = yield* Tokens
  const recovery = yield* Recovery
  const create = yield* makeCreateUser(userOptions)
  const { edit } = yield* makeEditUser(userOptions)
  const { remove } = yield* makeRemoveUser(userOptions)
  const tellFormer = yield* makeTellFormer()
  const asAdmin = yield* makeAsAdmin()
  const impersonate = yield* makeImpersonate(options, sessionOptions)
  const setPassword = yield* makeSetPassword(options)

  const createUser: AdminService["createUser"] = Effect.fn("Admin.createUser")((actor, user, context = {}) =>
    withRight(
      asAdmin(
        actor,
        { verb: "createUser", subject: null, client: context.client },
        vouches(user) ? recentAdmin : administers
      ),
      (right) => create(user, { ...context, ...traceOf(actor, context.client) }, right)
    )
  )

  const editUser: AdminService["editUser"] = Effect.fn("Admin.editUser")((actor, seen, change, client) =>
    withRight(
      asAdmin(
        actor,
        { verb: "editUser", subject: seen.id, client },
        opensAccount(seen, change) ? recentAdmin : undefined
      ),
      (right) =>
        // Whoever was as seen is who was changed.
        Effect.tap(edit(seen, change, traceOf(actor, client), right), (user) => tellFormer(seen, user))
    )
  )

  const removeUser: AdminService["removeUser"] = Effect.fn("Admin.removeUser")((actor, id, client) =>
    withRight(asAdmin(actor, { verb: "removeUser", subject: id, client }, recentAdmin), (right) =>
      remove(id, traceOf(actor, client), right)
    )
  )

  const endCredentials: AdminService["endCredentials"] = Effect.fn("Admin.endCredentials")(
    function* (actor, id, client) {
      yield* asAdmin(actor, { verb: "endCredentials", subject: id, client })
      return yield* users.endCredentials(id, { as: "admin", ...traceOf(actor, client) })
    }
  )

  const closeSession: AdminService["closeSession"] = Effect.fn("Admin.closeSession")(function* (actor, key, client) {
    yield* asAdmin(actor, { verb: "closeSession", subject: key.owner, client })
    return yield* sessions.close(key, { as: "admin", ...traceOf(actor, client) })
  })

  const revokeToken: AdminService["revokeToken"] = Effect.fn("Admin.revokeToken")(function* (actor, key, client) {
    yield* asAdmin(actor, { verb: "revokeToken", subject: key.owner, client })
    return yield* tokens.revoke(key, { as: "admin", ...traceOf(actor, client) })
  })

  const sendPasswordLink: AdminService["sendPasswordLink"] = Effect.fn("Admin.sendPasswordLink")(function* (
    actor,
    id,
    context = {}
  ) {
    yield* asAdmin(actor, { verb: "sendPasswordLink", subject: id, client: context.client })
    yield* recovery.sendPasswordLink(id, { ...context, ...traceOf(actor, context.client) })
  })

  return Admin.of({
    createUser,
    editUser,
    removeUser,
    endCredentials,
    closeSession,
    revokeToken,
    sendPasswordLink,
    setPassword,
    impersonate
  })
})

/** Looks at a right before anything is asked or hashed, and once more right before the write, by which it may be gone (ADM-16). */
const withRight = <A, E, RightError>(
  right: Effect.Effect<unknown, RightError>,
  work: (right: Effect.Effect<unknown, RightError>) => Effect.Effect<A, E>
): Effect.Effect<A, E | RightError> => Effect.andThen(right, work(right))

/** Whether somebody new gets a right, or an address that counts as proved (ADM-17). */
const vouches = ({ isSuperuser, isVerified, roles = [] }: UserToCreate): boolean =>
  isSuperuser === true || isVerified === true || roles.length > 0

/**
 * Whether a change gives somebody a way in, a right that they had not, or an address that counts as proved: what a host gives to whoever
 * reads mails there, and what another account loses to whoever proves it, rests on that (ADM-17).
 */
const opensAccount = (seen: EditedFields, { email, isActive, isSuperuser, isVerified, roles }: UserToChange): boolean =>
  (email !== undefined && email !== seen.email) ||
  (isActive === true && !seen.isActive) ||
  (isSuperuser === true && !seen.isSuperuser) ||
  (isVerified === true && !seen.isVerified) ||
  (roles?.some((role) => !seen.roles.includes(role)) ?? false)
