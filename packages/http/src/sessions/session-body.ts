import type { Session } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { isoText } from "../surface/body-fields.ts"

/** A user's session, and whether an administrator acts in it (IMP-07). Instants are ISO 8601 in UTC. */
export const SessionBody = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literals(["browser", "bearer"]),
  created_at: Schema.String,
  last_seen_at: Schema.String,
  expires_at: Schema.String,
  current: Schema.Boolean,
  ip: Schema.NullOr(Schema.String),
  user_agent: Schema.NullOr(Schema.String),
  impersonated_by: Schema.optionalKey(Schema.String).annotate({
    description: "The id of the administrator who acts in the user's place. Absent for a session of the user's own"
  }),
  reason: Schema.optionalKey(Schema.NullOr(Schema.String)).annotate({
    description: "Why, in the administrator's words"
  })
}).annotate({ identifier: "Session" })

export const sessionBody = (session: Session, currentId: string | null): typeof SessionBody.Type => ({
  id: session.id,
  kind: session.kind,
  created_at: isoText(session.createdAt),
  last_seen_at: isoText(session.lastSeenAt),
  expires_at: isoText(Math.min(session.idleExpiresAt, session.expiresAt)),
  current: session.id === currentId,
  ip: session.ip,
  user_agent: session.userAgent,
  ...(session.impersonation === null
    ? {}
    : { impersonated_by: session.impersonation.by, reason: session.impersonation.reason })
})
