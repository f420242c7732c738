import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import type { HookFailed } from "../hook/hook-errors.ts"
import { PasswordRefused } from "../password/password-errors.ts"
import { Passwords } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import { isActiveSuperuser } from "../user/changed-user.ts"
import { type AccountNames, checkNames, firstAdmin, newUser } from "../user/new-user.ts"
import { makeProvedEmail } from "../user/proved-email.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"
import { AccountNameInvalid } from "../user/user-errors.ts"
import { SeedRefused } from "./setup-errors.ts"

/** The administrator that the configuration asks for. */
export interface AdminToSeed {
  readonly username: string | null
  readonly email: string | null
  readonly password: SecretText | null
  /** Take over an existing account of this name: it gets the configured password, address and role, and loses every credential it had. */
  readonly promoteExisting: boolean
  /** Whether they must choose another password when they first log in (SET-10): whoever reads the configuration knows this one. */
  readonly mustChangePassword: boolean
}

/** How whoever configures the server gave what is refused: in code, or in the environment. */
const OPTIONS = {
  username: "admin.username (LATCHKEY_ADMIN_USERNAME)",
  email: "admin.email (LATCHKEY_ADMIN_EMAIL)",
  password: "admin.password (LATCHKEY_ADMIN_PASSWORD)"
} as const

export const makeSeedAdmin = Effect.fnUntraced(function* (options: { readonly requireVerified: boolean }) {
  const { users, codes } = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit
  const { newUserId } = yield* Credentials
  const provedEmail = yield* makeProvedEmail()

  const seedAdmin = Effect.fn("Setup.seedAdmin")(function* (wanted: AdminToSeed) {
    if (wanted.username === null && wanted.email === null) return yield* new SeedRefused({ problem: "login-missing" })
    const names = yield* Effect.mapError(
      checkNames(wanted, "both"),
      ({ kind, problem }) => new AccountNameInvalid({ kind, problem, option: OPTIONS[kind] })
    )
    yield* Effect.catchTags(seed(wanted, names), {
      SeedRefused: warnIfSetUp,
      PasswordRefused: warnIfSetUp,
      HookFailed: warnIfSetUp
    })
  })

  /**
   * The start is refused only while nobody could administer. Later an administrator may have demoted, renamed or removed the
   * account on purpose, and the service must start all the same (SET-12). Setup is complete only while there is an active
   * superuser, because the store never lets the last one go.
   */
  const warnIfSetUp = Effect.fnUntraced(function* <Refused extends SeedRefused | PasswordRefused | HookFailed>(
    refused: Refused
  ) {
    if (!(yield* users.isSetUp)) return yield* Effect.fail(refused)
    yield* Effect.logWarning(`the configured administrator is not one: ${refused.message}`)
  })

  const seed = Effect.fnUntraced(function* (wanted: AdminToSeed, names: AccountNames) {
    const found = yield* findExisting(names)
    return found === null ? yield* create(wanted, names) : yield* acceptOrPromote(wanted, names, found)
  })

  const findExisting = Effect.fnUntraced(function* ({ username, email }: AccountNames) {
    const byUsername =
      username === null ? null : yield* users.findByName({ kind: "username", canonical: username.canonical })
    if (byUsername !== null || email === null) return byUsername?.user ?? null
    const byEmail = yield* users.findByName({ kind: "email", canonical: email.canonical })
    return byEmail?.user ?? null
  })

  const create = Effect.fnUntraced(function* (wanted: AdminToSeed, names: AccountNames) {
    const passwordHash = yield* hashFor(wanted)
    const now = yield* Clock.currentTimeMillis
    const fields = { ...firstAdmin, mustChangePassword: wanted.mustChangePassword }
    const made = newUser(names, fields, passwordHash, now, newUserId(now))
    // Another process may have seeded the same name a moment ago.
    const isMine = yield* users.insert(made).pipe(
      Effect.as(true),
      Effect.catchTag("AccountNameTaken", () => Effect.succeed(false))
    )
    if (isMine) {
      yield* audit.append("setup.completed", { details: { by: "seed" }, subject: made.user.id })
      return
    }
    const found = yield* findExisting(names)
    if (found !== null) yield* acceptOrPromote(wanted, names, found)
  })

  /** The hash of the configured password, if the configuration has all that an administrator needs. */
  const hashFor = Effect.fnUntraced(function* ({ username, email, password }: AdminToSeed) {
    if (password === null) return yield* new SeedRefused({ problem: "password-missing" })
    if (options.requireVerified && email === null) return yield* new SeedRefused({ problem: "email-missing" })
    return yield* Effect.catchTag(
      passwords.make(password, [username, email]),
      "PasswordRefused",
      ({ problem, reason }) => Effect.fail(new PasswordRefused({ problem, reason, option: OPTIONS.password }))
    )
  })

  const acceptOrPromote = Effect.fnUntraced(function* (wanted: AdminToSeed, names: AccountNames, existing: User) {
    if (isActiveSuperuser(existing)) return yield* warnIfPending(existing)
    if (!wanted.promoteExisting) {
      return yield* new SeedRefused({ problem: existing.isSuperuser ? "exists-inactive" : "exists-without-role" })
    }
    if (existing.email !== null && names.email === null) return yield* new SeedRefused({ problem: "email-of-another" })
    const passwordHash = yield* hashFor(wanted)
    // Codes that were mailed to whoever registered the account. One gives them its former address back, whatever has changed (REC-08).
    yield* codes.removeAll(existing.id)
    const at = yield* Clock.currentTimeMillis
    // The configured address replaces the one that somebody registered, so that no later mail about the account goes to them.
    const email = names.email === null ? {} : { email: names.email }
    const promotion = { passwordHash, mustChangePassword: wanted.mustChangePassword, ...email }
    const promoting = users.promote(existing.id, promotion, at)
    // Whoever runs the server vouches for the address, as its mailbox would.
    const promoted = yield* (names.email === null ? promoting : provedEmail(names.email, {}, promoting)).pipe(
      Effect.catchTag("AccountNameTaken", () => Effect.fail(new SeedRefused({ problem: "email-taken" })))
    )
    // Null: another process promoted them a moment ago, and they may have changed that password since.
    if (promoted === null) return
    yield* codes.removeAll(existing.id) // also one that was made meanwhile
    yield* audit.append("setup.completed", { details: { by: "promotion" }, subject: existing.id })
  })

  const warnIfPending = (admin: User) =>
    options.requireVerified && !hasVerifiedEmail(admin)
      ? Effect.logWarning(
          "the configured administrator may do nothing, because sessions.requireVerified is on and the e-mail address is not verified: " +
            "call users.change with the address and isVerified: true"
        )
      : Effect.void

  return seedAdmin
})
