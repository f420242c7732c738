import { admin, type Identity, type UserFilter, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type NoticeCode, noticeIn } from "../page/notice.tsx"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { showAudit } from "./audit-routes.ts"
import { findUsers } from "./find-users.ts"
import { group } from "./group.ts"
import { cursorOf, isCursor, readUserListQuery, type Start, userListQuery } from "./list-query.ts"
import { showNewUser } from "./new-routes.ts"
import { userViews } from "./user-views.ts"
import { AdminUsersPage } from "./users-page.tsx"
import type { AdminUsersView, UserSearchForm } from "./view.ts"

/** How many users the page shows at once: as many as weigh little, with the longest names and columns of a host. */
export const USERS_SHOWN = 10

const notices: ReadonlyArray<NoticeCode> = ["user-deleted", "user-gone", "acting-stopped"]

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
  group,
  summary: "List users, newest first, or those whom a query finds, by name: a page for browsers, JSON for programs",
  policy: admin,
  query: userListQuery,
  outcomes: [
    {
      status: 200,
      about:
        "A page of users. There are more while next_cursor is not null, also after a page that is short or empty. With a query or a filter, total may count only the first thousands",
      schema: UserListBody
    },
    { status: 303, about: "Redirects a browser: to the login page, or from a page that cannot be to the first one" },
    { status: 422, about: "The query is not valid, or names something that users cannot be found by" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    if (call.wantsPage) return yield* usersPage(call, context)
    const { limit, offset, start, ...search } = yield* readUserListQuery(call.query)
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

/** The page with the users that the query looks for. */
const usersPage = Effect.fnUntraced(function* (call: Call<Identity, unknown>, context: SurfaceContext) {
  const { places, settings, site } = context
  if (!isUsersQuery(call.query)) return reply(redirect(site.paths.admin))
  const search = searchIn(call.query)
  const { users, next } = yield* findUsers(search, USERS_SHOWN)
  const view: AdminUsersView = {
    ...context.viewFor(call, site.paths.admin),
    users: yield* userViews(users, context, call.texts),
    search: formIn(call.query),
    isByName: search.query !== "",
    isSearch: search.query !== "" || Object.keys(search.filter).length > 0,
    roles: Object.keys(settings.roles),
    newPath: places.linkTo(showNewUser),
    auditPath: places.linkTo(showAudit),
    settingsPath: context.offers("settings") ? site.paths.settings : null,
    nextPath: next === null ? null : pathOf(site.paths.admin, call.query, next),
    firstPath: search.cursor === null ? null : pathOf(site.paths.admin, call.query, null),
    notice: noticeIn(call, notices)
  }
  return reply(page(context.draw(AdminUsersPage, view)))
})

const FLAGS = { is_active: "isActive", is_superuser: "isSuperuser", is_verified: "isVerified" } as const

/** Whether a query has nothing that the page does not offer. */
const isUsersQuery = (query: URLSearchParams): boolean =>
  Object.keys(FLAGS).every((name) => ["", "true", "false"].includes(query.get(name) ?? "")) &&
  isCursor(query.get("cursor") ?? "0")

/** What a query looks for: names that are allowed, and no others (ADM-07). */
const searchIn = (query: URLSearchParams) => {
  const cursor = query.get("cursor")
  const role = query.get("role") ?? ""
  const flags = Object.entries(FLAGS).flatMap(([name, field]) => {
    const value = query.get(name)
    return value === "true" || value === "false" ? [[field, value === "true"]] : []
  })
  const filter: UserFilter = { ...Object.fromEntries(flags), ...(role === "" ? {} : { role }) }
  return {
    query: query.get("query")?.trim() ?? "",
    filter,
    cursor: cursor !== null && isCursor(cursor) ? cursor : null
  }
}

const formIn = (query: URLSearchParams): UserSearchForm => ({
  query: query.get("query") ?? "",
  isActive: query.get("is_active") ?? "",
  isSuperuser: query.get("is_superuser") ?? "",
  isVerified: query.get("is_verified") ?? "",
  role: query.get("role") ?? ""
})

/** The same search, at another place of its list. */
const pathOf = (path: string, query: URLSearchParams, cursor: string | null): string => {
  const search = new URLSearchParams()
  for (const name of ["query", ...Object.keys(FLAGS), "role"])
    if (query.get(name)) search.set(name, query.get(name) ?? "")
  if (cursor !== null) search.set("cursor", cursor)
  return search.size === 0 ? path : `${path}?${search}`
}

/** By the names that a host uses to replace them. */
export const listPages = { adminUsers: AdminUsersPage }
