import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, patchUser, type Saboteur } from "./saboteur.ts"

/** One saboteur for each race for one user's row. */
export const userCredentialSaboteurs: ReadonlyArray<Saboteur> = [
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
    remove: (id, proof) =>
      lookThenAct(
        () => proof === null && tables.users.has(id),
        (wasThere) => (wasThere && !tables.users.has(id) ? Effect.succeed(true) : users.remove(id, proof))
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
