import {
  loggedInUser,
  type PromisePart,
  rehashedUser,
  type UserStore,
  type UserWithPassword,
  userWithoutCredentials,
  userWithoutEmail,
  userWithRevocation
} from "@latchkey/core/store"
import { followingUsers, guardedUsers } from "./guarded-users.ts"
import { listUsers } from "./list-users.ts"
import type { Postgres, Row } from "./postgres.ts"
import { first, storedUser, users as userRows } from "./rows.ts"
import { bytes } from "./values.ts"

/** The users: verbs that read, and verbs that need only the user's own row. The others are in `guarded-users.ts`. */
export const postgresUsers = (db: Postgres, schema: string): PromisePart<UserStore> => {
  const users = `${schema}.users AS u`
  const stored = `SELECT ${storedUser.selected("u")} FROM ${users}`
  const follow = followingUsers(schema)

  return {
    ...guardedUsers(db, schema, follow),

    isSetUp: async () => {
      const { rows } = await db.query(`SELECT 1 FROM ${schema}.setup`)
      return rows.length > 0
    },

    find: async (id) =>
      first(await db.query(`${stored} WHERE u.id = $1`, [bytes(id)]), (row) => userRows.read(row, "u")),

    findByName: async ({ kind, canonical }) => {
      const column = kind === "username" ? "canonical_username" : "canonical_email"
      return first(await db.query(`${stored} WHERE u.${column} = $1`, [bytes(canonical)]), readUserWithPassword)
    },

    findWithPassword: async (id) =>
      first(await db.query(`${stored} WHERE u.id = $1`, [bytes(id)]), readUserWithPassword),

    ...listUsers(db, schema),

    export: async (after, limit) => {
      const { rows } = await db.query(`${stored} WHERE $1::bytea IS NULL OR u.id > $1 ORDER BY u.id LIMIT $2`, [
        bytes(after),
        limit
      ])
      return rows.map((row) => storedUser.read(row, "u"))
    },

    rehash: async (id, change) =>
      (await db.transaction((queries) => follow(queries, id, (row) => rehashedUser(row, change)))) !== null,

    endCredentials: (id, at) =>
      db.transaction((queries) => follow(queries, id, (row) => userWithoutCredentials(row, at))),

    releaseEmail: (id, canonicalEmail, at) =>
      db.transaction((queries) => follow(queries, id, (row) => userWithoutEmail(row, canonicalEmail, at))),

    countRevocation: async (id) => {
      await db.transaction((queries) => follow(queries, id, userWithRevocation))
    },

    recordLogin: async (id, at) => {
      await db.transaction((queries) => follow(queries, id, (row) => loggedInUser(row, at)))
    }
  }
}

const readUserWithPassword = (row: Row): UserWithPassword => {
  const { user, passwordHash, revocations } = storedUser.read(row, "u")
  return { user, passwordHash, revocations }
}
