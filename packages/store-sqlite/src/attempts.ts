import type { AttemptRoom, AttemptStore } from "@latchkey/core/store"
import { countAttempt, takeBackAttempt } from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import { attemptBuckets } from "./attempt-buckets.ts"
import { attemptMarks } from "./attempt-marks.ts"
import type { Connection } from "./connection.ts"
import { inSteps } from "./in-steps.ts"
import { count, instant } from "./values.ts"

/** The attempts, counted by core's own rules under the write lock. */
export const sqliteAttempts = (db: Connection, room: AttemptRoom): AttemptStore => {
  const buckets = attemptBuckets(db, room)
  const marks = attemptMarks(db)

  return {
    hit: (all, at) =>
      db.transaction("losable", "attempts.hit", () => {
        const now = instant(at)
        for (const bucket of all) {
          const place = buckets.placeOf(bucket, now)
          const state = place.find()
          const next = countAttempt(state, bucket.limit, now)
          if (next === null) return Exit.succeed(state?.shutUntil ?? now)
          place.put(next)
        }
        return Exit.succeed(null)
      }),
    takeBack: (all, at) =>
      db.transaction("losable", "attempts.takeBack", () => {
        const now = instant(at)
        for (const bucket of all) {
          const place = buckets.placeOf(bucket, now)
          place.put(takeBackAttempt(place.find(), bucket.limit, now))
        }
        return Exit.void
      }),
    forget: (bucket, at) =>
      db.transaction("losable", "attempts.forget", () => {
        const now = instant(at)
        const place = buckets.placeOf(bucket, now)
        place.put(place.isShared ? takeBackAttempt(place.find(), bucket.limit, now) : null)
        return Exit.void
      }),
    trust: (mark, step) =>
      db.transaction(step.keep, "attempts.trust", () => {
        marks.set(mark, step)
        return Exit.void
      }),
    isTrusted: (mark, at) => db.read("attempts.isTrusted", () => marks.has(mark, instant(at))),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.transaction("optional", "attempts.removeExpired", () => {
          const removed = buckets.removeExpired(instant(before), count(atMost))
          return Exit.succeed(removed + marks.removeExpired(instant(before), atMost - removed))
        })
      )
  }
}
