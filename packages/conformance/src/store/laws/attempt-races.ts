import type { Limit } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { hour, minute, start } from "./samples.ts"

const { race: raceLaw } = lawsOf("attempts")

const limitOf = (free: number): Limit => ({ free, delay: minute, longest: hour, forget: hour })
const opens = start + minute

/** Racers for free attempts, and to give them back. */
export const attemptRaces: ReadonlyArray<Law> = [
  raceLaw("RAT-01 of 100 parallel attempts at a bucket with 10 free ones exactly 10 pass", function* (store, second) {
    const hit = [{ key: "a", limit: limitOf(10) }]
    const outcomes = yield* race(100, [store, second], ({ attempts }) => attempts.hit(hit, start))
    yield* expectEqual(outcomes, { null: 10, [opens]: 90 }, "the outcomes")
  }),

  raceLaw(
    "RAT-01 parallel attempts at several buckets are counted in each until one is shut",
    function* (store, second) {
      const wide = { key: "wide", limit: limitOf(40) }
      const narrow = { key: "narrow", limit: { ...limitOf(10), delay: 2 * minute } }
      const behind = { key: "behind", limit: limitOf(15) }
      const hitAll = () => race(100, [store, second], ({ attempts }) => attempts.hit([wide, narrow, behind], start))
      const atNarrow = start + 2 * minute
      yield* expectEqual(yield* hitAll(), { null: 10, [atNarrow]: 30, [opens]: 60 }, "the outcomes")
      for (let n = 10; n < 15; n++) {
        yield* expectEqual(yield* store.attempts.hit([behind], start), null, `attempt ${n + 1} at the bucket behind`)
      }
      yield* expectEqual(yield* store.attempts.hit([behind], start), opens, "the attempt after the free ones")
    }
  ),

  raceLaw("RAT-10 of 16 parallel takings back exactly 16 attempts are taken back", function* (store, second) {
    const hit = [{ key: "a", limit: limitOf(20) }]
    for (let n = 0; n < 19; n++) yield* store.attempts.hit(hit, start)
    const outcomes = yield* race(16, [store, second], ({ attempts }) => attempts.takeBack(hit, start))
    yield* expectEqual(outcomes, { done: 16 }, "the outcomes")
    for (let n = 4; n <= 20; n++) yield* expectEqual(yield* store.attempts.hit(hit, start), null, `attempt ${n}`)
    yield* expectEqual(yield* store.attempts.hit(hit, start), opens, "the attempt after the free ones")
  }),

  raceLaw("RAT-01 a parallel purge never loses an attempt", function* ({ attempts }, second) {
    const limit = limitOf(3)
    const purgeAt = start + hour
    for (let round = 0; round < ROUNDS; round++) {
      const hit = [{ key: `bucket-${round}`, limit }]
      yield* attempts.hit(hit, start)
      yield* duel(round, attempts.hit(hit, purgeAt - 1), second.attempts.removeExpired(purgeAt, 100))
      let passed = 0
      for (let n = 0; n < 3; n++) if ((yield* attempts.hit(hit, purgeAt - 1)) === null) passed++
      yield* expectEqual(passed <= 2, true, `whether ${passed} more attempts pass at most twice in round ${round}`)
      yield* attempts.forget({ key: `bucket-${round}`, limit }, start)
    }
  }),

  raceLaw("RAT-15 of 16 parallel marks of an account with room for 10 exactly 10 remain", function* (store, second) {
    const account = "ada"
    yield* store.attempts.trust(
      { account, key: "before", until: start + hour },
      { at: start, most: 10, replaced: null, keep: "losable" }
    )
    const replaced = { key: "before", until: start + minute }
    yield* race(16, [store, second], ({ attempts }, n) =>
      attempts.trust(
        { account, key: `mark-${n}`, until: start + hour + n },
        { at: start, most: 10, replaced, keep: "losable" }
      )
    )
    let kept = 0
    for (let n = 0; n < 16; n++) {
      if (yield* store.attempts.isTrusted({ account, key: `mark-${n}` }, start + 2 * minute)) kept++
    }
    yield* expectEqual(kept, 10, "how many remain")
    yield* expectEqual(yield* store.attempts.isTrusted({ account, key: "before" }, start), false, "the replaced one")
  })
]
