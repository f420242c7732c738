import * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import type { Instant } from "../vocabulary/time.ts"
import { type AccountName, type AccountNameKind, readEmail, readUsername } from "./account-name.ts"
import { NEW_EPOCH } from "./first-epoch.ts"
import type { User } from "./user.ts"
import { AccountNameInvalid } from "./user-errors.ts"
import type { NewUser } from "./user-store.ts"

/** Which names a new user must bring: a username, an e-mail address, or (`both`) at least one of them. */
export type RequiredNames = "username" | "email" | "both"

export interface AccountNames {
  readonly username: AccountName | null
  readonly email: AccountName | null
}

/** Checks one name that someone wants. */
export const checkName = (kind: AccountNameKind, raw: string): Effect.Effect<AccountName, AccountNameInvalid> => {
  const read = kind === "username" ? readUsername(raw) : readEmail(raw)
  return read.ok ? Effect.succeed(read.value) : Effect.fail(new AccountNameInvalid({ kind, problem: read.problem }))
}

/** Checks the names that a new user brings. */
export const checkNames = Effect.fnUntraced(function* (
  wanted: { readonly username?: string | null; readonly email?: string | null },
  required: RequiredNames
) {
  const missing = missingName(wanted, required)
  if (missing !== null) return yield* new AccountNameInvalid({ kind: missing, problem: "missing" })
  const names: AccountNames = {
    username: typeof wanted.username === "string" ? yield* checkName("username", wanted.username) : null,
    email: typeof wanted.email === "string" ? yield* checkName("email", wanted.email) : null
  }
  return names
})

/** The name that somebody has to bring and does not; null if none. With `both`, an e-mail address is asked for. */
export const missingName = (
  wanted: { readonly username?: string | null; readonly email?: string | null },
  required: RequiredNames
): AccountNameKind | null => {
  const hasUsername = typeof wanted.username === "string"
  const hasEmail = typeof wanted.email === "string"
  if (required === "username") return hasUsername ? null : "username"
  return hasEmail || (required === "both" && hasUsername) ? null : "email"
}

/** While users must be verified, a new user needs an address to verify: without one the account could never be used. */
export const requiredNames = (logins: RequiredNames, requireVerified: boolean): RequiredNames =>
  requireVerified ? "email" : logins

/** What somebody chooses for a new user besides the names. */
export type ChosenFields = Pick<User, "isSuperuser" | "isVerified" | "mustChangePassword"> &
  Partial<Pick<User, "roles">>

/** The first administrator: whoever runs the server vouches for their address, if they have one. */
export const firstAdmin: ChosenFields = { isSuperuser: true, isVerified: true, mustChangePassword: false }

/** A new user, in the form that a store takes. Nobody without an e-mail address is verified (REG-10). */
export const newUser = (
  names: AccountNames,
  fields: ChosenFields,
  passwordHash: string | null,
  now: Instant,
  id: UserId
): NewUser => ({
  user: {
    id,
    username: names.username?.typed ?? null,
    email: names.email?.typed ?? null,
    isActive: true,
    roles: [],
    ...fields,
    isVerified: fields.isVerified && names.email !== null,
    epoch: NEW_EPOCH,
    createdAt: now,
    updatedAt: now,
    lastLoginAt: null
  },
  canonicalUsername: names.username?.canonical ?? null,
  canonicalEmail: names.email?.canonical ?? null,
  passwordHash,
  revocations: 0
})
