import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, patchUser, type Saboteur } from "./saboteur.ts"

/** One saboteur for each race for one user's row. */
export const userCredentialSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers("of parallel setPassword from one hash exactly one wins, and its hash stays", (tables, { users }) => ({
    setPassword: (id, change, at) =>
      lookThenAct(
        () => tables.users.get(id),
        (seen) => {
          const now = tables.users.get(id)
          const wasSet = seen?.passwordHash === change.from && now !== undefined && now.user.epoch !== seen.user.epoch
          return users.setPassword(id, wasSet ? { ...change, from: now.passwordHash } : change, at)
        }
      )
  })),

  brokenUsers("SET-07 of parallel promotes exactly one promotes, and its hash stays", (tables, { users }) => ({
    promote: (id, change, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user.isSuperuser === true,
        (wasSuperuser) => {
          if (!wasSuperuser) patchUser(tables, id, (row) => ({ ...row, user: { ...row.user, isSuperuser: false } }))
          return users.promote(id, change, at)
        }
      )
  })),

  brokenUsers(
    "STO-03 a new hash is never seen with the old epoch, nor the old hash with the new one",
    (tables, { users }) => ({
      setPassword: (id, change, at) =>
        Effect.gen(function* () {
          if (tables.users.get(id)?.passwordHash !== change.from) return null
          patchUser(tables, id, (row) => ({ ...row, passwordHash: change.to }))
          yield* Effect.yieldNow
          return yield* users.setPassword(id, { ...change, from: change.to }, at)
        })
    })
  ),

  brokenUsers(
    "PWD-12 of a parallel rehash and setPassword exactly one wins, and its hash stays",
    (tables, { users }) => ({
      rehash: (id, { from, to }) =>
        lookThenAct(
          () => tables.users.get(id)?.passwordHash === from,
          (wasFrom) => {
            const now = tables.users.get(id)
            return users.rehash(id, { from: wasFrom ? (now?.passwordHash ?? from) : from, to })
          }
        )
    })
  ),

  brokenUsers("SES-08 of parallel endCredentials each adds one to the epoch", (tables, { users }) => ({
    endCredentials: (id, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user,
        (seen) => {
          patchUser(tables, id, (row) => {
            const isSameElse = seen !== undefined && seen.isActive === row.user.isActive
            return isSameElse ? { ...row, user: { ...row.user, epoch: seen.epoch } } : row
          })
          return users.endCredentials(id, at)
        }
      )
  })),

  brokenUsers("parallel changes of one user do not undo each other", (tables, { users }) => ({
    change: (id, change, at) =>
      lookThenAct(
        () => tables.users.get(id),
        (seen) => {
          const { canonicalEmail = null, user } = seen ?? {}
          if (change.email === undefined && user !== undefined) {
            patchUser(tables, id, (row) => ({ ...row, canonicalEmail, user: { ...row.user, email: user.email } }))
          }
          return users.change(id, change, at)
        }
      )
  })),

  brokenUsers("a parallel recordLogin does not undo a deactivation", (tables, { users }) => ({
    recordLogin: (id, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user,
        (seen) => {
          patchUser(tables, id, (row) => ({ ...row, user: { ...row.user, isActive: seen?.isActive ?? true } }))
          return users.recordLogin(id, at)
        }
      )
  })),

  brokenUsers("of parallel recordLogin the latest time stays", (tables, { users }) => ({
    recordLogin: (id, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user.lastLoginAt ?? null,
        (lastLoginAt) => {
          patchUser(tables, id, (row) => ({ ...row, user: { ...row.user, lastLoginAt } }))
          return users.recordLogin(id, at)
        }
      )
  })),

  brokenUsers("of parallel removals of one user exactly one is true", (tables, { users }) => ({
    remove: (id) =>
      lookThenAct(
        () => tables.users.has(id),
        (wasThere) => (wasThere && !tables.users.has(id) ? Effect.succeed(true) : users.remove(id))
      )
  })),

  brokenUsers("no parallel verb brings a removed user back", (tables, { users }) => ({
    recordLogin: (id, at) =>
      lookThenAct(
        () => tables.users.get(id),
        (seen) => {
          if (seen !== undefined) tables.users.set(id, tables.users.get(id) ?? seen)
          return users.recordLogin(id, at)
        }
      )
  }))
]
