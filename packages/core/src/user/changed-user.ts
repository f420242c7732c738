import type { Instant } from "../vocabulary/time.ts"
import { hasVerifiedEmail, type User } from "./user.ts"
import type { ChangeByOthers, NewUser, Promotion, Proof, ProvedChange } from "./user-store.ts"

/*
 * What the verbs of `UserStore` make of a user. Pure: every store changes users by these rules, or by a copy of them in its
 * own language. Each takes a whole row and gives a whole row, so a field that no rule names stays as it is.
 */

/** What the contract calls a superuser: active too. */
export const isActiveSuperuser = ({ isActive, isSuperuser }: User): boolean => isActive && isSuperuser

/**
 * The row that `users.change` makes of one. What the change leaves out stays; what it names like a field of the user is set.
 * Another role or state ends every credential at once (SES-09), and so does the demand for another password (PWD-27). Nobody without an e-mail address is verified, whatever the
 * change says (REG-10).
 */
export const changedUser = (row: NewUser, change: ChangeByOthers, at: Instant): NewUser => {
  const { username, email, codes: _, ...fields } = change
  const hasOtherEmail = email !== undefined && email.canonical !== row.canonicalEmail
  const named: User = {
    ...row.user,
    ...(hasOtherEmail ? { isVerified: false } : {}),
    ...present(fields),
    username: username?.typed ?? row.user.username,
    email: email?.typed ?? row.user.email,
    updatedAt: at
  }
  const user = { ...named, isVerified: hasVerifiedEmail(named) }
  const endsCredentials = endingFields.some((field) => user[field] !== row.user[field])
  return {
    ...row,
    canonicalUsername: username?.canonical ?? row.canonicalUsername,
    canonicalEmail: email?.canonical ?? row.canonicalEmail,
    user: { ...user, epoch: row.user.epoch + (endsCredentials ? 1 : 0) }
  }
}

/** A change of one of these ends every credential of the user. */
const endingFields = ["isActive", "isSuperuser", "mustChangePassword"] as const

/** Whether the row still is what a proof says. */
export const fitsProof = (row: NewUser, { epoch, revocations, canonicalEmail }: Proof): boolean =>
  row.user.epoch === epoch &&
  (revocations === null || row.revocations === revocations) &&
  (canonicalEmail === undefined || row.canonicalEmail === canonicalEmail)

/** The row that `users.changeWithProof` makes of one; null when the proof no longer fits. */
export const provedUser = (row: NewUser, change: ProvedChange, proof: Proof, at: Instant): NewUser | null => {
  if (!fitsProof(row, proof)) return null
  const { password, ...fields } = change
  const renamed = changedUser(row, fields, at)
  if (password === undefined) return renamed
  const { user } = userWithoutCredentials(renamed, at)
  const { hash, mustChangePassword } = password
  return { ...renamed, passwordHash: hash, user: { ...user, mustChangePassword } }
}

/** The row that `users.releaseEmail` makes of one; null when the address is another one, or was proved. */
export const userWithoutEmail = (row: NewUser, canonicalEmail: string, at: Instant): NewUser | null =>
  row.canonicalEmail !== canonicalEmail || hasVerifiedEmail(row.user)
    ? null
    : { ...row, canonicalEmail: null, user: { ...row.user, email: null, isVerified: false, updatedAt: at } }

/** The row that `users.countRevocation` makes of one. */
export const userWithRevocation = (row: NewUser): NewUser => ({ ...row, revocations: row.revocations + 1 })

/** The row that `users.rehash` makes of one; null when its hash is not `from`. It ends no credential (PWD-13). */
export const rehashedUser = (row: NewUser, change: { readonly from: string; readonly to: string }): NewUser | null =>
  row.passwordHash === change.from ? { ...row, passwordHash: change.to } : null

/** The row that `users.endCredentials` makes of one: the epoch has moved on, so every credential issued before is dead. */
export const userWithoutCredentials = (row: NewUser, at: Instant): NewUser => ({
  ...row,
  user: { ...row.user, epoch: row.user.epoch + 1, updatedAt: at }
})

/** The row that `users.promote` makes of one; null when it is an active superuser already. */
export const promotedUser = (row: NewUser, promotion: Promotion, at: Instant): NewUser | null => {
  const { passwordHash, mustChangePassword, email } = promotion
  if (isActiveSuperuser(row.user)) return null
  const user: User = {
    ...userWithoutCredentials(row, at).user,
    ...(email === undefined ? {} : { email: email.typed, isVerified: true }),
    mustChangePassword,
    isActive: true,
    isSuperuser: true
  }
  return {
    ...row,
    passwordHash,
    canonicalEmail: email?.canonical ?? row.canonicalEmail,
    user: { ...user, isVerified: hasVerifiedEmail(user) }
  }
}

/** The row that `users.recordLogin` makes of one. The time never moves backwards. */
export const loggedInUser = (row: NewUser, at: Instant): NewUser => ({
  ...row,
  user: { ...row.user, lastLoginAt: Math.max(at, row.user.lastLoginAt ?? at) }
})

/** Without the keys whose value is undefined: callers without our types may name a key and mean nothing by it. */
const present = <A extends object>(fields: A): A =>
  // What is left has the types it had.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as A
