import type { StoreError } from "@latchkey/core/store"
import type * as Effect from "effect/Effect"
import { attempt, type Connection, makeConnection } from "./connection.ts"
import { isInTransaction, type SqliteHandle } from "./handle.ts"
import { rowOf } from "./row.ts"
import { count } from "./values.ts"

/**
 * Works on the host's own handle. It changes one setting, and only from its default: a `busy_timeout` of zero, the default of
 * `node:sqlite`, becomes five seconds. It refuses settings with which the store cannot keep its laws. The host's
 * `synchronous` decides how durable writes are.
 */
export const useHandle = (handle: SqliteHandle): Effect.Effect<Connection, StoreError> =>
  attempt("open", () => {
    if (pragma(handle, "foreign_keys") !== 1) {
      throw new Error(
        "foreign keys are off on this handle, so removing a user would leave sessions and tokens behind: run PRAGMA foreign_keys = ON"
      )
    }
    if (pragma(handle, "busy_timeout") === 0) handle.exec("PRAGMA busy_timeout = 5000")
    return makeConnection(handle, { isNested: () => isInTransaction(handle), prepareToKeep: () => {} })
  })

const pragma = (handle: SqliteHandle, name: string): number => count(rowOf(handle.prepare(`PRAGMA ${name}`).get())?.[0])
