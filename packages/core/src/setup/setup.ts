import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient } from "../audit/trace.ts"
import type { HookFailed } from "../hook/hook-errors.ts"
import type { Busy } from "../password/hash-queue.ts"
import type { PasswordRefused } from "../password/password-errors.ts"
import type { HasherError } from "../password/password-hasher.ts"
import { Passwords } from "../password/passwords.ts"
import { hashSecret } from "../secret/credential.ts"
import { Credentials } from "../secret/credentials.ts"
import { equalInConstantTime } from "../secret/digest.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { Throttle } from "../throttle/throttle.ts"
import type { TooManyAttempts } from "../throttle/throttle-errors.ts"
import { checkNames, firstAdmin, newUser, type RequiredNames } from "../user/new-user.ts"
import type { User } from "../user/user.ts"
import type { AccountNameInvalid, AccountNameTaken } from "../user/user-errors.ts"
import { type Instant, isWithin } from "../vocabulary/time.ts"
import { type AdminToSeed, makeSeedAdmin } from "./seed-admin.ts"
import { type SeedRefused, SetupAlreadyDone, SetupTokenInvalid } from "./setup-errors.ts"

export interface SetupOptions {
  /** Whether a user without a verified e-mail address may do nothing. */
  readonly requireVerified: boolean
  readonly logins: RequiredNames
  /** A token chosen by the host, for several processes behind one address; null makes one at start. */
  readonly token: SecretText | null
  /** Milliseconds for which a token made at start is valid. */
  readonly lifetime: number
  /** Setup needs no token. Only for a server that nobody else can reach. */
  readonly unsafeOpen: boolean
}

/** The first administrator, as typed on the setup page. */
export interface FirstAdmin {
  readonly username?: string | null
  readonly email?: string | null
  readonly password: SecretText
  readonly token?: SecretText | null
}

type SeedFailure = SeedRefused | AccountNameInvalid | PasswordRefused | HookFailed | Busy | HasherError | StoreError

type CreateFailure =
  | SetupAlreadyDone
  | SetupTokenInvalid
  | AccountNameInvalid
  | AccountNameTaken
  | PasswordRefused
  | HookFailed
  | TooManyAttempts
  | Busy
  | HasherError
  | StoreError

/** The first administrator: whether there is one, and creating it, once. */
export class Setup extends Context.Service<
  Setup,
  {
    /** Whether no superuser has ever existed. Once false it stays false. */
    readonly needed: () => Effect.Effect<boolean, StoreError>
    /**
     * The token that opens setup, to be shown to the person who starts the server; null when setup is done, needs no token,
     * or the host chose the token. Each call makes a new token and ends the one before.
     */
    readonly issueToken: () => Effect.Effect<Redacted.Redacted<string> | null, StoreError>
    /**
     * Logs the link that opens setup, while `issueToken` has a token for it. Only the first call does anything: the link of another would
     * end the first one's token. A store that is away is logged, and the next call tries again.
     */
    readonly announce: (setupUrl: (token: string) => string) => Effect.Effect<void>
    /** Creates the first administrator. Of any number of parallel calls one succeeds (SET-02); no existing account is touched (SET-04). */
    readonly createFirstAdmin: (admin: FirstAdmin, client?: Client) => Effect.Effect<User, CreateFailure>
    /**
     * Creates the administrator that the configuration asks for, if there is none of that name; called at start. Any number
     * of processes may call it together. It never changes an account that exists (SET-07), unless `promoteExisting` says so:
     * otherwise the first person to register that name would become administrator. Once there is an administrator, what would
     * be refused is only logged (SET-12).
     */
    readonly seedAdmin: (admin: AdminToSeed) => Effect.Effect<void, SeedFailure>
  }
>()("@latchkey/core/Setup") {
  static readonly layer = (
    options: SetupOptions
  ): Layer.Layer<Setup, never, Store | Passwords | Throttle | Audit | Credentials> =>
    Layer.effect(Setup, makeSetup(options))
}

const NO_SETUP_URL =
  'setup.announce needs a function that gives the link of a token, such as (token) => "https://app.example.org/setup?token=" + token'

