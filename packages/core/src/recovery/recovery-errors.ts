import * as Data from "effect/Data"

/** The user's e-mail address is verified already. */
export class AlreadyVerified extends Data.TaggedError("AlreadyVerified") {
  override get message(): string {
    return "the e-mail address is verified already"
  }
}

/** The user has a password already, or no e-mail address that an invitation could go to. */
export class NotInvitable extends Data.TaggedError("NotInvitable")<{ readonly reason: "has-password" | "no-email" }> {
  override get message(): string {
    return this.reason === "no-email"
      ? "an invitation needs an e-mail address"
      : "this user has a password already: send them a link to choose another"
  }
}
