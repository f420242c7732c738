import type { NewUser, UserRestoration } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { keyOf } from "../../src/store/laws/samples.ts"
import {
  brokenAudit,
  brokenCodes,
  brokenSessions,
  brokenTokens,
  brokenUsers,
  codeOf,
  lookThenAct,
  putCode,
  putSession,
  putToken,
  type Saboteur,
  sessionRow
} from "./saboteur.ts"
import { allTokens } from "./token-endings.ts"

/** One saboteur for each race of backups, and those of laws that no random list comes to. */
export const backupSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers("BAK-02 of parallel restores of one user exactly one adds it", (tables, { users }) => ({
    restore: (rows) =>
      lookThenAct(
        () => new Set(tables.users.keys()),
        (seen) => {
          const isMissed = rows.map(({ user }) => tables.users.has(user.id) && !seen.has(user.id))
          return Effect.map(users.restore(rows), (outcomes) =>
            outcomes.map((outcome, n): UserRestoration => (isMissed[n] ? "added" : outcome))
          )
        }
      )
  })),

  brokenUsers("BAK-02 a restore and a registration of one name: exactly one of them adds it", (tables, { users }) => {
    const rivalOf = ({ user, canonicalUsername }: NewUser) =>
      [...tables.users.values()].find(
        (other) => other.user.id !== user.id && other.canonicalUsername === canonicalUsername
      )?.user.id
    return {
      restore: (rows) =>
        lookThenAct(
          () => new Set(tables.users.keys()),
          (seen) => {
            const missed = rows.filter((row) => {
              const rival = rivalOf(row)
              return rival !== undefined && !seen.has(rival)
            })
            for (const row of missed) tables.users.set(row.user.id, row)
            return Effect.map(users.restore(rows), (outcomes) =>
              outcomes.map((outcome, n): UserRestoration => (missed.some((row) => row === rows[n]) ? "added" : outcome))
            )
          }
        )
    }
  }),

  brokenSessions("BAK-02 of parallel restores of one session exactly one adds it", (tables, { sessions }) => ({
    restore: (rows) =>
      lookThenAct(
        () => rows.map((row) => sessionRow(tables, keyOf(row)) !== undefined),
        (wasThere) => {
          const isMissed = rows.map((row, n) => sessionRow(tables, keyOf(row)) !== undefined && wasThere[n] === false)
          for (const [n, row] of rows.entries()) if (isMissed[n]) putSession(tables, row)
          return Effect.map(sessions.restore(rows), (added) =>
            added.map((isAdded, n) => isAdded || isMissed[n] === true)
          )
        }
      )
  })),

  brokenTokens(
    "BAK-02 of parallel restores of one imported token, also for two owners, exactly one adds it",
    (tables, { tokens }) => ({
      restore: (rows) =>
        lookThenAct(
          () => rows.map(({ hash }) => allTokens(tables).some((other) => other.hash === hash)),
          (wasThere) => {
            const isMissed = rows.map(
              ({ hash, token }, n) =>
                wasThere[n] === false &&
                allTokens(tables).some((other) => other.hash === hash && other.token.userId !== token.userId) &&
                !tables.tokens.get(token.userId)?.has(hash)
            )
            for (const [n, row] of rows.entries()) if (isMissed[n]) putToken(tables, row)
            return Effect.map(tokens.restore(rows), (added) =>
              added.map((isAdded, n) => isAdded || isMissed[n] === true)
            )
          }
        )
    })
  ),

  brokenCodes(
    "BAK-02 of parallel restores of two codes for one purpose exactly one adds its own",
    (tables, { codes }) => ({
      restore: (rows) =>
        lookThenAct(
          () => rows.map(({ code }) => codeOf(tables, code.userId, code.purpose) !== undefined),
          (wasThere) => {
            const isMissed = rows.map(
              ({ code }, n) => wasThere[n] === false && codeOf(tables, code.userId, code.purpose) !== undefined
            )
            for (const [n, row] of rows.entries()) if (isMissed[n]) putCode(tables, row)
            return Effect.map(codes.restore(rows), (added) =>
              added.map((isAdded, n) => isAdded || isMissed[n] === true)
            )
          }
        )
    })
  ),

  brokenAudit("BAK-02 an append beside a restore comes before all restored records or after them", (_, { audit }) => ({
    restore: (records, start) =>
      Effect.gen(function* () {
        const first = yield* audit.restore(records.slice(0, 1), start)
        yield* Effect.yieldNow
        return first + (yield* audit.restore(records.slice(1), start))
      })
  })),

  brokenAudit(
    "BAK-06 of a linked append and a restore that follow one end exactly one is made",
    (tables, { audit }) => ({
      restore: (records, start) =>
        lookThenAct(
          () => tables.audit.length,
          (seen) =>
            audit.restore(
              tables.audit.length === seen
                ? records
                : records.map(({ sequence, event, hash }) => ({ sequence, event, hash })),
              start
            )
        )
    })
  ),

  brokenUsers("STO-05 BAK-01 any text round-trips through a backup, each user once", (_, { users }) => ({
    export: (after, limit) =>
      Effect.map(users.export(after, limit), (rows) =>
        rows.map((row) => ({ ...row, passwordHash: row.passwordHash?.replaceAll("\0", "") ?? null }))
      )
  })),

  brokenUsers("BAK-02 one call restores as many users as it may", (_, { users }) => ({
    restore: (rows) =>
      Effect.map(users.restore(rows.slice(0, 50)), (outcomes) => rows.map((_, n) => outcomes[n] ?? "added"))
  }))
]
