import { Audit, type AuditRecord, admin } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../../surface/answer.ts"
import { isoText } from "../../surface/body-fields.ts"
import { nextLink } from "../../surface/list-page.ts"
import { type Route, route } from "../../surface/route.ts"
import { group } from "../group.ts"
import { auditQuery, readAuditQuery } from "./audit-query.ts"

const EventBody = Schema.Struct({
  sequence: Schema.Number,
  type: Schema.String,
  at: Schema.String,
  actor: Schema.NullOr(Schema.String),
  subject: Schema.NullOr(Schema.String),
  credential: Schema.NullOr(Schema.String),
  acted_with: Schema.NullOr(Schema.String),
  request: Schema.NullOr(Schema.String),
  ip: Schema.NullOr(Schema.String),
  user_agent: Schema.NullOr(Schema.String),
  details: Schema.Unknown
}).annotate({ identifier: "AuditEvent" })

/** An event as the trail has it: exactly these keys. No field of it ever holds a secret (AUD-02). */
const eventBody = ({ sequence, event }: AuditRecord): typeof EventBody.Type => ({
  sequence,
  type: event.type,
  at: isoText(event.at),
  actor: event.actor,
  subject: event.subject,
  credential: event.credential,
  acted_with: event.actedWith,
  request: event.request,
  ip: event.ip,
  user_agent: event.userAgent,
  details: event.details
})

/** The query of the page of events that are older than these; null if there are none. */
const olderThan = (query: URLSearchParams, last: AuditRecord | undefined): string | null => {
  if (last === undefined) return null
  const older = new URLSearchParams(query)
  older.set("before", String(last.sequence))
  return `?${older}`
}

export const listEvents: Route = route({
  method: "GET",
  path: "/admin/audit",
  group,
  summary: "The audit trail, newest first",
  policy: admin,
  query: auditQuery,
  outcomes: [
    { status: 200, about: "The events. If there are more, Link names the next page", schema: Schema.Array(EventBody) },
    { status: 422, about: "The query is not valid, or names something that events cannot be found by" }
  ],
  handle: Effect.fnUntraced(function* ({ query }, { places }) {
    const { limit, ...search } = yield* readAuditQuery(query)
    const audit = yield* Audit
    const found = yield* audit.list({ ...search, limit: limit + 1 })
    const records = found.slice(0, limit)
    const next = olderThan(query, found.length > limit ? records.at(-1) : undefined)
    return reply(json(records.map(eventBody), 200, nextLink(places.linkTo(listEvents), next)))
  })
})
