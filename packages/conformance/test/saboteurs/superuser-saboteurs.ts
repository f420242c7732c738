import { UserId } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { sampleAdmin } from "../../src/store/laws/samples.ts"
import { brokenUsers, lookThenAct, type Saboteur } from "./saboteur.ts"

type Fate = "demoted" | "deactivated" | "removed"

const fateOf = (tables: Tables, id: UserId): Fate | null => {
  const row = tables.users.get(id)
  if (row === undefined) return "removed"
  if (!row.user.isActive) return "deactivated"
  return row.user.isSuperuser ? null : "demoted"
}

const superusers = (tables: Tables): ReadonlyArray<UserId> =>
  [...tables.users.keys()].filter((id) => fateOf(tables, id) === null)

const ghost = sampleAdmin(0, { id: UserId("ghost"), username: null, email: null })

/** Does a verb as if another superuser were left. */
const unguarded = <A, E>(tables: Tables, verb: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    tables.users.set(ghost.user.id, ghost)
    return Effect.ensuring(
      verb,
      Effect.sync(() => tables.users.delete(ghost.user.id))
    )
  })

/** Counts the other superusers, lets others go first, and then misses those to whom that befell meanwhile. */
const countsEarly = (breaks: string, verb: Fate, missed: Fate): Saboteur =>
  brokenUsers(breaks, (tables, { users }) => {
    const early = <A, E>(id: UserId, does: Fate, action: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      does !== verb
        ? action
        : lookThenAct(
            () => superusers(tables).filter((other) => other !== id),
            (seen) => (seen.some((other) => fateOf(tables, other) === missed) ? unguarded(tables, action) : action)
          )
    return {
      change: (id, change, at) =>
        early(id, change.isActive === false ? "deactivated" : "demoted", users.change(id, change, at)),
      remove: (id, proof) => early(id, "removed", users.remove(id, proof))
    }
  })

/** One saboteur for each race against the last superuser. */
export const superuserSaboteurs: ReadonlyArray<Saboteur> = [
  countsEarly("ADM-02 of two superusers who demote each other exactly one stays", "demoted", "demoted"),
  countsEarly("ADM-02 of two superusers who deactivate each other exactly one stays", "deactivated", "deactivated"),
  countsEarly("ADM-02 of two superusers who remove each other exactly one stays", "removed", "removed"),
  countsEarly("ADM-02 of a superuser who demotes and one who deactivates exactly one stays", "demoted", "deactivated"),
  countsEarly("ADM-02 of a superuser who removes and one who demotes exactly one stays", "removed", "demoted")
]
