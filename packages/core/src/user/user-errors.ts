import * as Data from "effect/Data"
import type { AccountNameKind } from "./account-name.ts"

/** Someone else has this username or e-mail address already. */
export class AccountNameTaken extends Data.TaggedError("AccountNameTaken")<{ readonly kind: AccountNameKind }> {
  override get message(): string {
    return `this ${this.kind} is taken`
  }
}

/** A username or e-mail address that cannot be one. `problem` is a closed list, safe to show. */
export class AccountNameInvalid extends Data.TaggedError("AccountNameInvalid")<{
  readonly kind: AccountNameKind
  readonly problem: AccountNameProblem
}> {
  override get message(): string {
    return `this ${this.kind} cannot be used: ${this.problem}`
  }
}

export type AccountNameProblem = "missing" | "too-long" | "malformed" | "reserved" | "mixed-scripts"

/** The change would leave nobody who is active and superuser (ADM-02). Nothing was changed. */
export class LastSuperuser extends Data.TaggedError("LastSuperuser") {
  override get message(): string {
    return "the last active superuser must stay one"
  }
}

/** No user has this id. */
export class UserNotFound extends Data.TaggedError("UserNotFound") {
  override get message(): string {
    return "user not found"
  }
}

/** Nobody may register now: registration is closed, or the first administrator was not created yet. */
export class RegistrationClosed extends Data.TaggedError("RegistrationClosed") {
  override get message(): string {
    return "registration is closed"
  }
}
