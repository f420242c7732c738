import type { Challenge } from "@latchkey/core/store"
import { EXPIRED_KEPT_MS, MOST_WRONG_NUMBERS } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenChallenges, ownedChallenges, patchChallenge, putChallenge, type Saboteur, saboteur } from "./saboteur.ts"

const isEnd = (challenge: Challenge | undefined, at: number): boolean => challenge?.expiresAt === at

/** Saboteurs of the laws of deciding, redeeming and removing challenges that no race is about. */
export const plainChallengeEndSaboteurs: ReadonlyArray<Saboteur> = [
  brokenChallenges(
    [
      "DEV-09 a challenge that a user has claimed is null for every other, whatever its state",
      "DEV-09 decide needs both the owner and the id of a claimed challenge"
    ],
    (tables, { challenges }) => ({
      decide: ({ owner, id }, ...args) =>
        Effect.suspend(() =>
          challenges.decide({ owner: tables.challenges.get(id)?.challenge.userId ?? owner, id }, ...args)
        )
    })
  ),

  brokenChallenges(
    [
      "DEV-03 a challenge can be decided until just before its end",
      "DEV-10 every decision is that of decidedChallenge, whatever the state and time"
    ],
    (tables, { challenges }) => ({
      decide: (key, decision, at) =>
        Effect.suspend(() =>
          challenges.decide(key, decision, isEnd(tables.challenges.get(key.id)?.challenge, at) ? at - 1 : at)
        )
    })
  ),

  // A new number gives three new tries.
  brokenChallenges(
    [
      "DEV-20 a second approval brings only a new number, and is not the one that decided",
      "DEV-20 a parallel new number never undoes the count of a wrong one"
    ],
    (tables, { challenges }) => ({
      decide: (key, decision, at) =>
        Effect.suspend(() => {
          if (decision.to === "approved") {
            patchChallenge(tables, key.id, (now) => (now.state === "approved" ? { ...now, wrongNumbers: 0 } : now))
          }
          return challenges.decide(key, decision, at)
        })
    })
  ),

  // Who approves again is told that it was decided by that.
  brokenChallenges(
    [
      "DEV-20 a second approval brings only a new number, and is not the one that decided",
      "DEV-10 every decision is that of decidedChallenge, whatever the state and time",
      "DEV-10 of 16 parallel approvals exactly one is done, and the number is one of theirs"
    ],
    (_, { challenges }) => ({
      decide: (key, decision, at) =>
        Effect.map(challenges.decide(key, decision, at), (decided) =>
          decided?.challenge.state === "approved" ? { ...decided, isDone: true } : decided
        )
    })
  ),

  // What is approved stays so.
  brokenChallenges(
    [
      "DEV-10 a denial takes an approval back, and keeps nothing of it",
      "DEV-10 every decision is that of decidedChallenge, whatever the state and time",
      "DEV-10 after a parallel approval and denial the challenge is denied, and both are told",
      "DEV-10 of a parallel denial and redemption exactly one is done"
    ],
    (tables, { challenges }) => ({
      decide: (key, decision, at) =>
        Effect.suspend(() => {
          const there = tables.challenges.get(key.id)?.challenge
          return there?.state === "approved" && there.userId === key.owner && decision.to === "denied"
            ? Effect.succeed({ challenge: there, isDone: false })
            : challenges.decide(key, decision, at)
        })
    })
  ),

  // A denied challenge can be approved after all.
  brokenChallenges(
    [
      "DEV-09 a challenge that a user has claimed is null for every other, whatever its state",
      "DEV-10 a denied or redeemed challenge stays as it is, and the decision is told as not done",
      "DEV-10 every decision is that of decidedChallenge, whatever the state and time",
      "DEV-20 three wrong numbers deny the challenge, and the right one comes too late then",
      "DEV-10 after a parallel approval and denial the challenge is denied, and both are told"
    ],
    (tables, { challenges }) => ({
      decide: (key, decision, at) =>
        Effect.suspend(() => {
          if (decision.to === "approved") {
            patchChallenge(tables, key.id, (now) => {
              if (now.state !== "denied") return now
              const { deniedAt: _, deniedBy: __, ...rest } = now
              return { ...rest, state: "claimed" }
            })
          }
          return challenges.decide(key, decision, at)
        })
    })
  ),

  brokenChallenges(
    [
      "DEV-03 a challenge can be redeemed until just before its end",
      "DEV-10 every redemption is that of redeemedChallenge, whatever the state and time"
    ],
    (tables, { challenges }) => ({
      redeem: (secret, redemption) =>
        Effect.suspend(() => {
          const isLast = isEnd(tables.challenges.get(secret.id)?.challenge, redemption.at)
          return challenges.redeem(secret, { ...redemption, at: isLast ? redemption.at - 1 : redemption.at })
        })
    })
  ),

  brokenChallenges(
    "DEV-02 redeem needs both the id and the secret, and one that does not fit changes nothing",
    (tables, { challenges }) => ({
      redeem: ({ id, hash }, redemption) =>
        Effect.suspend(() => challenges.redeem({ id, hash: tables.challenges.get(id)?.secretHash ?? hash }, redemption))
    })
  ),

  // A call without the number counts as a wrong one.
  brokenChallenges(
    [
      "DEV-20 without its number an approved challenge is not redeemed, and no try is counted",
      "DEV-10 every redemption is that of redeemedChallenge, whatever the state and time"
    ],
    (tables, { challenges }) => ({
      redeem: (secret, redemption) =>
        Effect.tap(challenges.redeem(secret, redemption), (redeemed) =>
          Effect.sync(() => {
            if (redeemed?.outcome !== "number-missing") return
            patchChallenge(tables, secret.id, (now) =>
              now.state === "approved"
                ? { ...now, wrongNumbers: Math.min(now.wrongNumbers + 1, MOST_WRONG_NUMBERS) }
                : now
            )
          })
        )
    })
  ),

  // Without a number the challenge is redeemed, as if it needed none.
  brokenChallenges(
    [
      "DEV-20 without its number an approved challenge is not redeemed, and no try is counted",
      "DEV-10 every redemption is that of redeemedChallenge, whatever the state and time"
    ],
    (tables, { challenges }) => ({
      redeem: (secret, redemption) =>
        Effect.suspend(() => {
          const there = tables.challenges.get(secret.id)?.challenge
          const number = there?.state === "approved" ? there.numberHash : null
          return challenges.redeem(secret, { ...redemption, numberHash: redemption.numberHash ?? number })
        })
    })
  ),

  // Allows one wrong number more.
  brokenChallenges(
    [
      "DEV-20 three wrong numbers deny the challenge, and the right one comes too late then",
      "DEV-10 every redemption is that of redeemedChallenge, whatever the state and time",
      "DEV-15 removeExpired knows how long a denied or redeemed challenge is kept",
      "DEV-20 of 16 parallel wrong numbers no more are tried than three"
    ],
    (tables, { challenges }) => {
      const spared = new Set<string>()
      return {
        redeem: (secret, redemption) =>
          Effect.suspend(() => {
            const there = tables.challenges.get(secret.id)
            const isLast = there?.challenge.state === "approved" && there.challenge.wrongNumbers === 2
            return Effect.tap(challenges.redeem(secret, redemption), (redeemed) =>
              Effect.sync(() => {
                if (there === undefined || !isLast || redeemed?.outcome !== "number-wrong") return
                if (!spared.has(secret.id)) putChallenge(tables, there)
                spared.add(secret.id)
              })
            )
          })
      }
    }
  ),

  // Keeps the number of a redeemed challenge.
  brokenChallenges(
    [
      "DEV-15 a redeemed challenge tells who approved it and when, and keeps no number",
      "DEV-10 every redemption is that of redeemedChallenge, whatever the state and time"
    ],
    (tables, { challenges }) => ({
      redeem: (secret, redemption) =>
        Effect.suspend(() => {
          const there = tables.challenges.get(secret.id)?.challenge
          const numberHash = there?.state === "approved" ? there.numberHash : null
          return Effect.tap(challenges.redeem(secret, redemption), (redeemed) =>
            Effect.sync(() => {
              if (redeemed?.outcome !== "redeemed" || numberHash === null) return
              patchChallenge(tables, secret.id, (now) => ({ ...now, numberHash }) as Challenge)
            })
          )
        })
    })
  ),

  // Keeps a decided challenge no longer than one that nobody has decided.
  brokenChallenges(
    "DEV-15 removeExpired knows how long a denied or redeemed challenge is kept",
    (tables, { challenges }) => ({
      removeExpired: (before, limit) =>
        Effect.suspend(() => {
          for (const { challenge } of tables.challenges.values()) {
            const isDecided = challenge.state === "redeemed" || challenge.state === "denied"
            const isOver = isDecided && challenge.expiresAt + EXPIRED_KEPT_MS <= before
            if (isOver) patchChallenge(tables, challenge.id, (now) => ({ ...now, keptUntil: before }))
          }
          return challenges.removeExpired(before, limit)
        })
    })
  ),

  brokenChallenges(
    [
      "DEV-15 removeExpired removes a challenge once its time to be kept is over, not 1 ms before",
      "DEV-15 removeExpired knows how long a denied or redeemed challenge is kept",
      "removeExpired removes at most `limit`, of any owners and of none, and no others"
    ],
    (_, { challenges }) => ({
      removeExpired: (before, limit) => challenges.removeExpired(before + 1, limit)
    })
  ),

  brokenChallenges(
    "removeExpired removes at most `limit`, of any owners and of none, and no others",
    (_, { challenges }) => ({
      removeExpired: (before, limit) => challenges.removeExpired(before, limit + 1)
    })
  ),

  // Purges only what somebody has claimed.
  brokenChallenges(
    [
      "DEV-18 a code that came again is not lost when the old challenge is removed",
      "DEV-18 a code is free again once its challenge was removed",
      "DEV-15 removeExpired removes a challenge once its time to be kept is over, not 1 ms before",
      "removeExpired removes at most `limit`, of any owners and of none, and no others",
      "DEV-18 a parallel purge leaves a code that comes again to its new challenge",
      "DEV-15 a parallel claim never brings a purged challenge back"
    ],
    (tables, { challenges }) => ({
      removeExpired: (before, limit) =>
        Effect.suspend(() => {
          const pending = [...tables.challenges.values()].filter(
            ({ challenge }) => challenge.state === "pending" && challenge.keptUntil <= before
          )
          for (const { challenge } of pending) tables.challenges.delete(challenge.id)
          return Effect.tap(challenges.removeExpired(before, limit), () =>
            Effect.sync(() => {
              for (const held of pending) putChallenge(tables, held)
            })
          )
        })
    })
  ),

  // Removes only what is undecided.
  brokenChallenges(
    [
      "removeAll removes all that the user claimed and says how many",
      "DEV-10 no parallel call brings a challenge back that removeAll removed"
    ],
    (tables, { challenges }) => ({
      removeAll: (owner) =>
        Effect.suspend(() => {
          const kept = ownedChallenges(tables, owner).filter(({ challenge }) => challenge.state === "redeemed")
          return Effect.map(challenges.removeAll(owner), (count) => {
            for (const held of kept) putChallenge(tables, held)
            return count - kept.length
          })
        })
    })
  ),

  // Lists the oldest first where they began at one instant.
  brokenChallenges(
    [
      "OPS-07 of challenges that began at one instant the smallest id goes first",
      "SES-24 of challenges made at one instant each is on one page, the larger ids first"
    ],
    (tables, { challenges }) => ({
      list: (owner, page) =>
        Effect.map(challenges.list(owner, page), (listed) => {
          const own = ownedChallenges(tables, owner).map(({ challenge }) => challenge.createdAt)
          return new Set(own).size === 1 ? listed.toReversed() : listed
        })
    })
  ),

  saboteur(
    [
      "DEV-18 a code that came again is not lost when the old challenge is removed",
      "ADM-06 removing a user removes the challenges that they claimed, and nobody else's",
      "ADM-06 no parallel call brings a removed user's challenge back"
    ],
    (tables, { users }) => ({
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const kept = ownedChallenges(tables, id).filter(({ challenge }) => challenge.state === "redeemed")
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => {
                for (const held of kept) putChallenge(tables, held)
              })
            )
          })
      }
    })
  )
]
