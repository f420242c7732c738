import * as Effect from "effect/Effect"
import type { SessionId } from "../../session/session.ts"
import type { SessionStore } from "../../session/session-store.ts"
import {
  brokenAttempts,
  brokenAudit,
  brokenSessions,
  ownedRows,
  putSession,
  type Saboteur,
  saboteur,
  sessionRow
} from "./saboteur.ts"

/** Saboteurs of the laws of sessions, attempts, the audit log and look-ups that no race is about. */
export const plainSaboteurs: ReadonlyArray<Saboteur> = [
  brokenSessions("SES-11 find answers only to the owner of the session", (tables) => ({
    find: (_, hash) =>
      Effect.sync(() => {
        const row = [...tables.sessions.values()].find((owned) => owned.has(hash))?.get(hash)
        return row === undefined ? null : structuredClone(row.session)
      })
  })),

  saboteur("SES-11 lookup of a user and a session that do not belong together is null", (tables, sound) => ({
    lookup: (owner, hash) =>
      Effect.map(sound.lookup(owner, hash), (found) => {
        const user = tables.users.get(owner)?.user
        const other = [...tables.sessions.values()].find((owned) => owned.has(hash))?.get(hash)
        return found ?? (user === undefined || other === undefined ? null : { user, session: other.session })
      })
  })),

  brokenSessions("SES-05 a touch of a session that never was is false and makes none", (tables, { sessions }) => {
    const known = new Set<SessionId>()
    const insert: SessionStore["insert"] = (next) =>
      Effect.tap(sessions.insert(next), () => Effect.sync(() => known.add(next.session.id)))
    return {
      insert,
      touch: (key, use) =>
        Effect.suspend(() => {
          const isNew = known.size === 0 && sessionRow(tables, key) === undefined
          return isNew ? Effect.succeed(true) : sessions.touch(key, use)
        })
    }
  }),

  brokenSessions("SES-05 a touch never shortens a session, though it notes the use", (tables, { sessions }) => ({
    touch: (key, use) =>
      Effect.suspend(() => {
        const row = sessionRow(tables, key)
        const isShorter =
          row !== undefined && use.at > row.session.lastSeenAt && use.idleExpiresAt < row.session.idleExpiresAt
        if (isShorter) putSession(tables, { ...row, session: { ...row.session, idleExpiresAt: use.idleExpiresAt } })
        return sessions.touch(key, use)
      })
  })),

  brokenSessions("SES-04 a touch never goes past the absolute end", (tables, { sessions }) => ({
    touch: (key, use) =>
      Effect.tap(sessions.touch(key, use), (isTouched) =>
        Effect.sync(() => {
          const row = sessionRow(tables, key)
          if (isTouched && row !== undefined) {
            const idleExpiresAt = Math.max(row.session.idleExpiresAt, use.idleExpiresAt)
            putSession(tables, { ...row, session: { ...row.session, idleExpiresAt } })
          }
        })
      )
  })),

  brokenSessions("TIM-01 a touch is true until just before the idle end", (tables, { sessions }) => ({
    touch: (key, use) =>
      Effect.suspend(() => {
        const isEnd = sessionRow(tables, key)?.session.idleExpiresAt === use.at
        return sessions.touch(key, isEnd ? { ...use, at: use.at - 1 } : use)
      })
  })),

  brokenSessions("TIM-01 list has a session until just before its idle end", (tables, { sessions }) => ({
    list: (owner, at) =>
      Effect.suspend(() => {
        const rows = ownedRows(tables, owner)
        const isEnd =
          rows.length === 1 &&
          rows.every(
            ({ session }) => session.idleExpiresAt === at && session.lastSeenAt < at - 1 && session.epoch === 3
          )
        return sessions.list(owner, isEnd ? at - 1 : at)
      })
  })),

  brokenSessions("SES-11 close needs both the owner and the id", (tables, { sessions }) => ({
    close: ({ owner, id }) =>
      Effect.suspend(() => {
        const rows = [...tables.sessions.keys()].flatMap((one) => ownedRows(tables, one))
        const other = rows.find(({ session }) => session.id === id && session.userId !== owner)
        return sessions.close({ owner: other?.session.userId ?? owner, id })
      })
  })),

  brokenSessions("SES-11 closeAll but one leaves that one as it was", (_, { sessions }) => ({
    closeAll: (owner) => sessions.closeAll(owner, null)
  })),

  brokenSessions(
    "SES-19 removeExpired removes sessions at their absolute end, not 1 ms before",
    (tables, { sessions }) => ({
      removeExpired: (before, limit) =>
        Effect.suspend(() => {
          const rows = [...tables.sessions.keys()].flatMap((owner) => ownedRows(tables, owner))
          const isAbsolute = rows.some(({ session }) => session.expiresAt < session.idleExpiresAt)
          return sessions.removeExpired(isAbsolute ? before + 1 : before, limit)
        })
    })
  ),

  brokenAttempts("TIM-01 a key is trusted until just before the instant given", ({ marks }, { attempts }) => ({
    isTrusted: (key, at) => attempts.isTrusted(key, marks.get(key) === at && marks.size === 1 ? at - 1 : at)
  })),

  brokenAttempts(
    "several buckets are counted in order until one is shut; that and those after it are not",
    (_, { attempts }) => ({
      hit: (hit, at) =>
        hit.length !== 3
          ? attempts.hit(hit, at)
          : Effect.map(
              Effect.forEach(hit, (one) => attempts.hit([one], at)),
              (answers) => answers.find((answer) => answer !== null) ?? null
            )
    })
  ),

  brokenAttempts("forget opens a bucket and starts its count again, and leaves the others", ({ buckets }) => ({
    forget: (key) =>
      Effect.sync(() => {
        const state = buckets.get(key)
        if (state !== undefined) buckets.set(key, { ...state, shutUntil: 0 })
      })
  })),

  brokenAudit("AUD-06 records without a link come between linked ones and are no end", (tables, { audit }) => ({
    lastHash: Effect.sync(() => tables.audit.at(-1)?.hash ?? null)
  })),

  brokenAudit("list of a user gives the records of which they are actor or subject, each once", (_, { audit }) => ({
    list: (query) =>
      Effect.map(audit.list(query), (records) =>
        query.user === null ? records : records.filter(({ event }) => event.actor === query.user)
      )
  })),

  saboteur("removing a user keeps their records", (tables, { users, ...sound }) => ({
    ...sound,
    users: {
      ...users,
      remove: (id) =>
        Effect.tap(users.remove(id), () =>
          Effect.sync(() => {
            const kept = tables.audit.filter(({ event }) => event.actor !== id && event.subject !== id)
            tables.audit.splice(0, tables.audit.length, ...kept)
          })
        )
    }
  }))
]
