import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { auditNameOf, type Trace, unknownClient } from "../audit/trace.ts"
import { BeforeHooks } from "../hook/before-hooks.ts"
import type { UserId } from "../secret/user-id.ts"
import type { SessionId } from "../session/session.ts"
import { type Actor, CredentialEnded, findActing, isProgram, writeFor } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import { bucketKey } from "../throttle/bucket-key.ts"
import { REPEATED_FORM_MS } from "./just-registered.ts"
import { DeletionRefused, RemovalNotAllowed } from "./user-errors.ts"
import type { UserOptions, UserService } from "./user-service.ts"

/** Sessions of one user that ask for the removal at once. More than one person has. */
const MOST_LEAVING = 10

/** Removing users: by an administrator, and by themselves. */
export const makeRemoveUser = Effect.fnUntraced(function* ({ mayDelete }: Pick<UserOptions, "mayDelete">) {
  const store = yield* Store
  const audit = yield* Audit
  const hooks = yield* BeforeHooks

  /** What every removal has in common, after the host was asked. `step` removes the user, and tells whether it did. */
  const removed = Effect.fnUntraced(function* <E>(
    id: UserId,
    by: "owner" | "admin",
    trace: Trace,
    step: Effect.Effect<boolean, E>
  ) {
    const user = yield* store.users.find(id)
    const { client = unknownClient, actor = null } = trace
    const reason = user === null ? null : yield* hooks.beforeDelete(user, { client, actor })
    if (reason !== null) return yield* new DeletionRefused({ reason })
    const isRemoved = yield* step
    if (isRemoved) yield* audit.append("user.removed", { details: { by }, subject: id, ...trace, removed: user })
    return isRemoved
  })

  /** `right` is asked for right before the write, because the host takes long enough to lose it (ADM-16). */
  const remove = <E>(id: UserId, trace: Trace, right: Effect.Effect<unknown, E>) =>
    removed(id, "admin", trace, Effect.andThen(right, store.users.remove(id, null)))

  const mayRemoveSelf = (actor: Actor) => {
    if (!mayDelete) return new RemovalNotAllowed({ reason: "off" })
    return isProgram(actor) ? new RemovalNotAllowed({ reason: "program" }) : Effect.void
  }

  /** With a proof, the store says false of a user who is gone as well. Then the actor is looked at once more, and is not there. */
  const leave = (actor: Actor) =>
    writeFor(store, actor, (proof) =>
      Effect.map(store.users.remove(actor.user.id, proof), (isRemoved) => (isRemoved ? true : null))
    )

  const removeSelf: UserService["removeSelf"] = Effect.fn("Users.removeSelf")(function* (
    actor,
    client = unknownClient
  ) {
    const { id } = actor.user
    yield* mayRemoveSelf(actor)
    if ((yield* findActing(store, actor)) === null) return yield* new CredentialEnded()
    if (actor.session !== undefined) yield* markLeaving(id, actor.session.id)
    const step = Effect.map(leave(actor), (isRemoved) => isRemoved ?? false)
    const trace = { actor: id, actedWith: auditNameOf(actor), client }
    if (!(yield* removed(id, "owner", trace, step))) return yield* new CredentialEnded()
  })

  const leavingMark = (owner: UserId, id: SessionId) => ({
    account: bucketKey("leaving", owner),
    key: bucketKey("session", id)
  })

  /** Before the removal, so that whoever finds the user gone finds the mark. Where the user then stays, it says nothing. */
  const markLeaving = Effect.fnUntraced(function* (owner: UserId, id: SessionId) {
    const at = yield* Clock.currentTimeMillis
    const mark = { ...leavingMark(owner, id), until: at + REPEATED_FORM_MS }
    yield* store.attempts.trust(mark, { at, most: MOST_LEAVING, replaced: null })
  })

  const wasRemovedBy: UserService["wasRemovedBy"] = Effect.fnUntraced(function* ({ owner, id }) {
    const isMarked = yield* store.attempts.isTrusted(leavingMark(owner, id), yield* Clock.currentTimeMillis)
    return isMarked && (yield* store.users.find(owner)) === null
  })

  return { remove, removeSelf, wasRemovedBy }
})
