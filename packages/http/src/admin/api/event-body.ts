import type { AuditRecord } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { isoText } from "../../surface/body-fields.ts"

export const EventBody = Schema.Struct({
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
export const eventBody = ({ sequence, event }: AuditRecord): typeof EventBody.Type => ({
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
