import type * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import type { SessionId } from "../session/session.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AccountName, CanonicalName } from "./account-name.ts"
import type { EditedFields, User } from "./user.ts"
import type { AccountNameTaken, EditConflict, LastSuperuser } from "./user-errors.ts"
import type { UserCount, UserListing, UserPage, UserSearch } from "./user-list.ts"

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
  readonly roles?: ReadonlyArray<string>
}

/** A change on the authority of somebody else than the user. */
export interface ChangeByOthers extends UserChange {
  /** `end`: where the change is made, the codes that were mailed to the user end in the same step. */
  readonly codes?: "end"
}

/** Fields that administrators alone may change. */
export type AdminField = "isActive" | "isSuperuser" | "isVerified" | "mustChangePassword" | "roles"

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

/** What became of a user that was to be restored. `there`: one with this id is, and stays as it is. */
export type UserRestoration = "added" | "there" | "name-taken"

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
  /**
   * At most `limit` users that pass the filter. Without a query newest first: by id, the largest first. With one, those whose
   * canonical username or address begins with it, or the domain of their address with its `@` (from the first `@` on), and the
   * one whose id it is; literally, in the order of what they are found by and then of ids, as UTF-8. Whoever is found by several names is listed
   * once, at the first.
   * Reads a page in milliseconds, however many users there are: superusers and inactive users have an index, and for another filter
   * it looks at no more than `MOST_LOOKED_AT` users. Then `next` says where to go on, also from an empty page (ADM-11). Who is there from the first page to
   * the last and keeps their names is on exactly one of them (ADM-12).
   */
  readonly list: (listing: UserListing) => Effect.Effect<UserPage, StoreError>
  /**
   * How many users `list` finds. Exact without a query and a filter. Otherwise it may stop: after `MOST_LOOKED_AT` users, or
   * `MOST_COUNTED` entries of an index. Then `isExact` is false, and there are at least so many.
   */
  readonly count: (search: UserSearch) => Effect.Effect<UserCount, StoreError>
  /**
   * Changes a user in one step and returns the result; null when there is no such user. An e-mail address with another
   * canonical form becomes unverified, unless the change says otherwise. Nobody without an address becomes or stays verified,
   * whatever the change says (REG-10). A change of `isActive`, `isSuperuser` or
   * `mustChangePassword` adds one to the epoch; setting them to what they are does not. Fails with `AccountNameTaken`, or with `LastSuperuser` when no superuser would be left, and then changes nothing:
   * two superusers who demote each other at the same moment leave one. Making a superuser completes setup.
   * With `codes: "end"` it removes every code of the user, in any state, in the same step; when it fails, none (ADM-19).
   */
  readonly change: (
    id: UserId,
    change: ChangeByOthers,
    at: Instant
  ) => Effect.Effect<User | null, AccountNameTaken | LastSuperuser | StoreError>
  /**
   * Changes a user as `change` does, if the row's edited fields still are as seen: else fails with `EditConflict`, and changes nothing
   * (ADM-15). Of parallel edits that saw the same and change it, exactly one wins. Where a name is taken or the superuser is the
   * last one, too, it fails with any of these.
   */
  readonly edit: (
    id: UserId,
    seen: EditedFields,
    change: ChangeByOthers,
    at: Instant
  ) => Effect.Effect<User | null, AccountNameTaken | LastSuperuser | EditConflict | StoreError>
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
  /**
   * At most `limit` users, with all that is kept of them, in the order of their ids, after this id, whose user may be gone: for a
   * backup. Ids of other than ASCII may be in an order of the store's own.
   */
  readonly export: (after: UserId | null, limit: number) => Effect.Effect<ReadonlyArray<NewUser>, StoreError>
  /**
   * Adds users just as given, at most `MOST_RESTORED`, each in a step of its own, and says of each what became of it. One whose id is in
   * use, or one of whose names, is not added, and nothing is changed that is there. Of parallel calls for one user exactly one adds it.
   * An active superuser completes setup. A call that failed may have added some, and may be made again.
   */
  readonly restore: (users: ReadonlyArray<NewUser>) => Effect.Effect<ReadonlyArray<UserRestoration>, StoreError>
}
