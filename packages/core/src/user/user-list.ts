import type { UserId } from "../secret/user-id.ts"
import type { User } from "./user.ts"

/** What listed users are like; an absent key lets pass all. These are all that a list can be filtered by (ADM-07). */
export interface UserFilter {
  readonly isActive?: boolean
  readonly isSuperuser?: boolean
  readonly isVerified?: boolean
  /** A role that they have themselves: superusers are not found by the roles that all of them have. */
  readonly role?: string
}

/** A user's place in a list: what they are found by, empty in a list without a query, and their id. */
export interface UserPlace {
  readonly name: string
  readonly id: UserId
}

/** Which users a list has. */
export interface UserSearch {
  /** The beginning of a canonical name, or of the domain of an address with its `@`, or a whole id; null for all users. */
  readonly query: string | null
  readonly filter: UserFilter
}

/** A part of a list of users. */
export interface UserListing extends UserSearch {
  /** Only users after this place; null from the start. The user may be gone. */
  readonly after: UserPlace | null
  /** At least one. */
  readonly limit: number
}

export interface UserPage {
  readonly items: ReadonlyArray<User>
  /** Where the next page begins; null at the end. A page that is short, or empty, is not the last one while this is not null. */
  readonly next: UserPlace | null
}

export interface UserCount {
  readonly total: number
  /** False when counting stopped before the end: there are so many, and there may be more. */
  readonly isExact: boolean
}
