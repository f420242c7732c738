import * as Data from "effect/Data"

/**
 * The log-in was refused: the user is unknown, inactive or has no password, or the password is wrong. One error for all,
 * so that an attacker cannot tell which (ENU-01).
 */
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

/** The session's data changed after it was read (SES-16). Read it again, then decide again. */
export class SessionDataChanged extends Data.TaggedError("SessionDataChanged") {
  override get message(): string {
    return "the session's data changed in the meantime"
  }
}

/** The session data is larger than 16 kB of JSON text. Keep large data in a store of your own. */
export class SessionDataTooLarge extends Data.TaggedError("SessionDataTooLarge")<{ readonly size: number }> {
  override get message(): string {
    return `session data of ${this.size} bytes is above the limit of 16384`
  }
}
