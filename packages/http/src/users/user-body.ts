import type { Session, User } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A user as the wire shows it: exactly these keys, and `username` when the user has one (wire §1, REG-08). */
export const UserBody = Schema.Struct({
  id: Schema.String,
  email: Schema.NullOr(Schema.String),
  is_active: Schema.Boolean,
  is_superuser: Schema.Boolean,
  is_verified: Schema.Boolean,
  username: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "User" })

export const userBody = (user: User): typeof UserBody.Type => ({
  id: user.id,
  email: user.email,
  is_active: user.isActive,
  is_superuser: user.isSuperuser,
  is_verified: user.isVerified,
  ...(user.username === null ? {} : { username: user.username })
})

/** One of one's sessions. Instants are ISO 8601 in UTC. */
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

export const isoText = (instant: number): string => new Date(instant).toISOString()

export const TokenBody = Schema.Struct({
  access_token: Schema.String,
  token_type: Schema.Literal("bearer")
}).annotate({ identifier: "BearerToken" })

/** Text that must be there and not be empty. */
export const required = Schema.NonEmptyString
/** A field of a page's form: one that is missing is empty, and the page says what it wants. */
export const formText = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")))
/** A value that may be left out; `null` means the same, as older clients send it. */
export const optionalText = Schema.optionalKey(Schema.NullOr(Schema.String))
