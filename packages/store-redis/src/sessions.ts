import {
  type Instant,
  isSessionPastEnd,
  type NewSession,
  SessionId,
  type SessionKey,
  type SessionStore,
  StoreProblem,
  type UserId
} from "@latchkey/core/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { attempt, type Connection } from "./connection.ts"
import { exportRows } from "./export-rows.ts"
import { fieldOfHash, fieldOfId, type Keys } from "./keys.ts"
import { pageArgs } from "./newest-first.ts"
import { restoreRows } from "./restore-rows.ts"
import * as scripts from "./session-scripts.ts"
import { readSession, sessionText } from "./session-text.ts"
import { sweepOwners } from "./sweep-owners.ts"
import { timeToLive } from "./time-to-live.ts"
import { count, instant, readCount, readList, readText } from "./values.ts"

/** The sessions. Every verb is one script on the keys of one owner, and therefore atomic. */
export const redisSessions = (db: Connection, keys: Keys): SessionStore => {
  const keysOf = (owner: UserId): ReadonlyArray<string> => {
    const { sessions, sessionEnds } = keys.ofOwner(owner)
    return [sessions, sessionEnds]
  }

  /** What a script needs to write a session. */
  const written = ({ session, hash }: NewSession, now: Instant): ReadonlyArray<string | number> => {
    const end = Math.min(session.idleExpiresAt, session.expiresAt)
    const fields = [fieldOfHash(hash), fieldOfId(session.id)]
    return [...fields, sessionText(session), instant(end), timeToLive(end, now)]
  }

  return {
    insert: (next, most) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        attempt("sessions.insert", async () => {
          const { userId: owner, id, createdAt, epoch, impersonation } = next.session
          const isOwn = impersonation === null ? "1" : "0"
          const args = [id, instant(createdAt), count(epoch), count(most), isOwn, owner, ...written(next, now)]
          const ended = await db.run("losable", scripts.insert, keysOf(owner), args)
          if (ended === null) throw new StoreProblem({ message: "the session is there already" })
          return readList(ended).map((each) => SessionId(readText(each)))
        })
      ),
    find: (owner, hash) =>
      attempt("sessions.find", async () =>
        readSession(owner, await db.read("HGET", keys.ofOwner(owner).sessions, fieldOfHash(hash)))
      ),
    touch: ({ owner, id }, { at, idleExpiresAt }) =>
      attempt("sessions.touch", async () => {
        const args = [fieldOfId(id), instant(at), instant(idleExpiresAt), timeToLive(idleExpiresAt, at)]
        return (await db.run("losable", scripts.touch, keysOf(owner), args)) === 1
      }),
    replace: (old, next, at) =>
      attempt("sessions.replace", async () => {
        if (next.session.userId !== old.owner) return false
        const args = [fieldOfId(old.id), instant(at), old.owner, ...written(next, at)]
        const answer = await db.run("lasting", scripts.replace, keysOf(old.owner), args)
        if (answer === -1) throw new StoreProblem({ message: "the session is there already" })
        return answer === 1
      }),
    list: (owner, at, page) =>
      attempt("sessions.list", async () => {
        const live = await db.run("losable", scripts.list, keysOf(owner), [instant(at), ...pageArgs(page)])
        return readList(live).flatMap((text) => readSession(owner, text) ?? [])
      }),
    isThere: ({ owner, id }, at) =>
      attempt("sessions.isThere", async () => {
        const args = [fieldOfId(id), instant(at)]
        return (await db.run("losable", scripts.isThere, keysOf(owner), args)) === 1
      }),
    close: (key) =>
      attempt("sessions.close", async () => (await db.run("lasting", scripts.close, ...named(key))) === 1),
    closeAll: (owner, except) =>
      attempt("sessions.closeAll", async () =>
        readCount(await db.run("lasting", scripts.closeAll, keysOf(owner), except === null ? [] : [fieldOfId(except)]))
      ),
    setData: (key, { version, data }) =>
      attempt("sessions.setData", async () => {
        const [owned, name] = named(key)
        const args = [...name, count(version), JSON.stringify(data)]
        return (await db.run("losable", scripts.setData, owned, args)) === 1
      }),
    setEpoch: ({ owner, id }, { from, to }) =>
      attempt("sessions.setEpoch", async () => {
        const args = [fieldOfId(id), count(from), count(to)]
        return (await db.run("lasting", scripts.setEpoch, keysOf(owner), args)) === 1
      }),
    export: (owner, at, page) =>
      attempt("sessions.export", async () => {
        const rows = await exportRows(db, keys.ofOwner(owner).sessions, page, (text) => {
          const session = readSession(owner, text)
          return session === null || isSessionPastEnd(session, at) ? null : session
        })
        return rows.map(({ hash, entry }) => ({ hash, session: entry }))
      }),
    restore: (rows) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        attempt("sessions.restore", () =>
          restoreRows(
            rows,
            ({ session }) => session.userId,
            (owner, theirs) => {
              const args = [owner, ...theirs.flatMap((row) => written(row, now))]
              return db.run("lasting", scripts.restore, keysOf(owner), args)
            }
          )
        )
      ),
    removeExpired: (before, limit) =>
      attempt("sessions.removeExpired", () =>
        sweepOwners(db, keys.sessionEnds, before, limit, (owner, atMost) =>
          db.run("losable", scripts.removeExpired, keysOf(owner), [owner, before, atMost])
        )
      )
  }

  function named({ owner, id }: SessionKey): readonly [ReadonlyArray<string>, ReadonlyArray<string>] {
    return [keysOf(owner), [fieldOfId(id)]]
  }
}
