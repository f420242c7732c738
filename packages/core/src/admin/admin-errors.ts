import * as Data from "effect/Data"
import type { RefusalCode } from "../identity/policies.ts"

/** The caller may not administer, or must log in again first. `code` is that of the policy that refuses. Nothing was changed. */
export class AdminRefused extends Data.TaggedError("AdminRefused")<{
  readonly code: RefusalCode
  /** The scope that a token lacks. */
  readonly scope?: string
}> {
  override get message(): string {
    return `this needs an administrator who may: ${this.code}`
  }
}

/** This user cannot be impersonated (IMP-02): oneself, a superuser while `impersonation.ofSuperusers` is off, or anybody while it is off. */
export class ImpersonationRefused extends Data.TaggedError("ImpersonationRefused")<{
  readonly reason: "off" | "self" | "superuser"
}> {
  override get message(): string {
    return reasons[this.reason]
  }
}

const reasons = {
  off: "impersonation is off here (the option impersonation.enabled)",
  self: "nobody can impersonate themselves",
  superuser: "superusers cannot be impersonated here (the option impersonation.ofSuperusers)"
} as const

/** Administrators set no passwords of users here (`admin.maySetPassword`): they mail a link. Nothing was changed. */
export class SettingPasswordNotAllowed extends Data.TaggedError("SettingPasswordNotAllowed") {
  override get message(): string {
    return "administrators cannot set passwords here (the option admin.maySetPassword): mail the user a link"
  }
}

/** The lifetime or the reason of an impersonation is out of bounds. */
export class ImpersonationInvalid extends Data.TaggedError("ImpersonationInvalid")<{
  readonly field: "lifetime" | "reason"
  readonly problem: string
}> {
  override get message(): string {
    return `the ${this.field} of an impersonation ${this.problem}`
  }
}
