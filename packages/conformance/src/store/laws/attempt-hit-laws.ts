import { type Bucket, type BucketState, countAttempt, type Limit } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, hour, minute, start } from "./samples.ts"

const { law } = lawsOf("attempts")

const limit: Limit = { free: 3, delay: minute, longest: 3 * minute, forget: hour }
const bucket = (key: string): Bucket => ({ key, limit })
const single: Limit = { ...limit, free: 1 }

/** What counting attempts promises. */
export const attemptHitLaws: ReadonlyArray<Law> = [
  law("the free attempts pass; then the bucket is shut, and says until when", function* ({ attempts }) {
    for (const n of [1, 2, 3]) yield* expectEqual(yield* attempts.hit([bucket("a")], start), null, `attempt ${n}`)
    yield* expectEqual(yield* attempts.hit([bucket("a")], start), start + minute, "the attempt after the free ones")
    yield* expectEqual(yield* attempts.hit([bucket("b")], start), null, "an attempt at another bucket")
  }),

  law("RAT-09 a bucket is shut until just before the instant it told", function* ({ attempts }) {
    for (let n = 0; n < 3; n++) yield* attempts.hit([bucket("a")], start)
    const opens = start + minute
    yield* expectEqual(yield* attempts.hit([bucket("a")], opens - 1), opens, "1 ms before")
    yield* expectEqual(yield* attempts.hit([bucket("a")], opens), null, "at that instant")
    yield* expectEqual(yield* attempts.hit([bucket("a")], opens + 1), opens + 2 * minute, "1 ms after, when shut again")
  }),

  law("each pause is twice the one before, up to the longest", function* ({ attempts }) {
    for (let n = 0; n < 2; n++) yield* attempts.hit([bucket("a")], start)
    let at = start
    for (const pause of [1, 2, 3, 3, 3]) {
      yield* expectEqual(yield* attempts.hit([bucket("a")], at), null, "the attempt that shuts it")
      yield* expectEqual(yield* attempts.hit([bucket("a")], at), at + pause * minute, "when it opens")
      at += pause * minute
    }
  }),

  law("attempts at a shut bucket are not counted and do not keep it shut", function* ({ attempts }) {
    for (let n = 0; n < 3; n++) yield* attempts.hit([bucket("a")], start)
    for (let n = 0; n < 20; n++) {
      yield* expectEqual(yield* attempts.hit([bucket("a")], start + n), start + minute, "while shut")
    }
    yield* attempts.hit([bucket("a")], start + minute)
    const opens = yield* attempts.hit([bucket("a")], start + minute)
    yield* expectEqual(opens, start + 3 * minute, "when it opens after the second pause")
  }),

  law("a bucket is forgotten at the end of its time, not 1 ms before", function* ({ attempts }) {
    const forgetAt = start + minute + hour
    for (const key of ["before", "at"]) yield* attempts.hit([{ key, limit: single }], start)
    yield* attempts.hit([{ key: "before", limit: single }], forgetAt - 1)
    const remembered = yield* attempts.hit([{ key: "before", limit: single }], forgetAt - 1)
    yield* expectEqual(remembered, forgetAt - 1 + 2 * minute, "when it opens after a second attempt 1 ms before")
    yield* attempts.hit([{ key: "at", limit: single }], forgetAt)
    const forgotten = yield* attempts.hit([{ key: "at", limit: single }], forgetAt)
    yield* expectEqual(forgotten, forgetAt + minute, "when it opens after a first attempt at the end")
  }),

  law(
    "several buckets are counted in order until one is shut; that and those after it are not",
    function* ({ attempts }) {
      yield* attempts.hit([{ key: "shut", limit: single }], start)
      const all = [bucket("before"), { key: "shut", limit: single }, bucket("after")]
      yield* expectEqual(yield* attempts.hit(all, start), start + minute, "when the first shut one opens")
      yield* expectEqual(yield* attempts.hit(all, start), start + minute, "the same again")
      yield* expectEqual(yield* attempts.hit([bucket("before")], start), null, "the third attempt at the one before")
      yield* expectEqual(yield* attempts.hit([bucket("before")], start), start + minute, "the fourth")
      for (const n of [1, 2, 3]) {
        yield* expectEqual(yield* attempts.hit([bucket("after")], start), null, `attempt ${n} at the one after`)
      }
    }
  ),

  law("of several shut buckets the first one's instant is told", function* ({ attempts }) {
    yield* attempts.hit([{ key: "a", limit: { ...single, delay: 2 * minute } }], start)
    yield* attempts.hit([{ key: "b", limit: single }], start)
    const opens = yield* attempts.hit(["a", "b"].map(bucket), start)
    yield* expectEqual(opens, start + 2 * minute, "when the first one opens")
    yield* expectEqual(yield* attempts.hit(["b", "a"].map(bucket), start), start + minute, "the other way round")
  }),

  law("a hit that all buckets take is null and counts in each; a hit at none is null", function* ({ attempts }) {
    yield* expectEqual(yield* attempts.hit([], start), null, "no bucket")
    yield* expectEqual(yield* attempts.hit(["a", "b"].map(bucket), start), null, "two buckets")
    for (const key of ["a", "b"]) {
      for (const n of [2, 3])
        yield* expectEqual(yield* attempts.hit([bucket(key)], start), null, `${key}, attempt ${n}`)
      yield* expectEqual(yield* attempts.hit([bucket(key)], start), start + minute, `${key}, attempt 4`)
    }
  }),

  law("every answer is that of countAttempt, whatever the limits and times", function* ({ attempts }) {
    const limits: ReadonlyArray<Limit> = [
      limit,
      single,
      { free: 0, delay: 1000, longest: hour, forget: hour },
      { free: 10, delay: minute, longest: minute, forget: minute },
      { free: 2, delay: 0, longest: 0, forget: 0 }
    ]
    const states = new Map<number, BucketState>()
    let at = start
    let seed = 7
    for (let step = 0; step < 300; step++) {
      seed = (seed * 16_807) % 2_147_483_647
      const n = seed % limits.length
      const chosen = limits[n] ?? limit
      const before = states.get(n) ?? null
      const next = countAttempt(before, chosen, at)
      if (next !== null) states.set(n, next)
      const answer = yield* attempts.hit([{ key: `bucket-${n}`, limit: chosen }], at)
      yield* expectEqual(answer, next === null ? before?.shutUntil : null, `bucket ${n} at +${at - start} ms`)
      at += seed % 7 === 0 ? hour / 2 : seed % 3 === 0 ? minute : 0
    }
  }),

  law("RAT-11 a clock that was set back shuts nobody out, and takes back no count", function* ({ attempts }) {
    const { longest } = limit
    for (const key of ["far", "near"])
      for (let n = 0; n < 5; n++) yield* attempts.hit([bucket(key)], start + n * 10 * minute)
    const opens = start + 40 * minute + longest
    const [far, near] = [opens - 2 * longest - 1, opens - 2 * longest]
    yield* expectEqual(yield* attempts.hit([bucket("near")], near), opens, "shut for twice the longest delay")
    yield* expectEqual(yield* attempts.hit([bucket("far")], far), null, "shut for longer than that")
    yield* expectEqual(
      yield* attempts.hit([bucket("far")], far),
      far + longest,
      "shut again, for as long as its count says"
    )
  }),

  law("forget opens a bucket and starts its count again, and leaves the others", function* ({ attempts }) {
    for (const key of ["a", "b"]) yield* attempts.hit([{ key, limit: single }], start)
    yield* attempts.forget({ key: "a", limit: single }, start)
    yield* attempts.forget({ key: "unknown", limit: single }, start)
    yield* expectEqual(yield* attempts.hit([{ key: "a", limit: single }], start), null, "the forgotten bucket")
    const again = yield* attempts.hit([{ key: "a", limit: single }], start)
    yield* expectEqual(again, start + minute, "when the forgotten bucket opens: its first pause again")
    const other = yield* attempts.hit([{ key: "b", limit: single }], start)
    yield* expectEqual(other, start + minute, "the other bucket")
  }),

  law("STO-05 any text is a bucket's key, and no two are one", function* ({ attempts }) {
    for (const key of awkwardTexts) yield* expectEqual(yield* attempts.hit([{ key, limit: single }], start), null, key)
    for (const key of awkwardTexts) {
      yield* expectEqual(yield* attempts.hit([{ key, limit: single }], start), start + minute, `${key} again`)
      yield* attempts.forget({ key, limit: single }, start)
      yield* expectEqual(yield* attempts.hit([{ key, limit: single }], start), null, `${key}, forgotten`)
    }
  })
]
