import type { Session } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { isoText } from "../surface/body-fields.ts"

/** One of the caller's sessions. Instants are ISO 8601 in UTC. */
export const SessionBody = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literals(["browser", "bearer"]),
  created_at: Schema.String,
  last_seen_at: Schema.String,
  expires_at: Schema.String,
  current: Schema.Boolean,
  ip: Schema.NullOr(Schema.String),
  user_agent: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Session" })

export const sessionBody = (session: Session, currentId: string | null): typeof SessionBody.Type => ({
  id: session.id,
  kind: session.kind,
  created_at: isoText(session.createdAt),
  last_seen_at: isoText(session.lastSeenAt),
  expires_at: isoText(Math.min(session.idleExpiresAt, session.expiresAt)),
  current: session.id === currentId,
  ip: session.ip,
  user_agent: session.userAgent
})
