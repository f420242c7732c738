import * as Effect from "effect/Effect"
import type { User } from "../../user/user.ts"
import type { NewUser, UserStore } from "../../user/user-store.ts"
import type { Tables } from "../memory-tables.ts"
import { brokenUsers, lookThenAct, type Saboteur } from "./saboteur.ts"

type LoginColumn = "canonicalUsername" | "canonicalEmail"

const rivalFor = (tables: Tables, row: NewUser, column: LoginColumn): NewUser | undefined =>
  [...tables.users.values()].find((other) => row[column] !== null && other[column] === row[column])

/** Adds a user in spite of a rival for one of the logins. */
const insertAnyway = (tables: Tables, users: UserStore, row: NewUser, column: LoginColumn) =>
  Effect.tap(users.insert({ ...row, [column]: null }), () => Effect.sync(() => tables.users.set(row.user.id, row)))

const missesNewcomers = (breaks: string, column: LoginColumn): Saboteur =>
  brokenUsers(breaks, (tables, { users }) => ({
    insert: (row) =>
      lookThenAct(
        () => new Set(tables.users.keys()),
        (seen) => {
          const rival = rivalFor(tables, row, column)
          const isMissed = rival !== undefined && !seen.has(rival.user.id)
          return isMissed ? insertAnyway(tables, users, row, column) : users.insert(row)
        }
      )
  }))

const usernames = (tables: Tables): ReadonlyMap<string, string | null> =>
  new Map([...tables.users.values()].map(({ user, canonicalUsername }) => [user.id, canonicalUsername]))

/** Changes a stored user behind the verbs' back. */
const patch = (tables: Tables, id: User["id"], change: (row: NewUser) => NewUser): void => {
  const row = tables.users.get(id)
  if (row !== undefined) tables.users.set(id, change(row))
}

/** One saboteur for each race of users for a login, for the first admin, and for a user's row. */
export const userRaceSaboteurs: ReadonlyArray<Saboteur> = [
  missesNewcomers("of parallel inserts of one username exactly one wins", "canonicalUsername"),
  missesNewcomers(
    "of parallel inserts of one e-mail address exactly one wins, and the others' usernames stay free",
    "canonicalEmail"
  ),

  brokenUsers("of parallel changes to one login exactly one wins", (tables, { users }) => ({
    change: (id, change, at) =>
      lookThenAct(
        () => usernames(tables),
        (seen) => {
          const { username } = change
          const wanted = username?.canonical
          const rival = [...usernames(tables)].find(([other, name]) => other !== id && name === wanted)?.[0]
          if (username === undefined || rival === undefined || !seen.has(rival) || seen.get(rival) === wanted) {
            return users.change(id, change, at)
          }
          patch(tables, id, (row) => ({
            ...row,
            canonicalUsername: username.canonical,
            user: { ...row.user, username: username.typed }
          }))
          return users.find(id)
        }
      )
  })),

  brokenUsers("of a parallel insert and change to one login exactly one wins", (tables, { users }) => ({
    insert: (row) =>
      lookThenAct(
        () => usernames(tables),
        (seen) => {
          const rival = rivalFor(tables, row, "canonicalUsername")
          const wasRenamed =
            rival !== undefined && ![row.canonicalUsername, undefined].includes(seen.get(rival.user.id))
          return wasRenamed ? insertAnyway(tables, users, row, "canonicalUsername") : users.insert(row)
        }
      )
  })),

  brokenUsers("SET-02 of 50 parallel first admins exactly one is added", (tables, { users }) => ({
    insertFirstAdmin: (row) =>
      lookThenAct(
        () => tables.isSetUp,
        (wasSetUp) => (wasSetUp ? Effect.succeed(false) : Effect.as(users.insert(row), true))
      )
  })),

  brokenUsers(
    "STO-03 setup is never seen complete without its superuser, nor a superuser before it",
    (tables, { users }) => ({
      insertFirstAdmin: (row) =>
        Effect.gen(function* () {
          if (tables.isSetUp) return false
          tables.isSetUp = true
          yield* Effect.yieldNow
          return yield* Effect.as(users.insert(row), true)
        }).pipe(
          Effect.tapError(() =>
            Effect.sync(() => {
              tables.isSetUp = false
            })
          )
        )
    })
  ),

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

  brokenUsers(
    "STO-03 a new hash is never seen with the old epoch, nor the old hash with the new one",
    (tables, { users }) => ({
      setPassword: (id, change, at) =>
        Effect.gen(function* () {
          if (tables.users.get(id)?.passwordHash !== change.from) return null
          patch(tables, id, (row) => ({ ...row, passwordHash: change.to }))
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
          patch(tables, id, (row) => {
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
            patch(tables, id, (row) => ({ ...row, canonicalEmail, user: { ...row.user, email: user.email } }))
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
          patch(tables, id, (row) => ({ ...row, user: { ...row.user, isActive: seen?.isActive ?? true } }))
          return users.recordLogin(id, at)
        }
      )
  })),

  brokenUsers("of parallel recordLogin the latest time stays", (tables, { users }) => ({
    recordLogin: (id, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user.lastLoginAt ?? null,
        (lastLoginAt) => {
          patch(tables, id, (row) => ({ ...row, user: { ...row.user, lastLoginAt } }))
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
