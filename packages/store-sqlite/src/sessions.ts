import {
  type Instant,
  type ListPage,
  MOST_ENDED,
  type NewSession,
  SecretHash,
  type Session,
  SessionId,
  type SessionKey,
  type SessionStore,
  sessionInEpoch,
  sessionWithData,
  touchedSession,
  type UserId
} from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import type { Connection, Keep } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { inSteps } from "./in-steps.ts"
import { NEWEST_FIRST, pageParameters } from "./newest-first.ts"
import { allRows, optionalRow, type Row, rowOf } from "./row.ts"
import { assignments, insertIfFree, insertInto } from "./row-kind.ts"
import { sessions } from "./rows.ts"
import { count, flag, instant, text } from "./values.ts"

const COLUMNS = ["user_id", "hash", ...sessions.names]

/** A copy of core's isSessionPastEnd in SQL, negated. */
const IS_LIVE = "idle_expires_at > ? AND expires_at > ?"

/** Whether a session is counted with a new one, given whether the new one is the owner's own. */
const IS_COUNTED = "(impersonation IS NULL) = ?"

/** How many of the oldest sessions an insert looks at to find the dead ones: all of them, unless there was no limit before. */
const MOST_LOOKED_AT = 1_000 + MOST_ENDED

/** The sessions. Core's rules say how a use changes one, under the write lock. The other verbs are one statement each. */
export const sqliteSessions = (db: Connection): SessionStore => {
  const insert = db.prepare(insertInto("latchkey_sessions", COLUMNS))
  const insertFree = db.prepare(insertIfFree("latchkey_sessions", COLUMNS))
  const find = db.prepare(`SELECT ${sessions.selected} FROM latchkey_sessions WHERE user_id = ? AND hash = ?`)
  const findById = db.prepare(`SELECT ${sessions.selected} FROM latchkey_sessions WHERE user_id = ? AND id = ?`)
  const update = db.prepare(`UPDATE latchkey_sessions SET ${assignments(sessions.names.slice(1))}
    WHERE user_id = ? AND id = ?`)
  const replace = db.prepare(`UPDATE latchkey_sessions SET ${assignments(["hash", ...sessions.names])}
    WHERE user_id = ? AND user_id = ? AND id = ? AND ${IS_LIVE}`)
  const countSome = db.prepare(`SELECT count(*) FROM (
    SELECT 1 FROM latchkey_sessions WHERE user_id = ? AND ${IS_COUNTED} LIMIT ?)`)
  // A copy of core's sessionsBeyond in SQL.
  const beyond = db.prepare(`SELECT id, is_dead FROM (
      SELECT id, created_at, NOT (epoch >= ? AND ${IS_LIVE}) AS is_dead FROM latchkey_sessions
      WHERE user_id = ? AND ${IS_COUNTED} AND id <> ? ORDER BY created_at, id LIMIT ${MOST_LOOKED_AT})
    ORDER BY is_dead DESC, created_at, id LIMIT ?`)
  const list = db.prepare(`SELECT ${sessions.selected}, hash FROM latchkey_sessions
    WHERE user_id = ? AND ${IS_LIVE} ${NEWEST_FIRST}`)
  const isThere = db.prepare(`SELECT 1 FROM latchkey_sessions WHERE user_id = ? AND id = ? AND ${IS_LIVE}`)
  const close = db.prepare("DELETE FROM latchkey_sessions WHERE user_id = ? AND id = ?")
  const closeAll = db.prepare(`DELETE FROM latchkey_sessions WHERE (user_id, hash) IN (
    SELECT user_id, hash FROM latchkey_sessions WHERE user_id = ? AND id IS NOT ? LIMIT ?)`)
  const removeExpired = db.prepare(`DELETE FROM latchkey_sessions WHERE (user_id, hash) IN (
    SELECT user_id, hash FROM latchkey_sessions WHERE min(idle_expires_at, expires_at) <= ? LIMIT ?)`)

  /** Applies a rule to a session; false if there is no such session, or the rule returns null. */
  const follow = (
    keep: Keep,
    verb: keyof SessionStore,
    { owner, id }: SessionKey,
    rule: (session: Session) => Session | null
  ) =>
    db.transaction(keep, `sessions.${verb}`, () => {
      const after = optionalRow(findById.get(owner, id), (row) => rule(sessions.read(row, 0, owner)))
      if (after !== null) update.run(...sessions.valuesOf(after).slice(1), owner, id)
      return Exit.succeed(after !== null)
    })

  /** Ends what the owner of a new session has beyond the limit. The ids of those that were not dead. */
  const endBeyond = (next: Session, most: number): ReadonlyArray<SessionId> => {
    const { userId: owner, id, epoch, createdAt, impersonation } = next
    const isOwn = impersonation === null ? 1 : 0
    const excess = count(rowOf(countSome.get(owner, isOwn, most + MOST_ENDED))?.[0]) - most
    if (excess <= 0) return []
    const ended = allRows(beyond.all(epoch, createdAt, createdAt, owner, isOwn, id, excess))
    for (const [old] of ended) close.run(owner, text(old))
    return ended.filter(([, isDead]) => !flag(isDead)).map(([old]) => SessionId(text(old)))
  }

  /** The rows of a page of a list, each with its hash at the end. */
  const pageRows = (owner: UserId, at: Instant, page: ListPage): ReadonlyArray<Row> => {
    const now = instant(at)
    return allRows(list.all(owner, now, now, ...pageParameters(page)))
  }

  return {
    insert: (next, most) =>
      db.transaction("losable", "sessions.insert", () => {
        insert.run(...valuesOf(next))
        return Exit.succeed(endBeyond(next.session, count(most)))
      }),
    find: (owner, hash) =>
      db.read("sessions.find", () => optionalRow(find.get(owner, hash), (row) => sessions.read(row, 0, owner))),
    touch: (key, { at, idleExpiresAt }) =>
      follow("optional", "touch", key, (session) =>
        touchedSession(session, { at: instant(at), idleExpiresAt: instant(idleExpiresAt) })
      ),
    replace: ({ owner, id }, { session, hash }, at) =>
      db.write("lasting", "sessions.replace", () => {
        const now = instant(at)
        return replace.run(hash, ...sessions.valuesOf(session), owner, session.userId, id, now, now).changes > 0
      }),
    list: (owner, at, page) =>
      db.read("sessions.list", () => pageRows(owner, at, page).map((row) => sessions.read(row, 0, owner))),
    isThere: ({ owner, id }, at) =>
      db.read("sessions.isThere", () => {
        const now = instant(at)
        return rowOf(isThere.get(owner, id, now, now)) !== null
      }),
    close: ({ owner, id }) => db.write("lasting", "sessions.close", () => close.run(owner, id).changes > 0),
    closeAll: (owner, except) =>
      inSteps(Number.POSITIVE_INFINITY, (atMost) =>
        db.write("lasting", "sessions.closeAll", () => count(closeAll.run(owner, except, atMost).changes))
      ),
    setData: (key, change) => follow("lasting", "setData", key, (session) => sessionWithData(session, change)),
    setEpoch: (key, change) => follow("lasting", "setEpoch", key, (session) => sessionInEpoch(session, change)),
    export: (owner, at, page) =>
      db.read("sessions.export", () =>
        pageRows(owner, at, page).map((row) => ({
          session: sessions.read(row, 0, owner),
          hash: SecretHash(text(row.at(-1)))
        }))
      ),
    restore: (rows) =>
      db.transaction("lasting", "sessions.restore", () =>
        Exit.succeed(rows.map((row) => insertFree.run(...valuesOf(row)).changes > 0))
      ),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.write("optional", "sessions.removeExpired", () =>
          count(removeExpired.run(instant(before), count(atMost)).changes)
        )
      )
  }
}

/** The values of a new row, in the order of `COLUMNS`. */
const valuesOf = ({ hash, session }: NewSession): ReadonlyArray<SqliteValue> => [
  session.userId,
  hash,
  ...sessions.valuesOf(session)
]
