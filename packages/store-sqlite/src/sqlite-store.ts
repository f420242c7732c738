import { Store, StoreError, type StoreLayer, type StoreShape, UsedParts } from "@latchkey/core/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sqliteAttempts } from "./attempts.ts"
import { sqliteAudit } from "./audit.ts"
import { attempt, type Connection } from "./connection.ts"
import type { SqliteHandle } from "./handle.ts"
import { useHandle } from "./host-handle.ts"
import { migrate } from "./migrations.ts"
import { openFile } from "./open-file.ts"
import { optionalRow } from "./row.ts"
import { sessions, tokens, users } from "./rows.ts"
import { sqliteSessions } from "./sessions.ts"
import { sqliteTokens } from "./tokens.ts"
import { sqliteUsers } from "./users.ts"

export interface SqliteStoreOptions {
  /**
   * What a power cut can undo. `full`, the default: nothing that was acknowledged about users, ended sessions, tokens or the
   * audit log, since each waits for the disk; the last moments of new sessions, uses and counted attempts may be lost, which
   * costs nobody more than a log-in. `normal`: the last moments of everything, so a revoked session may come back. Neither can
   * damage the file, and a killed process loses nothing. Only for a path: on your own handle, `PRAGMA synchronous` decides.
   */
  readonly durability?: "full" | "normal"
}

/**
 * Keeps everything in one SQLite database.
 *
 * With a path (or `":memory:"`) it opens the file with `node:sqlite`, makes it readable for its owner alone, and closes it
 * with the layer. With your own handle it works beside your tables and inside your transactions, and never closes it.
 */
export const sqliteStore = (target: string | SqliteHandle, options: SqliteStoreOptions = {}): StoreLayer => {
  checkTarget(target, options)
  const connect = typeof target === "string" ? openFile(target, options.durability ?? "full") : useHandle(target)
  return Layer.effect(Store, Effect.andThen(checkUse, Effect.flatMap(connect, makeStore)))
}

/** Brings the schema up to date and prepares every statement. */
export const makeStore = Effect.fnUntraced(function* (connection: Connection) {
  yield* migrate(connection, yield* Clock.currentTimeMillis)
  return yield* attempt("open", () => storeOver(connection))
})

const storeOver = (connection: Connection): StoreShape => {
  const lookupSession = connection.prepare(`SELECT ${sessions.selected}, ${users.selected}
    FROM latchkey_sessions JOIN latchkey_users ON latchkey_users.id = latchkey_sessions.user_id
    WHERE latchkey_sessions.user_id = ? AND hash = ?`)
  const lookupToken = connection.prepare(`SELECT ${tokens.selected}, ${users.selected}
    FROM latchkey_tokens JOIN latchkey_users ON latchkey_users.id = latchkey_tokens.user_id
    WHERE latchkey_tokens.user_id = ? AND hash = ?`)
  return {
    users: sqliteUsers(connection),
    sessions: sqliteSessions(connection),
    tokens: sqliteTokens(connection),
    attempts: sqliteAttempts(connection),
    audit: sqliteAudit(connection),
    lookupSession: (owner, hash) =>
      connection.read("lookupSession", () =>
        optionalRow(lookupSession.get(owner, hash), (row) => ({
          user: users.read(row, sessions.names.length, null),
          session: sessions.read(row, 0, owner)
        }))
      ),
    lookupToken: (owner, hash) =>
      connection.read("lookupToken", () =>
        optionalRow(lookupToken.get(owner, hash), (row) => ({
          user: users.read(row, tokens.names.length, null),
          token: tokens.read(row, 0, owner)
        }))
      )
  }
}

/** The tables of sessions and tokens have a foreign key: told here, and not to the first person who logs in. */
const checkUse = Effect.flatMap(UsedParts, (used) => {
  const orphan = (["sessions", "tokens"] as const).find((part) => used.has(part) && !used.has("users"))
  if (orphan === undefined) return Effect.void
  return new StoreError({
    operation: "open",
    cause: new Error(
      `${orphan} live in SQLite only beside their users: keep both there, or give ${orphan} another store`
    )
  })
})

/** Mistakes of the integrator, told when the program starts. */
const checkTarget = (target: string | SqliteHandle, { durability }: SqliteStoreOptions): void => {
  if (typeof target === "string") {
    if (target === "" || target.startsWith("file:")) {
      throw new Error(
        `sqliteStore takes the path of a file or ":memory:", not "${target}": for a URI open a handle yourself`
      )
    }
  } else if (!("isTransaction" in target) && !("inTransaction" in target)) {
    throw new Error(
      "sqliteStore needs a handle that tells whether it is in a transaction: `isTransaction` or `inTransaction`"
    )
  } else if (durability !== undefined) {
    throw new Error("`durability` is for a path: on your own handle, set PRAGMA synchronous")
  }
}
