import type * as Effect from "effect/Effect"
import type { StoreError } from "../store/store-error.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Mark, MarkStep } from "./mark.ts"

/**
 * How many attempts a bucket takes before it slows down, and how. The first `free` attempts pass without a pause; with the
 * last of them the bucket shuts for `delay`, and with each later attempt for twice the time before, up to `longest`. It
 * forgets everything after `forget` without an attempt. Milliseconds. There is no permanent lock-out (RAT-03).
 */
export interface Limit {
  readonly free: number
  readonly delay: number
  readonly longest: number
  readonly forget: number
}

/** One bucket to count an attempt in. Keys are hashes, so that the store holds no name or address as text (RAT-08). */
export interface Bucket {
  readonly key: string
  readonly limit: Limit
}

/** What a store keeps of a bucket. */
export interface BucketState {
  readonly count: number
  readonly shutUntil: Instant
  readonly forgetAt: Instant
}

/**
 * The next state of a bucket when an attempt is made; null when it is shut. Pure: every store counts by this rule or a copy in
 * its own language.
 *
 * No bucket shuts for more than `longest`. One that seems shut for more than twice as long was counted by a clock that has been
 * set back since: it takes the attempt, and keeps its count (RAT-11).
 */
export const countAttempt = (state: BucketState | null, limit: Limit, at: Instant): BucketState | null => {
  const known = state !== null && at < state.forgetAt ? state : { count: 0, shutUntil: 0, forgetAt: 0 }
  if (at < known.shutUntil && known.shutUntil <= at + 2 * limit.longest) return null
  const count = known.count + 1
  const excess = count - limit.free
  const pause = excess < 0 ? 0 : Math.min(limit.longest, limit.delay * 2 ** Math.min(excess, 40))
  return { count, shutUntil: pause === 0 ? 0 : at + pause, forgetAt: at + pause + limit.forget }
}

/**
 * The next state of a bucket when one attempt is taken back; null, which means forgotten, when no attempt is left or the
 * bucket was forgotten already. With fewer than the free attempts left it is open; otherwise it stays shut for as long as it
 * was. It is not kept for longer. Pure, like `countAttempt`.
 */
export const takeBackAttempt = (state: BucketState | null, limit: Limit, at: Instant): BucketState | null => {
  if (state === null || at >= state.forgetAt || state.count <= 1) return null
  const count = state.count - 1
  return { ...state, count, shutUntil: count < limit.free ? 0 : state.shutUntil }
}

/** What names a shared bucket: its place among those of its limit. Limits are few, for they are settings. */
export const sharedBucketName = (place: number, { free, delay, longest, forget }: Limit): string =>
  [place, free, delay, longest, forget].join(" ")

/**
 * Counters of attempts, and marks. Counters bound guessing; losing them loses no user and no session. Some marks say that a token or link
 * has ended: whoever loses those opens it again (JWT-11).
 *
 * A store has room for so many buckets (`AttemptRoom`), and no flood makes it forget one before its `forgetAt`. When there is
 * no room, a new key gets no bucket of its own: it is in one that it shares with other keys of the same limit, chosen by a hash
 * that nobody can foresee (`placeOf`, with a secret that is kept with the data). A bucket whose `forgetAt` has come leaves its
 * room to the next (RAT-14).
 */
export interface AttemptStore {
  /**
   * Counts one attempt in each bucket, in order, until one is shut: null when all took it, else the instant at which the
   * first shut one opens. A shut bucket and those after it are not counted. Each bucket counts atomically by the rule of
   * `countAttempt`: of any number of parallel attempts no more pass than the limit allows (RAT-01). That holds for shared
   * buckets too, and for the room: parallel new keys never get more buckets than there is room for.
   */
  readonly hit: (buckets: ReadonlyArray<Bucket>, at: Instant) => Effect.Effect<Instant | null, StoreError>
  /**
   * Takes back one attempt from each bucket: it was right, and so it was not a guess (RAT-10). Each bucket changes
   * atomically by the rule of `takeBackAttempt`: of any number of parallel calls each takes back one attempt, and no hit is
   * lost. Never below zero: a bucket that is gone stays gone, and the other buckets are changed all the same. A key without a
   * bucket of its own, while there is no room for one, takes back from the shared bucket.
   */
  readonly takeBack: (buckets: ReadonlyArray<Bucket>, at: Instant) => Effect.Effect<void, StoreError>
  /**
   * Forgets a bucket. From a shared one it only takes back one attempt, as `takeBack` does, because the others there are not of
   * this key.
   */
  readonly forget: (bucket: Bucket, at: Instant) => Effect.Effect<void, StoreError>
  /**
   * Sets a mark of trust, and changes the account's others in the same step, by the rule of `marksAfter`: of any number of
   * parallel calls no more than `most` marks remain, and each that is among them is whole. With `keep: "lasting"` it is kept as
   * a revocation is, such as by `sessions.close`.
   */
  readonly trust: (mark: Mark, step: MarkStep) => Effect.Effect<void, StoreError>
  /** Whether the account has a mark of this key that has not ended. */
  readonly isTrusted: (mark: Pick<Mark, "account" | "key">, at: Instant) => Effect.Effect<boolean, StoreError>
  /** Removes at most `limit` buckets and marks whose time had passed at `before`, and returns how many. */
  readonly removeExpired: (before: Instant, limit: number) => Effect.Effect<number, StoreError>
}
