import * as Data from "effect/Data"
import type { Instant } from "../vocabulary/time.ts"

/** Too many attempts were made. None of this kind is accepted before `retryAt`. HTTP answers 429 with Retry-After. */
export class TooManyAttempts extends Data.TaggedError("TooManyAttempts")<{
  readonly retryAt: Instant
  /** Whole seconds until `retryAt`, at least 1. */
  readonly retryAfter: number
}> {
  override get message(): string {
    return `too many attempts: try again in ${this.retryAfter} s`
  }
}
