import * as Data from "effect/Data"

/** The log-in was refused: unknown user, wrong password, inactive, no password. One error for all, so that nobody learns which (ENU-01). */
export class InvalidCredentials extends Data.TaggedError("InvalidCredentials") {
  override get message(): string {
    return "wrong username or password"
  }
}

/** The password was right, but `sessions.requireVerified` is on and the e-mail address is not verified yet. */
export class NotVerified extends Data.TaggedError("NotVerified") {
  override get message(): string {
    return "the e-mail address is not verified yet"
  }
}

/** The session ended in the meantime. Nothing was written. */
export class SessionEnded extends Data.TaggedError("SessionEnded") {
  override get message(): string {
    return "the session has ended"
  }
}

/** Someone else changed the session's data after it was read (SES-16). Read it again, and decide again. */
export class SessionDataChanged extends Data.TaggedError("SessionDataChanged") {
  override get message(): string {
    return "the session's data changed in the meantime"
  }
}

/** Session data is for small things: at most 16 kB of JSON text. */
export class SessionDataTooLarge extends Data.TaggedError("SessionDataTooLarge")<{ readonly size: number }> {
  override get message(): string {
    return `session data of ${this.size} bytes is above the limit of 16384`
  }
}
