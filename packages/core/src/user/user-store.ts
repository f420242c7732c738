import type * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import type { SessionId } from "../session/session.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AccountName, CanonicalName } from "./account-name.ts"
import type { User } from "./user.ts"
import type { AccountNameTaken, LastSuperuser } from "./user-errors.ts"

/** A user to add. Their names come with the canonical forms, which only core computes. */
export interface NewUser {
  readonly user: User
  readonly canonicalUsername: string | null
  readonly canonicalEmail: string | null
  /** Null for a user who cannot log in with a password yet. */
  readonly passwordHash: string | null
  /** How many single sessions and tokens of the user have been ended; 0 for a new user. */
  readonly revocations: number
}

/** What to change; an absent key stays as it is. */
export interface UserChange {
  readonly username?: AccountName
  readonly email?: AccountName
  readonly isActive?: boolean
  readonly isSuperuser?: boolean
  readonly isVerified?: boolean
  readonly mustChangePassword?: boolean
}

/** Fields that administrators alone may change. */
export type AdminField = "isActive" | "isSuperuser" | "isVerified" | "mustChangePassword"

/**
 * What may change by a proof: what users change about themselves, and what a code from their mailbox changes. An absent key stays
 * as it is.
 */
export interface ProvedChange extends Omit<UserChange, Exclude<AdminField, "isVerified">> {
  readonly password?: NewPassword
}

export interface NewPassword {
  /** Null takes the password away: nobody logs in with one until a code from a mailbox has set another. */
  readonly hash: string | null
  readonly mustChangePassword: boolean
  /** The session that goes on. Null ends them all. */
  readonly keep: SessionId | null
}

/** What the permission for a change rests on. The step that makes the change compares it with the user's row. */
export interface Proof {
  readonly epoch: number
  /** Null when no single session or token is behind the change. */
  readonly revocations: number | null
  /**
   * The user's address in canonical form, where a code from a mailbox is behind the change; null for a user without one. Absent
   * when any will do.
   */
  readonly canonicalEmail?: string | null
}

/** What an account that the configuration takes over gets. */
export interface Promotion {
  readonly passwordHash: string
  readonly mustChangePassword: boolean
  /** The account's e-mail address from now on, verified; without it, the address stays as it is. */
  readonly email?: AccountName
}

export interface UserWithPassword {
  readonly user: User
  readonly passwordHash: string | null
  readonly revocations: number
}

export interface UserPage {
  readonly items: ReadonlyArray<User>
  readonly total: number
}

/**
 * Where users live. Each method's comment is its law, checked by `storeConformance`. Ids and canonical names are opaque
 * text: any well-formed string round-trips. "Superuser" below always means active and superuser.
 */
