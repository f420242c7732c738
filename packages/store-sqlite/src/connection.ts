import { StoreError } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { SqliteDriver, SqliteStatement } from "./handle.ts"
import { makeLockQueue } from "./lock-queue.ts"
import { prepareStatement } from "./statement.ts"

/**
 * How much of a write survives a power cut. `lasting`: it is on the disk before the call returns, such as a revocation.
 * `losable`: the last moments of it may be lost, which costs at most a log-in, or a count of refusals. `optional`: losable,
 * and done without if the database is locked, such as the note of a use. All survive a killed process.
 */
export type Keep = "lasting" | "losable" | "optional"

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
  /** Does the work of a write, outside the host's transactions. */
  readonly writing: <A>(keep: Keep, work: () => A) => A
}

/** How long a call may wait for the lock of another connection, in milliseconds (ERR-04, SQL-06). */
const PATIENCE = 2_000

/** A check of a session waits for the note of its use. A write of another process seldom takes longer than this. */
const PATIENCE_FOR_OPTIONAL = 100

/**
 * Waiting for a lock never stops the process. In the host's transaction nothing waits, because the host's own calls would become
 * part of what waits: a lock that the transaction cannot get is a `StoreError` at once.
 */
export const makeConnection = (handle: SqliteDriver, { isNested, writing }: Circumstances): Connection => {
  const transact = transactor(handle, isNested)
  const readInTurn = makeLockQueue()
  const writeInTurn = makeLockQueue()

  const read: Connection["read"] = (operation, work) =>
    Effect.suspend(() => (isNested() ? attempt(operation, work) : readInTurn(operation, PATIENCE, work)))

  const write: Connection["write"] = (keep, operation, work) =>
    Effect.suspend(() => {
      if (isNested()) return attempt(operation, work)
      const patience = keep === "optional" ? PATIENCE_FOR_OPTIONAL : PATIENCE
      return writeInTurn(operation, patience, () => writing(keep, work))
    })

  return {
    prepare: (sql) => prepareStatement(handle, sql),
    exec: (sql) => void handle.exec(sql),
    read,
    write,
    transaction: (keep, operation, work) => Effect.flatten(write(keep, operation, () => transact(work)))
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
