import * as Data from "effect/Data"
import type { AccountNameKind, AccountNameProblem } from "./account-name.ts"

/** Someone else has this username or e-mail address already. */
export class AccountNameTaken extends Data.TaggedError("AccountNameTaken")<{ readonly kind: AccountNameKind }> {
  override get message(): string {
    return `this ${this.kind} is taken`
  }
}

/**
 * No account can have this username or e-mail address. `problem` comes from a closed list. It is `host` if the hook `validateEmail`
 * refused, and `reason` is then what the hook said. Both are safe to show.
 */
export class AccountNameInvalid extends Data.TaggedError("AccountNameInvalid")<{
  readonly kind: AccountNameKind
  readonly problem: AccountNameProblem | "host"
  readonly reason?: string
  /** The option that has the name, if it is one of the configuration's. */
  readonly option?: string
}> {
  override get message(): string {
    const why = this.reason ?? `this ${this.kind} cannot be used: ${this.problem}`
    return this.option === undefined ? why : `${this.option} is refused: ${why}`
  }
}

/** The change would leave no active superuser (ADM-02). Nothing was changed. */
export class LastSuperuser extends Data.TaggedError("LastSuperuser") {
  override get message(): string {
    return "the last active superuser must stay one"
  }
}

/** Somebody else changed the user since the one who edits them looked (ADM-15). Nothing was changed. */
export class EditConflict extends Data.TaggedError("EditConflict") {
  override get message(): string {
    return "somebody else changed this user meanwhile: look at them again"
  }
}

/** The option `roles` names no such role. Nothing was changed. */
export class UnknownRole extends Data.TaggedError("UnknownRole")<{ readonly role: string }> {
  override get message(): string {
    return `there is no role ${JSON.stringify(this.role)}: declare it in the option roles`
  }
}

/** Nobody may remove their own account here (`profile.mayDelete`), or a program asked for it. Nothing was changed. */
export class RemovalNotAllowed extends Data.TaggedError("RemovalNotAllowed")<{ readonly reason: "off" | "program" }> {
  override get message(): string {
    return this.reason === "off"
      ? "people cannot delete their own account here"
      : "a program cannot delete its user's account"
  }
}

/** No user has this id. */
export class UserNotFound extends Data.TaggedError("UserNotFound") {
  override get message(): string {
    return "user not found"
  }
}

/** The hook `beforeRegister` refused, for this reason. Nobody was registered. */
export class RegistrationRefused extends Data.TaggedError("RegistrationRefused")<{ readonly reason: string }> {
  override get message(): string {
    return this.reason
  }
}

/** The hook `beforeDelete` refused, for this reason. Nobody was removed. */
export class DeletionRefused extends Data.TaggedError("DeletionRefused")<{ readonly reason: string }> {
  override get message(): string {
    return this.reason
  }
}

/** Registration is closed, or the first administrator does not exist yet. */
export class RegistrationClosed extends Data.TaggedError("RegistrationClosed") {
  override get message(): string {
    return "registration is closed"
  }
}
