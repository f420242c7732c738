import { Audit, type AuditRecord, type AuditType, admin, type Identity, type UserId, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { nextLink } from "../surface/list-page.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { english } from "../texts/english.ts"
import { auditQuery, readAuditQuery } from "./api/audit-query.ts"
import { EventBody, eventBody } from "./api/event-body.ts"
import { AdminAuditPage } from "./audit-page.tsx"
import { detailsOf } from "./event-details.ts"
import { findNamed } from "./find-users.ts"
import { group } from "./group.ts"
import { nameOf, userPath } from "./user-views.ts"
import type { AdminAuditView, AuditEntryView, AuditPerson } from "./view.ts"

/** How many events the page shows at once: as many as weigh little with the longest details. */
export const EVENTS_SHOWN = 12

/** Every type, with a name in the catalogue. The compiler asks for the name of a new one. */
const types: Readonly<Record<AuditType, string>> = english.admin.audit.types

const isType = (type: string): type is AuditType => Object.hasOwn(types, type)

/** The query of the page of events that are older than these; null if there are none. */
const olderThan = (query: URLSearchParams, last: AuditRecord | undefined): string | null => {
  if (last === undefined) return null
  const older = new URLSearchParams(query)
  older.set("before", String(last.sequence))
  return `?${older}`
}

export const showAudit: Route = route({
  method: "GET",
  path: "/admin/audit",
  group,
  summary: "The audit trail, newest first: a page for browsers, JSON for programs",
  policy: admin,
  query: auditQuery,
  outcomes: [
    {
      status: 200,
      about: "The page, or the events. If there are more, Link names the next page",
      schema: Schema.Array(EventBody)
    },
    { status: 422, about: "The query is not valid, or names something that events cannot be found by" },
    { status: 303, about: "Redirects a browser: to the login page, or from a page that cannot be to the first one" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    if (!call.wantsPage) return yield* eventList(call, context)
    const search = searchIn(call.query)
    const path = context.places.linkTo(showAudit)
    if (search === null) return reply(redirect(path))
    const found = yield* eventsFound(search)
    const records = found.slice(0, EVENTS_SHOWN)
    const last = found.length > EVENTS_SHOWN ? records.at(-1)?.sequence : undefined
    const at = (before: number | undefined) => pathOf(path, call.query, before)
    const view: AdminAuditView = {
      ...context.viewFor(call, context.site.paths.admin),
      entries: yield* entriesOf(records, context),
      search: { type: call.query.get("type") ?? "", user: call.query.get("user") ?? "" },
      types: Object.keys(types),
      path,
      listPath: context.site.paths.admin,
      olderPath: last === undefined ? null : at(last),
      newestPath: search.before === undefined ? null : at(undefined)
    }
    return reply(page(context.draw(AdminAuditPage, view)))
  })
})

/** The same for programs. */
const eventList = Effect.fnUntraced(function* (
  { query }: Pick<Call<Identity, unknown>, "query">,
  { places }: SurfaceContext
) {
  const { limit, ...search } = yield* readAuditQuery(query)
  const audit = yield* Audit
  const found = yield* audit.list({ ...search, limit: limit + 1 })
  const records = found.slice(0, limit)
  const next = olderThan(query, found.length > limit ? records.at(-1) : undefined)
  return reply(json(records.map(eventBody), 200, nextLink(places.linkTo(showAudit), next)))
})

/** What the page looks for. */
interface EventSearch {
  readonly type: AuditType | undefined
  /** A name, an address or an id; empty for everybody. */
  readonly user: string
  readonly before: number | undefined
}

/** What the query of the page looks for; null if it is none that the page makes. */
const searchIn = (query: URLSearchParams): EventSearch | null => {
  const wanted = (name: string) => query.get(name)?.trim() ?? ""
  const [type, user, before] = [wanted("type"), wanted("user"), wanted("before")]
  if ((type !== "" && !isType(type)) || !/^\d{0,15}$/.test(before)) return null
  return { type: type === "" ? undefined : type, user, before: before === "" ? undefined : Number(before) }
}

/** One event more than the page shows, to know whether there is another page. */
const eventsFound = Effect.fnUntraced(function* ({ type, user, before }: EventSearch) {
  const audit = yield* Audit
  const id = user === "" ? undefined : yield* findNamed(user)
  if (id === null) return []
  return yield* audit.list({
    limit: EVENTS_SHOWN + 1,
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { user: id }),
    ...(before === undefined ? {} : { before })
  })
})

const pathOf = (path: string, query: URLSearchParams, before: number | undefined): string => {
  const search = new URLSearchParams()
  for (const name of ["type", "user"]) if (query.get(name)) search.set(name, query.get(name) ?? "")
  if (before !== undefined) search.set("before", String(before))
  return search.size === 0 ? path : `${path}?${search}`
}

/** Names are looked up for this page alone: the trail has ids, which outlive their users. */
const entriesOf = Effect.fnUntraced(function* (records: ReadonlyArray<AuditRecord>, context: SurfaceContext) {
  const users = yield* Users
  const ids = [...new Set(records.flatMap(({ event }) => [event.actor ?? [], event.subject ?? []].flat()))]
  const people = yield* Effect.forEach(ids, (id) =>
    Effect.map(users.find(id), (user): readonly [UserId, AuditPerson] => [
      id,
      user === null ? { name: id, path: null } : { name: nameOf(user), path: userPath(context, id) }
    ])
  )
  const known = new Map(people)
  const personOf = (id: UserId | null): AuditPerson | null => (id === null ? null : (known.get(id) ?? null))
  return records.map(
    ({ event }): AuditEntryView => ({
      type: event.type,
      at: event.at,
      actor: personOf(event.actor),
      subject: event.subject === event.actor ? null : personOf(event.subject),
      credential: event.credential,
      ip: event.ip,
      userAgent: event.userAgent,
      details: detailsOf(event)
    })
  )
})

/** By the names that a host uses to replace them. */
export const auditPages = { adminAudit: AdminAuditPage }
