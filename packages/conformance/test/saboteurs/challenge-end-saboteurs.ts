import type { ChallengeStore } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { bringBack, type Ending, noting } from "./challenge-endings.ts"
import { brokenChallenges, lookThenAct, ownedChallenges, type Saboteur, saboteur } from "./saboteur.ts"

/** A decision that writes back what it read, though the challenge was removed meanwhile in one certain way. */
const decisionBringsBack = (breaks: string, ending: Ending): Saboteur =>
  saboteur(breaks, (tables, sound) => {
    const { ended, remove, verbs } = noting(tables, sound, ending)
    const decide: ChallengeStore["decide"] = (key, ...args) =>
      bringBack(tables, ended, () => tables.challenges.get(key.id), sound.challenges.decide(key, ...args))
    return { users: { ...sound.users, remove }, challenges: { ...sound.challenges, ...verbs, decide } }
  })

/** One saboteur for each race for the end of a challenge, and one for a plain law. */
export const challengeEndSaboteurs: ReadonlyArray<Saboteur> = [
  decisionBringsBack("DEV-10 no parallel call brings a challenge back that removeAll removed", "removeAll"),
  decisionBringsBack("DEV-15 no parallel call brings a purged challenge back", "removeExpired"),
  decisionBringsBack("ADM-06 no parallel call brings a removed user's challenge back", "remove"),

  brokenChallenges("parallel calls to removeAll count each challenge once", (tables, { challenges }) => ({
    removeAll: (owner) =>
      lookThenAct(
        () => ownedChallenges(tables, owner).length,
        (seen) => Effect.map(challenges.removeAll(owner), (count) => Math.max(seen, count))
      )
  })),

  brokenChallenges("a parallel removeAll counts a claim exactly if it removes it", (tables, { challenges }) => ({
    removeAll: (owner) =>
      lookThenAct(
        () => ownedChallenges(tables, owner).length,
        (seen) => Effect.map(challenges.removeAll(owner), (count) => Math.min(seen, count))
      )
  })),

  saboteur("a removal that fails with LastSuperuser leaves the challenges", (tables, { users }) => ({
    users: {
      ...users,
      remove: (id, proof) =>
        Effect.suspend(() => {
          const owned = proof === null ? ownedChallenges(tables, id) : []
          for (const { challenge } of owned) tables.challenges.delete(challenge.id)
          return users.remove(id, proof)
        })
    }
  }))
]
