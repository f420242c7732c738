import { Audit, type Identity, type User, Users } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Which users a list shows; an absent key lets pass all. These are all that a list can be filtered by (ADM-07). */
export interface UserFilter {
  readonly isActive?: boolean
  readonly isSuperuser?: boolean
  readonly isVerified?: boolean
  readonly role?: string
}

/** What an administrator looks for. */
export interface UserSearch {
  readonly query: string
  readonly filter: UserFilter
  /** Where the page begins; null from the start. */
  readonly cursor: string | null
}

/** A page of the list, and where the next one begins; null at the end. */
export interface FoundUsers {
  readonly users: ReadonlyArray<User>
  readonly next: string | null
}

const passes = (user: User, { role, ...flags }: UserFilter): boolean =>
  (role === undefined || user.roles.includes(role)) &&
  Object.entries(flags).every(([name, wanted]) => user[name as keyof typeof flags] === wanted) // the names are a user's

/** As many as are read at once. */
const MOST = 500

/** Finds a page of users. A cursor is opaque to browsers, and whoever changes it finds another place of the same list. */
export const findUsers = Effect.fnUntraced(function* ({ query, filter, cursor }: UserSearch, limit: number) {
  const service = yield* Users
  const found: Array<User> = []
  for (let offset = Number(cursor ?? 0); ; offset += MOST) {
    const { items, total } = yield* service.list({ ...(query === "" ? {} : { query }), offset, limit: MOST })
    for (const [at, user] of items.entries()) {
      if (!passes(user, filter)) continue
      if (found.length === limit) return { users: found, next: String(offset + at) } satisfies FoundUsers
      found.push(user)
    }
    if (offset + items.length >= total || items.length === 0) return { users: found, next: null } satisfies FoundUsers
  }
})

/** Whether a text may be a cursor. */
export const isCursor = (text: string): boolean => /^\d{1,9}$/.test(text)

/** How long a form counts as the same one that was sent before. */
const SAME = 10 * 60_000

/**
 * The user whom this administrator has just made with these names, when the form comes a second time, by a click or a reload. Null if
 * the names are somebody else's, or a user's whom somebody else made.
 */
export const findJustMade = Effect.fnUntraced(function* (
  { username, email }: Pick<User, "username" | "email">,
  { user: { id: me } }: Pick<Identity, "user">
) {
  const [service, audit] = [yield* Users, yield* Audit]
  const now = yield* Clock.currentTimeMillis
  const { items } = yield* service.list({ query: username ?? email ?? "", limit: MOST })
  const found = items.find((user) => user.username === username && user.email === email)
  if (found === undefined || Math.abs(now - found.createdAt) >= SAME) return null
  const made = yield* audit.list({ type: "user.created", user: found.id })
  return made.some(({ event }) => event.actor === me) ? found : null
})