const makeSetup = Effect.fnUntraced(function* (options: SetupOptions) {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const throttle = yield* Throttle
  const audit = yield* Audit
  const credentials = yield* Credentials
  const configured = options.token === null ? null : hashSecret(reveal(options.token))
  /** Only the hash is kept, and only in this process: a restart ends it (SET-11). */
  let issued: { readonly hash: string; readonly at: Instant } | null = null

  const needed = () => Effect.map(users.isSetUp, (isSetUp) => !isSetUp)

  const issueToken = Effect.fnUntraced(function* () {
    if (options.unsafeOpen || configured !== null || !(yield* needed())) return null
    const minted = credentials.mint("set", null)
    issued = { hash: minted.hash, at: yield* Clock.currentTimeMillis }
    return minted.secret
  })

  let isAnnounced = false
  const announce = (setupUrl: (token: string) => string) =>
    typeof setupUrl === "function" ? announceOnce(setupUrl) : Effect.die(new Error(NO_SETUP_URL))

  const announceOnce = (setupUrl: (token: string) => string) =>
    Effect.suspend(() => {
      if (isAnnounced) return Effect.void
      isAnnounced = true // already now, for a call meanwhile
      return Effect.onError(logLink(setupUrl), () =>
        Effect.sync(() => {
          isAnnounced = false
        })
      )
    }).pipe(Effect.catchTag("StoreError", ({ logFields }) => Effect.logError("the store failed", logFields)))

  const logLink = Effect.fnUntraced(function* (setupUrl: (token: string) => string) {
    const token = yield* issueToken()
    if (token !== null)
      yield* Effect.logWarning(`There is no administrator yet. Create the first one at ${setupUrl(reveal(token))}`)
  })

  const accepts = (token: SecretText | null | undefined, now: Instant): boolean => {
    if (options.unsafeOpen) return true
    if (token === null || token === undefined) return false
    const hash = hashSecret(reveal(token))
    if (configured !== null) return equalInConstantTime(configured, hash)
    return (
      issued !== null &&
      isWithin(issued.at, issued.at + options.lifetime, now) &&
      equalInConstantTime(issued.hash, hash)
    )
  }

  const refuse = <E>(reason: "wrong-token" | "closed", error: E, client: Client) =>
    Effect.andThen(audit.append("setup.refused", { details: { reason }, client }), Effect.fail(error))

  const createFirstAdmin = Effect.fn("Setup.createFirstAdmin")(function* (
    admin: FirstAdmin,
    client: Client = unknownClient
  ) {
    if (!(yield* needed())) {
      const isTokenRight = accepts(admin.token, yield* Clock.currentTimeMillis)
      return yield* refuse("closed", new SetupAlreadyDone({ isTokenRight }), client)
    }
    const counted = yield* throttle.attempt("setup", client)
    return yield* throttle.orTakeBack(counted, createWithToken(admin, client))
  })

  const createWithToken = Effect.fnUntraced(function* (admin: FirstAdmin, client: Client) {
    if (!accepts(admin.token, yield* Clock.currentTimeMillis)) {
      // The token ends with the first administrator: to lose that race is answered with "setup is done" (SET-02).
      if (!(yield* needed())) return yield* refuse("closed", new SetupAlreadyDone({ isTokenRight: false }), client)
      return yield* refuse("wrong-token", new SetupTokenInvalid(), client)
    }
    const names = yield* checkNames(admin, options.logins)
    const passwordHash = yield* passwords.make(admin.password, [admin.username, admin.email], client)
    const now = yield* Clock.currentTimeMillis
    const made = newUser(names, firstAdmin, passwordHash, now, credentials.newUserId(now))
    const isFirst = yield* users.insertFirstAdmin(made)
    if (!isFirst) return yield* refuse("closed", new SetupAlreadyDone({ isTokenRight: true }), client)
    yield* audit.append("setup.completed", {
      details: { by: "page" },
      actor: made.user.id,
      subject: made.user.id,
      client
    })
    return made.user
  })

  return Setup.of({ needed, issueToken, announce, createFirstAdmin, seedAdmin: yield* makeSeedAdmin(options) })
})
