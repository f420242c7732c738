import * as Data from "effect/Data"

/**
 * A hook of the host's that decides something failed, or took longer than five seconds. So it approved nothing, and nothing was
 * changed. The host's log has a line that names the hook.
 */
export class HookFailed extends Data.TaggedError("HookFailed")<{
  readonly hook: string
  /** Seconds after which another try may do better. */
  readonly retryAfter: number
}> {
  override get message(): string {
    return `the hook ${this.hook} failed, so nothing was changed`
  }
}
