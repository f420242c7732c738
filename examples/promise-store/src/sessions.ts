import type { NewSession, PromisePart, SessionStore } from "@latchkey/core/store"
import type { Postgres } from "./postgres.ts"
import { first, readSession, SESSION_COLUMNS } from "./rows.ts"
import { bytes } from "./values.ts"

/**
 * The sessions. Every verb is one statement. Where two meet at a row, the second waits, and then judges the row as the first
 * left it: so a closed session is not touched, and a touched one is not purged. `replace` changes the row in place, so
 * `closeAll` meets a session or its heir, and no third thing.
 */
export const postgresSessions = (db: Postgres, schema: string): PromisePart<SessionStore> => {
  const sessions = `${schema}.sessions AS s`
  const isLive = (at: string): string => `s.idle_expires_at > ${at} AND s.expires_at > ${at}`

  const count = async (statement: string, values: Array<unknown>): Promise<number> =>
    (await db.query(`${statement} RETURNING 1`, values)).rows.length

  return {
    insert: async (row) => {
      await db.query(
        `INSERT INTO ${sessions} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
        valuesOf(row)
      )
    },

    find: async (owner, hash) =>
      first(
        await db.query(`SELECT ${SESSION_COLUMNS} FROM ${sessions} WHERE s.user_id = $1 AND s.hash = $2`, [
          bytes(owner),
          bytes(hash)
        ]),
        readSession
      ),

    touch: async ({ owner, id }, { at, idleExpiresAt }) =>
      (await count(
        `UPDATE ${sessions} SET last_seen_at = greatest(s.last_seen_at, $3),
           idle_expires_at = greatest(s.idle_expires_at, least($4, s.expires_at))
         WHERE s.user_id = $1 AND s.id = $2 AND ${isLive("$3")}`,
        [bytes(owner), bytes(id), at, idleExpiresAt]
      )) > 0,

    replace: async (old, next, at) =>
      (await count(
        `UPDATE ${sessions} SET (${COLUMNS}) = ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         WHERE s.user_id = $1 AND s.user_id = $15 AND s.id = $16 AND ${isLive("$17")}`,
        [...valuesOf(next), bytes(old.owner), bytes(old.id), at]
      )) > 0,

    list: async (owner, at) => {
      const { rows } = await db.query(
        `SELECT ${SESSION_COLUMNS} FROM ${sessions} WHERE s.user_id = $1 AND ${isLive("$2")} ORDER BY s.created_at DESC`,
        [bytes(owner), at]
      )
      return rows.map(readSession)
    },

    close: async ({ owner, id }) =>
      (await count(`DELETE FROM ${sessions} WHERE s.user_id = $1 AND s.id = $2`, [bytes(owner), bytes(id)])) > 0,

    closeAll: (owner, except) =>
      count(`DELETE FROM ${sessions} WHERE s.user_id = $1 AND s.id IS DISTINCT FROM $2`, [bytes(owner), bytes(except)]),

    setData: async ({ owner, id }, { version, data }) =>
      (await count(
        `UPDATE ${sessions} SET data = $4, data_version = s.data_version + 1
         WHERE s.user_id = $1 AND s.id = $2 AND s.data_version = $3`,
        [bytes(owner), bytes(id), version, JSON.stringify(data)]
      )) > 0,

    // Locks what it is about to remove, so that the end it judges by is the newest; what another holds is for the next time.
    removeExpired: (before, limit) =>
      count(
        `DELETE FROM ${sessions} WHERE (s.user_id, s.hash) IN (
           SELECT user_id, hash FROM ${schema}.sessions WHERE least(idle_expires_at, expires_at) <= $1
           LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [before, limit]
      )
  }
}

const COLUMNS = `user_id, hash, id, kind, epoch, created_at, authenticated_at, last_seen_at, idle_expires_at, expires_at,
  ip, user_agent, data, data_version`

/** The values of `COLUMNS`, in their order. */
const valuesOf = ({ hash, session }: NewSession): Array<unknown> => [
  bytes(session.userId),
  bytes(hash),
  bytes(session.id),
  session.kind,
  session.epoch,
  session.createdAt,
  session.authenticatedAt,
  session.lastSeenAt,
  session.idleExpiresAt,
  session.expiresAt,
  bytes(session.ip),
  bytes(session.userAgent),
  JSON.stringify(session.data),
  session.dataVersion
]
