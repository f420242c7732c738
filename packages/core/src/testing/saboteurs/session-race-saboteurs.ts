import * as Effect from "effect/Effect"
import type { SessionId } from "../../session/session.ts"
import type { NewSession, SessionKey, SessionStore } from "../../session/session-store.ts"
import type { StoreShape } from "../../store/store.ts"
import type { Tables } from "../memory-tables.ts"
import { brokenSessions, lookThenAct, ownedRows, putSession, type Saboteur, saboteur, sessionRow } from "./saboteur.ts"

type Ending = "close" | "closeAll" | "replace" | "remove"

/** The sound verbs that end sessions, with a note of which sessions one of them ended. */
const noting = (tables: Tables, { users, sessions }: StoreShape, ending: Ending) => {
  const ended = new Set<SessionId>()
  const note = <A, E>(by: Ending, rows: ReadonlyArray<NewSession | undefined>, verb: Effect.Effect<A, E>) =>
    Effect.tap(verb, () =>
      Effect.sync(() => {
        for (const row of rows) if (by === ending && row !== undefined) ended.add(row.session.id)
      })
    )
  const close: SessionStore["close"] = (key) =>
    Effect.suspend(() => note("close", [sessionRow(tables, key)], sessions.close(key)))
  const closeAll: SessionStore["closeAll"] = (owner, except) =>
    Effect.suspend(() => note("closeAll", ownedRows(tables, owner), sessions.closeAll(owner, except)))
  const replace: SessionStore["replace"] = (old, next, at) =>
    Effect.suspend(() => note("replace", [sessionRow(tables, old)], sessions.replace(old, next, at)))
  const remove: StoreShape["users"]["remove"] = (id) =>
    Effect.suspend(() => note("remove", ownedRows(tables, id), users.remove(id)))
  return { ended, remove, verbs: { close, closeAll, replace } }
}

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

/** A replace that does not see that the old session was ended meanwhile in one certain way. */
const replaceMisses = (breaks: string, ending: Ending): Saboteur =>
  brokenSessions(breaks, (tables, sound) => {
    const { ended, verbs } = noting(tables, sound, ending)
    return {
      ...verbs,
      replace: (old, next, at) =>
        lookThenAct(
          () => sessionRow(tables, old),
          (seen) => {
            const isMissed = seen !== undefined && ended.has(old.id) && sessionRow(tables, old) === undefined
            return isMissed ? Effect.as(sound.sessions.insert(next), true) : verbs.replace(old, next, at)
          }
        )
    }
  })

/** Changes a stored session behind the verbs' back. */
const patch = (tables: Tables, key: SessionKey, change: (row: NewSession) => NewSession): void => {
  const row = sessionRow(tables, key)
  if (row !== undefined) putSession(tables, change(row))
}

const endOf = ({ session }: NewSession): number => Math.min(session.idleExpiresAt, session.expiresAt)

/** One saboteur for each race of sessions. */
export const sessionRaceSaboteurs: ReadonlyArray<Saboteur> = [
  touchBringsBack("SES-05 a parallel touch never brings a closed session back", "close"),
  touchBringsBack("SES-05 a parallel touch never brings a session back that closeAll ended", "closeAll"),
  touchBringsBack("SES-05 a parallel touch never brings a replaced session back", "replace"),
  touchBringsBack("SES-05 a parallel touch never brings a removed user's session back", "remove"),
  replaceMisses(
    "SES-03 of parallel calls to replace one session exactly one is true, and its session lives",
    "replace"
  ),
  replaceMisses(
    "SES-03 of a parallel replace and close exactly one is true, and a closed session has no heir",
    "close"
  ),
  replaceMisses("SES-08 a parallel closeAll ends a session or the one that takes its place", "closeAll"),

  brokenSessions("SES-03 the old session or the new one is always seen, never both or neither", (tables, sound) => {
    const moving = new Map<SessionId, NewSession>()
    return {
      replace: (old, next, at) =>
        Effect.gen(function* () {
          const row = sessionRow(tables, old)
          if (row === undefined || at >= endOf(row) || next.session.userId !== old.owner) return false
          yield* sound.sessions.close(old)
          moving.set(old.id, next)
          yield* Effect.yieldNow
          return moving.delete(old.id) && (yield* Effect.as(sound.sessions.insert(next), true))
        }),
      closeAll: (owner, except) =>
        Effect.map(sound.sessions.closeAll(owner, except), (count) => {
          const stopped = [...moving].filter(([, { session }]) => session.userId === owner && session.id !== except)
          for (const [id] of stopped) moving.delete(id)
          return count + stopped.length
        })
    }
  }),

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
          patch(tables, key, (row) => ({ ...row, session: { ...row.session, idleExpiresAt } }))
          return sessions.touch(key, use)
        }
      )
  })),

  brokenSessions("SES-16 a parallel touch does not undo a change of the data", (tables, { sessions }) => ({
    touch: (key, use) =>
      lookThenAct(
        () => sessionRow(tables, key)?.session.data ?? null,
        (data) => {
          patch(tables, key, (row) => ({ ...row, session: { ...row.session, data } }))
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
  })),

  brokenSessions("parallel inserts under one owner all stay", (tables, { sessions }) => ({
    insert: (next) =>
      lookThenAct(
        () => ownedRows(tables, next.session.userId),
        (seen) => {
          const owner = next.session.userId
          if (seen.length > 0) tables.sessions.set(owner, new Map(seen.map((row) => [row.hash, row])))
          else tables.sessions.delete(owner)
          return sessions.insert(next)
        }
      )
  })),

  brokenSessions("SES-07 of parallel calls to close exactly one is true", (tables, sound) => {
    const { ended, verbs } = noting(tables, sound, "close")
    return {
      close: (key) =>
        lookThenAct(
          () => sessionRow(tables, key) !== undefined,
          (wasThere) => (wasThere && ended.has(key.id) ? Effect.succeed(true) : verbs.close(key))
        )
    }
  }),

  brokenSessions("parallel calls to closeAll count each session once", (tables, { sessions }) => ({
    closeAll: (owner, except) =>
      lookThenAct(
        () => ownedRows(tables, owner).filter(({ session }) => session.id !== except).length,
        (count) => Effect.as(sessions.closeAll(owner, except), count)
      )
  }))
]
