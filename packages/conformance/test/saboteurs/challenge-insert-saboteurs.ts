import { isChallengePastEnd } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenChallenges, challengeOfCode, lookThenAct, putChallenge, type Saboteur } from "./saboteur.ts"

/** One saboteur for each race for a place under the limit, and for a code; and one for a plain law. */
export const challengeInsertSaboteurs: ReadonlyArray<Saboteur> = [
  brokenChallenges("parallel inserts of challenges all stay", (tables, { challenges }) => ({
    insert: (next, most) =>
      lookThenAct(
        () => new Map(tables.challenges),
        (seen) => {
          const isAlone = [...seen.values(), ...tables.challenges.values()].every(
            ({ challenge }) => challenge.codeHash !== next.challenge.codeHash
          )
          const isLimitNear = tables.challenges.size + 100 > most
          if (isAlone && !isLimitNear) {
            tables.challenges.clear()
            for (const held of seen.values()) putChallenge(tables, held)
          }
          return challenges.insert(next, most)
        }
      )
  })),

  // A lock on the rows that are there holds nobody back while there are none.
  brokenChallenges(
    "DEV-13 of 16 parallel inserts of challenges under a limit of 5 exactly 5 pass",
    (tables, { challenges }) => ({
      insert: (next, most) =>
        lookThenAct(
          () => tables.challenges.size,
          (seen) => challenges.insert(next, seen === 0 ? most + tables.challenges.size : most)
        )
    })
  ),

  brokenChallenges(
    "DEV-18 of 16 parallel inserts with one code exactly one passes, and the code leads to it",
    (tables, { challenges }) => ({
      insert: (next, most) =>
        lookThenAct(
          () => challengeOfCode(tables, next.challenge.codeHash),
          (seen) => {
            const isMissed = seen === undefined && challengeOfCode(tables, next.challenge.codeHash) !== undefined
            if (!isMissed) return challenges.insert(next, most)
            return Effect.sync(() => putChallenge(tables, { ...next, hasCode: true }))
          }
        )
    })
  ),

  brokenChallenges(
    "DEV-18 of parallel inserts with the code of one that has ended exactly one passes",
    (tables, { challenges }) => ({
      insert: (next, most) =>
        lookThenAct(
          () => challengeOfCode(tables, next.challenge.codeHash)?.challenge,
          (seen) => {
            const now = challengeOfCode(tables, next.challenge.codeHash)?.challenge
            const wasFree = seen !== undefined && isChallengePastEnd(seen, next.challenge.createdAt)
            const isMissed = wasFree && now !== undefined && now.id !== seen.id
            if (!isMissed) return challenges.insert(next, most)
            return Effect.sync(() => putChallenge(tables, { ...next, hasCode: true }))
          }
        )
    })
  ),

  // An index that is cleaned by what was read before.
  brokenChallenges(
    "DEV-18 a parallel purge leaves a code that comes again to its new challenge",
    (tables, { challenges }) => ({
      removeExpired: (before, limit) =>
        lookThenAct(
          () =>
            [...tables.challenges.values()].filter(
              ({ challenge, hasCode }) => hasCode && challenge.keptUntil <= before
            ),
          (seen) =>
            Effect.tap(challenges.removeExpired(before, limit), () =>
              Effect.sync(() => {
                for (const { challenge } of seen) {
                  const next = challengeOfCode(tables, challenge.codeHash)
                  if (next !== undefined) putChallenge(tables, { ...next, hasCode: false })
                }
              })
            )
        )
    })
  ),

  // Removes a code with the old challenge, though it leads to a new one.
  brokenChallenges(
    [
      "DEV-18 a code that came again is not lost when the old challenge is removed",
      "DEV-18 a parallel purge leaves a code that comes again to its new challenge"
    ],
    (tables, { challenges }) => ({
      removeExpired: (before, limit) =>
        Effect.suspend(() => {
          const ended = [...tables.challenges.values()].filter(({ challenge }) => challenge.keptUntil <= before)
          return Effect.tap(challenges.removeExpired(before, limit), () =>
            Effect.sync(() => {
              for (const { challenge } of ended) {
                const next = challengeOfCode(tables, challenge.codeHash)
                if (next !== undefined && next.challenge.id !== challenge.id) {
                  putChallenge(tables, { ...next, hasCode: false })
                }
              }
            })
          )
        })
    })
  )
]
