import * as Data from "effect/Data"

/**
 * The code opens nothing. `unknown`: there is no such code, or a newer one has ended it. `used` and `expired` say it themselves.
 * `changed`: the user is gone or inactive, or has another address or password since the code was made.
 */
export class CodeInvalid extends Data.TaggedError("CodeInvalid")<{
  readonly reason: "unknown" | "used" | "expired" | "changed"
}> {
  override get message(): string {
    return ADVICE[this.reason]
  }
}

const ADVICE = {
  unknown: "this code is not valid: use the link of the newest mail, or ask for another",
  used: "this code was used already: ask for another if you still need one",
  expired: "this code has expired: ask for another",
  changed: "the account has changed since this code was made: ask for another"
} as const
