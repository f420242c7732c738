import { StoreError } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { SqliteDriver, SqliteStatement } from "./handle.ts"
import { prepareStatement } from "./statement.ts"

/**
 * How much of a write survives a power cut. `lasting`: it is on the disk before the call returns, such as a revocation.
 * `losable`: the last moments of it may be lost, which costs at most a log-in, or a count of refusals. Both survive a
 * killed process.
 */
export type Keep = "lasting" | "losable"

/** The database, and the only functions through which the store uses it. Every error of the driver becomes a `StoreError`. */
export interface Connection {
  readonly prepare: (sql: string) => SqliteStatement
  readonly exec: (sql: string) => void
  readonly read: <A>(operation: string, work: () => A) => Effect.Effect<A, StoreError>
  /** For one statement that writes. */
  readonly write: <A>(keep: Keep, operation: string, work: () => A) => Effect.Effect<A, StoreError>
  /** For several statements: all of them, or none if the work fails. The write lock is taken before the first. */
  readonly transaction: <A, E>(
    keep: Keep,
    operation: string,
    work: () => Exit.Exit<A, E>
  ) => Effect.Effect<A, E | StoreError>
}

/** Where our own handle and the host's differ. */
export interface Circumstances {
  /** Whether the host has a transaction open. */
  readonly isNested: () => boolean
  /** Called before each write, outside our own transactions. */
  readonly prepareToKeep: (keep: Keep) => void
}

export const makeConnection = (handle: SqliteDriver, { isNested, prepareToKeep }: Circumstances): Connection => {
  const transact = transactor(handle, isNested)
  return {
    prepare: (sql) => prepareStatement(handle, sql),
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

/** Synchronous work as an effect. What it throws becomes a `StoreError`. */
export const attempt = <A>(operation: string, work: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({ try: work, catch: (cause) => new StoreError({ operation, cause }) })

const transactor = (handle: SqliteDriver, isNested: () => boolean) => {
  const ours = {
    begin: handle.prepare("BEGIN IMMEDIATE"),
    commit: handle.prepare("COMMIT"),
    undo: [handle.prepare("ROLLBACK")]
  }
  // Inside the host's transaction the host commits or rolls back everything. A savepoint can still undo this part alone.
  const nested = {
    begin: handle.prepare("SAVEPOINT latchkey"),
    commit: handle.prepare("RELEASE latchkey"),
    undo: [handle.prepare("ROLLBACK TO latchkey"), handle.prepare("RELEASE latchkey")]
  }
  return <A, E>(work: () => Exit.Exit<A, E>): Exit.Exit<A, E> => {
    const steps = isNested() ? nested : ours
    const undo = () => {
      try {
        for (const step of steps.undo) step.run()
      } catch {
        // A full disk made SQLite itself roll back, so there is nothing to undo. Report the original error.
      }
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
