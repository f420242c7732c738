import type { LastSuperuser, NewChallenge, StoreError, StoreShape, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  approval,
  challengeKeyOf,
  challengeSecretOf,
  claimOf,
  keptUntil,
  peek,
  reach,
  redemption,
  sampleChallenge
} from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { minute, plenty, sampleUser, start, userId, wholeList } from "./samples.ts"

const { race: raceLaw } = lawsOf("challenges")

const at = start + minute

type Ending = (store: StoreShape, owner: UserId) => Effect.Effect<unknown, StoreError | LastSuperuser>
type Change = (store: StoreShape, owner: UserId, row: NewChallenge) => Effect.Effect<unknown, StoreError>

/** What a user and a program do with a challenge that was claimed. Each meets every starting order of a duel once. */
const changes: ReadonlyArray<Change> = [
  ({ challenges }, owner, row) => challenges.decide(challengeKeyOf(owner, row), approval(), at),
  ({ challenges }, _, row) => challenges.poll(challengeSecretOf(row), at),
  ({ challenges }, _, row) => challenges.redeem(challengeSecretOf(row), redemption(at))
]

/** A challenge is changed and removed at the same moment, in many rounds. It must be gone in each. */
const staysGone = (states: string, endOne: Ending): Law =>
  raceLaw(states, function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const row = sampleChallenge(round)
      const which = Math.floor(round / 9)
      yield* store.users.insert(sampleUser(round))
      yield* reach(store, row, owner, which === 2 ? "approved" : "claimed")
      yield* duel(round, changes[which]?.(store, owner, row) ?? Effect.void, endOne(second, owner))
      yield* expectEqual(yield* peek(store, row), null, `the challenge of round ${round}`)
      yield* expectEqual(yield* store.challenges.list(owner, wholeList), [], `the list of round ${round}`)
      yield* expectEqual(yield* claimOf(store, owner, row), null, `a claim after round ${round}`)
    }
  })

/** Racers for the end of a challenge. */
export const challengeEndRaces: ReadonlyArray<Law> = [
  staysGone("DEV-10 no parallel call brings a challenge back that removeAll removed", ({ challenges }, owner) =>
    challenges.removeAll(owner)
  ),
  staysGone("DEV-15 no parallel call brings a purged challenge back", ({ challenges }) =>
    challenges.removeExpired(keptUntil + 24 * 60 * minute, 10)
  ),
  staysGone("ADM-06 no parallel call brings a removed user's challenge back", ({ users }, owner) =>
    users.remove(owner, null)
  ),

  raceLaw("parallel calls to removeAll count each challenge once", function* (store, second) {
    const ada = userId(1)
    yield* store.users.insert(sampleUser(1))
    for (let n = 0; n < 8; n++) yield* reach(store, sampleChallenge(n), ada, "claimed")
    let removed = 0
    yield* race(16, [store, second], ({ challenges }) =>
      Effect.tap(challenges.removeAll(ada), (count) =>
        Effect.sync(() => {
          removed += count
        })
      )
    )
    yield* expectEqual(removed, 8, "how many were removed, all told")
  }),

  raceLaw("a parallel removeAll counts a claim exactly if it removes it", function* (store, second) {
    const ada = userId(1)
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleChallenge(round)
      yield* store.challenges.insert(row, plenty)
      const [, removed] = yield* duel(round, claimOf(store, ada, row, at), second.challenges.removeAll(ada))
      const left = (yield* store.challenges.list(ada, wholeList)).length
      yield* expectEqual(
        [removed, left],
        removed === 1 ? [1, 0] : [0, 1],
        `what was removed and left in round ${round}`
      )
      const state = (yield* peek(store, row))?.state ?? null
      yield* expectEqual(state, removed === 1 ? null : "claimed", `the challenge of round ${round}`)
      yield* store.challenges.removeAll(ada)
    }
  })
]
