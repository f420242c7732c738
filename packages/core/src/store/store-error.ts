import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"
import { problemOf } from "./store-problem.ts"

/**
 * The store failed: it is unavailable, full, locked or broken. This says nothing about a user or a credential, so nobody is
 * treated as logged out because of it: HTTP answers 503 (ERR-03). `cause` is for the host's log and
 * is never sent (STO-04). The message holds a `StoreProblem` of ours, and nothing that a driver says.
 */
export class StoreError extends Data.TaggedError("StoreError")<{
  /** The contract's method that failed, such as `users.insert`. */
  readonly operation: string
  readonly cause: unknown
}> {
  override get message(): string {
    const problem = problemOf(this.cause)
    return `the store failed at ${this.operation}${problem === null ? "" : `: ${problem}`}`
  }
  /** What a log line tells of it: as the message, without a word of a driver's. */
  get logFields(): { readonly operation: string; readonly problem?: string } {
    const problem = problemOf(this.cause)
    return problem === null ? { operation: this.operation } : { operation: this.operation, problem }
  }
}

/**
 * Whether something thrown says that the store failed. By its tag, because a program may have two copies of this package, and the
 * store may throw the error of the other one.
 */
export const isStoreError = (thrown: unknown): thrown is StoreError => Predicate.isTagged(thrown, "StoreError")
