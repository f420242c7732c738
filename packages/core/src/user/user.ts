import type { UserId } from "../secret/user-id.ts"
import type { Instant } from "../vocabulary/time.ts"

/**
 * A person or program that can log in. At least one of `username` and `email` is there, unless somebody else has proved the mailbox of
 * an address that was the user's only name (REC-13).
 */
export interface User {
  readonly id: UserId
  /** As typed at registration; looked up by its canonical form. */
  readonly username: string | null
  readonly email: string | null
  /** An inactive user is refused everywhere, at once. */
  readonly isActive: boolean
  readonly isSuperuser: boolean
  /** Whether the e-mail address was proved. A new address is not, and nobody without an address is verified (REG-10). */
  readonly isVerified: boolean
  /** Set for passwords that someone else chose: their user may do nothing but choose another one (PWD-25). */
  readonly mustChangePassword: boolean
  /** Every credential carries the epoch its user had at issue, and is dead once the user's differs. */
  readonly epoch: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly lastLoginAt: Instant | null
}

/** Whether a user has an e-mail address that was proved. The address counts too, because rows may be older than that rule. */
export const hasVerifiedEmail = ({ email, isVerified }: User): boolean => email !== null && isVerified
