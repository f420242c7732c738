import type * as Effect from "effect/Effect"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Code, CodePurpose } from "./code.ts"

/** A code with the hash of its secret. */
export interface NewCode {
  readonly code: Code
  readonly hash: SecretHash
}

/** Names one code: user, purpose and secret must all fit, so that a code opens nothing but what it was made for (REC-02). */
export interface CodeKey {
  readonly owner: UserId
  readonly purpose: CodePurpose
  readonly hash: SecretHash
}

/** What becomes of the code that a user has for the same purpose: it ends, or it stays, for longer, if it can still be used. */
export type CodeInsertion = "replace" | "or-prolong"

/**
 * Where one-time codes live. A user has at most one for each purpose. It is there from `insert` or `restore` until another takes its place, it is
 * removed, or its user is removed; the store may also drop it some time after its end. Each verb is atomic: of parallel calls each
 * sees what the one before it left. The texts in a code are opaque and round-trip. A change of the user leaves their codes as they
 * are: core judges epoch and address.
 */
export interface CodeStore {
  /**
   * Adds a code, just as given, in place of the one that its user has for the same purpose, which then opens nothing (REC-03). With
   * `"or-prolong"`, if that one can still be used at the new one's `createdAt`, it stays, until the later of both ends (`stayingCode`),
   * and the answer is false: of parallel inserts with `"or-prolong"` where none can be used, exactly one is true. Otherwise always true.
   */
  readonly insert: (code: NewCode, insertion: CodeInsertion) => Effect.Effect<boolean, StoreError>
  /** The code, if user, purpose and hash fit: used or not, past its end or not. */
  readonly find: (key: CodeKey) => Effect.Effect<Code | null, StoreError>
  /**
   * Uses a code by the rule of `consumedCode`: of any number of parallel calls exactly one is `isFirst` (REC-01). The answer is the code
   * as it is afterwards, with the time of the first use. Null, and nothing changes, when the key does not fit, or the time is not the
   * code's, used or not. Never brings back a code that is gone, or that another replaced.
   */
  readonly consume: (
    key: CodeKey,
    at: Instant
  ) => Effect.Effect<{ readonly code: Code; readonly isFirst: boolean } | null, StoreError>
  /**
   * Makes a used code one that can be used again, and leaves everything else of it (`givenBackCode`): of parallel calls exactly one is
   * true. False, and nothing changes, when the key does not fit or the code was not used. Never brings back a code that is gone, or
   * that another replaced.
   */
  readonly giveBack: (key: CodeKey) => Effect.Effect<boolean, StoreError>
  /** The codes of a user, at most one for each purpose, in any state and order. */
  readonly list: (owner: UserId) => Effect.Effect<ReadonlyArray<Code>, StoreError>
  /** As `list`, with the hashes: for a backup. */
  readonly export: (owner: UserId) => Effect.Effect<ReadonlyArray<NewCode>, StoreError>
  /** As `sessions.restore`, for codes: one whose user has a code for its purpose already is not added. */
  readonly restore: (codes: ReadonlyArray<NewCode>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
  /**
   * Removes a code, in any state; with the hash null, whichever the user has for this purpose. False when there is none: of parallel
   * calls for one code exactly one is true. With a hash it never removes the code that took the place of that one.
   */
  readonly remove: (
    key: Omit<CodeKey, "hash"> & { readonly hash: SecretHash | null }
  ) => Effect.Effect<boolean, StoreError>
  /** Removes all codes of a user, in any state, and returns how many: parallel calls count each code once. */
  readonly removeAll: (owner: UserId) => Effect.Effect<number, StoreError>
  /**
   * Removes at most `limit` codes whose `expiresAt` was not after `before`, used or not, of any users, and returns how many. Never
   * one that took the place of an ended one.
   */
  readonly removeExpired: (before: Instant, limit: number) => Effect.Effect<number, StoreError>
}
