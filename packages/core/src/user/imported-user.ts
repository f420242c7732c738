import type { Trace } from "../audit/trace.ts"
import type { UserId } from "../secret/user-id.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AccountNameProblem } from "./account-name.ts"
import type { UserRestoration } from "./user-store.ts"

/** A user of another system. What is absent is as for a new user. */
export interface UserToImport {
  /** The id there. A UUID stays as it is; any other text becomes a UUID (`importedUserId`). */
  readonly id: string
  /** At least one name. An empty one counts as none. */
  readonly username?: string | null
  readonly email?: string | null
  /** As stored there, of a kind that the option `legacyPasswords` lists, or argon2id with the parameters of new hashes. Without one, or with an empty one, nobody can log in by password yet. */
  readonly passwordHash?: string | null
  /** Default true. */
  readonly isActive?: boolean
  readonly isSuperuser?: boolean
  readonly isVerified?: boolean
  readonly mustChangePassword?: boolean
  /** Roles that the option `roles` declares. */
  readonly roles?: ReadonlyArray<string>
  /** Default now. A time in the future counts as now. */
  readonly createdAt?: Instant
  readonly updatedAt?: Instant
  readonly lastLoginAt?: Instant | null
}

/** Where the users come from. */
export interface ImportContext extends Trace {
  /** The name of the other system, such as `fastpluggy`. Ids that are no UUIDs become other ones under another name. */
  readonly source: string
  /** Only says what would become of each, and adds nobody. Of users in different calls it cannot see that they share a name. */
  readonly isRehearsal?: boolean
  /**
   * Also adds users who were removed here since an earlier import, as the audit trail tells. Nothing of the other system opens their
   * accounts but their passwords: tokens and links ended with the removal. Default false.
   */
  readonly returnsRemoved?: boolean
}

/** The field for which a user was not imported. */
export type RefusedField =
  | "id"
  | "username"
  | "email"
  | "passwordHash"
  | "roles"
  | "createdAt"
  | "updatedAt"
  | "lastLoginAt"

/**
 * What became of a user who was to be imported. `there`: a user with this id exists, from an earlier import for example, and stays as
 * they are. `removed`: they were here and were removed, and stay so. `name-taken`: another user has one of the names. `refused`: the field
 * cannot be; `unknown` is a hash that has other parameters than new ones and is of no kind that `legacyPasswords` lists, or a role that is
 * not declared.
 */
export type UserImport =
  | {
      readonly outcome: UserRestoration | "removed"
      readonly id: UserId
      /** Whether a user was added who had been removed. */
      readonly isReturned?: boolean
    }
  | {
      readonly outcome: "refused"
      /** Null where the id itself cannot be. */
      readonly id: UserId | null
      readonly field: RefusedField
      readonly problem: AccountNameProblem | "unknown"
    }
