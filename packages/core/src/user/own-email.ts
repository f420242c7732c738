import { type AccountName, readEmail } from "./account-name.ts"
import type { User } from "./user.ts"

/** The address of a user with its canonical form; null if they have none. */
export const ownEmail = ({ email }: Pick<User, "email">): AccountName | null => {
  const read = email === null ? null : readEmail(email)
  return read?.ok ? read.value : null
}

/** The canonical form of a user's address; null if they have none. */
export const canonicalEmailOf = (user: Pick<User, "email">): string | null => ownEmail(user)?.canonical ?? null
