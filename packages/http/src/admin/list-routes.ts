import { admin, type Identity } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type NoticeCode, noticeIn } from "../page/notice.tsx"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { showAudit } from "./audit-routes.ts"
import { findUsers, isCursor, type UserFilter } from "./find-users.ts"
import { group } from "./group.ts"
import { showNewUser } from "./new-routes.ts"
import { userViews } from "./user-views.ts"
import { AdminUsersPage } from "./users-page.tsx"
import type { AdminUsersView, UserSearchForm } from "./view.ts"

/** How many users the page shows at once: as many as weigh little, with the longest names and columns of a host. */
export const USERS_SHOWN = 10

/** As many as a program gets. */
const MOST = 100

const notices: ReadonlyArray<NoticeCode> = ["user-deleted", "user-gone", "acting-stopped"]

const flag = (name: string, about: string) => ({
  name,
  about: `${about}: true or false`,
  schema: Schema.Literals(["true", "false"])
})

export const listUsers: Route = route({
  method: "GET",
  path: "/admin/users",
  group,
  summary: "Find users: a page for browsers, JSON for programs",
  policy: admin,
  query: [
    { name: "query", about: "Of names and addresses", schema: Schema.String },
    flag("is_active", "Who can log in"),
    flag("is_superuser", "Administrators"),
    flag("is_verified", "Whose address is verified"),
    { name: "role", about: "Who has this role", schema: Schema.String },
    { name: "cursor", about: "Where the page begins", schema: Schema.String }
  ],
  outcomes: [
    { status: 200, about: "The page, or the users", schema: Schema.Array(UserBody) },
    { status: 303, about: "Redirects a browser: to the login page, or from a page that cannot be to the first one" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    if (call.wantsPage) return yield* usersPage(call, context)
    const { users } = yield* findUsers(searchIn(call.query), MOST)
    return reply(json(users.map((user) => userBody(user, context.settings))))
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
    isSearch: search.query !== "" || Object.keys(search.filter).length > 0,
    roles: Object.keys(settings.roles),
    newPath: places.linkTo(showNewUser),
    auditPath: places.linkTo(showAudit),
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
