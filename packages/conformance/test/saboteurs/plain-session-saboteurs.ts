import type { NewSession } from "@latchkey/core/store"
import { SecretHash } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { sampleSession } from "../../src/store/laws/samples.ts"
import { brokenSessions, ownedRows, putSession, type Saboteur, saboteur, sessionRow } from "./saboteur.ts"

const allRows = (tables: Tables): ReadonlyArray<NewSession> =>
  [...tables.sessions.keys()].flatMap((owner) => ownedRows(tables, owner))

const isEnd = (row: NewSession | undefined, at: number): boolean =>
  row !== undefined && at === Math.min(row.session.idleExpiresAt, row.session.expiresAt)

/** Saboteurs of the laws of sessions and look-ups that no race is about. */
export const plainSessionSaboteurs: ReadonlyArray<Saboteur> = [
  brokenSessions("SES-11 find answers only to the owner of the session", (tables) => ({
    find: (_, hash) => Effect.sync(() => allRows(tables).find((row) => row.hash === hash)?.session ?? null)
  })),

  saboteur("SES-11 lookup of a user and a session that do not belong together is null", (tables) => ({
    lookupSession: (owner, hash) =>
      Effect.sync(() => {
        const user = tables.users.get(owner)?.user
        const session = allRows(tables).find((row) => row.hash === hash)?.session
        return user === undefined || session === undefined ? null : { user, session }
      })
  })),

  brokenSessions(
    [
      "SES-05 a touch of a session that never was is false and makes none",
      "SES-05 a touch never brings a closed session back",
      "SES-11 a touch needs both the owner and the id",
      "SES-05 a parallel touch never brings a closed session back",
      "SES-05 a parallel touch never brings a session back that closeAll ended",
      "SES-05 a parallel touch never brings a replaced session back",
      "SES-05 a parallel touch never brings a session back that gave way to another",
      "SES-05 a parallel touch never brings a removed user's session back",
      "SES-19 a parallel purge never removes a session whose touch was true"
    ],
    (tables, { sessions }) => ({
      touch: (key, use) =>
        Effect.suspend(() => {
          const { session } = sampleSession(0, key.owner, { id: key.id })
          if (sessionRow(tables, key) === undefined) putSession(tables, { session, hash: SecretHash(key.id) })
          return sessions.touch(key, use)
        })
    })
  ),

  brokenSessions(
    [
      "SES-05 a touch never shortens a session, though it notes the use",
      "SES-05 of parallel touches the longest stays"
    ],
    (tables, { sessions }) => ({
      touch: (key, use) =>
        Effect.tap(sessions.touch(key, use), () =>
          Effect.sync(() => {
            const row = sessionRow(tables, key)
            if (row === undefined || row.session.lastSeenAt !== use.at) return
            const idleExpiresAt = Math.min(use.idleExpiresAt, row.session.expiresAt)
            putSession(tables, { ...row, session: { ...row.session, idleExpiresAt } })
          })
        )
    })
  ),

  brokenSessions("SES-04 a touch never goes past the absolute end", (tables, { sessions }) => ({
    touch: (key, use) =>
      Effect.tap(sessions.touch(key, use), (isTouched) =>
        Effect.sync(() => {
          const row = sessionRow(tables, key)
          if (!isTouched || row === undefined) return
          const idleExpiresAt = Math.max(row.session.idleExpiresAt, use.idleExpiresAt)
          putSession(tables, { ...row, session: { ...row.session, idleExpiresAt } })
        })
      )
  })),

  brokenSessions(
    [
      "TIM-01 a touch is true until just before the idle end",
      "TIM-01 a touch is true until just before the absolute end"
    ],
    (tables, { sessions }) => ({
      touch: (key, use) =>
        Effect.suspend(() =>
          sessions.touch(key, isEnd(sessionRow(tables, key), use.at) ? { ...use, at: use.at - 1 } : use)
        )
    })
  ),

  brokenSessions(
    [
      "TIM-01 replace is true until just before the idle end",
      "TIM-01 replace is true until just before the absolute end"
    ],
    (tables, { sessions }) => ({
      replace: (old, next, at) =>
        Effect.suspend(() => sessions.replace(old, next, isEnd(sessionRow(tables, old), at) ? at - 1 : at))
    })
  ),

  brokenSessions(
    [
      "TIM-01 list has a session until just before its idle end",
      "TIM-01 list has a session until just before its absolute end",
      "TIM-01 a touch is true until just before the idle end"
    ],
    (tables, { sessions }) => ({
      list: (owner, at, page) =>
        Effect.suspend(() =>
          sessions.list(owner, ownedRows(tables, owner).some((row) => isEnd(row, at)) ? at - 1 : at, page)
        )
    })
  ),

  brokenSessions("SES-11 close needs both the owner and the id", (tables, { sessions }) => ({
    close: ({ owner, id }) =>
      Effect.suspend(() => {
        const row = sessionRow(tables, { owner, id }) ?? allRows(tables).find(({ session }) => session.id === id)
        return sessions.close({ owner: row?.session.userId ?? owner, id })
      })
  })),

  brokenSessions("SES-11 closeAll but one leaves that one as it was", (_, { sessions }) => ({
    closeAll: (owner) => sessions.closeAll(owner, null)
  })),

  brokenSessions("SES-19 removeExpired removes sessions at their absolute end, not 1 ms before", (tables) => ({
    removeExpired: (before, limit) =>
      Effect.sync(() => {
        const expired = allRows(tables).filter(({ session }) => session.idleExpiresAt <= before)
        for (const { session, hash } of expired.slice(0, limit)) tables.sessions.get(session.userId)?.delete(hash)
        return Math.min(expired.length, limit)
      })
  }))
]
