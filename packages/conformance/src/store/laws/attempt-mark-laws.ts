import type { Limit } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, hour, minute, start } from "./samples.ts"

const { law } = lawsOf("attempts")

const limit: Limit = { free: 1, delay: minute, longest: hour, forget: hour }
const until = start + hour

/** What marks of trust and the purge of attempts promise. */
export const attemptMarkLaws: ReadonlyArray<Law> = [
  law("TIM-01 a key is trusted until just before the instant given", function* ({ attempts }) {
    yield* attempts.trust("a", until)
    yield* expectEqual(yield* attempts.isTrusted("a", start), true, "at once")
    yield* expectEqual(yield* attempts.isTrusted("a", until - 1), true, "1 ms before the end")
    yield* expectEqual(yield* attempts.isTrusted("a", until), false, "at the end")
    yield* expectEqual(yield* attempts.isTrusted("a", until + 1), false, "1 ms after the end")
  }),

  law("a key that was never marked is not trusted", function* ({ attempts }) {
    yield* attempts.trust("a", until)
    yield* expectEqual(yield* attempts.isTrusted("b", start), false, "another key")
  }),

  law("a key may be trusted again for longer", function* ({ attempts }) {
    yield* attempts.trust("a", start + minute)
    yield* attempts.trust("a", until)
    yield* expectEqual(yield* attempts.isTrusted("a", until - 1), true, "1 ms before the later end")
  }),

  law("a mark is no bucket: neither is counted, shut or forgotten by the other's verbs", function* ({ attempts }) {
    yield* attempts.trust("a", until)
    yield* expectEqual(yield* attempts.hit([{ key: "a", limit }], start), null, "an attempt at a trusted key")
    yield* expectEqual(yield* attempts.isTrusted("a", start), true, "the mark, after an attempt")
    yield* attempts.forget("a")
    yield* expectEqual(yield* attempts.isTrusted("a", start), true, "the mark, after forgetting the bucket")
    yield* attempts.hit([{ key: "b", limit }], start)
    yield* expectEqual(yield* attempts.isTrusted("b", start), false, "a bucket's key")
  }),

  law("STO-05 any text is a mark's key, and no two are one", function* ({ attempts }) {
    for (const [n, key] of awkwardTexts.entries()) {
      yield* expectEqual(yield* attempts.isTrusted(key, start), false, `${key}, before`)
      yield* attempts.trust(key, until + n)
    }
    for (const [n, key] of awkwardTexts.entries()) {
      yield* expectEqual(yield* attempts.isTrusted(key, until + n - 1), true, `${key}, 1 ms before its end`)
      yield* expectEqual(yield* attempts.isTrusted(key, until + n), false, `${key}, at its end`)
    }
  }),

  law("removeExpired removes a bucket at the end of its time, not 1 ms before", function* ({ attempts }) {
    const opens = start + minute
    const forgetAt = opens + hour
    yield* attempts.hit([{ key: "a", limit }], start)
    yield* expectEqual(yield* attempts.removeExpired(forgetAt - 1, 10), 0, "1 ms before")
    yield* expectEqual(yield* attempts.hit([{ key: "a", limit }], start), opens, "the bucket that stays")
    yield* expectEqual(yield* attempts.removeExpired(forgetAt, 10), 1, "at the end")
    yield* expectEqual(yield* attempts.hit([{ key: "a", limit }], start), null, "the bucket that went")
  }),

  law("removeExpired removes a mark at its end, not 1 ms before", function* ({ attempts }) {
    yield* attempts.trust("a", until)
    yield* expectEqual(yield* attempts.removeExpired(until - 1, 10), 0, "1 ms before")
    yield* expectEqual(yield* attempts.isTrusted("a", start), true, "the mark that stays")
    yield* expectEqual(yield* attempts.removeExpired(until, 10), 1, "at the end")
    yield* expectEqual(yield* attempts.isTrusted("a", start), false, "the mark that went")
  }),

  law("removeExpired removes at most `limit` buckets and marks together, and none in time", function* ({ attempts }) {
    const end = start + minute + hour
    for (const key of ["a", "b", "c"]) {
      yield* attempts.hit([{ key, limit }], start)
      yield* attempts.trust(key, end)
    }
    yield* attempts.hit([{ key: "later", limit }], start + 1)
    yield* attempts.trust("later", end + 1)
    yield* expectEqual(yield* attempts.removeExpired(end, 0), 0, "none")
    yield* expectEqual(yield* attempts.removeExpired(end, 4), 4, "a first batch")
    yield* expectEqual(yield* attempts.removeExpired(end, 4), 2, "the rest")
    yield* expectEqual(yield* attempts.removeExpired(end, 4), 0, "when none is left")
    yield* expectEqual(yield* attempts.isTrusted("later", end), true, "the mark in time")
    yield* expectEqual(
      yield* attempts.hit([{ key: "later", limit }], start + 1),
      start + minute + 1,
      "the bucket in time"
    )
  })
]
