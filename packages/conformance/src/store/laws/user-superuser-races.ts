import type { AccountNameTaken, LastSuperuser, StoreError, StoreShape, UserId } from "@latchkey/core/store"
import type * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, tally } from "./race.ts"
import { sampleAdmin, start, userId, usersPage } from "./samples.ts"

const { race: raceLaw } = lawsOf("users")

type Attack = (
  store: StoreShape,
  victim: UserId
) => Effect.Effect<unknown, AccountNameTaken | LastSuperuser | StoreError>

const demote: Attack = ({ users }, victim) => users.change(victim, { isSuperuser: false }, start)
const deactivate: Attack = ({ users }, victim) => users.change(victim, { isActive: false }, start)
const remove: Attack = ({ users }, victim) => users.remove(victim, null)

/** Two superusers attack each other at the same moment, round after round; in each exactly one must stay. */
const oneStays = (states: string, attack: Attack, counterattack: Attack): Law =>
  raceLaw(states, function* (store, second) {
    let survivor = userId(0)
    yield* store.users.insert(sampleAdmin(0))
    for (let round = 1; round <= ROUNDS; round++) {
      const challenger = userId(round)
      yield* store.users.insert(sampleAdmin(round))
      const outcomes = yield* duel(round, attack(store, challenger), counterattack(second, survivor))
      const failures = outcomes.filter((outcome) => typeof outcome === "string")
      yield* expectEqual(tally(failures), { LastSuperuser: 1 }, `the failures of round ${round}`)
      const { items } = yield* store.users.list(usersPage(ROUNDS * 2))
      const left = items.filter(({ isActive, isSuperuser }) => isActive && isSuperuser).map(({ id }) => id)
      survivor = outcomes[0] === "LastSuperuser" ? challenger : survivor
      yield* expectEqual(left, [survivor], `the superusers after round ${round}`)
    }
  })

/** Racers against the last superuser. */
export const userSuperuserRaces: ReadonlyArray<Law> = [
  oneStays("ADM-02 of two superusers who demote each other exactly one stays", demote, demote),
  oneStays("ADM-02 of two superusers who deactivate each other exactly one stays", deactivate, deactivate),
  oneStays("ADM-02 of two superusers who remove each other exactly one stays", remove, remove),
  oneStays("ADM-02 of a superuser who demotes and one who deactivates exactly one stays", demote, deactivate),
  oneStays("ADM-02 of a superuser who removes and one who demotes exactly one stays", remove, demote)
]
