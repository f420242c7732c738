import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, type Saboteur } from "./saboteur.ts"

/** One saboteur for each race of removals with a proof, and some for the plain laws. */
export const userProvedRemovalSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers("of parallel removals with one proof exactly one is true", (tables, { users }) => ({
    remove: (id, proof) =>
      lookThenAct(
        () => proof !== null && tables.users.has(id),
        (wasThere) => (wasThere && !tables.users.has(id) ? Effect.succeed(true) : users.remove(id, proof))
      )
  })),

  brokenUsers("SES-20 of a removal and a new password with one proof exactly one wins", (tables, { users }) => ({
    remove: (id, proof) =>
      lookThenAct(
        () => tables.users.get(id)?.user.epoch,
        (epoch) => {
          const now = tables.users.get(id)?.user.epoch ?? 0
          return users.remove(id, proof !== null && epoch === proof.epoch ? { ...proof, epoch: now } : proof)
        }
      )
  })),

  brokenUsers(
    "SES-20 once a revocation is counted, a removal with a proof of before removes nobody",
    (tables, { users }) => ({
      remove: (id, proof) =>
        lookThenAct(
          () => tables.users.get(id)?.revocations,
          (revocations) => {
            const now = tables.users.get(id)?.revocations ?? 0
            const fitted = proof !== null && revocations === proof.revocations
            return users.remove(id, fitted ? { ...proof, revocations: now } : proof)
          }
        )
    })
  ),

  brokenUsers("SES-20 remove with a proof that does not fit is false and removes nothing", (tables, { users }) => ({
    remove: (id, proof) =>
      users.remove(
        id,
        proof?.revocations === 2 ? { ...proof, revocations: tables.users.get(id)?.revocations ?? 0 } : proof
      )
  })),

  // As a store that asks the proof first: whether somebody is the last one would be told or not by chance of the order.
  brokenUsers("ADM-02 the last superuser is not removed, whether a proof fits or not", (tables, { users }) => ({
    remove: (id, proof) => {
      const row = tables.users.get(id)
      const fits = proof === null || row === undefined || row.user.epoch === proof.epoch
      return fits ? users.remove(id, proof) : Effect.succeed(false)
    }
  })),

  brokenUsers("ADM-02 who stays because a proof did not fit is a superuser still", (tables, { users }) => ({
    remove: (id, proof) =>
      Effect.tap(users.remove(id, proof), (isRemoved) =>
        Effect.sync(() => {
          const row = tables.users.get(id)
          const superusers = [...tables.users.values()].filter(({ user }) => user.isSuperuser)
          if (isRemoved || proof?.epoch !== 2 || row === undefined || superusers.length < 2) return
          tables.users.set(id, { ...row, user: { ...row.user, isSuperuser: false } })
        })
      )
  }))
]
