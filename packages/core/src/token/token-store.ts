import type * as Effect from "effect/Effect"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreError } from "../store/store-error.ts"
import type { ListPage } from "../vocabulary/page.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AccessToken, TokenId } from "./access-token.ts"
import type { TokenAlreadyIssued, TooManyTokens } from "./token-errors.ts"

/** A token with the hash of its secret, which is how it is found. */
export interface NewToken {
  readonly token: AccessToken
  readonly hash: SecretHash
}

/** Names one token of one owner; both must fit, so nobody can name another's (PAT-07). */
export interface TokenKey {
  readonly owner: UserId
  readonly id: TokenId
}

/** A token that takes the place of another. */
export interface Rotation {
  readonly next: NewToken
  readonly at: Instant
  /** When the old one ends, unless it ends sooner anyway; `at` for at once. */
  readonly oldExpiresAt: Instant
}

/**
 * Where personal access tokens live. A token is there from `insert`, `rotate`, `import` or `restore` until it is revoked or purged: a
 * token that is there is valid, and no other verb can create one. Core checks epochs, the store does not.
 *
 * A limit counts the owner's tokens of at least the new one's epoch that are not past their end: all that may still open
 * something. So that what ended does not pile up, a verb with a limit also removes dead tokens that the owner has beyond it, by
 * `tokensBeyond`: never the new one nor the one that it replaces, and at most `MOST_ENDED` in one call (OPS-07).
 */
export interface TokenStore {
  /**
   * Adds a token, unless its owner has one with its id already: then fails with `TokenAlreadyIssued`, which has the one that is
   * there, whatever its secret and whether it is dead, and writes nothing. Of parallel inserts of one id exactly one passes,
   * also where the limit is met (PAT-13).
   *
   * Nor does it, if its owner has `most` already by the count above, at its `createdAt`: then it fails with `TooManyTokens` and
   * writes nothing. Of parallel inserts no more pass than the limit allows. A hash that its owner has already, under another
   * id, is a `StoreError`, also at the limit. Only `import` adds an imported token.
   */
  readonly insert: (
    token: NewToken,
    most: number
  ) => Effect.Effect<void, TokenAlreadyIssued | TooManyTokens | StoreError>
  /** The token with this secret, if its owner is this one. It may be past its end: core checks that. */
  readonly find: (owner: UserId, hash: SecretHash) => Effect.Effect<AccessToken | null, StoreError>
  /**
   * Notes a use, if the token is there and `at` is before its end; never brings one back, and never moves the time
   * backwards (PAT-06). True when the token was there.
   */
  readonly recordUse: (key: TokenKey, at: Instant) => Effect.Effect<boolean, StoreError>
  /**
   * Adds a token that replaces another of the same owner. The old one from now on ends at `oldExpiresAt` and is marked as
   * replaced. All in one step, if the old one is there, was not replaced before, and `at` is before its end. Otherwise false,
   * and nothing is written: of parallel calls exactly one is true. The limit is that of `insert`, at `at` and not counting the old
   * one.
   */
  readonly rotate: (
    old: TokenKey,
    rotation: Rotation,
    most: number
  ) => Effect.Effect<boolean, TooManyTokens | StoreError>
  /** A page of the owner's tokens that are not past their end at `at`, newest first (SES-24). */
  readonly list: (owner: UserId, at: Instant, page: ListPage) => Effect.Effect<ReadonlyArray<AccessToken>, StoreError>
  /** Whether the token is there and `at` is before its end. Never older than the last ending that was answered. */
  readonly isThere: (key: TokenKey, at: Instant) => Effect.Effect<boolean, StoreError>
  /** Removes a token. True when this call removed it; of parallel calls exactly one is true. */
  readonly revoke: (key: TokenKey) => Effect.Effect<boolean, StoreError>
  /** Removes all tokens of the owner, and returns how many; as `sessions.closeAll`. None escapes by being rotated. */
  readonly revokeAll: (owner: UserId) => Effect.Effect<number, StoreError>
  /**
   * Adds a token whose text names no owner, so that `ownerOf` tells whose it is; no limit counts. False, and nothing is
   * written, when an imported token with this hash is there: of parallel calls exactly one is true, also of those for different
   * owners. A call that failed may be made again. Nothing is promised for a hash that was another owner's
   * before, and is gone.
   */
  readonly import: (token: NewToken) => Effect.Effect<boolean, StoreError>
  /** As `list`, with the hashes: for a backup. */
  readonly export: (owner: UserId, at: Instant, page: ListPage) => Effect.Effect<ReadonlyArray<NewToken>, StoreError>
  /** As `sessions.restore`, for tokens. An imported one names its owner again, and is not added if its hash is another's. */
  readonly restore: (tokens: ReadonlyArray<NewToken>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
  /**
   * The owner of the imported token with this hash; null when no such token was imported. It may also name the owner of a
   * token that is gone: only `find` and `lookupToken` tell whether a token is there.
   */
  readonly ownerOf: (hash: SecretHash) => Effect.Effect<UserId | null, StoreError>
  /**
   * Removes at most `limit` tokens that were past their end at `before`, and returns how many; never one without an end. Below
   * the limit it leaves none out, even one that is being used.
   */
  readonly removeExpired: (before: Instant, limit: number) => Effect.Effect<number, StoreError>
}
