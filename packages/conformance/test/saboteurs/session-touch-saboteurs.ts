import type { SessionStore } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  brokenSessions,
  lookThenAct,
  ownedRows,
  patchSession,
  putSession,
  type Saboteur,
  saboteur,
  sessionRow
} from "./saboteur.ts"
import { type Ending, endOf, noting } from "./session-endings.ts"

/** A touch that writes back what it read, though the session was ended meanwhile in one certain way. */
const touchBringsBack = (breaks: string, ending: Ending): Saboteur =>
  saboteur(breaks, (tables, sound) => {
    const { ended, remove, verbs } = noting(tables, sound, ending)
    const touch: SessionStore["touch"] = (key, use) =>
      lookThenAct(
        () => sessionRow(tables, key),
        (seen) => {
          if (seen !== undefined && ended.has(key.id) && sessionRow(tables, key) === undefined) putSession(tables, seen)
          return sound.sessions.touch(key, use)
        }
      )
    return { users: { ...sound.users, remove }, sessions: { ...sound.sessions, ...verbs, touch } }
  })

/** One saboteur for each race between the uses of a session, and between its use and its end. */
export const sessionTouchSaboteurs: ReadonlyArray<Saboteur> = [
  touchBringsBack("SES-05 a parallel touch never brings a closed session back", "close"),
  touchBringsBack("SES-05 a parallel touch never brings a session back that closeAll ended", "closeAll"),
  touchBringsBack("SES-05 a parallel touch never brings a replaced session back", "replace"),
  touchBringsBack("SES-05 a parallel touch never brings a session back that gave way to another", "insert"),
  touchBringsBack("SES-05 a parallel touch never brings a removed user's session back", "remove"),

  brokenSessions("SES-19 a parallel purge never removes a session whose touch was true", (tables) => ({
    removeExpired: (before, limit) =>
      lookThenAct(
        () =>
          [...tables.sessions.keys()]
            .flatMap((owner) => ownedRows(tables, owner))
            .filter((row) => endOf(row) <= before)
            .slice(0, limit),
        (seen) =>
          Effect.sync(
            () => seen.filter(({ session, hash }) => tables.sessions.get(session.userId)?.delete(hash) === true).length
          )
      )
  })),

  brokenSessions("SES-05 of parallel touches the longest stays", (tables, { sessions }) => ({
    touch: (key, use) =>
      lookThenAct(
        () => sessionRow(tables, key)?.session.idleExpiresAt ?? 0,
        (idleExpiresAt) => {
          patchSession(tables, key, (row) => ({ ...row, session: { ...row.session, idleExpiresAt } }))
          return sessions.touch(key, use)
        }
      )
  })),

  brokenSessions("SES-16 a parallel touch does not undo a change of the data", (tables, { sessions }) => ({
    touch: (key, use) =>
      lookThenAct(
        () => sessionRow(tables, key)?.session.data ?? null,
        (data) => {
          patchSession(tables, key, (row) => ({ ...row, session: { ...row.session, data } }))
          return sessions.touch(key, use)
        }
      )
  })),

  brokenSessions(
    "SES-16 of parallel setData from one version exactly one wins, and no addition is lost",
    (tables, { sessions }) => ({
      setData: (key, { version, data }) =>
        lookThenAct(
          () => sessionRow(tables, key)?.session.dataVersion,
          (seen) => {
            const now = sessionRow(tables, key)?.session.dataVersion ?? version
            return sessions.setData(key, { version: seen === version ? now : version, data })
          }
        )
    })
  ),

  brokenSessions("SES-16 a parallel setData never brings a closed session back", (tables, { sessions }) => ({
    setData: (key, change) =>
      lookThenAct(
        () => sessionRow(tables, key),
        (seen) => {
          if (seen !== undefined && sessionRow(tables, key) === undefined) putSession(tables, seen)
          return sessions.setData(key, change)
        }
      )
  }))
]
