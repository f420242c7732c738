import type * as Effect from "effect/Effect"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreError } from "../store/store-error.ts"
import type { ListPage } from "../vocabulary/page.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Challenge, ChallengeId, DeniedBy, OwnChallenge, PendingChallenge } from "./challenge.ts"
import type { TooManyChallenges, UserCodeTaken } from "./cli-login-errors.ts"

/** A challenge with the hash of the secret by which its program polls. */
export interface NewChallenge {
  readonly challenge: PendingChallenge
  readonly secretHash: SecretHash
}

/** Names one challenge by what its program has: both must fit. */
export interface ChallengeSecret {
  readonly id: ChallengeId
  readonly hash: SecretHash
}

/** Names one challenge of the user who claimed it; both must fit, so nobody can name another's (DEV-09). */
export interface ChallengeKey {
  readonly owner: UserId
  readonly id: ChallengeId
}

/** What a user decides. A denied challenge is kept until `keptUntil`. */
export type Decision =
  | { readonly to: "approved"; readonly epoch: number; readonly numberHash: SecretHash | null }
  | { readonly to: "denied"; readonly by: DeniedBy; readonly keptUntil: Instant }

/** What a program presents to get what it was approved for. What ends by it is kept until `keptUntil`. */
export interface Redemption {
  readonly at: Instant
  /** The hash of the number that it sent; null for none. */
  readonly numberHash: SecretHash | null
  readonly keptUntil: Instant
}

/** What became of a call of `redeem`. */
export type RedeemOutcome = "redeemed" | "number-missing" | "number-wrong" | "not-approved"

/**
 * Where the challenges of CLI logins live. A challenge is there from `insert` until its `keptUntil` has passed, or until the
 * user who claimed it is removed or claims too many later ones. Each verb that changes one is atomic: of parallel calls each sees
 * what the one before it left (DEV-10).
 */
export interface ChallengeStore {
  /**
   * Adds a challenge. Fails with `TooManyChallenges` and writes nothing when `most` challenges are not past their end at its
   * `createdAt`, whatever their state. Of parallel inserts no more pass than the limit allows (DEV-13). Fails with
   * `UserCodeTaken` and writes nothing when the code leads to a challenge that is not past its end at that time, whatever its
   * state: it never replaces one, and of parallel inserts with one code exactly one passes (DEV-18). Where both are met, either is
   * told. An id that is there is a `StoreError`.
   *
   * A code whose challenge is past its end leads to the new one from then on. The old one stays as it is, and when it is removed
   * later, the code still leads to the new one.
   */
  readonly insert: (
    challenge: NewChallenge,
    most: number
  ) => Effect.Effect<void, UserCodeTaken | TooManyChallenges | StoreError>
  /**
   * The challenge that this code leads to, if this user has claimed it, or claims it by this call (`claimedChallenge`): of parallel
   * calls of different users exactly one gets it, and the others null (DEV-09). A challenge that is past its end, or that is
   * decided, is given as it is to the user who claimed it, and to nobody else. One that nobody claimed before its end is given to
   * everybody as it is, `pending`, and is nobody's. A code leads to its challenge at least until `EXPIRED_KEPT_MS` after the end.
   *
   * A call that claims also removes the owner's oldest beyond `most`, in any state (`challengesBeyond`): never the one that is
   * claimed, and at most `MOST_ENDED` (OPS-07). After parallel claims of one owner there are no more than `most` either.
   */
  readonly claim: (
    codeHash: SecretHash,
    owner: UserId,
    at: Instant,
    most: number
  ) => Effect.Effect<Challenge | null, StoreError>
  /** The challenge, if this user has claimed it. */
  readonly find: (key: ChallengeKey) => Effect.Effect<OwnChallenge | null, StoreError>
  /**
   * Approves or denies by the rule of `decidedChallenge`. Null when there is no such challenge of this user; otherwise the challenge
   * as it is afterwards, and whether this call decided it: of parallel approvals with a number exactly one did, of those that take the
   * number away again exactly one, and of parallel denials. A denial
   * takes an approval back, so after a parallel approval and denial the challenge is denied; of a parallel denial and redemption
   * exactly one is done (DEV-10).
   */
  readonly decide: (
    key: ChallengeKey,
    decision: Decision,
    at: Instant
  ) => Effect.Effect<{ readonly challenge: OwnChallenge; readonly isDone: boolean } | null, StoreError>
  /**
   * The challenge of this secret, with its pace counted by the rule of `polledChallenge`: of any number of parallel polls, all but
   * the first are early (DEV-05). Null when the id or the secret does not fit.
   */
  readonly poll: (
    secret: ChallengeSecret,
    at: Instant
  ) => Effect.Effect<{ readonly challenge: Challenge; readonly isEarly: boolean } | null, StoreError>
  /**
   * Redeems an approved challenge by the rule of `redeemedChallenge`: of any number of parallel calls exactly one is `"redeemed"`
   * (DEV-06), and no more numbers are tried than allowed (DEV-20). Null when the id or the secret does not fit.
   */
  readonly redeem: (
    secret: ChallengeSecret,
    redemption: Redemption
  ) => Effect.Effect<{ readonly challenge: Challenge; readonly outcome: RedeemOutcome } | null, StoreError>
  /** A page of the challenges that this user claimed, in any state, newest first (SES-24). */
  readonly list: (owner: UserId, page: ListPage) => Effect.Effect<ReadonlyArray<OwnChallenge>, StoreError>
  /** Removes all challenges that this user claimed, and returns how many. */
  readonly removeAll: (owner: UserId) => Effect.Effect<number, StoreError>
  /** Removes at most `limit` challenges whose `keptUntil` was not after `before`, and returns how many (DEV-15). */
  readonly removeExpired: (before: Instant, limit: number) => Effect.Effect<number, StoreError>
}
