import { type AttemptStore, type BucketState, countAttempt, takeBackAttempt } from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import { inSteps } from "./in-steps.ts"
import { optionalRow, type Row, rowOf } from "./row.ts"
import { count, instant } from "./values.ts"

/** The attempts, counted by core's own rule under the write lock. */
export const sqliteAttempts = (db: Connection): AttemptStore => {
  const find = db.prepare("SELECT count, shut_until, forget_at FROM latchkey_buckets WHERE key = ?")
  const put = db.prepare(`INSERT INTO latchkey_buckets (key, count, shut_until, forget_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE
    SET count = excluded.count, shut_until = excluded.shut_until, forget_at = excluded.forget_at`)
  const forget = db.prepare("DELETE FROM latchkey_buckets WHERE key = ?")
  const trust = db.prepare(`INSERT INTO latchkey_trusted (key, until) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET until = excluded.until`)
  const isTrusted = db.prepare("SELECT until FROM latchkey_trusted WHERE key = ? AND until > ?")
  const removeBuckets = db.prepare(`DELETE FROM latchkey_buckets
    WHERE key IN (SELECT key FROM latchkey_buckets WHERE forget_at <= ? LIMIT ?)`)
  const removeTrusted = db.prepare(`DELETE FROM latchkey_trusted
    WHERE key IN (SELECT key FROM latchkey_trusted WHERE until <= ? LIMIT ?)`)

  return {
    hit: (buckets, at) =>
      db.transaction("losable", "attempts.hit", () => {
        const now = instant(at)
        for (const { key, limit } of buckets) {
          const state = optionalRow(find.get(key), readBucket)
          const next = countAttempt(state, limit, now)
          if (next === null) return Exit.succeed(state?.shutUntil ?? now)
          put.run(key, next.count, instant(next.shutUntil), instant(next.forgetAt))
        }
        return Exit.succeed(null)
      }),
    takeBack: (buckets, at) =>
      db.transaction("losable", "attempts.takeBack", () => {
        const now = instant(at)
        for (const { key, limit } of buckets) {
          const next = takeBackAttempt(optionalRow(find.get(key), readBucket), limit, now)
          if (next === null) forget.run(key)
          else put.run(key, next.count, instant(next.shutUntil), instant(next.forgetAt))
        }
        return Exit.void
      }),
    forget: (key) =>
      db.write("losable", "attempts.forget", () => {
        forget.run(key)
      }),
    trust: (key, until) =>
      db.write("losable", "attempts.trust", () => {
        trust.run(key, instant(until))
      }),
    isTrusted: (key, at) => db.read("attempts.isTrusted", () => rowOf(isTrusted.get(key, instant(at))) !== null),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.transaction("optional", "attempts.removeExpired", () => {
          const buckets = count(removeBuckets.run(instant(before), count(atMost)).changes)
          return Exit.succeed(buckets + count(removeTrusted.run(instant(before), atMost - buckets).changes))
        })
      )
  }
}

const readBucket = (row: Row): BucketState => ({
  count: count(row[0]),
  shutUntil: instant(row[1]),
  forgetAt: instant(row[2])
})
