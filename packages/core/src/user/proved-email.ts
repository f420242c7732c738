import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { Audit } from "../audit/audit.ts"
import type { Trace } from "../audit/trace.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { AccountName } from "./account-name.ts"
import { hasVerifiedEmail } from "./user.ts"
import type { AccountNameTaken } from "./user-errors.ts"

/** How often an address is taken from one more account that registers with it meanwhile. No real load needs more. */
const MOST_TRIES = 100

/**
 * For a write that gives a user an address which was proved. Another account that has it and never proved it loses it (REC-13): or
 * whoever registers with somebody's address could keep it from them. One that proved it keeps it, and the write fails.
 */
export const makeProvedEmail = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const audit = yield* Audit

  /** Whether nobody has the address any more. The store compares again that it was not proved. */
  const free = Effect.fnUntraced(function* ({ canonical }: AccountName, trace: Trace) {
    const holder = (yield* users.findByName({ kind: "email", canonical }))?.user
    if (holder === undefined) return true
    if (hasVerifiedEmail(holder)) return false
    const released = yield* users.releaseEmail(holder.id, canonical, yield* Clock.currentTimeMillis)
    if (released !== null) yield* audit.append("email.lost", { details: {}, subject: holder.id, ...trace })
    return true
  })

  return <A, E>(email: AccountName, trace: Trace, write: Effect.Effect<A, E | AccountNameTaken>) => {
    const giving = (triesLeft: number): Effect.Effect<A, E | AccountNameTaken | StoreError> =>
      Effect.catchIf(write, isTaken, (taken) =>
        Effect.flatMap(free(email, trace), (isFree) =>
          isFree && triesLeft > 0 ? giving(triesLeft - 1) : Effect.fail(taken)
        )
      )
    return giving(MOST_TRIES)
  }
})

const isTaken = (error: unknown): error is AccountNameTaken => Predicate.isTagged(error, "AccountNameTaken")
