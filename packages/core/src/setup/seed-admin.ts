import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { Passwords } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import { type AccountNames, checkNames, firstAdmin, newUser } from "../user/new-user.ts"
import type { User } from "../user/user.ts"
import { SeedRefused } from "./setup-errors.ts"

/** The administrator that the configuration asks for. */
export interface AdminToSeed {
  readonly username: string | null
  readonly email: string | null
  readonly password: SecretText | null
  /** Take over an existing account of this name: it gets the configured password and the role, and loses every credential it had. */
  readonly promoteExisting: boolean
}

export const makeSeedAdmin = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit
  const { newUserId } = yield* Credentials

  const seedAdmin = Effect.fn("Setup.seedAdmin")(function* (wanted: AdminToSeed) {
    if (wanted.username === null && wanted.email === null) return yield* new SeedRefused({ problem: "login-missing" })
    const names = yield* checkNames(wanted, "both")
    const found = yield* findExisting(names)
    if (found !== null) return yield* acceptOrPromote(wanted, found)
    return yield* create(wanted, names)
  })

  const findExisting = Effect.fnUntraced(function* ({ username, email }: AccountNames) {
    const byUsername =
      username === null ? null : yield* users.findByName({ kind: "username", canonical: username.canonical })
    if (byUsername !== null || email === null) return byUsername?.user ?? null
    const byEmail = yield* users.findByName({ kind: "email", canonical: email.canonical })
    return byEmail?.user ?? null
  })

  const create = Effect.fnUntraced(function* (wanted: AdminToSeed, names: AccountNames) {
    if (wanted.password === null) return yield* new SeedRefused({ problem: "password-missing" })
    const passwordHash = yield* passwords.make(wanted.password, [wanted.username, wanted.email])
    const now = yield* Clock.currentTimeMillis
    const fields = { ...firstAdmin, mustChangePassword: true }
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
    if (found !== null) yield* acceptOrPromote(wanted, found)
  })

  const acceptOrPromote = Effect.fnUntraced(function* (wanted: AdminToSeed, existing: User) {
    if (existing.isSuperuser) return
    if (!wanted.promoteExisting) return yield* new SeedRefused({ problem: "exists-without-role" })
    if (wanted.password === null) return yield* new SeedRefused({ problem: "password-missing" })
    const passwordHash = yield* passwords.make(wanted.password, [wanted.username, wanted.email])
    const at = yield* Clock.currentTimeMillis
    const promoted = yield* users.promote(existing.id, { passwordHash, mustChangePassword: true }, at)
    // Null: another process promoted them a moment ago, and they may have changed that password since.
    if (promoted === null) return
    yield* audit.append("setup.completed", { details: { by: "promotion" }, subject: existing.id })
  })

  return seedAdmin
})
