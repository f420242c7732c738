import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { type Trace, unknownClient } from "../audit/trace.ts"
import { Passwords } from "../password/passwords.ts"
import type { UserId } from "../secret/user-id.ts"
import { readAndWrite } from "../store/read-and-write.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "./user.ts"
import { UserNotFound } from "./user-errors.ts"
import type { UserService } from "./user-service.ts"

/** Gives a user a password that somebody else chose, so they must choose another (PWD-25). Ends every credential in the same step. */
export const makeWriteSetPassword = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const audit = yield* Audit

  return Effect.fnUntraced(function* (
    id: UserId,
    hash: string,
    trace: Trace
  ): Effect.fn.Return<User, UserNotFound | StoreError> {
    const at = yield* Clock.currentTimeMillis
    const changed = yield* readAndWrite("users.changeWithProof", users.find(id), ({ epoch }) =>
      // A taken name cannot be: no name changes.
      Effect.catchTag(
        users.changeWithProof(
          id,
          { password: { hash, mustChangePassword: true, keep: null } },
          { epoch, revocations: null },
          at
        ),
        "AccountNameTaken",
        Effect.die
      )
    )
    if (changed === null) return yield* new UserNotFound()
    yield* audit.append("password.changed", { details: { by: "admin" }, subject: id, ...trace })
    return changed
  })
})

/** The same for whoever runs the server, whom nobody need let in. */
export const makeSetPassword = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const write = yield* makeWriteSetPassword()

  const setPassword: UserService["setPassword"] = Effect.fn("Users.setPassword")(function* (id, password, trace = {}) {
    const user = (yield* users.find(id)) ?? (yield* new UserNotFound())
    const hash = yield* passwords.makeFor(user, password, trace.client ?? unknownClient)
    return yield* write(id, hash, trace)
  })

  return { setPassword }
})
