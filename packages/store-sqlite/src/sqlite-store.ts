import {
  AttemptRoom,
  optionsProblem,
  Store,
  StoreError,
  type StoreLayer,
  StoreProblem,
  type StoreShape,
  UsedParts,
  wordsFor
} from "@latchkey/core/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sqliteAttempts } from "./attempts.ts"
import { sqliteAudit } from "./audit.ts"
import { explained } from "./cannot-open.ts"
import { sqliteChallenges } from "./challenges.ts"
import { sqliteCodes } from "./codes.ts"
import type { Connection } from "./connection.ts"
import { checkEncoding } from "./encoding.ts"
import type { SqliteHandle } from "./handle.ts"
import { useHandle } from "./host-handle.ts"
import { isLocked } from "./locked.ts"
import { migrate } from "./migrations.ts"
import { openFile } from "./open-file.ts"
import { checkPath } from "./plain-path.ts"
import { optionalRow } from "./row.ts"
import { sessions, tokens, users } from "./rows.ts"
import { sqliteSessions } from "./sessions.ts"
import { sqliteSettings } from "./settings.ts"
import { sqliteTokens } from "./tokens.ts"
import { sqliteUsers } from "./users.ts"

export interface SqliteStoreOptions {
  /**
   * What a power cut can undo. `full`, the default: no acknowledged change of users, ended sessions, tokens, one-time codes,
   * decisions on CLI logins or the audit log, because each waits for the disk. The last moments of new sessions, begun CLI logins,
   * uses and counted attempts may be lost, which costs at most a log-in. `normal`: the last moments of everything, so a revoked
   * session may come back. Neither can damage the file, and a killed process loses nothing. Only for a path: on your own handle,
   * `PRAGMA synchronous` decides.
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
  checkTarget(target)
  checkOptions(target, options)
  const connect = typeof target === "string" ? openFile(target, options.durability ?? "full") : useHandle(target)
  return Layer.effect(Store, Effect.andThen(checkUse, Effect.flatMap(connect, makeStore)))
}

/** A start waits three times as long for a lock as a request does: another process may be updating the schema. */
const FURTHER_STARTS = 2

/** Brings the schema up to date and prepares every statement. */
export const makeStore = Effect.fnUntraced(function* (connection: Connection) {
  yield* connection.read("open", () => checkEncoding(connection))
  const migrating = migrate(connection, yield* Clock.currentTimeMillis)
  yield* Effect.retry(migrating, { while: ({ cause }) => isLocked(cause), times: FURTHER_STARTS })
  const room = yield* AttemptRoom
  return yield* connection.read("open", () => storeOver(connection, room))
}, Effect.mapError(explained))

const storeOver = (connection: Connection, room: AttemptRoom): StoreShape => {
  // CROSS JOIN keeps the order (https://sqlite.org/lang_select.html): a credential that nobody has costs one tree instead of two.
  // The planner does not look into a CAST. An SQLite with STAT4, as better-sqlite3 has it, looks at bare parameters of a join
  // and plans again whenever they are bound, which takes several times as long as the look-up itself.
  const lookupSession = connection.prepare(`SELECT ${sessions.selected}, ${users.selected}
    FROM latchkey_sessions CROSS JOIN latchkey_users ON latchkey_users.id = latchkey_sessions.user_id
    WHERE latchkey_sessions.user_id = CAST(? AS TEXT) AND hash = CAST(? AS TEXT)`)
  const lookupToken = connection.prepare(`SELECT ${tokens.selected}, ${users.selected}
    FROM latchkey_tokens CROSS JOIN latchkey_users ON latchkey_users.id = latchkey_tokens.user_id
    WHERE latchkey_tokens.user_id = CAST(? AS TEXT) AND hash = CAST(? AS TEXT)`)
  return {
    users: sqliteUsers(connection),
    sessions: sqliteSessions(connection),
    tokens: sqliteTokens(connection),
    challenges: sqliteChallenges(connection),
    codes: sqliteCodes(connection),
    attempts: sqliteAttempts(connection, room),
    audit: sqliteAudit(connection),
    settings: sqliteSettings(connection),
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

/** Sessions, tokens and codes have a foreign key to users. Checked here, so that the start fails and not the first log-in. */
const checkUse = Effect.flatMap(UsedParts, (used) => {
  const orphan = (["sessions", "tokens", "codes"] as const).find((part) => used.has(part) && !used.has("users"))
  if (orphan === undefined) return Effect.void
  return new StoreError({
    operation: "open",
    cause: new StoreProblem({
      message: `${orphan} can be in SQLite only together with their users: keep both there, or put ${orphan} into another store`
    })
  })
})

/** Checks at start for mistakes of the integrator. */
const checkTarget = (target: string | SqliteHandle): void => {
  if (typeof target === "string") {
    checkPath(target)
  } else if (typeof target !== "object" || target === null) {
    throw new Error(
      `sqliteStore needs the path of a file, such as "app.db", or an open handle, not ${wordsFor(target)}`
    )
  } else if ("then" in target) {
    throw new Error("sqliteStore needs an open handle, not a promise of one: await it first")
  } else if (!("isTransaction" in target) && !("inTransaction" in target)) {
    throw new Error(
      "sqliteStore needs a handle with `isTransaction` or `inTransaction`, such as one of node:sqlite or better-sqlite3"
    )
  }
}

const checkOptions = (target: string | SqliteHandle, options: SqliteStoreOptions): void => {
  const problem = optionsProblem(options, ["durability"] satisfies ReadonlyArray<keyof SqliteStoreOptions>)
  if (problem !== null) throw new Error(`the second argument of sqliteStore ${problem}`)
  const { durability } = options
  if (durability === undefined) return
  if (durability !== "full" && durability !== "normal")
    throw new Error('the option durability of sqliteStore must be "full" or "normal"')
  if (typeof target !== "string")
    throw new Error("`durability` works only with a path: on your own handle, set PRAGMA synchronous instead")
}
