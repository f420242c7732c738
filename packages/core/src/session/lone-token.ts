import type { EndedMark } from "../secret/signed-tokens.ts"
import { isOpenToOld } from "../user/first-epoch.ts"
import type { User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"

/** A signed token without a session behind it: stateless, or of the system before us. */
export interface LoneToken {
  /** Its name in the audit trail: `session:` and the id that it was given, or `jwt:` and digits of its digest. */
  readonly name: string
  readonly expiresAt: Instant
  /** Whether a user let a program have it, which acts by itself. */
  readonly isProgram: boolean
  /** By which the store knows that it has ended; its own is the first. None if nothing on the server can end it alone. */
  readonly marks: ReadonlyArray<EndedMark>
}

/** Who a signed token without a session belongs to. */
export interface ResumedToken {
  readonly user: User
  /** The administrator who acts in the user's place, if one does. */
  readonly actor?: User
  readonly jwt: LoneToken
}

/** Whether the administrator who made such a token for somebody may still act in their place. */
export const isMakerStillAllowed = (actor: User): boolean => isOpenToOld(actor) && actor.isSuperuser
