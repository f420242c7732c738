import * as Data from "effect/Data"
import type { PasswordProblem } from "./password-rules.ts"

/**
 * The new password is not allowed. `problem` comes from a closed list. It is `host` if the hook `validatePassword` refused, and `reason`
 * is then what the hook said. Both are safe to show. The error does not contain the password.
 */
export class PasswordRefused extends Data.TaggedError("PasswordRefused")<{
  readonly problem: PasswordProblem | "host"
  readonly reason: string | null
  /** The option that has the password, if it is one of the configuration's. */
  readonly option?: string
}> {
  override get message(): string {
    const why = this.problem === "host" ? (this.reason ?? "this password is not allowed here") : ADVICE[this.problem]
    return this.option === undefined ? why : `${this.option} is refused: ${why}`
  }
}

const ADVICE: Readonly<Record<PasswordProblem, string>> = {
  "too-short": "this password is too short: put several unrelated words together",
  "too-long": "this password is too long: use a shorter one",
  malformed: "this password has a character that cannot be stored: type it again",
  common: "this password is among the first that an attacker tries: choose one that nobody else would",
  "contains-name": "this password is made of a name that others know: choose one that says nothing about you",
  unchanged: "this is the password that you must replace: choose another one"
}

/** The current password is wrong. Nothing was changed. */
export class WrongPassword extends Data.TaggedError("WrongPassword") {
  override get message(): string {
    return "the current password is wrong"
  }
}
