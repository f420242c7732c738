import type { Instant, NewUser, User, UserChange } from "@latchkey/core/store"

/** What the contract calls a superuser: active too. */
export const isSuperuser = (user: User): boolean => user.isActive && user.isSuperuser

/** The user as a change makes it, by the law of `users.change`. */
export const changedUser = (before: NewUser, change: UserChange, at: Instant): NewUser => {
  const { user } = before
  const isActive = change.isActive ?? user.isActive
  const hasRole = change.isSuperuser ?? user.isSuperuser
  const endsCredentials = isActive !== user.isActive || hasRole !== user.isSuperuser
  const keepsEmail = change.email === undefined || change.email.canonical === before.canonicalEmail
  return {
    ...before,
    canonicalUsername: change.username?.canonical ?? before.canonicalUsername,
    canonicalEmail: change.email?.canonical ?? before.canonicalEmail,
    user: {
      ...user,
      username: change.username?.typed ?? user.username,
      email: change.email?.typed ?? user.email,
      isActive,
      isSuperuser: hasRole,
      isVerified: change.isVerified ?? (user.isVerified && keepsEmail),
      epoch: user.epoch + (endsCredentials ? 1 : 0),
      updatedAt: at
    }
  }
}
