import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, tally, together } from "./race.ts"
import { hour, minute, plenty, sampleToken, sampleUser, start, tokenKeyOf, userId, wholeList } from "./samples.ts"

const { race: raceLaw } = lawsOf("tokens")

const ada = userId(1)
const at = start + minute

/** Racers for the end of a token, and for its place. */
export const tokenEndRaces: ReadonlyArray<Law> = [
  raceLaw("PAT-07 of parallel calls to revoke exactly one is true", function* (store, second) {
    const row = sampleToken(1, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.tokens.insert(row, plenty)
    const outcomes = yield* race(16, [store, second], ({ tokens }) => tokens.revoke(tokenKeyOf(row)))
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
  }),

  raceLaw("PAT-07 parallel calls to revokeAll count each token once", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let n = 0; n < 8; n++) yield* store.tokens.insert(sampleToken(n, ada), plenty)
    let ended = 0
    yield* race(16, [store, second], ({ tokens }) =>
      Effect.tap(tokens.revokeAll(ada), (count) =>
        Effect.sync(() => {
          ended += count
        })
      )
    )
    yield* expectEqual(ended, 8, "how many were ended, all told")
  }),

  raceLaw("of parallel rotations of one token exactly one is true, and only its heir lives", function* (store, second) {
    const old = sampleToken(0, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.tokens.insert(old, plenty)
    const outcomes = yield* race(16, [store, second], ({ tokens }, n) =>
      tokens.rotate(tokenKeyOf(old), { next: sampleToken(n + 1, ada), at, oldExpiresAt: at }, plenty)
    )
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
    const heirs = (yield* store.tokens.list(ada, at, wholeList)).map(({ id }) => id)
    const replacedBy = (yield* store.tokens.find(ada, old.hash))?.replacedBy ?? null
    yield* expectEqual(heirs, [replacedBy], "who is listed")
  }),

  raceLaw(
    "PAT-07 a parallel rotate does not undo a revoke, and its heir lives exactly if it was true",
    function* (store, second) {
      yield* store.users.insert(sampleUser(1))
      for (let round = 0; round < ROUNDS; round++) {
        const old = sampleToken(round, ada)
        const next = sampleToken(round + 1000, ada)
        yield* store.tokens.insert(old, plenty)
        const [rotated, revoked] = yield* duel(
          round,
          store.tokens.rotate(tokenKeyOf(old), { next, at, oldExpiresAt: at + hour }, plenty),
          second.tokens.revoke(tokenKeyOf(old))
        )
        yield* expectEqual([typeof rotated, revoked], ["boolean", true], `the outcomes of round ${round}`)
        yield* expectEqual(yield* store.tokens.find(ada, old.hash), null, "the old token")
        const heir = yield* store.tokens.find(ada, next.hash)
        yield* expectEqual(heir, rotated === true ? next.token : null, "the token in its place")
        const listed = (yield* store.tokens.list(ada, at, wholeList)).filter(({ id }) => id === old.token.id)
        yield* expectEqual(listed, [], `the list of round ${round}`)
      }
    }
  ),

  raceLaw("PAT-07 a parallel rotate brings nothing through a revokeAll", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const old = sampleToken(round, ada)
      const next = sampleToken(round + 1000, ada)
      yield* store.tokens.insert(old, plenty)
      const [rotated, count] = yield* duel(
        round,
        store.tokens.rotate(tokenKeyOf(old), { next, at, oldExpiresAt: at + hour }, plenty),
        second.tokens.revokeAll(ada)
      )
      yield* expectEqual(yield* store.tokens.find(ada, old.hash), null, "the old token")
      yield* expectEqual(yield* store.tokens.find(ada, next.hash), null, "the token in its place")
      yield* expectEqual(yield* store.tokens.list(ada, at, wholeList), [], `the list of round ${round}`)
      yield* expectEqual(count, rotated === true ? 2 : 1, `how many revokeAll ended in round ${round}`)
    }
  }),

  raceLaw("a rotation is seen whole or not at all", function* (store, second) {
    const old = sampleToken(1, ada)
    const rotation = { next: sampleToken(2, ada), at, oldExpiresAt: at }
    yield* store.users.insert(sampleUser(1))
    yield* store.tokens.insert(old, plenty)
    const seen = Effect.map(second.tokens.list(ada, at, wholeList), (tokens) => tokens.length)
    const watching = Array.from({ length: 12 }, () => seen)
    const rotating = Effect.as(store.tokens.rotate(tokenKeyOf(old), rotation, plenty), 1)
    const outcomes = yield* together([...watching, rotating, ...watching])
    yield* expectEqual(tally(outcomes), { 1: 25 }, "how many tokens were seen, how often")
  })
]
