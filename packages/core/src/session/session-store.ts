import type * as Effect from "effect/Effect"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreError } from "../store/store-error.ts"
import type { ListPage } from "../vocabulary/page.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Json, Session, SessionId } from "./session.ts"

/** A session with the hash of its secret, which is how it is found. */
export interface NewSession {
  readonly session: Session
  readonly hash: SecretHash
}

/** Names one session of one owner; both must fit, so nobody can name another's (SES-11). */
export interface SessionKey {
  readonly owner: UserId
  readonly id: SessionId
}

/**
 * Where sessions live. A session is there from `insert` until it is closed or past its end by the clock: a session that is
 * there is valid, and only `insert`, `replace` and `restore` can create one. Core checks epochs, the store does not.
 */
export interface SessionStore {
  /**
   * Adds a session, and in the same step ends what its owner has beyond `most`, by the order of `sessionsBeyond`: what is
   * dead already, then the oldest, never the new one. Of parallel inserts no more remain than the limit allows (SES-23). The
   * owner's own sessions and those in which an administrator acts are counted apart: neither takes the other's place (IMP-07).
   * Returns the ids of those it ended that were not dead, in any order.
   *
   * One call ends at most `MOST_ENDED`, so that it is quick. An owner who has a thousand more, from before there was a limit,
   * loses some with each call; which of them is then up to the store.
   */
  readonly insert: (session: NewSession, most: number) => Effect.Effect<ReadonlyArray<SessionId>, StoreError>
  /** The session with this secret, if its owner is this one. It may be past its end: core checks that. */
  readonly find: (owner: UserId, hash: SecretHash) => Effect.Effect<Session | null, StoreError>
  /**
   * Notes a use, if the session is there and `at` is before both of its ends; never brings one back, never shortens one,
   * never goes past `expiresAt` (SES-05). True when it did.
   */
  readonly touch: (
    key: SessionKey,
    use: { readonly at: Instant; readonly idleExpiresAt: Instant }
  ) => Effect.Effect<boolean, StoreError>
  /**
   * Replaces a session by another of the same owner, if the old one is there and `at` is before both of its ends: the old
   * secret ends and the new one begins in one step (SES-03). Otherwise false, and nothing is written.
   */
  readonly replace: (old: SessionKey, next: NewSession, at: Instant) => Effect.Effect<boolean, StoreError>
  /** A page of the owner's sessions that are not past an end at `at`, newest first (SES-24). */
  readonly list: (owner: UserId, at: Instant, page: ListPage) => Effect.Effect<ReadonlyArray<Session>, StoreError>
  /** Whether the session is there and `at` is before both of its ends. Never older than the last ending that was answered. */
  readonly isThere: (key: SessionKey, at: Instant) => Effect.Effect<boolean, StoreError>
  /** Ends a session. True when this call ended it; of parallel calls exactly one is true. */
  readonly close: (key: SessionKey) => Effect.Effect<boolean, StoreError>
  /**
   * Ends all sessions of the owner except `except`, and returns how many. Once it has returned, none that was there before the
   * call is left, and none escaped by being replaced. Of many it may end some before others (OPS-07).
   */
  readonly closeAll: (owner: UserId, except: SessionId | null) => Effect.Effect<number, StoreError>
  /** Writes `data` if `dataVersion` still is `version`, and adds one to it. False when the version moved or the session is gone (SES-16). */
  readonly setData: (
    key: SessionKey,
    change: { readonly version: number; readonly data: Json }
  ) => Effect.Effect<boolean, StoreError>
  /**
   * Moves a session to another epoch if it has the epoch `from`; never brings one back. True when it did. For users and sessions
   * that live apart; elsewhere `users.changeWithProof` does it in its own step (SES-21).
   */
  readonly setEpoch: (
    key: SessionKey,
    change: { readonly from: number; readonly to: number }
  ) => Effect.Effect<boolean, StoreError>
  /** As `list`, with the hashes: for a backup. */
  readonly export: (owner: UserId, at: Instant, page: ListPage) => Effect.Effect<ReadonlyArray<NewSession>, StoreError>
  /**
   * Adds sessions just as given, at most `MOST_RESTORED`, each in a step of its own, and says which. One whose owner has its id or hash
   * already is not added, and nothing is changed that is there. No limit counts. Their owners are there, as for `insert`. A call that
   * failed may have added some, and may be made again.
   */
  readonly restore: (sessions: ReadonlyArray<NewSession>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
  /** Removes at most `limit` sessions that were past an end at `before`, and returns how many (SES-19). */
  readonly removeExpired: (before: Instant, limit: number) => Effect.Effect<number, StoreError>
}
