import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { userFieldChanges } from "../audit/audit-event.ts"
import { unknownClient } from "../audit/trace.ts"
import { Passwords } from "../password/passwords.ts"
import { type Actor, CredentialEnded, findActing, writeFor } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import { makeCountedNames } from "./counted-names.ts"
import { checkName } from "./new-user.ts"
import type { ChangeOfSelf, UserService } from "./user-service.ts"
import type { ProvedChange } from "./user-store.ts"

/** What users change about themselves: names, password or both, in one step. */
export const makeChangeSelf = Effect.fnUntraced(function* () {
  const store = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit
  const countedNames = yield* makeCountedNames()

  /** Everything that may be refused or take long comes before the look at the credential. */
  const prepare = Effect.fnUntraced(function* (actor: Actor, { username, email, password, ...others }: ChangeOfSelf) {
    const fields = {
      ...others,
      ...(username === undefined ? {} : { username: yield* checkName("username", username) }),
      ...(email === undefined ? {} : { email: yield* checkName("email", email) })
    }
    if (password === undefined) return fields satisfies ProvedChange
    const hash = yield* passwords.makeFor(actor.user, password, [username, email])
    const keep = actor.session?.id ?? null
    return { ...fields, password: { hash, mustChangePassword: false, keep } } satisfies ProvedChange
  })

  const changeSelf: UserService["changeSelf"] = Effect.fn("Users.changeSelf")(function* (
    actor,
    wanted,
    client = unknownClient
  ) {
    const { id } = actor.user
    if ((yield* findActing(store, actor)) === null) return yield* new CredentialEnded()
    const change = yield* prepare(actor, wanted)
    const writing = writeFor(store, actor, (proof, found) =>
      Effect.flatMap(Clock.currentTimeMillis, (at) =>
        Effect.map(store.users.changeWithProof(id, change, proof, at), (after) =>
          after === null ? null : { before: found.user, after }
        )
      )
    )
    const written = yield* countedNames(actor.user, change, client, writing)
    if (written === null) return yield* new CredentialEnded()
    // That nobody asks for another password any more is part of the new password's own event.
    const { mustChangePassword } = written.after
    const changes = userFieldChanges({ ...written.before, mustChangePassword }, written.after)
    const trace = { actor: id, subject: id, client }
    if (changes.length > 0) yield* audit.append("user.changed", { details: { changes }, ...trace })
    if (wanted.password !== undefined) yield* audit.append("password.changed", { details: { by: "owner" }, ...trace })
    return written.after
  })

  return changeSelf
})
