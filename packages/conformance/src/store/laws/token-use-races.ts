import type { StoreError, StoreShape, TokenKey } from "@latchkey/core/store"
import type * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, tally } from "./race.ts"
import { hour, minute, plenty, sampleToken, sampleUser, start, tokenKeyOf, userId, wholeList } from "./samples.ts"

const { race: raceLaw } = lawsOf("tokens")

const ada = userId(1)
const at = start + minute
const end = start + hour

type Ending = (store: StoreShape, key: TokenKey) => Effect.Effect<unknown, StoreError>

/** A token is used and ended at the same moment, in many rounds. It must be gone in each. */
const staysGone = (states: string, endOne: Ending): Law =>
  raceLaw(states, function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleToken(round, ada, { expiresAt: end })
      const key = tokenKeyOf(row)
      yield* store.tokens.insert(row, plenty)
      yield* duel(round, store.tokens.recordUse(key, at), endOne(second, key))
      yield* expectEqual(yield* store.tokens.find(ada, row.hash), null, `the token of round ${round}`)
      yield* expectEqual(yield* store.tokens.list(ada, start, wholeList), [], `the list of round ${round}`)
      yield* expectEqual(yield* store.tokens.recordUse(key, at), false, `a use after round ${round}`)
    }
  })

/** Racers between the uses of a token, and between its use and its end. */
export const tokenUseRaces: ReadonlyArray<Law> = [
  staysGone("PAT-06 a parallel recordUse never brings a revoked token back", ({ tokens }, key) => tokens.revoke(key)),
  staysGone("PAT-06 a parallel recordUse never brings a token back that revokeAll ended", ({ tokens }) =>
    tokens.revokeAll(ada)
  ),
  staysGone("PAT-06 a parallel recordUse never brings a purged token back", ({ tokens }) =>
    tokens.removeExpired(end, 10)
  ),

  raceLaw("PAT-06 a parallel recordUse never brings a removed user's token back", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const row = sampleToken(1, owner)
      yield* store.users.insert(sampleUser(round))
      yield* store.tokens.insert(row, plenty)
      yield* duel(round, store.tokens.recordUse(tokenKeyOf(row), at), second.users.remove(owner, null))
      yield* expectEqual(yield* store.tokens.find(owner, row.hash), null, `the token of round ${round}`)
      yield* expectEqual(yield* store.tokens.list(owner, start, wholeList), [], `the list of round ${round}`)
    }
  }),

  raceLaw("PAT-06 of parallel uses the latest stays", function* (store, second) {
    const row = sampleToken(1, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.tokens.insert(row, plenty)
    const outcomes = yield* race(16, [store, second], ({ tokens }, n) =>
      tokens.recordUse(tokenKeyOf(row), at + ((n * 7) % 16))
    )
    yield* expectEqual(outcomes, { true: 16 }, "the outcomes")
    yield* expectEqual((yield* store.tokens.find(ada, row.hash))?.lastUsedAt, at + 15, "the time of the last use")
  }),

  raceLaw("PAT-06 a parallel recordUse and rotate lose neither", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const old = sampleToken(round, ada)
      const next = sampleToken(round + 1000, ada)
      yield* store.tokens.insert(old, plenty)
      const outcomes = yield* duel(
        round,
        store.tokens.recordUse(tokenKeyOf(old), at),
        second.tokens.rotate(tokenKeyOf(old), { next, at, oldExpiresAt: end }, plenty)
      )
      yield* expectEqual(tally(outcomes), { true: 2 }, `the outcomes of round ${round}`)
      const expected = { ...old.token, lastUsedAt: at, expiresAt: end, replacedBy: next.token.id }
      yield* expectEqual(yield* store.tokens.find(ada, old.hash), expected, `the old token of round ${round}`)
      yield* expectEqual(yield* store.tokens.find(ada, next.hash), next.token, `the new token of round ${round}`)
    }
  })
]
