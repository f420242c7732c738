import type { Challenge, ChallengeId, ChallengeStore } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import type * as Effect from "effect/Effect"
import {
  brokenChallenges,
  type HeldChallenge,
  lookThenAct,
  patchChallenge,
  putChallenge,
  type Saboteur
} from "./saboteur.ts"

type State = Challenge["state"]

/** Acts on the state that it saw, though it has become another meanwhile. */
const missing = <A, E>(
  tables: Tables,
  id: ChallengeId,
  [from, to]: readonly [ReadonlyArray<State>, ReadonlyArray<State>],
  verb: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  lookThenAct(
    () => tables.challenges.get(id),
    (seen) => {
      const now = tables.challenges.get(id)
      if (isIn(seen, from) && isIn(now, to)) putChallenge(tables, seen)
      return verb
    }
  )

const isIn = (held: HeldChallenge | undefined, states: ReadonlyArray<State>): held is HeldChallenge =>
  held !== undefined && states.includes(held.challenge.state)

/** A decision of one kind that misses a change from some states to others. */
const decisionMisses = (
  breaks: string,
  to: "approved" | "denied",
  change: readonly [ReadonlyArray<State>, ReadonlyArray<State>]
): Saboteur =>
  brokenChallenges(breaks, (tables, { challenges }) => {
    const decide: ChallengeStore["decide"] = (key, decision, at) => {
      const sound = challenges.decide(key, decision, at)
      return decision.to === to ? missing(tables, key.id, change, sound) : sound
    }
    return { decide }
  })

/** A poll that writes back the state that it saw. */
const pollUndoes = (breaks: string, change: readonly [ReadonlyArray<State>, ReadonlyArray<State>]): Saboteur =>
  brokenChallenges(breaks, (tables, { challenges }) => ({
    poll: (secret, at) => missing(tables, secret.id, change, challenges.poll(secret, at))
  }))

/** One saboteur for each race for the decision about a challenge, for what it was approved for, and for its pace. */
export const challengeDecideSaboteurs: ReadonlyArray<Saboteur> = [
  brokenChallenges(
    "DEV-05 of 16 parallel polls all but one are early, and each of those slows down",
    (tables, { challenges }) => ({
      poll: (secret, at) =>
        lookThenAct(
          () => tables.challenges.get(secret.id)?.challenge.pace,
          (pace) => {
            if (pace !== undefined) patchChallenge(tables, secret.id, (now) => ({ ...now, pace }))
            return challenges.poll(secret, at)
          }
        )
    })
  ),

  decisionMisses("DEV-10 of 16 parallel approvals exactly one is done, and the number is one of theirs", "approved", [
    ["claimed"],
    ["approved"]
  ]),
  decisionMisses("DEV-10 of 16 parallel denials exactly one is done", "denied", [["claimed"], ["denied"]]),
  decisionMisses("DEV-10 after a parallel approval and denial the challenge is denied, and both are told", "approved", [
    ["claimed"],
    ["denied"]
  ]),
  decisionMisses("DEV-10 of a parallel denial and redemption exactly one is done", "denied", [
    ["approved"],
    ["redeemed"]
  ]),

  pollUndoes("DEV-05 a parallel poll never undoes a decision", [["claimed"], ["approved", "denied"]]),

  brokenChallenges("DEV-06 of 16 parallel redemptions exactly one is redeemed", (tables, { challenges }) => ({
    redeem: (secret, redemption) =>
      missing(tables, secret.id, [["approved"], ["redeemed"]], challenges.redeem(secret, redemption))
  })),

  pollUndoes("DEV-06 a parallel poll never undoes a redemption", [["approved"], ["redeemed"]]),

  brokenChallenges("DEV-20 of 16 parallel wrong numbers no more are tried than three", (tables, { challenges }) => ({
    redeem: (secret, redemption) =>
      lookThenAct(
        () => tables.challenges.get(secret.id)?.challenge,
        (seen) => {
          keepCount(tables, seen)
          return challenges.redeem(secret, redemption)
        }
      )
  })),

  brokenChallenges("DEV-20 a parallel new number never undoes the count of a wrong one", (tables, { challenges }) => ({
    decide: (key, ...args) =>
      lookThenAct(
        () => tables.challenges.get(key.id)?.challenge,
        (seen) => {
          keepCount(tables, seen)
          return challenges.decide(key, ...args)
        }
      )
  }))
]

/** Writes the count of wrong numbers as it was seen. */
const keepCount = (tables: Tables, seen: Challenge | undefined): void => {
  if (seen?.state !== "approved") return
  const { wrongNumbers } = seen
  patchChallenge(tables, seen.id, (now) => (now.state === "approved" ? { ...now, wrongNumbers } : now))
}
