import type { UserId } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { bringBack, noting } from "./challenge-endings.ts"
import {
  brokenChallenges,
  challengeOfCode,
  lookThenAct,
  ownedChallenges,
  patchChallenge,
  putChallenge,
  type Saboteur
} from "./saboteur.ts"

const countOf = (tables: Tables, owner: UserId): number => ownedChallenges(tables, owner).length

/** One saboteur for each race for a challenge that nobody has claimed, and one for a plain law. */
export const challengeClaimSaboteurs: ReadonlyArray<Saboteur> = [
  brokenChallenges(
    "DEV-09 of parallel claims of two users exactly one user gets the challenge",
    (tables, { challenges }) => ({
      claim: (codeHash, owner, at, most) =>
        lookThenAct(
          () => challengeOfCode(tables, codeHash),
          (seen) => {
            const now = challengeOfCode(tables, codeHash)?.challenge
            const isMissed = seen?.challenge.state === "pending" && now?.state === "claimed" && now.userId !== owner
            if (isMissed) putChallenge(tables, seen)
            return challenges.claim(codeHash, owner, at, most)
          }
        )
    })
  ),

  // A lock on the owner's rows holds nobody back while there are none.
  brokenChallenges(
    "OPS-07 after 16 parallel claims of one user with room for 5 there are exactly 5",
    (tables, { challenges }) => ({
      claim: (codeHash, owner, at, most) =>
        lookThenAct(
          () => countOf(tables, owner),
          (seen) => challenges.claim(codeHash, owner, at, seen === 0 ? most + countOf(tables, owner) : most)
        )
    })
  ),

  brokenChallenges("DEV-05 a parallel poll and claim lose neither", (tables, { challenges }) => ({
    claim: (codeHash, owner, at, most) =>
      lookThenAct(
        () => challengeOfCode(tables, codeHash)?.challenge,
        (seen) => {
          if (seen?.state === "pending") patchChallenge(tables, seen.id, (now) => ({ ...now, pace: seen.pace }))
          return challenges.claim(codeHash, owner, at, most)
        }
      )
  })),

  brokenChallenges("DEV-15 a parallel claim never brings a purged challenge back", (tables, sound) => {
    const { ended, verbs } = noting(tables, sound, "removeExpired")
    return {
      ...verbs,
      claim: (codeHash, ...args) =>
        bringBack(
          tables,
          ended,
          () => challengeOfCode(tables, codeHash),
          Effect.suspend(() => verbs.claim(codeHash, ...args))
        )
    }
  }),

  brokenChallenges(
    "OPS-07 a parallel decision never brings a challenge back that gave way to another",
    (tables, sound) => {
      const { ended, verbs } = noting(tables, sound, "claim")
      return {
        ...verbs,
        decide: (key, ...args) =>
          bringBack(tables, ended, () => tables.challenges.get(key.id), sound.challenges.decide(key, ...args))
      }
    }
  ),

  // Makes room also when nothing is claimed.
  brokenChallenges(
    "OPS-07 only a call that claims removes others, and it removes nobody else's",
    (tables, { challenges }) => ({
      claim: (codeHash, owner, at, most) =>
        Effect.suspend(() => {
          const isOwn = challengeOfCode(tables, codeHash)?.challenge.userId === owner
          const own = ownedChallenges(tables, owner).filter(({ challenge }) => challenge.codeHash !== codeHash)
          if (isOwn) for (const { challenge } of own.slice(0, -most)) tables.challenges.delete(challenge.id)
          return challenges.claim(codeHash, owner, at, most)
        })
    })
  )
]
