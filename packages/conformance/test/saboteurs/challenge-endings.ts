import type { ChallengeId, ChallengeStore, StoreShape } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { type HeldChallenge, lookThenAct, putChallenge } from "./saboteur.ts"

/** A verb that removes challenges. */
export type Ending = "claim" | "removeAll" | "removeExpired" | "remove"

/** The sound verbs that remove challenges, with a note of which one of them removed. */
export const noting = (tables: Tables, { users, challenges }: StoreShape, ending: Ending) => {
  const ended = new Set<ChallengeId>()
  const note = <A, E>(by: Ending, verb: Effect.Effect<A, E>) =>
    Effect.suspend(() => {
      const before = [...tables.challenges.keys()]
      return Effect.tap(verb, () =>
        Effect.sync(() => {
          for (const id of before) if (by === ending && !tables.challenges.has(id)) ended.add(id)
        })
      )
    })
  const claim: ChallengeStore["claim"] = (...args) => note("claim", challenges.claim(...args))
  const removeAll: ChallengeStore["removeAll"] = (owner) => note("removeAll", challenges.removeAll(owner))
  const removeExpired: ChallengeStore["removeExpired"] = (...args) =>
    note("removeExpired", challenges.removeExpired(...args))
  const remove: StoreShape["users"]["remove"] = (id, proof) => note("remove", users.remove(id, proof))
  return { ended, remove, verbs: { claim, removeAll, removeExpired } }
}

/** Writes back the challenge that it saw, if it was removed meanwhile in one certain way, and goes on. */
export const bringBack = <A, E>(
  tables: Tables,
  ended: ReadonlySet<ChallengeId>,
  look: () => HeldChallenge | undefined,
  verb: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  lookThenAct(look, (seen) => {
    const isMissed = seen !== undefined && ended.has(seen.challenge.id) && !tables.challenges.has(seen.challenge.id)
    if (isMissed) putChallenge(tables, seen)
    return verb
  })
