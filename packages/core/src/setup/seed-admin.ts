import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { Passwords, type SecretText } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import { Store } from "../store/store.ts"
import { newUser, readNames } from "../user/new-user.ts"
import type { User } from "../user/user.ts"
import type { AccountName, UserWithPassword } from "../user/user-store.ts"
import { SeedRefused } from "./setup-errors.ts"

/** The administrator that the configuration asks for. */
export interface AdminToSeed {
  readonly username: string | null
  readonly email: string | null
  readonly password: SecretText | null
  /** Take over an existing account of this name: it gets the configured password, the role, and loses every credential it had. */
  readonly promoteExisting: boolean
}

/**
 * Makes the configured administrator at start, if missing. Safe with any number of processes starting together. Never
 * promotes an account that exists and never changes its password (SET-07), unless `promoteExisting` says so: whoever
 * registered the name first would become administrator.
 */
export const seedAdmin = Effect.fn("Setup.seedAdmin")(function* (wanted: AdminToSeed) {
  if (wanted.username === null && wanted.email === null) return yield* new SeedRefused({ problem: "login-missing" })
  const names = yield* readNames(wanted, "both")
  const found = yield* findExisting(names.username, names.email)
  if (found !== null) return yield* acceptOrPromote(wanted, found.user)
  return yield* create(wanted, names)
})

const findExisting = Effect.fnUntraced(function* (username: AccountName | null, email: AccountName | null) {
  const { users } = yield* Store
  const byName: UserWithPassword | null =
    username === null ? null : yield* users.findByName({ kind: "username", canonical: username.canonical })
  if (byName !== null || email === null) return byName
  return yield* users.findByName({ kind: "email", canonical: email.canonical })
})

const create = Effect.fnUntraced(function* (
  wanted: AdminToSeed,
  names: { readonly username: AccountName | null; readonly email: AccountName | null }
) {
  if (wanted.password === null) return yield* new SeedRefused({ problem: "password-missing" })
  const { users } = yield* Store
  const { newUserId } = yield* Credentials
  const passwordHash = yield* (yield* Passwords).make(wanted.password, [wanted.username, wanted.email])
  const now = yield* Clock.currentTimeMillis
  const fields = { isSuperuser: true, isVerified: true, mustChangePassword: true }
  const made = newUser(names, fields, passwordHash, now, newUserId(now))
  // Another process may have seeded the same name a moment ago: then it is there as wanted.
  const isMine = yield* users.insert(made).pipe(
    Effect.as(true),
    Effect.catchTag("AccountNameTaken", () => Effect.succeed(false))
  )
  if (isMine) {
    yield* (yield* Audit).append("setup.completed", { details: { by: "seed" }, subject: made.user.id })
    return
  }
  const found = yield* findExisting(names.username, names.email)
  if (found !== null) yield* acceptOrPromote(wanted, found.user)
})

const acceptOrPromote = Effect.fnUntraced(function* (wanted: AdminToSeed, existing: User) {
  if (existing.isSuperuser) return
  if (!wanted.promoteExisting) return yield* new SeedRefused({ problem: "exists-without-role" })
  if (wanted.password === null) return yield* new SeedRefused({ problem: "password-missing" })
  const { users } = yield* Store
  const passwordHash = yield* (yield* Passwords).make(wanted.password, [wanted.username, wanted.email])
  const at = yield* Clock.currentTimeMillis
  const promoted = yield* users.promote(existing.id, { passwordHash, mustChangePassword: true }, at)
  // Null: another process has promoted them a moment ago, and perhaps they have changed that password since.
  if (promoted === null) return
  yield* (yield* Audit).append("setup.completed", { details: { by: "promotion" }, subject: existing.id })
})
