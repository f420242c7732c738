import type { PromisePart, UserStore } from "@latchkey/core/store"
import { guardedUsers } from "./guarded-users.ts"
import type { Postgres } from "./postgres.ts"
import { first, readUser, readUserWithPassword } from "./rows.ts"
import { bytes, number } from "./values.ts"

/** The users. What one statement does is atomic; the verbs that need several are in `guarded-users.ts`. */
export const postgresUsers = (db: Postgres, schema: string): PromisePart<UserStore> => {
  const users = `${schema}.users`

  return {
    ...guardedUsers(db, schema),

    isSetUp: async () => {
      const { rows } = await db.query(`SELECT 1 FROM ${schema}.setup`)
      return rows.length > 0
    },

    find: async (id) => first(await db.query(`SELECT * FROM ${users} WHERE id = $1`, [bytes(id)]), readUser),

    findByName: async ({ kind, canonical }) => {
      const column = kind === "username" ? "canonical_username" : "canonical_email"
      return first(
        await db.query(`SELECT * FROM ${users} WHERE ${column} = $1`, [bytes(canonical)]),
        readUserWithPassword
      )
    },

    findWithPassword: async (id) =>
      first(await db.query(`SELECT * FROM ${users} WHERE id = $1`, [bytes(id)]), readUserWithPassword),

    // `position` of bytes in bytes knows no wildcards, letters or languages.
    list: async ({ query, offset, limit }) => {
      const isFound =
        "$1::bytea IS NULL OR position($1 IN canonical_username) > 0 OR position($1 IN canonical_email) > 0"
      const found = await db.query(`SELECT * FROM ${users} WHERE ${isFound} ORDER BY id OFFSET $2 LIMIT $3`, [
        bytes(query),
        offset,
        limit
      ])
      const counted = await db.query(`SELECT count(*)::float8 AS total FROM ${users} WHERE ${isFound}`, [bytes(query)])
      return { items: found.rows.map(readUser), total: first(counted, (row) => number(row, "total")) ?? 0 }
    },

    // Compare and set in one statement: of two with the same `from`, the second waits for the first, and then finds another hash.
    setPassword: async (id, { from, to, mustChangePassword }, at) =>
      first(
        await db.query(
          `UPDATE ${users} SET password_hash = $3, must_change_password = $4, epoch = epoch + 1, updated_at = $5
           WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $2 RETURNING *`,
          [bytes(id), bytes(from), bytes(to), mustChangePassword, at]
        ),
        readUser
      ),

    rehash: async (id, { from, to }) => {
      const { rows } = await db.query(
        `UPDATE ${users} SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING 1`,
        [bytes(id), bytes(from), bytes(to)]
      )
      return rows.length > 0
    },

    endCredentials: async (id, at) =>
      first(
        await db.query(`UPDATE ${users} SET epoch = epoch + 1, updated_at = $2 WHERE id = $1 RETURNING *`, [
          bytes(id),
          at
        ]),
        readUser
      ),

    recordLogin: async (id, at) => {
      // `greatest` passes over null.
      await db.query(`UPDATE ${users} SET last_login_at = greatest(last_login_at, $2) WHERE id = $1`, [bytes(id), at])
    }
  }
}
