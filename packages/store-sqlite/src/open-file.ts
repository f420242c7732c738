import { StoreError } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { attempt, type Keep, makeConnection } from "./connection.ts"
import type { SqliteDriver } from "./handle.ts"
import { makePrivate } from "./private-file.ts"
import { rowOf } from "./row.ts"
import { text } from "./values.ts"

/** A database that exists only as long as its connection. */
const MEMORY = ":memory:"

/** `trusted_schema` is off, so that a planted view or trigger cannot call dangerous functions. */
const SETTINGS = `
  PRAGMA busy_timeout = 5000;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA synchronous = FULL;
`

/** How often to try to switch the journal, and the milliseconds in between: five seconds in all, like the `busy_timeout`. */
const PATIENCE = 500
const PAUSE = 10

type OwnHandle = SqliteDriver & { close(): void }
type Open = new (path: string) => OwnHandle

/** What we use of `node:sqlite`, whose class has one name up to Node 26 and the other from 27. */
interface NodeSqlite {
  readonly DatabaseSync: Open
  readonly Database?: Open
}

/** Opens our own database, and closes it with the scope. */
export const openFile = Effect.fnUntraced(function* (path: string, durability: "full" | "normal") {
  const sqlite = yield* loadSqlite
  if (path !== MEMORY) yield* attempt("open", () => makePrivate(path))
  const handle = yield* Effect.acquireRelease(
    attempt("open", () => new (sqlite.Database ?? sqlite.DatabaseSync)(path)),
    (opened) => Effect.ignore(attempt("close", () => opened.close()))
  )
  yield* attempt("open", () => {
    handle.exec(SETTINGS)
    useWriteAheadLog(handle)
  })
  return makeConnection(handle, {
    isNested: () => false,
    prepareToKeep: durabilitySwitch(handle, durability)
  })
})

const loadSqlite: Effect.Effect<NodeSqlite, StoreError> = Effect.tryPromise({
  try: (): Promise<NodeSqlite> => import("node:sqlite"),
  catch: (cause) => new StoreError({ operation: "open", cause })
})

/** Switches a file to a write-ahead log, which allows reads during a write. The file keeps this mode. */
export const useWriteAheadLog = (handle: SqliteDriver): void => {
  const mode = switchJournal(handle, PATIENCE)
  if (mode !== "wal" && mode !== "memory") {
    throw new Error(
      `the journal mode stays ${mode}, but the store needs a write-ahead log: put the database on a local file system`
    )
  }
}

/** If two processes switch a new file at the same time, SQLite refuses one at once, regardless of the `busy_timeout`. */
const switchJournal = (handle: SqliteDriver, triesLeft: number): string => {
  try {
    return text(rowOf(handle.prepare("PRAGMA journal_mode = WAL").get())?.[0])
  } catch (error) {
    if (triesLeft === 0 || !isBusy(error)) throw error
    // Blocks, as SQLite's own waiting does. That is acceptable while the program starts.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
    return switchJournal(handle, triesLeft - 1)
  }
}

/** SQLITE_BUSY in any of its extended forms. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" && error.errcode % 256 === 5

/** Tells SQLite before a write whether to wait for the disk. Does nothing if SQLite is in this mode already. */
const durabilitySwitch = (handle: SqliteDriver, durability: "full" | "normal"): ((keep: Keep) => void) => {
  let current = "FULL"
  return (keep) => {
    const wanted = keep === "lasting" && durability === "full" ? "FULL" : "NORMAL"
    if (wanted === current) return
    // `exec`, because SQLite obeys this pragma when it is prepared, not when it is run.
    handle.exec(`PRAGMA synchronous = ${wanted}`)
    current = wanted
  }
}
