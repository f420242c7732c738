import type { NewSession, SessionId, UserId } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { brokenSessions, lookThenAct, ownedRows, type Saboteur } from "./saboteur.ts"
import { replaceMisses } from "./session-end-saboteurs.ts"

const idsOf = (tables: Tables, owner: UserId): ReadonlySet<SessionId> =>
  new Set(ownedRows(tables, owner).map(({ session }) => session.id))

/** How many sessions came since someone looked. */
const newcomers = (tables: Tables, owner: UserId, seen: ReadonlySet<SessionId>): number =>
  ownedRows(tables, owner).filter(({ session }) => !seen.has(session.id)).length

const erase = (tables: Tables, { hash, session }: NewSession) => tables.sessions.get(session.userId)?.delete(hash)

/** Insert of a session, whose limit is another. */
const otherLimit = (
  breaks: string | ReadonlyArray<string>,
  limit: (most: number, row: NewSession, tables: Tables) => number
) =>
  brokenSessions(breaks, (tables, { sessions }) => ({
    insert: (row, most) => Effect.suspend(() => sessions.insert(row, limit(most, row, tables)))
  }))

/** Saboteurs of the laws of the limit: one for each race, and some of the others. */
export const sessionLimitSaboteurs: ReadonlyArray<Saboteur> = [
  // A lock on the owner's rows holds nobody back while there are none.
  brokenSessions("SES-23 after 16 parallel inserts under a limit of 5 there are exactly 5", (tables, { sessions }) => ({
    insert: (next, most) =>
      lookThenAct(
        () => idsOf(tables, next.session.userId),
        (seen) => sessions.insert(next, most + (seen.size === 0 ? newcomers(tables, next.session.userId, seen) : 0))
      )
  })),

  brokenSessions("SES-23 parallel inserts tell each session that they end once", (tables, { sessions }) => ({
    insert: (next, most) =>
      lookThenAct(
        () => ownedRows(tables, next.session.userId)[0],
        (seen) => {
          const isGone = seen !== undefined && !idsOf(tables, next.session.userId).has(seen.session.id)
          return Effect.map(sessions.insert(next, most), (ended) =>
            isGone && ended.length > 0 ? [seen.session.id] : ended
          )
        }
      )
  })),

  replaceMisses("SES-23 a parallel insert and replace leave no more than the limit allows", "insert"),

  otherLimit(
    ["SES-23 the limit counts nobody else's sessions"],
    (most, { session: { userId } }, { sessions }) =>
      most - [...sessions].reduce((count, [owner, rows]) => count + (owner === userId ? 0 : rows.size), 0)
  ),

  otherLimit(
    "IMP-07 sessions in which an administrator acts and the owner's own are counted apart",
    (most, { session: { userId, impersonation } }, tables) =>
      most -
      ownedRows(tables, userId).filter(
        ({ session }) => (session.impersonation === null) !== (impersonation === null) && session.epoch === 3
      ).length
  ),

  brokenSessions(
    "IMP-07 a dead session of one kind does not go for a live one of the other",
    (tables, { sessions }) => ({
      insert: (next, most) =>
        Effect.suspend(() => {
          const { userId, epoch, impersonation } = next.session
          const dead = ownedRows(tables, userId).find(
            ({ session }) => session.epoch < epoch && (session.impersonation === null) !== (impersonation === null)
          )
          if (dead === undefined || most > 1) return sessions.insert(next, most)
          erase(tables, dead)
          return sessions.insert(next, most + 1)
        })
    })
  ),

  brokenSessions("SES-23 an insert that fails ends nothing", (tables, { sessions }) => ({
    insert: (next, most) =>
      Effect.tapError(sessions.insert(next, most), () =>
        Effect.sync(() => {
          const [oldest] = ownedRows(tables, next.session.userId)
          if (oldest !== undefined && most === 1) erase(tables, oldest)
        })
      )
  }))
]
