import * as Data from "effect/Data"
import type { Challenge } from "./challenge.ts"

/** The option `cliLogin.enabled` is off: no program can log in, and no waiting one gets anything. */
export class CliLoginDisabled extends Data.TaggedError("CliLoginDisabled") {
  override get message(): string {
    return "logging in from a program is turned off"
  }
}

/** The user code leads to another challenge already. Nothing was written; another code will do. */
export class UserCodeTaken extends Data.TaggedError("UserCodeTaken") {
  override get message(): string {
    return "this user code is in use"
  }
}

/** As many programs wait to be logged in as `cliLogin.mostOpen` allows. Nothing was written. */
export class TooManyChallenges extends Data.TaggedError("TooManyChallenges")<{ readonly most: number }> {
  override get message(): string {
    return `${this.most} programs are waiting to be logged in already: try again in a minute`
  }
}

/** The name of the program is empty, too long, or contains a character that is not allowed. */
export class ProgramNameInvalid extends Data.TaggedError("ProgramNameInvalid")<{
  readonly problem: "missing" | "too-long" | "malformed"
}> {
  override get message(): string {
    return `this name of a program cannot be used: ${this.problem}`
  }
}

/** The option `cliLogin.number` is `"always"`, and the program did not say that it can ask for the number. */
export class NumberNotSupported extends Data.TaggedError("NumberNotSupported") {
  override get message(): string {
    return "this server needs a program that asks for the confirmation number"
  }
}

/** There is no such CLI login: unknown, another user's, a wrong secret, or one that was redeemed (DEV-02, DEV-09). */
export class CliLoginNotFound extends Data.TaggedError("CliLoginNotFound") {
  override get message(): string {
    return "CLI login not found"
  }
}

/** The code's time is over. The program must ask for a new one. */
export class CliLoginExpired extends Data.TaggedError("CliLoginExpired") {
  override get message(): string {
    return "the code has expired: start again in the program"
  }
}

/** The user denied the program, it sent three wrong numbers, or the approver's account changed after the approval (DEV-07). */
export class CliLoginDenied extends Data.TaggedError("CliLoginDenied") {
  override get message(): string {
    return "the program was not allowed to log in"
  }
}

/** The CLI login was decided before, in another way. Nothing was changed. */
export class CliLoginDecided extends Data.TaggedError("CliLoginDecided")<{
  /** What it was decided to. */
  readonly state: Exclude<Challenge["state"], "pending" | "claimed">
}> {
  override get message(): string {
    return `this CLI login is already ${this.state}`
  }
}

/** This identity cannot decide CLI logins. Nothing was changed. */
export class ApproverNotAllowed extends Data.TaggedError("ApproverNotAllowed")<{
  /**
   * `"program"`: a program holds what it acts with, a token or the session of a CLI login (DEV-14). `"not-verified"`:
   * `cliLogin.approvers` is `"verified"`, and the e-mail address is not. `"password-change"`: the user must choose another
   * password first (PWD-25).
   */
  readonly reason: "program" | "not-verified" | "password-change"
}> {
  override get message(): string {
    return NEEDED[this.reason]
  }
}

const NEEDED: Readonly<Record<ApproverNotAllowed["reason"], string>> = {
  program: "a program cannot approve or deny a CLI login with what it holds: use a browser",
  "not-verified": "approving a CLI login needs a verified e-mail address",
  "password-change": "approving a CLI login needs a password of the user's own: choose another one first"
}

/** The program runs in another network than the browser that approves it, and `cliLogin.otherNetwork` is `"refuse"` (DEV-12). */
export class OtherNetwork extends Data.TaggedError("OtherNetwork") {
  override get message(): string {
    return "the program runs in another network than this browser"
  }
}
