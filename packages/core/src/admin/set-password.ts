import * as Effect from "effect/Effect"
import { unknownClient } from "../audit/trace.ts"
import { traceOf } from "../identity/identity.ts"
import { Passwords } from "../password/passwords.ts"
import { Store } from "../store/store.ts"
import { makeWriteSetPassword } from "../user/set-password.ts"
import { UserNotFound } from "../user/user-errors.ts"
import { SettingPasswordNotAllowed } from "./admin-errors.ts"
import type { AdminOptions, AdminService } from "./admin-service.ts"
import { makeAsAdmin, recentAdmin } from "./as-admin.ts"

/** Passwords that an administrator sets. Their user knows that somebody else knows it, and must choose another (PWD-25). */
export const makeSetPassword = Effect.fnUntraced(function* ({ maySetPassword }: Pick<AdminOptions, "maySetPassword">) {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const write = yield* makeWriteSetPassword()
  const asAdmin = yield* makeAsAdmin()

  const setPassword: AdminService["setPassword"] = Effect.fn("Admin.setPassword")(function* (
    actor,
    id,
    password,
    client = unknownClient
  ) {
    const right = asAdmin(actor, { verb: "setPassword", subject: id, client }, recentAdmin)
    yield* right
    if (!maySetPassword) return yield* new SettingPasswordNotAllowed()
    const user = (yield* users.find(id)) ?? (yield* new UserNotFound())
    const hash = yield* passwords.makeFor(user, password, client)
    yield* right // a hash takes long enough to lose the right (ADM-16)
    return yield* write(id, hash, traceOf(actor, client))
  })

  return setPassword
})
