import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import type { LoginRefusedReason, ThrottledAction } from "../audit/audit-event.ts"
import { auditNameOf, type Client, type Trace, unknownClient } from "../audit/trace.ts"
import { BeforeHooks } from "../hook/before-hooks.ts"
import type { HookFailed } from "../hook/hook-errors.ts"
import type { SecretHash } from "../secret/credential.ts"
import { Credentials } from "../secret/credentials.ts"
import { RandomBytes } from "../secret/random.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import { type Actor, findActing, writeFor } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { type PasswordAttempt, Throttle } from "../throttle/throttle.ts"
import type { TooManyAttempts } from "../throttle/throttle-errors.ts"
import type { CanonicalName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import type { NewPassword, Proof, UserWithPassword } from "../user/user-store.ts"
import { type Busy, type HashQueueOptions, makeHashQueue } from "./hash-queue.ts"
import { OwedWork, ReadsLegacy } from "./legacy/legacy-hashes.ts"
import { PasswordRefused, WrongPassword } from "./password-errors.ts"
import { type HasherError, PasswordHasher } from "./password-hasher.ts"
import { normalizePassword, type PasswordPolicy, passwordProblem, readPassword } from "./password-rules.ts"

export interface PasswordOptions extends HashQueueOptions, PasswordPolicy {}

/** Words that a password must not be made of, such as the name of the product, as they are now. */
export type ForbiddenWords = () => ReadonlyArray<string>

/** Someone who claims to be a user, and the password they give. */
export interface PasswordClaim {
  /** The name that was typed (null when no account can have it), or the id of a known user. */
  readonly who: CanonicalName | null | UserId
  readonly password: SecretText
  readonly action: ThrottledAction
  readonly client: Client
  /** The device credential that was sent along, if any. It counts only when it names the same user. */
  readonly device: SecretText | null
}

export interface PasswordChange {
  readonly user: UserId
  readonly current: SecretText
  readonly next: SecretText
  readonly client?: Client
  /** The device credential that the browser sent, if any. */
  readonly device?: SecretText | null
}

/** Who gets which password. With a session, that session goes on. */
export interface PasswordToSet extends Actor, Pick<PasswordChange, "next" | "client"> {}

/** What a check found. The reason is only for the audit trail: the client gets one answer for all (ENU-01). */
export type PasswordVerdict =
  | {
      readonly isRight: true
      readonly user: User
      readonly passwordHash: string
      /** The device that the attempt came from, if it is known. */
      readonly device: SecretHash | null
    }
  | { readonly isRight: false; readonly user: User | null; readonly reason: LoginRefusedReason }

/** Why a check may fail, other than by a wrong password. */
export type CheckFailure = TooManyAttempts | Busy | HasherError | StoreError

/** Makes and checks passwords. The one place that does, so every way in is throttled and costs the same (ENU-10, RAT-06). */
export class Passwords extends Context.Service<
  Passwords,
  {
    /**
     * Checks a password that someone wants, without hashing it: for a form that changes more than the password. Asks the host's hook
     * `validatePassword` too, once our own rules allow it.
     */
    readonly vet: (
      password: SecretText,
      names: ReadonlyArray<string | null | undefined>,
      client?: Client
    ) => Effect.Effect<void, PasswordRefused | HookFailed>
    /** Checks a password that someone wants, and hashes it. `names` are the user's own, which it must not be made of. */
    readonly make: (
      password: SecretText,
      names: ReadonlyArray<string | null | undefined>,
      client?: Client
    ) => Effect.Effect<string, PasswordRefused | HookFailed | Busy | HasherError>
    /**
     * As `make`, for a password that takes the place of a user's own; `names` are those that they get with it. A user who must
     * choose another password is refused the one that they have (PWD-26).
     */
    readonly makeFor: (
      user: User,
      password: SecretText,
      client?: Client,
      names?: ReadonlyArray<string | null | undefined>
    ) => Effect.Effect<string, PasswordRefused | HookFailed | Busy | HasherError | StoreError>
    /**
     * Whether a hash of another system may be stored: it has the parameters of new hashes, or is of a listed kind. Any other takes
     * a time of its own to check, and would tell that the account exists (ENU-11).
     */
    readonly takesOver: (stored: string) => boolean
    /**
     * Checks whether a password is the user's. Counts the attempt first, then does the work of exactly one hash, whether the
     * user exists, is active, has a password, or not (ENU-02). With hashes of an old system, a refusal does the work of one hash of each
     * kind (ENU-11). Renews the hash of a right password when its parameters are no longer current.
     */
    readonly check: (claim: PasswordClaim) => Effect.Effect<PasswordVerdict, CheckFailure>
    /**
     * Whether this is a hash of the text of the user's stored password hash, as fastapi-users writes it into its links. Costs a hash.
     * False once the user has logged in, which renews an imported hash.
     */
    readonly isFingerprintOf: (
      fingerprint: string,
      user: UserId
    ) => Effect.Effect<boolean, Busy | HasherError | StoreError>
    /**
     * Changes a user's own password. Every credential of the user ends in the same step, including one that is issued at
     * this moment (SES-08). The user that is returned has the epoch for a new one. Fails with `WrongPassword` when the
     * current password is wrong.
     */
    readonly change: (
      change: PasswordChange
    ) => Effect.Effect<User, WrongPassword | PasswordRefused | HookFailed | CheckFailure>
    /**
     * As `change`, for a user who proved who they are in another way. Pass the user as they were then, and the session or token that
     * they act with: if it has ended since, or all of the user's have, the answer is null, and nothing changes (PWD-23). The
     * session goes on; everything else ends (SES-21).
     */
    readonly set: (
      change: PasswordToSet
    ) => Effect.Effect<User | null, PasswordRefused | HookFailed | Busy | HasherError | StoreError>
  }
>()("@latchkey/core/Passwords") {
  static readonly layer = (
    options: PasswordOptions,
    words: ForbiddenWords
  ): Layer.Layer<Passwords, HasherError, Store | Audit | Throttle | Credentials | PasswordHasher> =>
    Layer.effect(Passwords, makePasswords(options, words))
}

/** Marks hashes of passwords in NFC. Imported hashes have no mark: they are checked as typed, and renewed at the next log-in (PWD-06). */
const NFC = "nfc:"

/** The hash in a stored text, without our mark. */
const storedHash = (stored: string | null) => {
  const isNormalized = stored?.startsWith(NFC) ?? true
  return { hash: stored !== null && isNormalized ? stored.slice(NFC.length) : stored, isNormalized }
}

/** Something may end the user's credentials between check and change. Then the check is made again. */
const CHANGE_TRIES = 3

/** A password that its owner chose. */
const own = { mustChangePassword: false }

const makePasswords = Effect.fnUntraced(function* (options: PasswordOptions, words: ForbiddenWords) {
  const store = yield* Store
  const { users } = store
  const audit = yield* Audit
  const throttle = yield* Throttle
  const credentials = yield* Credentials
  const hasher = yield* PasswordHasher
  const owedWork = yield* OwedWork
  const readsLegacy = yield* ReadsLegacy
  const takesOver = (stored: string) => (hasher.reads(stored) && hasher.isCurrent(stored)) || readsLegacy(stored)
  const randomBytes = yield* RandomBytes
  const hooks = yield* BeforeHooks
  const inTurn = makeHashQueue(options)
  const common = yield* Effect.promise(() => import("./common-passwords.ts"))
  /** The password of an unknown user is checked against this, at the same cost as any other. */
  const decoy = yield* hasher.hash(String(randomBytes(32)))

  const vet = Effect.fnUntraced(function* (
    password: SecretText,
    names: ReadonlyArray<string | null | undefined>,
    client: Client = unknownClient
  ) {
    const own = [...new Set(names)].filter((name) => typeof name === "string")
    const context = { names: [...words(), ...own], common: common.commonPasswords }
    const problem = passwordProblem(reveal(password), options, context)
    if (problem !== null) return yield* new PasswordRefused({ problem, reason: null })
    const reason = yield* hooks.validatePassword(normalizePassword(reveal(password)), { names: own, client })
    if (reason !== null) return yield* new PasswordRefused({ problem: "host", reason })
  })

  const make = Effect.fn("Passwords.make")(function* (
    password: SecretText,
    names: ReadonlyArray<string | null | undefined>,
    client?: Client
  ) {
    yield* vet(password, names, client)
    return yield* hashed(password)
  })

  const hashed = (password: SecretText) =>
    Effect.map(inTurn(hasher.hash(normalizePassword(reveal(password)))), (hash) => NFC + hash)

  /** Whether a password is the stored one. The row may be newer than the user: then the write that follows is refused. */
  const isStored = Effect.fnUntraced(function* (id: UserId, password: SecretText) {
    const stored = storedHash((yield* users.findWithPassword(id))?.passwordHash ?? null)
    if (stored.hash === null || !hasher.reads(stored.hash)) return false
    const typed = reveal(password)
    return yield* inTurn(hasher.verify(stored.hash, stored.isNormalized ? normalizePassword(typed) : typed))
  })

  const isFingerprintOf = Effect.fn("Passwords.isFingerprintOf")(function* (fingerprint: string, id: UserId) {
    const stored = storedHash((yield* users.findWithPassword(id))?.passwordHash ?? null)
    if (stored.hash === null || stored.isNormalized || !hasher.reads(fingerprint)) return false
    return yield* inTurn(hasher.verify(fingerprint, stored.hash))
  })

  const makeFor = Effect.fn("Passwords.makeFor")(function* (
    user: User,
    password: SecretText,
    client: Client = unknownClient,
    more: ReadonlyArray<string | null | undefined> = []
  ) {
    yield* vet(password, [user.username, user.email, ...more], client)
    if (user.mustChangePassword && (yield* isStored(user.id, password)))
      return yield* new PasswordRefused({ problem: "unchanged", reason: null })
    return yield* hashed(password)
  })

  const load = (who: PasswordClaim["who"]): Effect.Effect<UserWithPassword | null, StoreError> => {
    if (who === null) return Effect.succeed(null)
    return typeof who === "string" ? users.findWithPassword(who) : users.findByName(who)
  }

  const attemptOf = (claim: PasswordClaim, owner: User | null): PasswordAttempt => ({
    action: claim.action,
    who: claim.who,
    owner,
    client: claim.client,
    device: deviceOf(claim.device, owner)
  })

  const deviceOf = (text: SecretText | null, owner: User | null): SecretHash | null => {
    const parsed = text === null ? null : credentials.parse(reveal(text))
    return parsed?.kind === "dev" && parsed.owner === owner?.id ? parsed.hash : null
  }

  /** Renewing can wait: when the queue is full, the next log-in does it. */
  const rehash = (user: User, stored: string, password: string): Effect.Effect<string, StoreError> =>
    inTurn(hasher.hash(normalizePassword(password))).pipe(
      Effect.map((hash) => NFC + hash),
      Effect.flatMap((to) =>
        Effect.map(users.rehash(user.id, { from: stored, to }), (isRenewed) => (isRenewed ? to : stored))
      ),
      Effect.catchTag(["Busy", "HasherError"], () => Effect.succeed(stored))
    )

  const check = Effect.fn("Passwords.check")(function* (claim: PasswordClaim) {
    const typed = reveal(claim.password)
    const password = readPassword(typed)
    const normalized = password.ok ? password.value : ""
    const found = yield* load(claim.who)
    const user = found?.user ?? null
    const attempt = attemptOf(claim, user)
    const counted = yield* throttle.attemptPassword(attempt)

    const stored = found?.passwordHash ?? null
    const { hash, isNormalized } = storedHash(stored)
    const isReadable = hash !== null && hasher.reads(hash)
    const checked = isReadable ? hash : decoy
    const text = isNormalized || !password.ok ? normalized : typed
    let hasBegun = false
    const verify = Effect.gen(function* () {
      hasBegun = true
      const isRight = yield* hasher.verify(checked, text)
      // What comes out as a refusal has cost the same, also that of the right password of an inactive user.
      const isRefused = !isRight || !password.ok || !user?.isActive
      const owed = isRefused ? yield* Effect.exit(owedWork({ checked, decoy, password: text })) : Exit.void
      return { isRight, owed }
    })
    const { isRight: matches, owed } = yield* throttle.orTakeBack(counted.buckets, inTurn(verify), () => hasBegun)
    // Only now: there was a verdict, so the attempt was a guess, and is not taken back (RAT-17).
    yield* owed

    const refuse = (reason: LoginRefusedReason): PasswordVerdict => ({ isRight: false, user, reason })
    if (user === null) return refuse("unknown-user")
    if (stored === null) return refuse("no-password")
    if (!isReadable) {
      yield* audit.append("password.hash-unreadable", { details: {}, subject: user.id, client: claim.client })
      return refuse("unreadable-hash")
    }
    if (!matches || !password.ok) return refuse("wrong-password")
    if (!user.isActive) return refuse("inactive")
    yield* throttle.succeed(counted, { action: claim.action, owner: user, client: claim.client })
    const isCurrent = isNormalized && hasher.isCurrent(hash)
    const passwordHash = isCurrent ? stored : yield* rehash(user, stored, typed)
    const device = counted.isKnownDevice ? attempt.device : null
    return { isRight: true, user, passwordHash, device } satisfies PasswordVerdict
  })

  const change = Effect.fn("Passwords.change")(function* (wanted: PasswordChange) {
    const client = wanted.client ?? unknownClient
    const claim: PasswordClaim = {
      who: wanted.user,
      password: wanted.current,
      action: "change-password",
      client,
      device: wanted.device ?? null
    }
    for (let tries = 0; tries < CHANGE_TRIES; tries++) {
      const verdict = yield* check(claim)
      if (!verdict.isRight) break
      const to = yield* makeFor(verdict.user, wanted.next, client)
      const proof = { epoch: verdict.user.epoch, revocations: null }
      const changed = yield* write(verdict.user.id, { ...own, hash: to, keep: null }, proof, { client })
      if (changed !== null) return changed
    }
    yield* audit.append("password.change-refused", { details: {}, actor: wanted.user, subject: wanted.user, client })
    return yield* new WrongPassword()
  })

  /** Hashes before it looks at the credential: a hash takes long enough for somebody to end it meanwhile (PWD-23). */
  const set = Effect.fn("Passwords.set")(function* ({ next, client = unknownClient, ...actor }: PasswordToSet) {
    if ((yield* findActing(store, actor)) === null) return null
    const password = {
      ...own,
      hash: yield* makeFor(actor.user, next, client),
      keep: actor.session?.id ?? null
    }
    return yield* writeFor(store, actor, (proof) =>
      write(actor.user.id, password, proof, { actedWith: auditNameOf(actor), client })
    )
  })

  /** Compares and sets, so that of two changes at the same moment the later does not silently undo the earlier. */
  const write = Effect.fnUntraced(function* (id: UserId, password: NewPassword, proof: Proof, trace: Trace) {
    const at = yield* Clock.currentTimeMillis
    const user = yield* Effect.catchTag(
      users.changeWithProof(id, { password }, proof, at),
      "AccountNameTaken",
      Effect.die
    )
    if (user === null) return null
    yield* audit.append("password.changed", { details: { by: "owner" }, actor: id, subject: id, ...trace })
    return user
  })

  return Passwords.of({
    vet,
    make,
    makeFor,
    takesOver,
    check,
    isFingerprintOf,
    change,
    set
  })
})
