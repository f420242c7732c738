import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { userFieldChanges } from "../audit/audit-event.ts"
import { type Trace, unknownClient } from "../audit/trace.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AccountName } from "./account-name.ts"
import { makeAskAboutEmail } from "./ask-about-email.ts"
import { makeCountedNames } from "./counted-names.ts"
import { checkName } from "./new-user.ts"
import { canonicalEmailOf } from "./own-email.ts"
import { checkRoles } from "./roles.ts"
import type { EditedFields, User } from "./user.ts"
import { UserNotFound } from "./user-errors.ts"
import type { UserOptions, UserToChange } from "./user-service.ts"
import type { ChangeByOthers } from "./user-store.ts"

/** Changes users on somebody else's authority: over whatever they are, or over what somebody saw. */
export const makeEditUser = Effect.fnUntraced(function* (options: Pick<UserOptions, "roles">) {
  const { users } = yield* Store
  const audit = yield* Audit
  const countedNames = yield* makeCountedNames()
  const askAboutEmail = yield* makeAskAboutEmail()

  /** Changes a user by a verb of the store, and tells what changed. `right` is asked for right before the write (ADM-16). */
  const changeBy = Effect.fnUntraced(function* <E extends { readonly _tag: string }, RightError>(
    id: UserId,
    { username, email, roles, ...states }: UserToChange,
    trace: Trace,
    right: Effect.Effect<unknown, RightError>,
    write: (change: ChangeByOthers, at: Instant) => Effect.Effect<User | null, E>
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
    yield* right
    // Whoever gives an account another address takes it from the mailboxes that it had: their codes open nothing any more (ADM-19). A
    // user who does it must not close the way back to the former one (REC-08).
    const isTakenOver = !isOwnWish && before !== null && isOtherEmail(before, names.email)
    const change = { ...fields, ...names, ...(isTakenOver ? { codes: "end" as const } : {}) }
    const changing = write(change, yield* Clock.currentTimeMillis)
    // Administrators need not try names out to learn who has them: their list tells.
    const after = yield* isOwnWish && !before.isSuperuser ? countedNames(before, names, client, changing) : changing
    if (before === null || after === null) return yield* new UserNotFound()
    const changes = userFieldChanges(before, after)
    if (changes.length > 0) yield* audit.append("user.changed", { details: { changes }, subject: id, ...trace })
    return after
  })

  return {
    change: (id: UserId, wanted: UserToChange, trace: Trace) =>
      changeBy(id, wanted, trace, Effect.void, (change, at) => users.change(id, change, at)),
    edit: <E>(
      seen: Pick<User, "id"> & EditedFields,
      wanted: UserToChange,
      trace: Trace,
      right: Effect.Effect<unknown, E>
    ) => changeBy(seen.id, wanted, trace, right, (change, at) => users.edit(seen.id, seen, change, at))
  }
})

const isOtherEmail = (user: User, email: AccountName | undefined): boolean =>
  email !== undefined && email.canonical !== canonicalEmailOf(user)
