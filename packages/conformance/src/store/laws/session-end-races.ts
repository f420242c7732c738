import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, tally, together } from "./race.ts"
import { keyOf, minute, plenty, sampleSession, sampleUser, start, userId, wholeList } from "./samples.ts"

const { race: raceLaw } = lawsOf("sessions")

const ada = userId(1)
const at = start + minute

/** Racers for the end of a session, and for its place. */
export const sessionEndRaces: ReadonlyArray<Law> = [
  raceLaw("parallel inserts under one owner all stay", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(32, [store, second], ({ sessions }, n) =>
      sessions.insert(sampleSession(n, ada), plenty)
    )
    yield* expectEqual(outcomes, { done: 32 }, "the outcomes")
    yield* expectEqual((yield* store.sessions.list(ada, at, wholeList)).length, 32, "how many are listed")
    for (let n = 0; n < 32; n++) {
      const { session, hash } = sampleSession(n, ada)
      yield* expectEqual(yield* store.sessions.find(ada, hash), session, `session ${n}`)
    }
  }),

  raceLaw("SES-07 of parallel calls to close exactly one is true", function* (store, second) {
    const row = sampleSession(1, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.sessions.insert(row, plenty)
    const outcomes = yield* race(16, [store, second], ({ sessions }) => sessions.close(keyOf(row)))
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
  }),

  raceLaw("parallel calls to closeAll count each session once", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let n = 0; n < 8; n++) yield* store.sessions.insert(sampleSession(n, ada), plenty)
    let ended = 0
    yield* race(16, [store, second], ({ sessions }) =>
      Effect.tap(sessions.closeAll(ada, null), (count) =>
        Effect.sync(() => {
          ended += count
        })
      )
    )
    yield* expectEqual(ended, 8, "how many were ended, all told")
  }),

  raceLaw(
    "SES-03 of parallel calls to replace one session exactly one is true, and its session lives",
    function* (store, second) {
      const old = sampleSession(0, ada)
      yield* store.users.insert(sampleUser(1))
      yield* store.sessions.insert(old, plenty)
      const outcomes = yield* race(16, [store, second], ({ sessions }, n) =>
        sessions.replace(keyOf(old), sampleSession(n + 1, ada), at)
      )
      yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
      yield* expectEqual(yield* store.sessions.find(ada, old.hash), null, "the old session")
      yield* expectEqual((yield* store.sessions.list(ada, at, wholeList)).length, 1, "how many are listed")
    }
  ),

  raceLaw(
    "SES-03 of a parallel replace and close exactly one is true, and a closed session has no heir",
    function* (store, second) {
      yield* store.users.insert(sampleUser(1))
      for (let round = 0; round < ROUNDS; round++) {
        const old = sampleSession(round, ada)
        const next = sampleSession(round + 1000, ada)
        yield* store.sessions.insert(old, plenty)
        const [replaced, closed] = yield* duel(
          round,
          store.sessions.replace(keyOf(old), next, at),
          second.sessions.close(keyOf(old))
        )
        yield* expectEqual(tally([replaced, closed]), { true: 1, false: 1 }, `the outcomes of round ${round}`)
        yield* expectEqual(yield* store.sessions.find(ada, old.hash), null, "the old session")
        const heir = yield* store.sessions.find(ada, next.hash)
        yield* expectEqual(heir, replaced === true ? next.session : null, "the session in its place")
      }
    }
  ),

  raceLaw("SES-08 a parallel closeAll ends a session or the one that takes its place", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const old = sampleSession(round, ada)
      const next = sampleSession(round + 1000, ada)
      yield* store.sessions.insert(old, plenty)
      const [, count] = yield* duel(
        round,
        store.sessions.replace(keyOf(old), next, at),
        second.sessions.closeAll(ada, null)
      )
      yield* expectEqual(yield* store.sessions.find(ada, old.hash), null, "the old session")
      yield* expectEqual(yield* store.sessions.find(ada, next.hash), null, "the session in its place")
      yield* expectEqual(count, 1, `how many closeAll ended in round ${round}`)
    }
  }),

  raceLaw("SES-03 the old session or the new one is always seen, never both or neither", function* (store, second) {
    const old = sampleSession(1, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.sessions.insert(old, plenty)
    const seen = Effect.map(second.sessions.list(ada, at, wholeList), (sessions) => sessions.length)
    const watching = Array.from({ length: 12 }, () => seen)
    const replacing = Effect.as(store.sessions.replace(keyOf(old), sampleSession(2, ada), at), 1)
    const outcomes = yield* together([...watching, replacing, ...watching])
    yield* expectEqual(tally(outcomes), { 1: 25 }, "how many sessions were seen, how often")
  })
]
