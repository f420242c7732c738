import { sha256Hex } from "../secret/digest.ts"
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
  /** What the host calls their parts, such as `editor`: sorted, each once. Read with every request, so a change needs no new log-in. */
  readonly roles: ReadonlyArray<string>
  /** Every credential carries the epoch its user had at issue, and is dead once the user's differs. */
  readonly epoch: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly lastLoginAt: Instant | null
}

/** Whether a user has an e-mail address that was proved. The address counts too, because rows may be older than that rule. */
export const hasVerifiedEmail = ({ email, isVerified }: Pick<User, "email" | "isVerified">): boolean =>
  email !== null && isVerified

/** What people edit about a user: whoever saves a form must know what it would overwrite. */
export type EditedFields = Pick<
  User,
  "username" | "email" | "isActive" | "isSuperuser" | "isVerified" | "mustChangePassword" | "roles"
>

/** Whether a user still is as somebody saw them who edits them. Sessions, log-ins and passwords are no part of that. */
export const isAsSeen = (user: User, seen: EditedFields): boolean =>
  editedFields.every((field) => user[field] === seen[field]) && user.roles.join(" ") === seen.roles.join(" ")

const editedFields = ["username", "email", "isActive", "isSuperuser", "isVerified", "mustChangePassword"] as const

/**
 * A name for what people edit about a user, as it is now: another one once any of it has changed. For who edits without a copy of it
 * all, such as a program with `If-Match`. It is a digest, and tells nothing.
 */
export const editedVersion = (user: EditedFields): string =>
  sha256Hex(JSON.stringify([...editedFields.map((field) => user[field]), user.roles]))
