import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Audit } from "../audit/audit.ts"
import { traceOf } from "../identity/identity.ts"
import type { Passwords } from "../password/passwords.ts"
import { Recovery } from "../recovery/recovery.ts"
import type { Credentials } from "../secret/credentials.ts"
import type { SignedTokens } from "../secret/signed-tokens.ts"
import type { SessionOptions } from "../session/session-service.ts"
import { Sessions } from "../session/sessions.ts"
import type { Store } from "../store/store.ts"
import { Tokens } from "../token/tokens.ts"
import type { EditedFields } from "../user/user.ts"
import type { UserToChange } from "../user/user-service.ts"
import { Users } from "../user/users.ts"
import type { AdminOptions, AdminService } from "./admin-service.ts"
import { administers, makeAsAdmin, recentAdmin } from "./as-admin.ts"
import { makeImpersonate } from "./impersonate.ts"
import { makeSetPassword } from "./set-password.ts"

/** What administrators do to users. */
export class Admin extends Context.Service<Admin, AdminService>()("@latchkey/core/Admin") {
  static readonly layer = (
    options: AdminOptions,
    sessionOptions: SessionOptions
  ): Layer.Layer<
    Admin,
    never,
    Store | Users | Sessions | Tokens | Recovery | Passwords | Audit | Credentials | SignedTokens
  > => Layer.effect(Admin, makeAdmin(options, sessionOptions))
}

const makeAdmin = Effect.fnUntraced(function* (options: AdminOptions, sessionOptions: SessionOptions) {
  const users = yield* Users
  const sessions = yield* Sessions
  const tokens = yield* Tokens
  const recovery = yield* Recovery
  const asAdmin = yield* makeAsAdmin()
  const impersonate = yield* makeImpersonate(options, sessionOptions)
  const setPassword = yield* makeSetPassword(options)

  const createUser: AdminService["createUser"] = Effect.fn("Admin.createUser")(function* (actor, user, context = {}) {
    const grants = user.isSuperuser === true || (user.roles ?? []).length > 0
    yield* asAdmin(actor, grants ? recentAdmin : administers)
    return yield* users.create(user, { ...context, ...traceOf(actor, context.client) })
  })

  const editUser: AdminService["editUser"] = Effect.fn("Admin.editUser")(function* (actor, seen, change, client) {
    yield* asAdmin(actor, opensAccount(seen, change) ? recentAdmin : undefined)
    return yield* users.edit(seen, change, traceOf(actor, client))
  })

  const removeUser: AdminService["removeUser"] = Effect.fn("Admin.removeUser")(function* (actor, id, client) {
    yield* asAdmin(actor, recentAdmin)
    return yield* users.remove(id, traceOf(actor, client))
  })

  const endCredentials: AdminService["endCredentials"] = Effect.fn("Admin.endCredentials")(
    function* (actor, id, client) {
      yield* asAdmin(actor)
      return yield* users.endCredentials(id, { as: "admin", ...traceOf(actor, client) })
    }
  )

  const closeSession: AdminService["closeSession"] = Effect.fn("Admin.closeSession")(function* (actor, key, client) {
    yield* asAdmin(actor)
    return yield* sessions.close(key, { as: "admin", ...traceOf(actor, client) })
  })

  const revokeToken: AdminService["revokeToken"] = Effect.fn("Admin.revokeToken")(function* (actor, key, client) {
    yield* asAdmin(actor)
    return yield* tokens.revoke(key, { as: "admin", ...traceOf(actor, client) })
  })

  const sendPasswordLink: AdminService["sendPasswordLink"] = Effect.fn("Admin.sendPasswordLink")(function* (
    actor,
    id,
    context = {}
  ) {
    yield* asAdmin(actor)
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

/** Whether a change gives somebody a way in or a right that they had not. */
const opensAccount = (seen: EditedFields, { email, isActive, isSuperuser, roles }: UserToChange): boolean =>
  (email !== undefined && email !== seen.email) ||
  (isActive === true && !seen.isActive) ||
  (isSuperuser === true && !seen.isSuperuser) ||
  (roles?.some((role) => !seen.roles.includes(role)) ?? false)
