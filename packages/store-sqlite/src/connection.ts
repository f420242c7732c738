import { StoreError } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isInTransaction, type SqliteHandle, type SqliteStatement } from "./handle.ts"

/**
 * How much of a write outlives a power cut. `lasting`: it is on the disk before the caller hears of it, as a revocation must
 * be. `losable`: the last moments of it may be gone, which costs nobody more than a log-in. Both outlive a killed process.
 */
export type Keep = "lasting" | "losable"

/** The database, with the only ways in which the store's verbs reach it. Whatever the driver throws is a `StoreError`. */
export interface Connection {
  readonly prepare: (sql: string) => SqliteStatement
  readonly exec: (sql: string) => void
  readonly read: <A>(operation: string, work: () => A) => Effect.Effect<A, StoreError>
  /** For one statement that writes. */
  readonly write: <A>(keep: Keep, operation: string, work: () => A) => Effect.Effect<A, StoreError>
  /** For several statements: all of them or, when the work fails, none. The write lock is taken before the first. */
  readonly transaction: <A, E>(
    keep: Keep,
    operation: string,
    work: () => Exit.Exit<A, E>
  ) => Effect.Effect<A, E | StoreError>
}

/** `prepareToKeep` is called before each write, outside of any transaction of ours. */
export const makeConnection = (handle: SqliteHandle, prepareToKeep: (keep: Keep) => void): Connection => {
  const transact = transactor(handle)
  return {
    prepare: (sql) => handle.prepare(sql),
    exec: (sql) => void handle.exec(sql),
    read: attempt,
    write: (keep, operation, work) =>
      attempt(operation, () => {
        prepareToKeep(keep)
        return work()
      }),
    transaction: (keep, operation, work) =>
      Effect.flatten(
        attempt(operation, () => {
          prepareToKeep(keep)
          return transact(work)
        })
      )
  }
}

/** Synchronous work as an effect: what it throws is a `StoreError`. */
export const attempt = <A>(operation: string, work: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({ try: work, catch: (cause) => new StoreError({ operation, cause }) })

const transactor = (handle: SqliteHandle) => {
  const ours = {
    begin: handle.prepare("BEGIN IMMEDIATE"),
    commit: handle.prepare("COMMIT"),
    undo: [handle.prepare("ROLLBACK")]
  }
  // Inside the host's transaction the host decides about the whole; this part can still be undone alone.
  const nested = {
    begin: handle.prepare("SAVEPOINT latchkey"),
    commit: handle.prepare("RELEASE latchkey"),
    undo: [handle.prepare("ROLLBACK TO latchkey"), handle.prepare("RELEASE latchkey")]
  }
  return <A, E>(work: () => Exit.Exit<A, E>): Exit.Exit<A, E> => {
    const steps = isInTransaction(handle) ? nested : ours
    // A full disk makes SQLite itself roll back, and then there is nothing left to undo.
    const undo = () => {
      if (isInTransaction(handle)) for (const step of steps.undo) step.run()
    }
    steps.begin.run()
    try {
      const exit = work()
      if (Exit.isSuccess(exit)) steps.commit.run()
      else undo()
      return exit
    } catch (cause) {
      undo()
      throw cause
    }
  }
}
