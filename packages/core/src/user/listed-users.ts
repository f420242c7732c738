import { UserId } from "../secret/user-id.ts"
import { byCodePoint } from "../vocabulary/code-points.ts"
import type { User } from "./user.ts"
import type { UserCount, UserFilter, UserListing, UserPage, UserPlace, UserSearch } from "./user-list.ts"

/*
 * How stores list and count users. Pure: a store reads its indexes and rows, and these rules say who is on the page. Every store
 * lists by them.
 */

/** How many users one call looks at, at most, when no index has what it looks for (ADM-11). */
export const MOST_LOOKED_AT = 2_000

/** How far an index is counted. */
export const MOST_COUNTED = 10_000

/** So many at once, because others wait meanwhile. */
const MOST_AT_ONCE = 500

/** A user with the names that a query looks at. */
export interface NamedUser {
  readonly user: User
  readonly canonicalUsername: string | null
  readonly canonicalEmail: string | null
}

/** What a store finds at a place: a user, or null when the user is gone by now. */
export interface FoundUser {
  readonly place: UserPlace
  readonly row: NamedUser | null
}

/** What a store reads next: at most `most` entries after a place. Fewer mean that the list ends there. */
export interface UserStep {
  readonly after: UserPlace | null
  readonly most: number
}

/** What a user is found by: of all that the query finds, the first. Null if it does not find them. */
export const foundBy = ({ user, canonicalUsername, canonicalEmail }: NamedUser, query: string): string | null => {
  const domain = canonicalEmail?.includes("@") ? canonicalEmail.slice(canonicalEmail.indexOf("@")) : null
  const names = [canonicalUsername, canonicalEmail, domain].filter((name) => name?.startsWith(query) === true)
  const all = user.id === query ? [...names, query] : names
  return all.filter((name) => name !== null).sort(byCodePoint)[0] ?? null
}

export const fitsFilter = (user: User, { isActive, isSuperuser, isVerified, role }: UserFilter): boolean =>
  (isActive ?? user.isActive) === user.isActive &&
  (isSuperuser ?? user.isSuperuser) === user.isSuperuser &&
  (isVerified ?? user.isVerified) === user.isVerified &&
  (role === undefined || user.roles.includes(role))

/** The order of a list: newest first, which is by id, or with a query by what users are found by, and then by id. */
export const inListOrder =
  (query: string | null) =>
  (a: UserPlace, b: UserPlace): number =>
    query === null ? byCodePoint(b.id, a.id) : byCodePoint(a.name, b.name) || byCodePoint(a.id, b.id)

/** Where a list with this query starts to read: after this place. */
export const startOf = (query: string, after: UserPlace | null): UserPlace =>
  after !== null && byCodePoint(query, after.name) <= 0 ? after : { name: query, id: UserId("") }

/**
 * Makes a page from the steps that it asks for, and looks at no more than `MOST_LOOKED_AT` users. A user has an entry for each name that the query finds, and
 * counts at the first one alone, judged by the row: an index that lags behind it lists nobody twice.
 */
export function* gatherUsers(listing: UserListing): Generator<UserStep, UserPage, ReadonlyArray<FoundUser>> {
  const { query, filter, limit } = listing
  const items: Array<User> = []
  let lastItem = listing.after
  let after = listing.after
  let looked = 0
  for (let wanted = limit + 1; ; wanted *= 2) {
    const most = Math.min(wanted, MOST_AT_ONCE, MOST_LOOKED_AT - looked)
    const entries = yield { after, most }
    for (const { place, row } of entries) {
      if (row === null || !isListed(row, place, query, filter)) continue
      if (items.length === limit) return { items, next: lastItem }
      items.push(row.user)
      lastItem = place
    }
    if (entries.length < most) return { items, next: null }
    looked += entries.length
    after = entries.at(-1)?.place ?? after
    if (looked >= MOST_LOOKED_AT) return { items, next: after }
  }
}

/** Counts in the steps that it asks for, and looks at no more than `MOST_LOOKED_AT` users. For what no index counts. */
export function* gatherCount({ query, filter }: UserSearch): Generator<UserStep, UserCount, ReadonlyArray<FoundUser>> {
  let after: UserPlace | null = null
  let total = 0
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += MOST_AT_ONCE) {
    const entries: ReadonlyArray<FoundUser> = yield { after, most: MOST_AT_ONCE }
    total += entries.filter(({ place, row }) => row !== null && isListed(row, place, query, filter)).length
    if (entries.length < MOST_AT_ONCE) return { total, isExact: true }
    after = entries.at(-1)?.place ?? after
  }
  return { total, isExact: false }
}

/** Whether a user counts at a place. */
const isListed = (row: NamedUser, place: UserPlace, query: string | null, filter: UserFilter): boolean =>
  fitsFilter(row.user, filter) && (query === null || foundBy(row, query) === place.name)
