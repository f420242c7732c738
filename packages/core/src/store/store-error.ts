import * as Data from "effect/Data"

/**
 * The store failed: it is unavailable, full, locked or broken. This says nothing about a user or a credential, so nobody is
 * treated as logged out because of it: HTTP answers 503 (ERR-03). `cause` is for the host's log and
 * is never sent (STO-04).
 */
export class StoreError extends Data.TaggedError("StoreError")<{
  /** The contract's method that failed, such as `users.insert`. */
  readonly operation: string
  readonly cause: unknown
}> {
  override get message(): string {
    return `the store failed at ${this.operation}`
  }
}
