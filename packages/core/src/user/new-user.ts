import * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import { type AccountNameKind, readEmail, readUsername } from "./account-name.ts"
import type { User } from "./user.ts"
import { AccountNameInvalid } from "./user-errors.ts"
import type { AccountName, NewUser } from "./user-store.ts"

/** Which logins a new user must bring: a username, an e-mail address, or at least one of both. */
export type RequiredNames = "username" | "email" | "both"

export interface Names {
  readonly username: AccountName | null
  readonly email: AccountName | null
}

/** Checks one name that someone wants. */
export const readName = (kind: AccountNameKind, raw: string): Effect.Effect<AccountName, AccountNameInvalid> => {
  const read = kind === "username" ? readUsername(raw) : readEmail(raw)
  return typeof read === "string" ? Effect.fail(new AccountNameInvalid({ kind, problem: read })) : Effect.succeed(read)
}

/** Checks the names that a new user brings. */
export const readNames = Effect.fnUntraced(function* (
  wanted: { readonly username?: string | null; readonly email?: string | null },
  logins: RequiredNames
) {
  const missing = firstMissing(wanted, logins)
  if (missing !== null) return yield* new AccountNameInvalid({ kind: missing, problem: "missing" })
  const names: Names = {
    username: typeof wanted.username === "string" ? yield* readName("username", wanted.username) : null,
    email: typeof wanted.email === "string" ? yield* readName("email", wanted.email) : null
  }
  return names
})

const firstMissing = (
  wanted: { readonly username?: string | null; readonly email?: string | null },
  logins: RequiredNames
): AccountNameKind | null => {
  const hasUsername = typeof wanted.username === "string"
  const hasEmail = typeof wanted.email === "string"
  if (logins === "username") return hasUsername ? null : "username"
  return hasEmail || (logins === "both" && hasUsername) ? null : "email"
}

/** A user as a store takes it, new at this moment. */
export const newUser = (
  names: Names,
  fields: Pick<User, "isSuperuser" | "isVerified" | "mustChangePassword">,
  passwordHash: string | null,
  now: number,
  id: UserId
): NewUser => ({
  user: {
    id,
    username: names.username?.typed ?? null,
    email: names.email?.typed ?? null,
    isActive: true,
    ...fields,
    epoch: 0,
    createdAt: now,
    updatedAt: now,
    lastLoginAt: null
  },
  canonicalUsername: names.username?.canonical ?? null,
  canonicalEmail: names.email?.canonical ?? null,
  passwordHash
})
