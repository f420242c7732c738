import type { UserRestoration } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { keyOf } from "../../src/store/laws/samples.ts"
import {
  brokenAudit,
  brokenCodes,
  brokenSessions,
  brokenTokens,
  brokenUsers,
  patchSession,
  patchUser,
  putCode,
  type Saboteur
} from "./saboteur.ts"

/** Saboteurs of the laws of backups that no race is about. */
export const plainBackupSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers(
    [
      "BAK-01 an export has all users with all that is kept of them, in the order of their ids",
      "BAK-01 an export tells what has changed since a user was added",
      "BAK-01 a user who was removed is restored, without what was theirs"
    ],
    (_, { users }) => ({
      export: (...args) => Effect.map(users.export(...args), (rows) => rows.map((row) => ({ ...row, revocations: 0 })))
    })
  ),

  brokenUsers("BAK-01 an export tells what has changed since a user was added", (tables, { users }) => {
    const logins = new Map<string, number | null>()
    return {
      recordLogin: (id, at) =>
        Effect.suspend(() => {
          const before = tables.users.get(id)?.user.lastLoginAt ?? null
          if (!logins.has(id)) logins.set(id, before)
          return users.recordLogin(id, at)
        }),
      export: (after, limit) =>
        Effect.map(users.export(after, limit), (rows) =>
          rows.map((row) => {
            const lastLoginAt = logins.get(row.user.id)
            return lastLoginAt === undefined ? row : { ...row, user: { ...row.user, lastLoginAt } }
          })
        )
    }
  }),

  brokenUsers("BAK-01 restored users are there just as given, found by every name, and listed", (_, { users }) => {
    const restored = new Set<string>()
    return {
      restore: (rows) =>
        Effect.tap(users.restore(rows), () => Effect.sync(() => rows.map(({ user }) => restored.add(user.id)))),
      findByName: (name) =>
        Effect.map(users.findByName(name), (found) =>
          found !== null && name.kind === "email" && restored.has(found.user.id) ? null : found
        )
    }
  }),

  brokenUsers(
    "BAK-02 a restored user whose id or name is in use is not added, and nothing changes",
    (tables, { users }) => ({
      restore: (rows) =>
        Effect.tap(users.restore(rows), (outcomes) =>
          Effect.sync(() => {
            for (const [n, { user }] of rows.entries()) {
              if (outcomes[n] !== "there") continue
              patchUser(tables, user.id, (row) => ({ ...row, user: { ...row.user, epoch: user.epoch } }))
            }
          })
        )
    })
  ),

  brokenUsers("BAK-01 a restored superuser completes setup, if active, and is the last one", (tables, { users }) => ({
    restore: (rows) =>
      Effect.suspend(() => {
        const wasSetUp = tables.isSetUp
        return Effect.tap(users.restore(rows), () =>
          Effect.sync(() => {
            tables.isSetUp = wasSetUp
          })
        )
      })
  })),

  brokenUsers("BAK-01 a user who was removed is restored, without what was theirs", (_, { users }) => {
    const removed = new Set<string>()
    return {
      remove: (id, proof) =>
        Effect.tap(users.remove(id, proof), (isDone) => Effect.sync(() => isDone && removed.add(id))),
      restore: (rows) =>
        Effect.map(users.restore(rows.filter(({ user }) => !removed.has(user.id))), (outcomes) => {
          const left = outcomes.values()
          return rows.map(
            ({ user }): UserRestoration => (removed.has(user.id) ? "there" : (left.next().value ?? "there"))
          )
        })
    }
  }),

  brokenSessions("BAK-01 an export of sessions is the list of them with their hashes", (_, { sessions }) => ({
    export: (owner, at, page) => sessions.export(owner, at, { ...page, after: null })
  })),

  brokenSessions(
    [
      "BAK-01 a user who was removed is restored, without what was theirs",
      "BAK-01 restored sessions are there just as given, and end as others do"
    ],
    (_, { sessions }) => ({
      restore: (rows) =>
        sessions.restore(rows.map(({ hash, session }) => ({ hash, session: { ...session, data: null } })))
    })
  ),

  brokenSessions(
    "BAK-02 a session that is there already is not restored, and nothing changes",
    (tables, { sessions }) => ({
      restore: (rows) =>
        Effect.tap(sessions.restore(rows), (added) =>
          Effect.sync(() => {
            for (const [n, row] of rows.entries()) {
              if (added[n] !== true) patchSession(tables, keyOf(row), ({ hash }) => ({ hash, session: row.session }))
            }
          })
        )
    })
  ),

  brokenTokens("BAK-01 an export of tokens is the list of them with their hashes", (_, { tokens }) => ({
    export: (owner, at, page) => tokens.export(owner, Math.min(at, 0), page)
  })),

  brokenTokens(
    [
      "BAK-01 a user who was removed is restored, without what was theirs",
      "BAK-01 restored tokens are there just as given, and imported ones name their owners",
      "BAK-02 of parallel restores of one imported token, also for two owners, exactly one adds it"
    ],
    (_, { tokens }) => {
      const restored = new Set<string>()
      return {
        restore: (rows) =>
          Effect.tap(tokens.restore(rows), (added) =>
            Effect.sync(() => rows.map(({ hash }, n) => added[n] === true && restored.add(hash)))
          ),
        ownerOf: (hash) => (restored.has(hash) ? Effect.succeed(null) : tokens.ownerOf(hash))
      }
    }
  ),

  brokenTokens("BAK-02 a token that is there already is not restored, and nothing changes", (tables, { tokens }) => ({
    restore: (rows) =>
      Effect.suspend(() => {
        const known = rows.filter(({ hash, token }) => tables.tokens.get(token.userId)?.has(hash))
        return Effect.tap(tokens.restore(rows), () =>
          Effect.sync(() => {
            for (const row of known) tables.tokens.get(row.token.userId)?.set(row.hash, row)
          })
        )
      })
  })),

  brokenCodes(
    "BAK-01 an export of codes has them all with their hashes, and restored ones open the same",
    (_, { codes }) => ({
      export: (owner) => Effect.map(codes.export(owner), (held) => held.filter(({ code }) => code.ownEmail !== null))
    })
  ),

  brokenCodes(
    "BAK-02 a code is not restored beside one for the same purpose, and nothing changes",
    (tables, { codes }) => ({
      restore: (rows) =>
        Effect.tap(codes.restore(rows), (added) =>
          Effect.sync(() => {
            for (const [n, row] of rows.entries()) if (added[n] !== true) putCode(tables, row)
          })
        )
    })
  ),

  brokenAudit(
    ["BAK-01 restored records keep their positions and links, and the log goes on after them"],
    (tables, { audit }) => ({
      restore: (records, start) =>
        Effect.tap(audit.restore(records, start), (added) =>
          Effect.sync(() => {
            const [first, ...others] = tables.audit.splice(tables.audit.length - added, added)
            if (first === undefined) return
            tables.audit.push(first, ...others.map((record, n) => ({ ...record, sequence: first.sequence + 1 + n })))
          })
        )
    })
  ),

  brokenAudit("BAK-01 the beginning of a trail whose records were all removed is restored", (_, { audit }) => ({
    restore: (records, start) => audit.restore(records, records.length === 0 ? null : start)
  })),

  brokenAudit("BAK-02 only records after all that the log ever had are restored", (tables, { audit }) => ({
    restore: (records, start) =>
      Effect.suspend(() => {
        if (tables.audit.length > 0 || tables.auditStart === null) return audit.restore(records, start)
        tables.audit.push(...records)
        return Effect.succeed(records.length)
      })
  })),

  brokenAudit("BAK-06 a record that says what it follows is restored there, or not at all", (tables, { audit }) => ({
    restore: (records, start) =>
      Effect.suspend(() =>
        audit.restore(
          tables.audit.length === 1 && records.length === 1
            ? records.map(({ sequence, event, hash }) => ({ sequence, event, hash }))
            : records,
          start
        )
      )
  })),

  brokenAudit("BAK-06 nothing is restored behind a link whose place another record has", (tables, { audit }) => ({
    restore: (records, start) =>
      Effect.suspend(() => {
        const end = tables.audit.at(-1)?.sequence ?? 0
        const next = records.filter(({ sequence }) => sequence > end)
        if (next.length === records.length) return audit.restore(records, start)
        return audit.restore(
          next.map(({ sequence, event, hash }) => ({ sequence, event, hash })),
          start
        )
      })
  })),

  brokenAudit("BAK-06 a link follows the one with which a restored log begins", (tables, { audit }) => ({
    restore: (records, start) =>
      Effect.suspend(() =>
        start !== null && tables.audit.length === 0 && records.some(({ follows }) => typeof follows === "string")
          ? Effect.succeed(0)
          : audit.restore(records, start)
      )
  }))
]
