import type { Challenge } from "@latchkey/core/store"
import { isChallengePastEnd, UserCodeTaken } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  brokenChallenges,
  challengeOfCode,
  ownedChallenges,
  patchChallenge,
  putChallenge,
  type Saboteur
} from "./saboteur.ts"

const isEnd = (challenge: Challenge | undefined, at: number): boolean => challenge?.expiresAt === at

/** Saboteurs of the laws of inserting, claiming and polling challenges that no race is about. */
export const plainChallengeSaboteurs: ReadonlyArray<Saboteur> = [
  // Counts the pending ones alone.
  brokenChallenges(
    "DEV-13 the limit counts a challenge until just before its end, whatever its state",
    (tables, { challenges }) => ({
      insert: (next, most) =>
        Effect.suspend(() => {
          const others = [...tables.challenges.values()].filter(
            ({ challenge }) => challenge.state !== "pending" && !isChallengePastEnd(challenge, next.challenge.createdAt)
          )
          return challenges.insert(next, most + others.length)
        })
    })
  ),

  // Frees a code once somebody has claimed its challenge.
  brokenChallenges(
    [
      "DEV-18 a code is taken while its challenge is not past its end, whatever its state",
      "DEV-18 a code that came again is not lost when the old challenge is removed"
    ],
    (tables, { challenges }) => ({
      insert: (next, most) =>
        Effect.suspend(() => {
          const taken = challengeOfCode(tables, next.challenge.codeHash)
          const isClaimed = taken !== undefined && taken.challenge.state !== "pending"
          if (isClaimed) putChallenge(tables, { ...taken, hasCode: false })
          return challenges.insert(next, most)
        })
    })
  ),

  // Keeps a code for as long as its challenge is there.
  brokenChallenges(
    [
      "DEV-18 at the end of its challenge a code may come again, and leads to the new one",
      "DEV-18 a code that came again is not lost when the old challenge is removed",
      "DEV-18 of parallel inserts with the code of one that has ended exactly one passes",
      "DEV-18 a parallel purge leaves a code that comes again to its new challenge"
    ],
    (tables, { challenges }) => ({
      insert: (next, most) =>
        Effect.suspend(() =>
          challengeOfCode(tables, next.challenge.codeHash) === undefined
            ? challenges.insert(next, most)
            : new UserCodeTaken()
        )
    })
  ),

  // Overwrites the challenge whose code comes again.
  brokenChallenges(
    [
      "DEV-18 at the end of its challenge a code may come again, and leads to the new one",
      "DEV-18 of parallel inserts with the code of one that has ended exactly one passes",
      "DEV-18 a parallel purge leaves a code that comes again to its new challenge"
    ],
    (tables, { challenges }) => ({
      insert: (next, most) =>
        Effect.suspend(() => {
          const old = challengeOfCode(tables, next.challenge.codeHash)?.challenge
          const isOld = old !== undefined && isChallengePastEnd(old, next.challenge.createdAt)
          return Effect.tap(challenges.insert(next, most), () =>
            Effect.sync(() => isOld && tables.challenges.delete(old.id))
          )
        })
    })
  ),

  brokenChallenges(
    [
      "DEV-03 a challenge can be claimed until just before its end, and is told to everybody afterwards",
      "OPS-07 only a call that claims removes others, and it removes nobody else's"
    ],
    (tables, { challenges }) => ({
      claim: (codeHash, owner, at, most) =>
        Effect.suspend(() => {
          const isLast = isEnd(challengeOfCode(tables, codeHash)?.challenge, at)
          return challenges.claim(codeHash, owner, isLast ? at - 1 : at, most)
        })
    })
  ),

  // Gives a code's challenge to whoever types the code.
  brokenChallenges(
    [
      "DEV-18 at the end of its challenge a code may come again, and leads to the new one",
      "DEV-18 a code leads to its challenge for a while after the end",
      "DEV-09 a challenge that a user has claimed is null for every other, whatever its state",
      "DEV-09 of parallel claims of two users exactly one user gets the challenge"
    ],
    (tables, { challenges }) => ({
      claim: (codeHash, owner, at, most) =>
        Effect.map(challenges.claim(codeHash, owner, at, most), (claimed) => {
          const challenge = challengeOfCode(tables, codeHash)?.challenge
          return claimed ?? (challenge?.state === "claimed" ? challenge : null)
        })
    })
  ),

  // Notes each time that the user types the code.
  brokenChallenges(
    [
      "DEV-18 a code leads to its challenge for a while after the end",
      "a claim by the user who has the challenge gives it as it is, and changes nothing"
    ],
    (tables, { challenges }) => ({
      claim: (codeHash, owner, at, most) =>
        Effect.suspend(() => {
          const there = challengeOfCode(tables, codeHash)?.challenge
          if (there?.state === "claimed" && there.userId === owner) {
            patchChallenge(tables, there.id, (challenge) => ({ ...challenge, claimedAt: at }) as Challenge)
          }
          return challenges.claim(codeHash, owner, at, most)
        })
    })
  ),

  // Removes the one that is claimed, when that is the oldest.
  brokenChallenges(
    [
      "DEV-18 a code that came again is not lost when the old challenge is removed",
      "OPS-07 a claim removes the user's oldest beyond the limit, whatever their states",
      "OPS-07 only a call that claims removes others, and it removes nobody else's",
      "OPS-07 a parallel decision never brings a challenge back that gave way to another"
    ],
    (tables, { challenges }) => ({
      claim: (codeHash, owner, at, most) =>
        Effect.tap(challenges.claim(codeHash, owner, at, most), (claimed) =>
          Effect.sync(() => {
            const others = ownedChallenges(tables, owner).filter(({ challenge }) => challenge.id !== claimed?.id)
            const isOldest = others.every(({ challenge }) => challenge.createdAt > (claimed?.createdAt ?? 0))
            if (claimed !== null && isOldest && others.length + 1 >= most) tables.challenges.delete(claimed.id)
          })
        )
    })
  ),

  brokenChallenges(
    [
      "DEV-09 a challenge that a user has claimed is null for every other, whatever its state",
      "DEV-09 find needs both the owner and the id, and never tells one that nobody has claimed"
    ],
    (tables, { challenges }) => ({
      find: ({ owner, id }) =>
        Effect.suspend(() => challenges.find({ owner: tables.challenges.get(id)?.challenge.userId ?? owner, id }))
    })
  ),

  brokenChallenges(
    [
      "insert of an id that is there is a StoreError, and leaves the one that is there",
      "DEV-02 poll needs both the id and the secret, and one that does not fit changes nothing"
    ],
    (tables, { challenges }) => ({
      poll: ({ id, hash }, at) =>
        Effect.suspend(() => challenges.poll({ id, hash: tables.challenges.get(id)?.secretHash ?? hash }, at))
    })
  ),

  // Tells an early poll, and does not slow it down.
  brokenChallenges(
    [
      "DEV-05 a poll that comes too early says so and slows the program down, as the store keeps it",
      "DEV-05 the interval grows to a minute, and one that is longer stays",
      "DEV-05 every poll is that of polledChallenge, whatever the paces and times",
      "DEV-05 of 16 parallel polls all but one are early, and each of those slows down"
    ],
    (tables, { challenges }) => ({
      poll: (secret, at) =>
        Effect.suspend(() => {
          const before = tables.challenges.get(secret.id)?.challenge.pace.interval
          return Effect.map(challenges.poll(secret, at), (polled) => {
            if (polled === null || before === undefined) return polled
            const pace = { ...polled.challenge.pace, interval: before }
            patchChallenge(tables, secret.id, (challenge) => ({ ...challenge, pace }))
            return { ...polled, challenge: { ...polled.challenge, pace } }
          })
        })
    })
  ),

  // Paces also a challenge that is approved: a program that may have its token is told to slow down.
  brokenChallenges(
    "DEV-05 a decided challenge, and one past its end, has no pace: no poll is early or changes it",
    (_, { challenges }) => ({
      poll: (secret, at) =>
        Effect.map(challenges.poll(secret, at), (polled) =>
          polled?.challenge.state === "approved" && at < polled.challenge.pace.nextPollAt
            ? { ...polled, isEarly: true }
            : polled
        )
    })
  ),

  // Knows the pace of what it has seen itself, as a process that keeps it in memory would.
  brokenChallenges(
    "DEV-05 every poll is that of polledChallenge, whatever the paces and times",
    (_, { challenges }) => {
      const seen = new Map<string, number>()
      return {
        poll: (secret, at) =>
          Effect.map(challenges.poll(secret, at), (polled) => {
            const isFirst = polled?.isEarly === true && (seen.get(secret.id) ?? 0) === 0
            seen.set(secret.id, (seen.get(secret.id) ?? 0) + 1)
            return polled === null || !isFirst ? polled : { ...polled, isEarly: false }
          })
      }
    }
  )
]
