import { type Bucket, type BucketState, countAttempt, type Limit, takeBackAttempt } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, hour, minute, start } from "./samples.ts"

const { law } = lawsOf("attempts")

const limit: Limit = { free: 3, delay: minute, longest: 3 * minute, forget: hour }
const bucket = (key: string): Bucket => ({ key, limit })

/** What taking attempts back promises. */
export const attemptTakeBackLaws: ReadonlyArray<Law> = [
  law("RAT-10 an attempt taken back is as if it had not been made: one, and no more", function* ({ attempts }) {
    for (let n = 0; n < 2; n++) yield* attempts.hit([bucket("a")], start)
    yield* attempts.takeBack([bucket("a")], start)
    for (const n of [2, 3]) yield* expectEqual(yield* attempts.hit([bucket("a")], start), null, `attempt ${n}`)
    yield* expectEqual(yield* attempts.hit([bucket("a")], start), start + minute, "the attempt after the free ones")
  }),

  law("RAT-10 a bucket opens when fewer than the free attempts are left", function* ({ attempts }) {
    for (let n = 0; n < 3; n++) yield* attempts.hit([bucket("a")], start)
    yield* attempts.takeBack([bucket("a")], start)
    yield* expectEqual(yield* attempts.hit([bucket("a")], start), null, "the attempt taken back, made again")
    yield* expectEqual(yield* attempts.hit([bucket("a")], start), start + minute, "the one after it")
  }),

  law("RAT-05 a bucket with as many as the free attempts left stays shut until its instant", function* ({ attempts }) {
    for (let n = 0; n < 3; n++) yield* attempts.hit([bucket("a")], start)
    yield* attempts.hit([bucket("a")], start + minute)
    yield* attempts.takeBack([bucket("a")], start + minute)
    const opens = start + 3 * minute
    yield* expectEqual(yield* attempts.hit([bucket("a")], opens - 1), opens, "1 ms before")
    yield* expectEqual(yield* attempts.hit([bucket("a")], opens), null, "at that instant")
    const again = yield* attempts.hit([bucket("a")], opens)
    yield* expectEqual(again, opens + 2 * minute, "when it opens after the second pause again")
  }),

  law("RAT-01 never below zero: what was not counted gives no free attempt", function* ({ attempts }) {
    yield* attempts.takeBack([bucket("a")], start)
    yield* attempts.hit([bucket("b")], start)
    for (let n = 0; n < 3; n++) yield* attempts.takeBack([bucket("b")], start)
    for (const key of ["a", "b"]) {
      for (const n of [1, 2, 3])
        yield* expectEqual(yield* attempts.hit([bucket(key)], start), null, `${key}, attempt ${n}`)
      yield* expectEqual(yield* attempts.hit([bucket(key)], start), start + minute, `${key}, attempt 4`)
    }
  }),

  law("taking back does not put off when a bucket is forgotten, nor brings it forward", function* ({ attempts }) {
    const forgetAt = start + hour
    for (const key of ["before", "at"]) {
      for (let n = 0; n < 2; n++) yield* attempts.hit([bucket(key)], start)
      yield* attempts.takeBack([bucket(key)], forgetAt - 1)
    }
    for (const n of [2, 3]) {
      yield* expectEqual(yield* attempts.hit([bucket("before")], forgetAt - 1), null, `attempt ${n}, 1 ms before`)
    }
    const remembered = yield* attempts.hit([bucket("before")], forgetAt - 1)
    yield* expectEqual(remembered, forgetAt - 1 + minute, "the attempt after the free ones, 1 ms before")
    for (const n of [1, 2, 3]) {
      yield* expectEqual(yield* attempts.hit([bucket("at")], forgetAt), null, `attempt ${n}, at the end`)
    }
    yield* expectEqual(yield* attempts.hit([bucket("at")], forgetAt), forgetAt + minute, "attempt 4, at the end")
  }),

  law("a forgotten bucket stays gone when an attempt is taken back from it", function* ({ attempts }) {
    const forgetAt = start + hour
    for (const key of ["expired", "forgotten"]) {
      for (let n = 0; n < 2; n++) yield* attempts.hit([bucket(key)], start)
    }
    yield* attempts.forget(bucket("forgotten"), start)
    yield* attempts.takeBack([bucket("forgotten")], start)
    yield* attempts.takeBack([bucket("expired")], forgetAt)
    for (const [key, at] of [["forgotten", start] as const, ["expired", forgetAt] as const]) {
      for (const n of [1, 2, 3])
        yield* expectEqual(yield* attempts.hit([bucket(key)], at), null, `${key}, attempt ${n}`)
      yield* expectEqual(yield* attempts.hit([bucket(key)], at), at + minute, `${key}, attempt 4`)
    }
  }),

  law("takeBack takes from each bucket named, shut or gone ones among them, and from no other", function* (store) {
    const { attempts } = store
    for (const key of ["shut", "open", "other"]) {
      for (let n = 0; n < 2; n++) yield* attempts.hit([bucket(key)], start)
    }
    yield* attempts.hit([bucket("shut")], start)
    yield* attempts.takeBack([], start)
    yield* attempts.takeBack(["unknown", "shut", "open"].map(bucket), start)
    for (const [key, free] of [
      ["unknown", 3] as const,
      ["shut", 1] as const,
      ["open", 2] as const,
      ["other", 1] as const
    ]) {
      for (let n = 0; n < free; n++) {
        yield* expectEqual(yield* attempts.hit([bucket(key)], start), null, `${key}, attempt ${n + 1} of ${free}`)
      }
      yield* expectEqual(yield* attempts.hit([bucket(key)], start), start + minute, `${key}, after the free ones`)
    }
  }),

  law("a mark is no bucket: taking back from its key leaves it", function* ({ attempts }) {
    const mark = { account: "a", key: "a" }
    yield* attempts.trust({ ...mark, until: start + hour }, { at: start, most: 1, replaced: null, keep: "losable" })
    yield* attempts.takeBack([bucket("a")], start)
    yield* expectEqual(yield* attempts.isTrusted(mark, start), true, "the mark")
  }),

  law("every bucket is that of takeBackAttempt, whatever the limits and times", function* ({ attempts }) {
    const limits: ReadonlyArray<Limit> = [
      limit,
      { ...limit, free: 1 },
      { free: 0, delay: 1000, longest: hour, forget: hour },
      { free: 5, delay: minute, longest: minute, forget: minute },
      { free: 2, delay: 0, longest: 0, forget: 0 }
    ]
    const states = new Map<number, BucketState | null>()
    let at = start
    let seed = 11
    for (let step = 0; step < 400; step++) {
      seed = (seed * 16_807) % 2_147_483_647
      const n = seed % limits.length
      const one = { key: `bucket-${n}`, limit: limits[n] ?? limit }
      const before = states.get(n) ?? null
      if (seed % 3 === 0) {
        states.set(n, takeBackAttempt(before, one.limit, at))
        yield* attempts.takeBack([one], at)
      } else {
        const next = countAttempt(before, one.limit, at)
        if (next !== null) states.set(n, next)
        const answer = yield* attempts.hit([one], at)
        yield* expectEqual(answer, next === null ? before?.shutUntil : null, `bucket ${n} at +${at - start} ms`)
      }
      at += seed % 7 === 0 ? hour / 2 : seed % 4 === 0 ? minute : 0
    }
  }),

  law("STO-05 from any text that is a bucket's key an attempt is taken back, and from no other", function* (store) {
    const { attempts } = store
    const single: Limit = { ...limit, free: 1 }
    for (const key of awkwardTexts) yield* attempts.hit([{ key, limit: single }], start)
    for (const key of awkwardTexts) {
      yield* expectEqual(yield* attempts.hit([{ key, limit: single }], start), start + minute, `${key}, before`)
      yield* attempts.takeBack([{ key, limit: single }], start)
      yield* expectEqual(yield* attempts.hit([{ key, limit: single }], start), null, `${key}, after`)
    }
  })
]
