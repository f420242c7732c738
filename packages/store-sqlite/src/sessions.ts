import { type Session, type SessionKey, type SessionStore, sessionWithData, touchedSession } from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import type { Connection, Keep } from "./connection.ts"
import { inSteps } from "./in-steps.ts"
import { allRows, optionalRow } from "./row.ts"
import { assignments, insertInto } from "./row-kind.ts"
import { sessions } from "./rows.ts"
import { count, instant } from "./values.ts"

/** A copy of core's isSessionPastEnd in SQL, negated. */
const IS_LIVE = "idle_expires_at > ? AND expires_at > ?"

/** The sessions. Core's rules say how a use changes one, under the write lock. The other verbs are one statement each. */
export const sqliteSessions = (db: Connection): SessionStore => {
  const insert = db.prepare(insertInto("latchkey_sessions", ["user_id", "hash", ...sessions.names]))
  const find = db.prepare(`SELECT ${sessions.selected} FROM latchkey_sessions WHERE user_id = ? AND hash = ?`)
  const findById = db.prepare(`SELECT ${sessions.selected} FROM latchkey_sessions WHERE user_id = ? AND id = ?`)
  const update = db.prepare(`UPDATE latchkey_sessions SET ${assignments(sessions.names.slice(1))}
    WHERE user_id = ? AND id = ?`)
  const replace = db.prepare(`UPDATE latchkey_sessions SET ${assignments(["hash", ...sessions.names])}
    WHERE user_id = ? AND user_id = ? AND id = ? AND ${IS_LIVE}`)
  const list = db.prepare(`SELECT ${sessions.selected} FROM latchkey_sessions
    WHERE user_id = ? AND ${IS_LIVE} ORDER BY created_at DESC, id DESC`)
  const close = db.prepare("DELETE FROM latchkey_sessions WHERE user_id = ? AND id = ?")
  const closeAll = db.prepare("DELETE FROM latchkey_sessions WHERE user_id = ? AND id IS NOT ?")
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

  return {
    insert: ({ session, hash }) =>
      db.write("losable", "sessions.insert", () => {
        insert.run(session.userId, hash, ...sessions.valuesOf(session))
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
    list: (owner, at) =>
      db.read("sessions.list", () => {
        const now = instant(at)
        return allRows(list.all(owner, now, now)).map((row) => sessions.read(row, 0, owner))
      }),
    close: ({ owner, id }) => db.write("lasting", "sessions.close", () => close.run(owner, id).changes > 0),
    closeAll: (owner, except) =>
      db.write("lasting", "sessions.closeAll", () => count(closeAll.run(owner, except).changes)),
    setData: (key, change) => follow("lasting", "setData", key, (session) => sessionWithData(session, change)),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.write("optional", "sessions.removeExpired", () =>
          count(removeExpired.run(instant(before), count(atMost)).changes)
        )
      )
  }
}
