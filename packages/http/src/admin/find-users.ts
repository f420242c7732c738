import { Audit, type Identity, parseUserId, type User, type UserFilter, type UserPlace, Users } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { cursorOf, startOf } from "./list-query.ts"

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

/** How often a page reads on where few pass a filter. Then it is short, and the next one goes on there. */
const MOST_CALLS = 20

/** Finds a page of users. A cursor is opaque to browsers, and whoever changes it finds another place of the same list. */
export const findUsers = Effect.fnUntraced(function* ({ query, filter, cursor }: UserSearch, limit: number) {
  const service = yield* Users
  const users: Array<User> = []
  let after: UserPlace | null = cursor === null ? null : (startOf(cursor)?.after ?? null)
  for (let calls = 0; calls < MOST_CALLS && users.length < limit; calls++) {
    const found = yield* service.list({ query, filter, after, limit: limit - users.length })
    users.push(...found.items)
    after = found.next
    if (after === null) break
  }
  return { users, next: after === null ? null : cursorOf({ after, skip: 0 }) } satisfies FoundUsers
})

/** The id of the user with a name, an address or an id that somebody typed. Whoever is gone has an id alone. Null if there is nobody. */
export const findNamed = Effect.fnUntraced(function* (typed: string) {
  const id = parseUserId(typed)
  if (id !== null) return id
  const users = yield* Users
  const { items } = yield* users.list({ query: typed, limit: USERS_LOOKED_AT })
  const name = folded(typed)
  return items.find(({ username, email }) => [username, email].some((each) => folded(each ?? "") === name))?.id ?? null
})

const folded = (name: string): string => name.normalize("NFKC").toLowerCase()

/** How long a form counts as the same one that was sent before. */
const SAME = 10 * 60_000

/** Exact names come first among those that a query finds. */
const USERS_LOOKED_AT = 10

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
  const { items } = yield* service.list({ query: username ?? email ?? "", limit: USERS_LOOKED_AT })
  const found = items.find((user) => user.username === username && user.email === email)
  if (found === undefined || Math.abs(now - found.createdAt) >= SAME) return null
  const made = yield* audit.list({ type: "user.created", user: found.id })
  return made.some(({ event }) => event.actor === me) ? found : null
})
