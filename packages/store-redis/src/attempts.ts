import type { AttemptStore, Bucket, Instant } from "@latchkey/core/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as scripts from "./attempt-scripts.ts"
import { attempt, type Connection } from "./connection.ts"
import type { CountedKeys, Keys } from "./keys.ts"
import { timeToLive } from "./time-to-live.ts"
import { count, instant, readCount, readInstant, readList, readOptionalText, readText } from "./values.ts"

/**
 * The most buckets, and the most marks, in a group: about 250 000 of each in all, so that a flood of names cannot fill the
 * memory (RAT-08).
 */
const GROUP_LIMIT = 1_000

/** The attempts. One script counts one bucket. Several buckets are counted in order, one call after the other. */
export const redisAttempts = (db: Connection, keys: Keys): AttemptStore => {
  const pair = ({ self, ends }: CountedKeys): ReadonlyArray<string> => [self, ends]

  const due = async (ends: string, before: Instant, limit: number): Promise<ReadonlyArray<string>> => {
    const range = ["-inf", String(instant(before)), "LIMIT", "0", String(count(limit))]
    return readList(await db.read("ZRANGEBYSCORE", ends, ...range)).map(readText)
  }

  const kinds = [
    [keys.bucketEnds, keys.ofBucket],
    [keys.markEnds, keys.ofMark]
  ] as const

  return {
    hit: (buckets, at) =>
      attempt("attempts.hit", async () => {
        for (const { key, limit } of buckets) {
          const { free, delay, longest, forget } = limit
          const args = [key, instant(at), free, delay, longest, forget, timeToLive(at + longest + forget, at)]
          const bucket = keys.ofBucket(key)
          const shutUntil = await db.run("losable", scripts.hit, pair(bucket), [...args, GROUP_LIMIT, bucket.stem])
          if (shutUntil !== null) return readInstant(shutUntil)
        }
        return null
      }),
    takeBack: (buckets, at) =>
      attempt("attempts.takeBack", async () => {
        const takeBack = ({ key, limit }: Bucket) =>
          db.run("losable", scripts.takeBack, pair(keys.ofBucket(key)), [key, instant(at), limit.free])
        // One after the other, because a bucket can occur twice.
        for (const bucket of buckets) await takeBack(bucket)
      }),
    forget: (key) =>
      attempt("attempts.forget", async () => {
        await db.run("losable", scripts.forget, pair(keys.ofBucket(key)), [key])
      }),
    trust: (key, until) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        attempt("attempts.trust", async () => {
          const mark = keys.ofMark(key)
          const args = [key, instant(until), timeToLive(until, now), GROUP_LIMIT, mark.stem]
          await db.run("losable", scripts.trust, pair(mark), args)
        })
      ),
    isTrusted: (key, at) =>
      attempt("attempts.isTrusted", async () => {
        const mark = readOptionalText(await db.read("GET", keys.ofMark(key).self))
        return mark !== null && instant(at) < readInstant(mark.split("\n", 1)[0])
      }),
    removeExpired: (before, limit) =>
      attempt("attempts.removeExpired", async () => {
        let removed = 0
        for (const [indexes, keysOf] of kinds) {
          const ended = await Promise.all(indexes.map((ends) => due(ends, before, limit - removed)))
          for (const key of ended.flat().slice(0, limit - removed)) {
            removed += readCount(await db.run("losable", scripts.removeExpired, pair(keysOf(key)), [key, before]))
          }
        }
        return removed
      })
  }
}
