import type { AttemptStore, Bucket } from "@latchkey/core/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as scripts from "./attempt-scripts.ts"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { timeToLive } from "./time-to-live.ts"
import { count, instant, readCount, readInstant, readList, readText } from "./values.ts"

/** Attempts that a group holds at most: some 250 000 in all, so that a flood of names cannot fill the memory (RAT-08). */
const GROUP_LIMIT = 1_000

/** The attempts. Each bucket counts by one script; the order of several is kept by asking them one after the other. */
export const redisAttempts = (db: Connection, keys: Keys): AttemptStore => {
  const keysOf = (key: string, kind: "bucket" | "mark"): ReadonlyArray<string> => {
    const all = keys.ofAttempt(key)
    return [all[kind], all.ends]
  }

  /** What a script needs to make room in a full group. */
  const room = (key: string): ReadonlyArray<string | number> => {
    const { bucketStem, markStem } = keys.ofAttempt(key)
    return [GROUP_LIMIT, bucketStem, markStem]
  }

  return {
    hit: (buckets, at) =>
      attempt("attempts.hit", async () => {
        for (const { key, limit } of buckets) {
          const { free, delay, longest, forget } = limit
          const args = [key, instant(at), free, delay, longest, forget, timeToLive(at + longest + forget, at)]
          const shutUntil = await db.run("losable", scripts.hit, keysOf(key, "bucket"), [...args, ...room(key)])
          if (shutUntil !== null) return readInstant(shutUntil)
        }
        return null
      }),
    takeBack: (buckets, at) =>
      attempt("attempts.takeBack", async () => {
        const takeBack = ({ key, limit }: Bucket) =>
          db.run("losable", scripts.takeBack, keysOf(key, "bucket"), [key, instant(at), limit.free])
        // One after the other, for a bucket may be named twice.
        for (const bucket of buckets) await takeBack(bucket)
      }),
    forget: (key) =>
      attempt("attempts.forget", async () => {
        await db.run("losable", scripts.forget, keysOf(key, "bucket"), [key])
      }),
    trust: (key, until) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        attempt("attempts.trust", async () => {
          const args = [key, instant(until), timeToLive(until, now), ...room(key)]
          await db.run("losable", scripts.trust, keysOf(key, "mark"), args)
        })
      ),
    isTrusted: (key, at) =>
      attempt("attempts.isTrusted", async () => {
        const until = await db.read("GET", keys.ofAttempt(key).mark)
        return until !== null && instant(at) < readInstant(until)
      }),
    removeExpired: (before, limit) =>
      attempt("attempts.removeExpired", async () => {
        const due = async (ends: string) => {
          const range = ["-inf", String(instant(before)), "LIMIT", "0", String(count(limit))]
          return readList(await db.read("ZRANGEBYSCORE", ends, ...range)).map(readText)
        }
        let removed = 0
        for (const member of (await Promise.all(keys.attemptEnds.map(due))).flat()) {
          if (removed === limit) break
          const key = member.slice(1)
          const gone = await db.run("losable", scripts.removeExpired, keysOf(key, kindOf(member)), [member, before])
          removed += readCount(gone)
        }
        return removed
      })
  }
}

/** The index names a bucket as `b` and a mark as `m`, each with the key behind it. */
const kindOf = (member: string): "bucket" | "mark" => (member.startsWith("b") ? "bucket" : "mark")
