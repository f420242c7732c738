import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"

/**
 * What keeps a store from working, in a sentence of the store's own that says the mend: "run npm install redis". As the cause of a
 * `StoreError` it is part of that error's message, and so it holds no text of a driver, no value and no secret.
 */
export class StoreProblem extends Data.TaggedError("StoreProblem")<{
  readonly message: string
  readonly cause?: unknown
}> {}

/** Told by tag, not by class: an application may have two copies of this package. */
export const problemOf = (cause: unknown): string | null =>
  Predicate.isTagged(cause, "StoreProblem") && "message" in cause && typeof cause.message === "string"
    ? cause.message
    : null
