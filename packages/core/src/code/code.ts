import type { UserId } from "../secret/user-id.ts"
import type { AccountName } from "../user/account-name.ts"
import { type Instant, isWithin } from "../vocabulary/time.ts"

/**
 * What a code is for: to prove the user's address (`verify`), to choose a new password (`reset`), to change to another address
 * (`change-email`), to go back to the former one (`undo-email`), and to choose the first password (`invite`).
 */
export const codePurposes = ["verify", "reset", "change-email", "undo-email", "invite"] as const
export type CodePurpose = (typeof codePurposes)[number]

/** A one-time code that goes to one mailbox. Its secret is not in it: stores know only the secret's hash. */
export interface Code {
  readonly userId: UserId
  readonly purpose: CodePurpose
  /** The address that it goes to. Whoever has the code has proved that they can read mails there. */
  readonly email: AccountName
  /** The user's own address when the code was made, in canonical form; null if they had none. */
  readonly ownEmail: string | null
  /** The user's epoch when the code was made. */
  readonly epoch: number
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** When it was used; null if it was not. A used code is kept until its end, so that a form that comes twice is recognised. */
  readonly usedAt: Instant | null
}

/** The parts of a user that a code was made for. */
export interface CodeOwner {
  readonly epoch: number
  readonly canonicalEmail: string | null
}

/** Whether the time is the code's, whether it was used or not. */
export const isCodeInTime = ({ createdAt, expiresAt }: Code, at: Instant): boolean => isWithin(createdAt, expiresAt, at)

/** Whether a code can still be used, as far as the code itself can tell. */
export const isCodeLive = (code: Code, at: Instant): boolean => code.usedAt === null && isCodeInTime(code, at)

/**
 * Whether the user is still who the code was made for: of the same epoch, with the same address (REC-02). The way back to a former
 * address stays open whatever happens to the account, because whoever took it over could otherwise close it (REC-08).
 */
export const isCodeFor = ({ purpose, epoch, ownEmail }: Code, owner: CodeOwner): boolean =>
  purpose === "undo-email" || (epoch === owner.epoch && ownEmail === owner.canonicalEmail)
