import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import type { ThrottledAction } from "../audit/audit-event.ts"
import type { Client } from "../audit/trace.ts"
import type { SecretHash } from "../secret/credential.ts"
import { sha256Hex } from "../secret/digest.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { networkOf } from "../vocabulary/network.ts"
import { HOUR_MS, type Instant, LONGEST_COOKIE_MS, MINUTE_MS, SECOND_MS } from "../vocabulary/time.ts"
import type { Bucket, Limit } from "./attempt-store.ts"
import { TooManyAttempts } from "./throttle-errors.ts"

/** How many attempts pass before delays begin; delays double from a second up to `longestDelay` (milliseconds). */
export interface ThrottleOptions {
  readonly perAccountAndNetwork: number
  readonly perAccount: number
  readonly perNetwork: number
  readonly registrations: number
  readonly longestDelay: number
}

/** An attempt at a password: counted before any password is hashed (RAT-01), whichever way it came in (RAT-06). */
export interface PasswordAttempt {
  readonly action: ThrottledAction
  /** The user's id when the account exists, otherwise the canonical name that was tried: both are counted alike (ENU-06). */
  readonly account: string
  readonly subject: UserId | null
  readonly client: Client
  /** The hash of the device credential that was sent, if it names this account; null otherwise. */
  readonly device: SecretHash | null
}

/** Limits guessing. Counters live in the store, so they hold across processes. A store outage fails: nothing passes uncounted (RAT-07). */
export class Throttle extends Context.Service<
  Throttle,
  {
    /** Counts an attempt at a password. */
    readonly attemptPassword: (attempt: PasswordAttempt) => Effect.Effect<void, TooManyAttempts | StoreError>
    /**
     * After success: forgets what was counted for this account from this network or device, and takes back this one attempt
     * from the wider buckets that counted it, so that right passwords never lock anybody out (RAT-10). All other attempts
     * stay counted (RAT-05). Returns whether the device is trusted; the store may have forgotten it.
     */
    readonly succeed: (attempt: PasswordAttempt) => Effect.Effect<boolean, StoreError>
    /** Counts an attempt that belongs to no account: setup and registration. */
    readonly attempt: (
      action: "setup" | "register",
      client: Client
    ) => Effect.Effect<void, TooManyAttempts | StoreError>
    /** Remembers a device that logged in, for as long as its cookie lives, so that guessing from elsewhere cannot keep its owner out (RAT-03). */
    readonly trustDevice: (device: SecretHash) => Effect.Effect<void, StoreError>
  }
>()("@latchkey/core/Throttle") {
  static readonly layer = (options: ThrottleOptions): Layer.Layer<Throttle, never, Store | Audit> =>
    Layer.effect(Throttle, makeThrottle(options))
}

/** An office behind one address must not be stopped for long by one of its machines. */
const LONGEST_NETWORK_DELAY_MS = MINUTE_MS

const makeThrottle = Effect.fnUntraced(function* (options: ThrottleOptions) {
  const { attempts } = yield* Store
  const audit = yield* Audit

  const limit = (free: number, longest: number): Limit => ({
    free,
    delay: SECOND_MS,
    longest: Math.min(longest, options.longestDelay),
    forget: 15 * MINUTE_MS
  })
  const limits = {
    accountAndNetwork: limit(options.perAccountAndNetwork, options.longestDelay),
    account: limit(options.perAccount, options.longestDelay),
    network: limit(options.perNetwork, LONGEST_NETWORK_DELAY_MS),
    registrations: { ...limit(options.registrations, options.longestDelay), forget: HOUR_MS }
  }

  const nearKey = (attempt: PasswordAttempt, viaDevice: boolean) =>
    viaDevice && attempt.device !== null
      ? bucketKey("account-device", attempt.account, attempt.device)
      : bucketKey("account-network", attempt.account, networkOf(attempt.client.ip))

  const isTrusted = (attempt: PasswordAttempt, now: Instant) =>
    attempt.device === null ? Effect.succeed(false) : attempts.isTrusted(bucketKey("device", attempt.device), now)

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

  const networkBucket = (client: Client): Bucket => ({
    key: bucketKey("network", networkOf(client.ip)),
    limit: limits.network
  })

  const accountBucket = ({ account }: PasswordAttempt): Bucket => ({
    key: bucketKey("account", account),
    limit: limits.account
  })

  return Throttle.of({
    attemptPassword: Effect.fnUntraced(function* (attempt) {
      const viaDevice = yield* isTrusted(attempt, yield* Clock.currentTimeMillis)
      const near: Bucket = { key: nearKey(attempt, viaDevice), limit: limits.accountAndNetwork }
      yield* count(viaDevice ? [near] : [networkBucket(attempt.client), near, accountBucket(attempt)], attempt)
    }),
    succeed: Effect.fnUntraced(function* (attempt) {
      const now = yield* Clock.currentTimeMillis
      const viaDevice = yield* isTrusted(attempt, now)
      yield* attempts.forget(nearKey(attempt, viaDevice))
      if (!viaDevice) yield* attempts.takeBack([networkBucket(attempt.client), accountBucket(attempt)], now)
      return viaDevice
    }),
    attempt: (action, client) =>
      count(
        action === "setup"
          ? [networkBucket(client)]
          : [{ key: bucketKey("register", networkOf(client.ip)), limit: limits.registrations }],
        { action, subject: null, client }
      ),
    trustDevice: Effect.fnUntraced(function* (device) {
      const now = yield* Clock.currentTimeMillis
      yield* attempts.trust(bucketKey("device", device), now + LONGEST_COOKIE_MS)
    })
  })
})

/** Hashed, so that the store holds neither names nor addresses, and every key has the same length (RAT-08). */
const bucketKey = (...parts: ReadonlyArray<string>): string => sha256Hex(JSON.stringify(parts))
