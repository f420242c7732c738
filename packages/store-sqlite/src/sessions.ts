import type { NewSession, SessionStore } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { inSteps } from "./in-steps.ts"
import { allRows, optionalRow, readSession, SESSION_COLUMNS } from "./rows.ts"
import { count, instant, jsonText } from "./values.ts"

/** The sessions: every verb is one statement, and with it atomic. */
export const sqliteSessions = (db: Connection): SessionStore => {
  const insert = db.prepare(`INSERT INTO latchkey_sessions
    (hash, id, kind, epoch, created_at, authenticated_at, last_seen_at, idle_expires_at, expires_at, ip, user_agent, data,
      data_version, user_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const find = db.prepare(`SELECT ${SESSION_COLUMNS} FROM latchkey_sessions WHERE user_id = ? AND hash = ?`)
  const touch = db.prepare(`UPDATE latchkey_sessions
    SET last_seen_at = max(last_seen_at, ?), idle_expires_at = max(idle_expires_at, min(?, expires_at))
    WHERE user_id = ? AND id = ? AND idle_expires_at > ? AND expires_at > ?`)
  const replace = db.prepare(`UPDATE latchkey_sessions
    SET hash = ?, id = ?, kind = ?, epoch = ?, created_at = ?, authenticated_at = ?, last_seen_at = ?,
      idle_expires_at = ?, expires_at = ?, ip = ?, user_agent = ?, data = ?, data_version = ?
    WHERE user_id = ? AND user_id = ? AND id = ? AND idle_expires_at > ? AND expires_at > ?`)
  const list = db.prepare(`SELECT ${SESSION_COLUMNS} FROM latchkey_sessions
    WHERE user_id = ? AND idle_expires_at > ? AND expires_at > ? ORDER BY created_at DESC, id DESC`)
  const close = db.prepare("DELETE FROM latchkey_sessions WHERE user_id = ? AND id = ?")
  const closeAll = db.prepare("DELETE FROM latchkey_sessions WHERE user_id = ? AND id IS NOT ?")
  const setData = db.prepare(`UPDATE latchkey_sessions SET data = ?, data_version = data_version + 1
    WHERE user_id = ? AND id = ? AND data_version = ?`)
  const removeExpired = db.prepare(`DELETE FROM latchkey_sessions WHERE (user_id, hash) IN (
    SELECT user_id, hash FROM latchkey_sessions WHERE min(idle_expires_at, expires_at) <= ? LIMIT ?)`)

  return {
    insert: (next) =>
      db.write("losable", "sessions.insert", () => {
        insert.run(...columnsOf(next))
      }),
    find: (owner, hash) =>
      db.read("sessions.find", () => optionalRow(find.get(owner, hash), (row) => readSession(owner, row))),
    touch: ({ owner, id }, { at, idleExpiresAt }) =>
      db.write("losable", "sessions.touch", () => {
        const now = instant(at)
        return touch.run(now, instant(idleExpiresAt), owner, id, now, now).changes > 0
      }),
    replace: ({ owner, id }, next, at) =>
      db.write("lasting", "sessions.replace", () => {
        const now = instant(at)
        return replace.run(...columnsOf(next), owner, id, now, now).changes > 0
      }),
    list: (owner, at) =>
      db.read("sessions.list", () => {
        const now = instant(at)
        return allRows(list.all(owner, now, now)).map((row) => readSession(owner, row))
      }),
    close: ({ owner, id }) => db.write("lasting", "sessions.close", () => close.run(owner, id).changes > 0),
    closeAll: (owner, except) =>
      db.write("lasting", "sessions.closeAll", () => count(closeAll.run(owner, except).changes)),
    setData: ({ owner, id }, { version, data }) =>
      db.write("lasting", "sessions.setData", () => setData.run(jsonText(data), owner, id, count(version)).changes > 0),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.write("losable", "sessions.removeExpired", () =>
          count(removeExpired.run(instant(before), count(atMost)).changes)
        )
      )
  }
}

/** The values of `insert` and `replace`, in their order; the owner comes last. */
const columnsOf = ({ hash, session }: NewSession): ReadonlyArray<SqliteValue> => [
  hash,
  session.id,
  session.kind,
  count(session.epoch),
  instant(session.createdAt),
  instant(session.authenticatedAt),
  instant(session.lastSeenAt),
  instant(session.idleExpiresAt),
  instant(session.expiresAt),
  session.ip,
  session.userAgent,
  jsonText(session.data),
  count(session.dataVersion),
  session.userId
]
