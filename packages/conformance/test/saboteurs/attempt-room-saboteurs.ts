import { countAttempt, marksAfter } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenAttempts, lookThenAct, type Saboteur } from "./saboteur.ts"

/** Saboteurs of what a full store promises, and of the marks of an account. */
export const attemptRoomSaboteurs: ReadonlyArray<Saboteur> = [
  // Drops the bucket that would be forgotten soonest. So whoever fills the store resets every limit.
  brokenAttempts(
    [
      "RAT-14 a bucket is kept to the end of its time, however many others come",
      "RAT-14 without room new keys are limited together, and a bucket whose time has come makes room",
      "RAT-14 keys of another limit share another bucket",
      "RAT-10 an attempt is taken back from a shared bucket, and no other with it",
      "RAT-14 of 100 parallel new keys no more pass than there is room for"
    ],
    ({ buckets }, { attempts }, room) => ({
      hit: (hit, at) =>
        Effect.suspend(() => {
          for (const { key } of hit) {
            const [soonest] = [...buckets].toSorted(([, a], [, b]) => a.forgetAt - b.forgetAt)
            if (!buckets.has(key) && buckets.size >= room.buckets && soonest !== undefined) buckets.delete(soonest[0])
          }
          return attempts.hit(hit, at)
        })
    })
  ),

  // Lets new keys pass uncounted when it is full.
  brokenAttempts(
    [
      "RAT-14 without room new keys are limited together, and a bucket whose time has come makes room",
      "RAT-14 keys of another limit share another bucket",
      "RAT-10 an attempt is taken back from a shared bucket, and no other with it",
      "RAT-14 of 100 parallel new keys no more pass than there is room for"
    ],
    ({ buckets }, { attempts }, room) => ({
      hit: (hit, at) =>
        Effect.suspend(() => {
          const hasRoom = [...buckets.values()].filter(({ forgetAt }) => at < forgetAt).length < room.buckets
          return attempts.hit(
            hit.filter(({ key }) => hasRoom || buckets.has(key)),
            at
          )
        })
    })
  ),

  // Shares by place alone, so that a mild limit and a strict one count in one bucket.
  brokenAttempts(
    [
      "RAT-14 keys of another limit share another bucket",
      "RAT-10 an attempt is taken back from a shared bucket, and no other with it"
    ],
    ({ buckets, sharedBuckets }, { attempts }, room) => ({
      hit: (hit, at) =>
        Effect.suspend(() => {
          const [one] = hit
          if (room.shared > 1 || one === undefined || buckets.has(one.key) || buckets.size < room.buckets) {
            return attempts.hit(hit, at)
          }
          const state = sharedBuckets.values().next().value ?? null
          const next = countAttempt(state, one.limit, at)
          if (next !== null) sharedBuckets.set([...sharedBuckets.keys()][0] ?? "", next)
          return Effect.succeed(next === null ? (state?.shutUntil ?? at) : null)
        })
    })
  ),

  // Forgets what all counted, when one who shares the bucket was right.
  brokenAttempts(
    "RAT-10 an attempt is taken back from a shared bucket, and no other with it",
    ({ buckets, sharedBuckets }, { attempts }) => ({
      forget: (bucket, at) =>
        Effect.suspend(() => {
          if (!buckets.has(bucket.key)) sharedBuckets.clear()
          return attempts.forget(bucket, at)
        })
    })
  ),

  // Looks whether there is room, and makes a bucket later.
  brokenAttempts(
    "RAT-14 of 100 parallel new keys no more pass than there is room for",
    ({ buckets }, { attempts }, room) => ({
      hit: (hit, at) =>
        lookThenAct(
          () => buckets.size < room.buckets,
          (hadRoom) =>
            Effect.suspend(() => {
              const [one] = hit
              const isLate = hadRoom && buckets.size >= room.buckets && one !== undefined && !buckets.has(one.key)
              const next = isLate ? countAttempt(null, one.limit, at) : null
              if (!isLate || next === null) return attempts.hit(hit, at)
              buckets.set(one.key, next)
              return Effect.succeed(null)
            })
        )
    })
  ),

  // Keeps every mark.
  brokenAttempts(
    [
      "RAT-15 of too many marks those go that end soonest, never the one just set, and none of another account",
      "RAT-15 every account's marks are those of marksAfter, whatever the steps and times",
      "RAT-15 of 16 parallel marks of an account with room for 10 exactly 10 remain"
    ],
    (_, { attempts }) => ({
      trust: (mark, step) => attempts.trust(mark, { ...step, most: Number.MAX_SAFE_INTEGER })
    })
  ),

  // Leaves the credential that was replaced.
  brokenAttempts(
    [
      "RAT-15 a mark that is replaced ends when it is told to, and never later than before",
      "RAT-15 every account's marks are those of marksAfter, whatever the steps and times",
      "STO-05 any text is an account of marks, and a mark that is replaced"
    ],
    (_, { attempts }) => ({
      trust: (mark, step) => attempts.trust(mark, { ...step, replaced: null })
    })
  ),

  // Never makes a mark shorter.
  brokenAttempts(
    "JWT-12 a lasting mark is taken back by one that has ended, and may be set again",
    ({ marks }, { attempts }) => ({
      trust: (mark, step) =>
        Effect.suspend(() => {
          const known = marks.get(mark.account)?.get(mark.key) ?? 0
          return attempts.trust({ ...mark, until: Math.max(known, mark.until) }, step)
        })
    })
  ),

  // Reads an account's marks, and writes them all later.
  brokenAttempts("RAT-15 of 16 parallel marks of an account with room for 10 exactly 10 remain", ({ marks }) => ({
    trust: ({ account, ...mark }, step) =>
      lookThenAct(
        () => marks.get(account) ?? new Map(),
        (seen) => Effect.sync(() => void marks.set(account, marksAfter(seen, mark, step)))
      )
  })),

  // A clock that was set back shuts a bucket until the time that it had told.
  brokenAttempts(
    "RAT-11 a clock that was set back shuts nobody out, and takes back no count",
    ({ buckets }, { attempts }) => ({
      hit: (hit, at) =>
        Effect.suspend(() => {
          const shut = hit
            .map(({ key }) => buckets.get(key))
            .find((state) => state !== undefined && at < state.shutUntil)
          return shut === undefined || hit.length > 1 ? attempts.hit(hit, at) : Effect.succeed(shut.shutUntil)
        })
    })
  )
]
