import { StoreError, StoreProblem } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { explained } from "./cannot-open.ts"
import { attempt, type Keep, makeConnection } from "./connection.ts"
import type { SqliteDriver } from "./handle.ts"
import { MEMORY } from "./plain-path.ts"
import { makePrivate } from "./private-file.ts"
import { rowOf } from "./row.ts"
import { text } from "./values.ts"

/**
 * `busy_timeout` is 0, because SQLite's own waiting for a lock stops the process. `trusted_schema` is off, so that a planted view
 * or trigger cannot call dangerous functions. `wal_autocheckpoint` is a quarter of SQLite's default: the commit that fills the
 * log also moves it into the file, and takes five to eight milliseconds for 250 pages instead of up to 22 for 1 000.
 */
const SETTINGS = `
  PRAGMA busy_timeout = 0;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 250;
`

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
  const prepareToKeep = durabilitySwitch(handle, durability)
  const connection = makeConnection(handle, {
    isNested: () => false,
    writing: (keep, work) => {
      prepareToKeep(keep)
      return work()
    }
  })
  yield* connection.read("open", () => {
    handle.exec(SETTINGS)
    useWriteAheadLog(handle)
  })
  return connection
}, Effect.mapError(explained))

/** Not by `import`, because some bundlers, such as tsup, take the prefix away, and there is no package `sqlite`. */
const loadSqlite: Effect.Effect<NodeSqlite, StoreError> = Effect.suspend(() => {
  const sqlite: NodeSqlite | undefined = process.getBuiltinModule("node:sqlite")
  return sqlite === undefined ? Effect.fail(noSqlite()) : Effect.succeed(sqlite)
})

const noSqlite = (): StoreError =>
  new StoreError({
    operation: "open",
    cause: new StoreProblem({
      message: "this runtime has no node:sqlite: open a database with its own driver, and give sqliteStore the handle"
    })
  })

/** Switches a file to a write-ahead log, which allows reads during a write. The file keeps this mode. */
const useWriteAheadLog = (handle: SqliteDriver): void => {
  const mode = text(rowOf(handle.prepare("PRAGMA journal_mode = WAL").get())?.[0])
  if (mode !== "wal" && mode !== "memory") {
    throw new StoreProblem({
      message: `the journal mode stays ${mode}, but the store needs a write-ahead log: put the database on a local file system`
    })
  }
}

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
