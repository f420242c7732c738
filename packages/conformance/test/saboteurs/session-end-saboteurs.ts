import type { NewSession, SessionId, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { plenty } from "../../src/store/laws/samples.ts"
import { brokenSessions, lookThenAct, ownedRows, type Saboteur, sessionRow } from "./saboteur.ts"
import { type Ending, endOf, noting } from "./session-endings.ts"

/** A replace that does not see that the old session was ended meanwhile in one certain way. */
export const replaceMisses = (breaks: string, ending: Ending): Saboteur =>
  brokenSessions(breaks, (tables, sound) => {
    const { ended, verbs } = noting(tables, sound, ending)
    return {
      ...verbs,
      replace: (old, next, at) =>
        lookThenAct(
          () => sessionRow(tables, old),
          (seen) => {
            const isMissed = seen !== undefined && ended.has(old.id) && sessionRow(tables, old) === undefined
            return isMissed ? Effect.as(sound.sessions.insert(next, plenty), true) : verbs.replace(old, next, at)
          }
        )
    }
  })

/** One saboteur for each race for the end of a session, and for its place. */
export const sessionEndSaboteurs: ReadonlyArray<Saboteur> = [
  brokenSessions("parallel inserts under one owner all stay", (tables, { sessions }) => ({
    insert: (next, most) =>
      lookThenAct(
        () => ownedRows(tables, next.session.userId),
        (seen) => {
          const owner = next.session.userId
          if (ownedRows(tables, owner).length + 100 > most) return sessions.insert(next, most)
          if (seen.length > 0) tables.sessions.set(owner, new Map(seen.map((row) => [row.hash, row])))
          else tables.sessions.delete(owner)
          return sessions.insert(next, most)
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
  })),

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
    const stop = (owner: UserId, except: SessionId | null): number => {
      const stopped = [...moving].filter(([, { session }]) => session.userId === owner && session.id !== except)
      for (const [id] of stopped) moving.delete(id)
      return stopped.length
    }
    return {
      insert: (next, most) =>
        Effect.tap(sound.sessions.insert(next, most), () =>
          Effect.sync(() => {
            const owner = next.session.userId
            if (ownedRows(tables, owner).length + moving.size > most) stop(owner, null)
          })
        ),
      replace: (old, next, at) =>
        Effect.gen(function* () {
          const row = sessionRow(tables, old)
          if (row === undefined || at >= endOf(row) || next.session.userId !== old.owner) return false
          yield* sound.sessions.close(old)
          moving.set(old.id, next)
          yield* Effect.yieldNow
          return moving.delete(old.id) && (yield* Effect.as(sound.sessions.insert(next, plenty), true))
        }),
      closeAll: (owner, except) =>
        Effect.map(sound.sessions.closeAll(owner, except), (count) => count + stop(owner, except))
    }
  })
]
