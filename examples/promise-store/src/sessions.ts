import {
  type Instant,
  type ListPage,
  MOST_ENDED,
  type NewSession,
  type PromisePart,
  type Session,
  SessionId,
  type SessionKey,
  type SessionStore,
  sessionInEpoch,
  sessionWithData,
  touchedSession,
  type UserId
} from "@latchkey/core/store"
import { ended } from "./ended.ts"
import { newestFirst, pageParameters } from "./newest-first.ts"
import type { Postgres, Queries } from "./postgres.ts"
import { parameters } from "./row-kind.ts"
import { first, sessions as sessionRows, storedSession } from "./rows.ts"
import { bytes, flag, text } from "./values.ts"

/**
 * The sessions. Core's rules say how a use changes one, while its row is locked; the other verbs are one statement each. If two
 * want the same row, the second waits and then sees the row as the first left it. So a closed session is not touched, and a
 * touched one is not purged. `replace` changes the row in place, so `closeAll` finds either the session or its replacement.
 * Verbs that may end several, which are `insert` and `closeAll`, lock the owner's row first. So they run one after the other.
 */
export const postgresSessions = (db: Postgres, schema: string): PromisePart<SessionStore> => {
  const sessions = `${schema}.sessions AS s`
  const found = `SELECT ${storedSession.selected("s")} FROM ${sessions}`
  /** A copy of core's isSessionPastEnd in SQL, negated. */
  const isLive = (at: string): string => `s.idle_expires_at > ${at} AND s.expires_at > ${at}`

  const count = async (statement: string, values: Array<unknown>, queries: Queries = db): Promise<number> =>
    (await queries.query(`${statement} RETURNING 1`, values)).rows.length

  /** A transaction that no other one of this owner runs beside. */
  const withOwner = <A>(owner: UserId, work: (queries: Queries) => Promise<A>): Promise<A> =>
    db.transaction(async (queries) => {
      await queries.query(`SELECT 1 FROM ${schema}.users WHERE id = $1 FOR NO KEY UPDATE`, [bytes(owner)])
      return work(queries)
    })

  const { names, valuesOf } = storedSession
  const insertion = `INSERT INTO ${sessions} (${names.join(", ")}) VALUES (${parameters(names)})`
  const [, ...changing] = sessionRows.names

  /** Applies a rule to a session; false if there is no such session, or the rule returns null. */
  const follow = ({ owner, id }: SessionKey, rule: (session: Session) => Session | null): Promise<boolean> =>
    db.transaction(async (queries) => {
      const key = [bytes(owner), bytes(id)]
      const before = await queries.query(`${found} WHERE s.user_id = $1 AND s.id = $2 FOR UPDATE`, key)
      const after = first(before, (row) => rule(sessionRows.read(row, "s")))
      if (after === null) return false
      await queries.query(
        `UPDATE ${sessions} SET (${changing.join(", ")}) = ROW(${parameters(changing, 2)})
         WHERE s.user_id = $1 AND s.id = $${changing.length + 2}`,
        [...sessionRows.valuesOf(after), bytes(id)]
      )
      return true
    })

  /** Ends what the owner of a new session has beyond the limit, by a copy of core's sessionsBeyond in SQL. */
  const endBeyond = async (queries: Queries, session: Session, most: number): Promise<ReadonlyArray<SessionId>> => {
    const { userId, id, epoch, createdAt, impersonation } = session
    const { rows } = await queries.query(
      `WITH others AS (
         SELECT s.id, s.created_at, NOT (s.epoch >= $3 AND ${isLive("$4")}) AS is_dead FROM ${sessions}
         WHERE s.user_id = $1 AND s.id <> $2 AND (s.impersonation IS NULL) = $6 FOR UPDATE),
       beyond AS (
         SELECT id, is_dead FROM others ORDER BY is_dead DESC, created_at, id
         LIMIT greatest(0, least((SELECT count(*) FROM others) + 1 - $5, ${MOST_ENDED})))
       DELETE FROM ${sessions} USING beyond WHERE s.user_id = $1 AND s.id = beyond.id
       RETURNING beyond.id, beyond.is_dead`,
      [bytes(userId), bytes(id), epoch, createdAt, most, impersonation === null]
    )
    return rows.filter((row) => !flag(row, "is_dead")).map((row) => SessionId(text(row, "id")))
  }

  const listed = async (owner: UserId, at: Instant, page: ListPage): Promise<ReadonlyArray<NewSession>> => {
    const { rows } = await db.query(`${found} WHERE s.user_id = $1 AND ${isLive("$2")} ${newestFirst("s", 3)}`, [
      bytes(owner),
      at,
      ...pageParameters(page)
    ])
    return rows.map((row) => storedSession.read(row, "s"))
  }

  return {
    insert: (row, most) =>
      withOwner(row.session.userId, async (queries) => {
        await queries.query(insertion, valuesOf(row))
        return endBeyond(queries, row.session, most)
      }),

    find: async (owner, hash) =>
      first(await db.query(`${found} WHERE s.user_id = $1 AND s.hash = $2`, [bytes(owner), bytes(hash)]), (row) =>
        sessionRows.read(row, "s")
      ),

    touch: (key, use) => follow(key, (session) => touchedSession(session, use)),

    replace: async (old, next, at) =>
      (await count(
        `UPDATE ${sessions} SET (${names.join(", ")}) = ROW(${parameters(names)})
         WHERE s.user_id = $1 AND s.user_id = $${names.length + 1} AND s.id = $${names.length + 2}
           AND ${isLive(`$${names.length + 3}`)}`,
        [...valuesOf(next), bytes(old.owner), bytes(old.id), at]
      )) > 0,

    list: async (owner, at, page) => (await listed(owner, at, page)).map(({ session }) => session),

    export: (owner, at, page) => listed(owner, at, page),

    restore: async (rows) => {
      const added: Array<boolean> = []
      for (const row of rows) added.push((await count(`${insertion} ON CONFLICT DO NOTHING`, valuesOf(row))) > 0)
      return added
    },

    isThere: async ({ owner, id }, at) => {
      const key = [bytes(owner), bytes(id), at]
      const found = await db.query(
        `SELECT 1 FROM ${sessions} WHERE s.user_id = $1 AND s.id = $2 AND ${isLive("$3")}`,
        key
      )
      return found.rows.length > 0
    },

    close: async ({ owner, id }) =>
      (await count(`DELETE FROM ${sessions} WHERE s.user_id = $1 AND s.id = $2`, [bytes(owner), bytes(id)])) > 0,

    closeAll: (owner, except) =>
      withOwner(owner, (queries) =>
        count(
          `DELETE FROM ${sessions} WHERE s.user_id = $1 AND s.id IS DISTINCT FROM $2`,
          [bytes(owner), bytes(except)],
          queries
        )
      ),

    setData: (key, change) => follow(key, (session) => sessionWithData(session, change)),

    setEpoch: (key, change) => follow(key, (session) => sessionInEpoch(session, change)),

    // Locks the rows before it removes them, so that it sees their newest ends. Skips rows that others have locked.
    removeExpired: (before, limit) =>
      count(
        `${ended(`SELECT user_id, hash FROM ${schema}.sessions WHERE least(idle_expires_at, expires_at) <= $1
           LIMIT $2 FOR UPDATE SKIP LOCKED`)} DELETE FROM ${sessions} WHERE (s.user_id, s.hash) IN (TABLE ended)`,
        [before, limit]
      )
  }
}
