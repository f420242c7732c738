import type { StoreError } from "@latchkey/core/store"
import { StoreProblem } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { explained } from "./cannot-open.ts"
import { attempt, type Connection, makeConnection } from "./connection.ts"
import { isInTransaction, type SqliteHandle } from "./handle.ts"
import { rowOf } from "./row.ts"
import { count, text } from "./values.ts"

/**
 * Works on the host's own handle. It changes no setting, and refuses those with which the store cannot keep its laws. The host's
 * `synchronous` decides how durable writes are.
 */
export const useHandle = (handle: SqliteHandle): Effect.Effect<Connection, StoreError> =>
  attempt("open", () => {
    if (isClosed(handle)) {
      throw new StoreProblem({
        message: "the handle is not open: open it before createAuth, and close it after auth.close()"
      })
    }
    if (pragma(handle, "foreign_keys") !== 1) {
      throw new StoreProblem({
        message:
          "foreign keys are off on this handle, so removing a user would leave sessions, tokens and codes behind: run PRAGMA foreign_keys = ON"
      })
    }
    if (modeOf(handle) === "off") {
      throw new StoreProblem({
        message:
          "the journal is off on this handle, so what fails halfway could not be undone: run PRAGMA journal_mode = WAL"
      })
    }
    return makeConnection(handle, {
      isNested: () => isInTransaction(handle),
      writing: (_, work) => withoutWaiting(handle, work)
    })
  }).pipe(Effect.mapError(explained))

/** Under the name of `node:sqlite`, or that of better-sqlite3, which the former has for a method. */
const isClosed = (handle: object): boolean =>
  ("isOpen" in handle && handle.isOpen === false) || ("open" in handle && handle.open === false)

/**
 * The host's `busy_timeout` is for the host's own statements. During a write of ours it is 0, because SQLite's waiting would stop
 * the host's process. It is read each time, because the host may change it.
 */
const withoutWaiting = <A>(handle: SqliteHandle, work: () => A): A => {
  const timeout = pragma(handle, "busy_timeout")
  if (timeout === 0) return work()
  handle.exec("PRAGMA busy_timeout = 0")
  try {
    return work()
  } finally {
    handle.exec(`PRAGMA busy_timeout = ${timeout}`)
  }
}

const modeOf = (handle: SqliteHandle): string => text(rowOf(handle.prepare("PRAGMA journal_mode").get())?.[0])

const pragma = (handle: SqliteHandle, name: string): number => count(rowOf(handle.prepare(`PRAGMA ${name}`).get())?.[0])
