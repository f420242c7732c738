import * as Effect from "effect/Effect"
import { brokenAttempts, type Saboteur } from "./saboteur.ts"

/** Saboteurs of the laws of attempts that no race is about. */
export const plainOtherSaboteurs: ReadonlyArray<Saboteur> = [
  brokenAttempts(
    [
      "TIM-01 a key is trusted until just before the instant given",
      "RAT-15 a mark that is replaced ends when it is told to, and never later than before",
      "JWT-12 a lasting mark is taken back by one that has ended, and may be set again",
      "STO-05 any text is a mark's key, and no two are one",
      "STO-05 any text is an account of marks, and a mark that is replaced"
    ],
    (_, { attempts }) => ({
      isTrusted: (mark, at) => attempts.isTrusted(mark, at - 1)
    })
  ),

  brokenAttempts(
    [
      "several buckets are counted in order until one is shut; that and those after it are not",
      "RAT-01 parallel attempts at several buckets are counted in each until one is shut"
    ],
    (_, { attempts }) => ({
      hit: (hit, at) =>
        Effect.map(
          Effect.forEach(hit, (one) => attempts.hit([one], at)),
          (answers) => answers.find((answer) => answer !== null) ?? null
        )
    })
  ),

  brokenAttempts(
    [
      "forget opens a bucket and starts its count again, and leaves the others",
      "a forgotten bucket stays gone when an attempt is taken back from it"
    ],
    ({ buckets }, { attempts }) => ({
      forget: (bucket, at) =>
        Effect.suspend(() => {
          const state = buckets.get(bucket.key)
          if (state === undefined) return attempts.forget(bucket, at)
          return Effect.sync(() => void buckets.set(bucket.key, { ...state, shutUntil: 0 }))
        })
    })
  ),

  brokenAttempts(
    [
      "RAT-05 a bucket with as many as the free attempts left stays shut until its instant",
      "every bucket is that of takeBackAttempt, whatever the limits and times"
    ],
    ({ buckets }, { attempts }) => ({
      takeBack: (taken, at) =>
        Effect.tap(attempts.takeBack(taken, at), () =>
          Effect.sync(() => {
            for (const { key } of taken) {
              const state = buckets.get(key)
              if (state !== undefined) buckets.set(key, { ...state, shutUntil: 0 })
            }
          })
        )
    })
  ),

  brokenAttempts(
    [
      "taking back does not put off when a bucket is forgotten, nor brings it forward",
      "every bucket is that of takeBackAttempt, whatever the limits and times"
    ],
    ({ buckets }, { attempts }) => ({
      takeBack: (taken, at) =>
        Effect.tap(attempts.takeBack(taken, at), () =>
          Effect.sync(() => {
            for (const { key, limit } of taken) {
              const state = buckets.get(key)
              if (state !== undefined) buckets.set(key, { ...state, forgetAt: at + limit.forget })
            }
          })
        )
    })
  )
]
