import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import type { ThrottledAction } from "../audit/audit-event.ts"
import { type Client, unknownClient } from "../audit/trace.ts"
import type { MailKind } from "../mail/mail.ts"
import type { SecretHash } from "../secret/credential.ts"
import { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { AccountName, CanonicalName } from "../user/account-name.ts"
import { networkOf } from "../vocabulary/network.ts"
import { SECOND_MS } from "../vocabulary/time.ts"
import type { Bucket } from "./attempt-store.ts"
import { bucketKey } from "./bucket-key.ts"
import { makeKnownSigns, type Owner } from "./known-signs.ts"
import { bucketsOf, limitsOf, mailBucketsOf, mailboxOf, type OtherAttempt, type ThrottleOptions } from "./limits.ts"
import { TooManyAttempts } from "./throttle-errors.ts"

/** An attempt at a password: counted before any password is hashed (RAT-01), whichever way it came in (RAT-06). */
export interface PasswordAttempt {
  readonly action: ThrottledAction
  /**
   * What it is counted for. A name counts as it was typed, whether anybody has it or not (ENU-06), so that the limits do not tell
   * that a username and an address are one account (RAT-16). A user who is known already, by a session, counts by the id.
   */
  readonly who: CanonicalName | null | UserId
  /** The user, if there is one. */
  readonly owner: Owner | null
  readonly client: Client
  /** The hash of the device credential that was sent, if it names this user; null otherwise. */
  readonly device: SecretHash | null
}

/** Where an attempt was counted. */
export interface CountedAttempt {
  readonly buckets: ReadonlyArray<Bucket>
  /** The one of them for this account from this network or device: forgotten when the password is right. */
  readonly near: Bucket
  /** Whether the attempt came from a device that is known. */
  readonly isKnownDevice: boolean
}

/** Limits guessing. Counters live in the store, so they hold across processes. A store outage fails: nothing passes uncounted (RAT-07). */
export class Throttle extends Context.Service<
  Throttle,
  {
    /** Counts an attempt at a password. */
    readonly attemptPassword: (attempt: PasswordAttempt) => Effect.Effect<CountedAttempt, TooManyAttempts | StoreError>
    /**
     * After success: forgets what was counted for this account from this network or device, and takes back this one attempt
     * from the wider buckets that counted it, so that right passwords never lock anybody out (RAT-10). All other attempts
     * stay counted (RAT-05). After a log-in it remembers the network, so that guessing from elsewhere cannot keep the owner out
     * (RAT-03).
     */
    readonly succeed: (
      counted: CountedAttempt,
      from: { readonly action: ThrottledAction; readonly owner: Owner; readonly client: Client }
    ) => Effect.Effect<void, StoreError>
    /**
     * Counts an attempt at something other than a password: at the setup token, at the names that are taken, by registering or
     * by changing one's own name (RAT-13), at the store's room for CLI logins (DEV-13), at a user code (DEV-04), or at a password by a
     * code that was mailed, which costs a hash (RAT-20). `whose` is a user who is known. Returns the buckets.
     */
    readonly attempt: (
      action: OtherAttempt,
      client: Client,
      whose?: UserId | null
    ) => Effect.Effect<ReadonlyArray<Bucket>, TooManyAttempts | StoreError>
    /**
     * Counts a request for a mail of a kind, for the name or address that was typed, whether anybody has it or not, and for the network.
     * Each kind is counted for itself, so that whoever asks for one keeps nobody from another (RAT-19).
     */
    readonly attemptMail: (
      kind: MailKind,
      client: Client,
      name: CanonicalName | null
    ) => Effect.Effect<void, TooManyAttempts | StoreError>
    /**
     * Counts a mail of a kind to a mailbox, whoever caused it and by whatever name. False when the mailbox had as many as it takes:
     * then it must not go out (RAT-19). `subject` is the user whom the mail is about. No answer may depend on it (ENU-05).
     */
    readonly mailboxTakes: (
      kind: MailKind,
      to: Pick<AccountName, "canonical">,
      subject: UserId
    ) => Effect.Effect<boolean, StoreError>
    /**
     * Does what an attempt was counted for. Without an answer nobody has learned anything: when the queue is full, the hash
     * fails or the store is away, the attempt is taken back (RAT-17). When the caller goes away, it is taken back unless
     * `hasBegun` says that the work was done for it.
     */
    readonly orTakeBack: <A, E extends { readonly _tag: string }>(
      buckets: ReadonlyArray<Bucket>,
      work: Effect.Effect<A, E>,
      hasBegun?: () => boolean
    ) => Effect.Effect<A, E>
    /** Takes back an attempt that was right, so that it was no guess (RAT-10). */
    readonly takeBack: (buckets: ReadonlyArray<Bucket>) => Effect.Effect<void, StoreError>
    /** Remembers a device that its owner used, in place of the credential that it had before (RAT-03, RAT-15). */
    readonly rememberDevice: (
      owner: Owner,
      device: SecretHash,
      before: SecretHash | null
    ) => Effect.Effect<void, StoreError>
  }
>()("@latchkey/core/Throttle") {
  static readonly layer = (options: ThrottleOptions): Layer.Layer<Throttle, never, Store | Audit> =>
    Layer.effect(Throttle, makeThrottle(options))
}

/** Failures that tell nothing about what was attempted. */
const UNANSWERED: ReadonlySet<string> = new Set(["Busy", "HasherError", "HookFailed", "StoreError"])

/** Looked up in place of a user who does not exist, so that the store does the same work (ENU-02). */
const nobody: Owner = { id: UserId(""), epoch: 0 }

const makeThrottle = Effect.fnUntraced(function* (options: ThrottleOptions) {
  const { attempts } = yield* Store
  const audit = yield* Audit
  const signs = makeKnownSigns(attempts)
  const limits = limitsOf(options)

  const count = Effect.fnUntraced(function* (
    buckets: ReadonlyArray<Bucket>,
    refusal: { readonly action: ThrottledAction; readonly subject: UserId | null; readonly client: Client }
  ) {
    const now = yield* Clock.currentTimeMillis
    const retryAt = yield* attempts.hit(buckets, now)
    if (retryAt === null) return
    yield* audit.append("throttle.blocked", { ...refusal, details: { action: refusal.action, retryAt } })
    return yield* new TooManyAttempts({ retryAt, retryAfter: Math.max(1, Math.ceil((retryAt - now) / SECOND_MS)) })
  })

  /**
   * From a known device an attempt counts for that device alone. From a known network it counts there, but not for the account
   * everywhere, which others may keep shut (RAT-18). Somebody with a session guesses at one account, so it does not count for
   * the network as a whole.
   */
  const placesOf = Effect.fnUntraced(function* ({ who, owner, client, device }: PasswordAttempt) {
    const now = yield* Clock.currentTimeMillis
    const target = targetOf(who)
    const network = networkOf(client.ip)
    const near = (...parts: ReadonlyArray<string>): Bucket => ({
      key: bucketKey(...parts),
      limit: limits.accountAndNetwork
    })
    if (owner !== null && device !== null && (yield* signs.knowsDevice(owner, device, now))) {
      const own = near("account-device", owner.id, device)
      return { buckets: [own], near: own, isKnownDevice: true }
    }
    const isKnownNetwork = yield* signs.knowsNetwork(owner ?? nobody, network, now)
    const byNetwork = typeof who === "string" ? [] : [{ key: bucketKey("network", network), limit: limits.network }]
    const byAccount = isKnownNetwork ? [] : [{ key: bucketKey("account", ...target), limit: limits.account }]
    const here = near("account-network", ...target, network)
    return { buckets: [...byNetwork, here, ...byAccount], near: here, isKnownDevice: false }
  })

  const orTakeBack: Throttle["Service"]["orTakeBack"] = (buckets, work, hasBegun = () => true) =>
    Effect.onError(work, (cause) => {
      const isAnswered = cause.reasons.some(
        (reason) => Cause.isFailReason(reason) && !UNANSWERED.has(reason.error._tag)
      )
      const isGuess = isAnswered || (Cause.hasInterrupts(cause) && hasBegun())
      if (isGuess) return Effect.void
      return Effect.ignore(Effect.flatMap(Clock.currentTimeMillis, (now) => attempts.takeBack(buckets, now)))
    })

  return Throttle.of({
    attemptPassword: Effect.fnUntraced(function* (attempt) {
      const places = yield* placesOf(attempt)
      yield* count(places.buckets, { ...attempt, subject: attempt.owner?.id ?? null })
      return places
    }),
    succeed: Effect.fnUntraced(function* ({ buckets, near }, { action, owner, client }) {
      const now = yield* Clock.currentTimeMillis
      yield* attempts.forget(near, now)
      const wide = buckets.filter((bucket) => bucket !== near)
      if (wide.length > 0) yield* attempts.takeBack(wide, now)
      if (action === "login") yield* signs.rememberNetwork(owner, networkOf(client.ip), now)
    }),
    attempt: Effect.fnUntraced(function* (action, client, whose = null) {
      const buckets = bucketsOf(limits, action, networkOf(client.ip), whose)
      yield* count(buckets, { action, subject: whose, client })
      return buckets
    }),
    attemptMail: (kind, client, name) =>
      count(mailBucketsOf(limits, kind, networkOf(client.ip), name), { action: "mail", subject: null, client }),
    mailboxTakes: (kind, to, subject) =>
      count([mailboxOf(limits, kind, to)], { action: "mail", subject, client: unknownClient }).pipe(
        Effect.as(true),
        Effect.catchTag("TooManyAttempts", () => Effect.succeed(false))
      ),
    orTakeBack,
    takeBack: (buckets) => Effect.flatMap(Clock.currentTimeMillis, (now) => attempts.takeBack(buckets, now)),
    rememberDevice: (owner, device, before) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => signs.rememberDevice(owner, device, before, now))
  })
})

const targetOf = (who: PasswordAttempt["who"]): ReadonlyArray<string> => {
  if (typeof who === "string") return ["user", who]
  return who === null ? ["name"] : ["name", who.kind, who.canonical]
}
