import type { StoreError } from "@latchkey/core/store"
import type * as Effect from "effect/Effect"
import { attempt, type Connection, makeConnection } from "./connection.ts"
import { isInTransaction, type SqliteHandle } from "./handle.ts"
import { rowOf } from "./row.ts"
import { count } from "./values.ts"

/**
 * Works on the host's own handle. It sets one thing, and only if nobody chose it: a `busy_timeout` of zero, the default of
 * `node:sqlite`, becomes five seconds. What somebody did choose and the laws cannot live with is refused. How durable
 * writes are is the host's `synchronous`.
 */
export const useHandle = (handle: SqliteHandle): Effect.Effect<Connection, StoreError> =>
  attempt("open", () => {
    if (pragma(handle, "foreign_keys") !== 1) {
      throw new Error(
        "foreign keys are off on this handle, so a removed user would leave sessions and tokens: PRAGMA foreign_keys = ON"
      )
    }
    if (pragma(handle, "busy_timeout") === 0) handle.exec("PRAGMA busy_timeout = 5000")
    return makeConnection(handle, { isNested: () => isInTransaction(handle), prepareToKeep: () => {} })
  })

const pragma = (handle: SqliteHandle, name: string): number => count(rowOf(handle.prepare(`PRAGMA ${name}`).get())?.[0])
