import * as Data from "effect/Data"

/**
 * A store could not do what was asked: it is away, full, locked or broken. Never an answer about a user or a credential,
 * so nobody is taken for logged out because of it: HTTP answers 503. `cause` is for logs of the host; it is never sent.
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
