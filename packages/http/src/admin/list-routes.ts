import { admin, type UserFilter, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../surface/answer.ts"
import { type Route, route } from "../surface/route.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { cursorOf, readUserListQuery, type Start, userListQuery } from "./list-query.ts"

const UserListBody = Schema.Struct({
  items: Schema.Array(UserBody),
  total: Schema.Int,
  limit: Schema.Int,
  offset: Schema.NullOr(Schema.Int),
  next_cursor: Schema.NullOr(Schema.String)
})

/** How many users one call passes over, and how many calls do that. */
const AT_ONCE = 500
const MOST_CALLS = 20

/**
 * Passes over the users before a page. A filter that few pass can take more calls than these: then the page is empty, and its cursor
 * says how many are still to be passed over.
 */
const passOver = Effect.fnUntraced(function* (
  search: { readonly query: string; readonly filter: UserFilter },
  start: Start
) {
  const users = yield* Users
  let { after, skip } = start
  for (let calls = 0; skip > 0 && calls < MOST_CALLS; calls++) {
    const { items, next } = yield* users.list({ ...search, after, limit: Math.min(skip, AT_ONCE) })
    if (next === null) return null
    after = next
    skip -= items.length
  }
  return { after, skip }
})

export const listUsers: Route = route({
  method: "GET",
  path: "/admin/users",
  group: { name: "admin", base: "/admin" },
  summary: "List users, newest first, or those whom a query finds, by name",
  policy: admin,
  query: userListQuery,
  outcomes: [
    {
      status: 200,
      about:
        "A page of users. There are more while next_cursor is not null, also after a page that is short or empty. With a query or a filter, total may count only the first thousands",
      schema: UserListBody
    },
    { status: 422, about: "The query is not valid, or names something that users cannot be found by" }
  ],
  handle: Effect.fnUntraced(function* ({ query }, context) {
    const { limit, offset, start, ...search } = yield* readUserListQuery(query)
    const users = yield* Users
    const { total } = yield* users.count(search)
    const from = yield* passOver(search, start)
    const isThere = from !== null && from.skip === 0
    const { items, next } = isThere
      ? yield* users.list({ ...search, after: from.after, limit })
      : { items: [], next: null }
    const goesOn = next === null ? (isThere ? null : from) : { after: next, skip: 0 }
    return reply(
      json({
        items: items.map((user) => userBody(user, context.settings)),
        total,
        limit,
        offset,
        next_cursor: goesOn === null ? null : cursorOf(goesOn)
      })
    )
  })
})
