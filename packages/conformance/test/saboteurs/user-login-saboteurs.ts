import type { NewUser, UserStore } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, patchUser, type Saboteur } from "./saboteur.ts"

type LoginColumn = "canonicalUsername" | "canonicalEmail"

const rivalFor = (tables: Tables, row: NewUser, column: LoginColumn): NewUser | undefined =>
  [...tables.users.values()].find((other) => row[column] !== null && other[column] === row[column])

/** Adds a user in spite of a rival for one of the logins. */
const insertAnyway = (tables: Tables, users: UserStore, row: NewUser, column: LoginColumn) =>
  Effect.tap(users.insert({ ...row, [column]: null }), () => Effect.sync(() => tables.users.set(row.user.id, row)))

const missesNewcomers = (breaks: string, column: LoginColumn): Saboteur =>
  brokenUsers(breaks, (tables, { users }) => {
    const restored = new Set<string>()
    return {
      insert: (row) =>
        lookThenAct(
          () => new Set(tables.users.keys()),
          (seen) => {
            const rival = rivalFor(tables, row, column)
            const isMissed = rival !== undefined && !seen.has(rival.user.id) && !restored.has(rival.user.id)
            return isMissed ? insertAnyway(tables, users, row, column) : users.insert(row)
          }
        ),
      restore: (rows) =>
        Effect.tap(users.restore(rows), () => Effect.sync(() => rows.map(({ user }) => restored.add(user.id))))
    }
  })

const usernames = (tables: Tables): ReadonlyMap<string, string | null> =>
  new Map([...tables.users.values()].map(({ user, canonicalUsername }) => [user.id, canonicalUsername]))

/** One saboteur for each race for a login, and for the first admin. */
export const userLoginSaboteurs: ReadonlyArray<Saboteur> = [
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
          patchUser(tables, id, (row) => ({
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

  brokenUsers("of a parallel insert and promote to one e-mail address exactly one wins", (tables, { users }) => ({
    promote: (id, { email, ...promotion }, at) =>
      lookThenAct(
        () => new Set(tables.users.keys()),
        (seen) => {
          const rival = [...tables.users.values()].find(({ canonicalEmail }) => canonicalEmail === email?.canonical)
          if (email === undefined || rival === undefined || seen.has(rival.user.id)) {
            return users.promote(id, email === undefined ? promotion : { ...promotion, email }, at)
          }
          return Effect.flatMap(users.promote(id, promotion, at), () => {
            patchUser(tables, id, (row) => ({
              ...row,
              canonicalEmail: email.canonical,
              user: { ...row.user, email: email.typed, isVerified: true }
            }))
            return users.find(id)
          })
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
  )
]