export interface UserStore {
  /**
   * Adds a user, unless one of its canonical names is in use: then fails with `AccountNameTaken` and writes nothing. Of parallel inserts
   * of one name exactly one wins. Adding a superuser completes setup. An id that is in use is a `StoreError`.
   */
  readonly insert: (user: NewUser) => Effect.Effect<void, AccountNameTaken | StoreError>
  /**
   * Adds the first superuser and completes setup, in one step. False, and nothing is written, when setup was complete:
   * of parallel calls exactly one is true. A taken name fails with `AccountNameTaken` and leaves setup open.
   */
  readonly insertFirstAdmin: (user: NewUser) => Effect.Effect<boolean, AccountNameTaken | StoreError>
  /** Whether a superuser has ever existed. Once true it stays true, even when every superuser is removed (SET-03). */
  readonly isSetUp: Effect.Effect<boolean, StoreError>
  readonly find: (id: UserId) => Effect.Effect<User | null, StoreError>
  /** The user with this canonical name, with the stored password hash: for the one service that checks passwords. */
  readonly findByName: (name: CanonicalName) => Effect.Effect<UserWithPassword | null, StoreError>
  readonly findWithPassword: (id: UserId) => Effect.Effect<UserWithPassword | null, StoreError>
  /** Users in order of id, from `offset`, at most `limit`; `query` keeps those with a canonical name that contains it, literally. */
  readonly list: (page: {
    readonly query: string | null
    readonly offset: number
    readonly limit: number
  }) => Effect.Effect<UserPage, StoreError>
  /**
   * Changes a user in one step and returns the result; null when there is no such user. An e-mail address with another
   * canonical form becomes unverified, unless the change says otherwise. Nobody without an address becomes or stays verified,
   * whatever the change says (REG-10). A change of `isActive`, `isSuperuser` or
   * `mustChangePassword` adds one to the epoch; setting them to what they are does not. Fails with `AccountNameTaken`, or with `LastSuperuser` when no superuser would be left, and then changes nothing:
   * two superusers who demote each other at the same moment leave one. Making a superuser completes setup.
   */
  readonly change: (
    id: UserId,
    change: UserChange,
    at: Instant
  ) => Effect.Effect<User | null, AccountNameTaken | LastSuperuser | StoreError>
  /**
   * Changes a user in one step, if the row still is what the proof says. Returns the user as it now is. Null, and nothing changes,
   * when it is not: what ended a moment ago changes nothing (SES-20), and a code opens nothing for another address (REC-02). Names
   * and `isVerified` are changed as by `change`.
   * A new password adds one to the epoch, and so does one that is taken away. The session `keep`, if it had the epoch before, moves to
   * the new one in the same step, and no other does (SES-21).
   */
  readonly changeWithProof: (
    id: UserId,
    change: ProvedChange,
    proof: Proof,
    at: Instant
  ) => Effect.Effect<User | null, AccountNameTaken | StoreError>
  /**
   * Takes the address with this canonical form away from a user who never proved it, and changes nothing else (`userWithoutEmail`):
   * somebody else has proved the mailbox. From then on the address is free, and the user may have no name at all. Returns the user as
   * it now is. Null, and nothing changes, when there is no such user, or they have another address, or theirs is verified: of parallel
   * calls exactly one takes it.
   */
  readonly releaseEmail: (id: UserId, canonicalEmail: string, at: Instant) => Effect.Effect<User | null, StoreError>
  /**
   * Adds one to the count of ended credentials, and changes nothing else. Called after each session or token that is ended by
   * itself, before that is answered. From then on `changeWithProof` refuses what was proved before. Nothing when the user is gone.
   */
  readonly countRevocation: (id: UserId) => Effect.Effect<void, StoreError>
  /** Replaces the password hash if it still is `from`, and nothing else: the same password, with a newer hash (PWD-12). */
  readonly rehash: (
    id: UserId,
    change: { readonly from: string; readonly to: string }
  ) => Effect.Effect<boolean, StoreError>
  /** Adds one to the epoch, which ends every credential of the user, and returns the user as it now is. Null when there is no such user. */
  readonly endCredentials: (id: UserId, at: Instant) => Effect.Effect<User | null, StoreError>
  /**
   * Makes a user an active superuser who is not one, with this password hash and this verified e-mail address, if it names
   * one, and adds one to the epoch. Completes setup. Null, and nothing changes, when there is no such user or already is one:
   * of parallel calls exactly one promotes. Fails with `AccountNameTaken`, and changes nothing, when the address is another user's.
   */
  readonly promote: (
    id: UserId,
    promotion: Promotion,
    at: Instant
  ) => Effect.Effect<User | null, AccountNameTaken | StoreError>
  /** Notes a log-in. Never moves the time backwards; a removed user stays removed. */
  readonly recordLogin: (id: UserId, at: Instant) => Effect.Effect<void, StoreError>
  /**
   * Removes a user and everything that belongs to it, in one step (ADM-06); of many credentials it may end some before (OPS-07).
   * False when it was gone already. Fails with `LastSuperuser`, like `change`, whatever the proof says. With a proof, it compares
   * that in the same step, as `changeWithProof` does: false, and nothing is removed, when the row no longer is what it says (SES-20).
   */
  readonly remove: (id: UserId, proof: Proof | null) => Effect.Effect<boolean, LastSuperuser | StoreError>
}
