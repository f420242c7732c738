import type { AccountData, EventsOfUser, PersonalEvent, PersonalSession } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { CliLoginBody, cliLoginBody } from "../cli-login/cli-login-body.ts"
import { sessionBody } from "../sessions/session-body.ts"
import { isoText } from "../surface/body-fields.ts"
import { TokenBody, tokenBody } from "../tokens/token-bodies.ts"

const OptionalText = Schema.NullOr(Schema.String)

const EventBody = Schema.Struct({
  type: Schema.String,
  at: Schema.String,
  /** Who did it, and to whom. Other people are not named. */
  actor: Schema.NullOr(Schema.Literals(["self", "other"])),
  subject: Schema.NullOr(Schema.Literals(["self", "other"])),
  details: Schema.Record(Schema.String, Schema.Unknown),
  credential: OptionalText,
  acted_with: OptionalText,
  ip: OptionalText,
  user_agent: OptionalText,
  request: OptionalText
})

const eventFields = {
  events: Schema.Array(EventBody),
  /** The address of the next events; null if these are the last. */
  events_continue_at: OptionalText
}

/** All that is kept of the caller, with the newest events. Instants are ISO 8601 in UTC. */
const WholeBody = Schema.Struct({
  user: Schema.Struct({
    id: Schema.String,
    username: OptionalText,
    email: OptionalText,
    is_active: Schema.Boolean,
    is_superuser: Schema.Boolean,
    is_verified: Schema.Boolean,
    must_change_password: Schema.Boolean,
    has_password: Schema.Boolean,
    epoch: Schema.Number,
    created_at: Schema.String,
    updated_at: Schema.String,
    last_login_at: OptionalText
  }),
  sessions: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      kind: Schema.Literals(["browser", "bearer"]),
      created_at: Schema.String,
      authenticated_at: OptionalText,
      last_seen_at: Schema.String,
      expires_at: Schema.String,
      ip: OptionalText,
      user_agent: OptionalText,
      /** For a session in which an administrator acts. Other people are not named. */
      impersonated_by: Schema.optionalKey(Schema.Literal("other")),
      reason: Schema.optionalKey(OptionalText),
      /** What the application keeps with the session. */
      data: Schema.Unknown
    })
  ),
  tokens: Schema.Array(TokenBody),
  cli_logins: Schema.Array(CliLoginBody),
  /** What went by mail. The codes themselves are not kept. */
  mailed_codes: Schema.Array(
    Schema.Struct({
      purpose: Schema.Literals(["verify", "reset", "change-email", "undo-email", "invite"]),
      email: Schema.String,
      created_at: Schema.String,
      expires_at: Schema.String,
      used_at: OptionalText
    })
  ),
  ...eventFields
})

/** The whole, or further events alone. */
export const PersonalDataBody = Schema.Union([WholeBody, Schema.Struct(eventFields)]).annotate({
  identifier: "PersonalData"
})

/** `account` is null where only further events are asked for. */
export const personalDataBody = (
  account: AccountData | null,
  { events }: EventsOfUser,
  continueAt: string | null,
  now: number
): typeof PersonalDataBody.Type => ({
  ...(account === null ? {} : accountBody(account, now)),
  events: events.map(eventBody),
  events_continue_at: continueAt
})

const accountBody = ({ user, hasPassword, sessions, tokens, cliLogins, codes }: AccountData, now: number) => ({
  user: {
    id: user.id,
    username: user.username,
    email: user.email,
    is_active: user.isActive,
    is_superuser: user.isSuperuser,
    is_verified: user.isVerified,
    must_change_password: user.mustChangePassword,
    has_password: hasPassword,
    epoch: user.epoch,
    created_at: isoText(user.createdAt),
    updated_at: isoText(user.updatedAt),
    last_login_at: user.lastLoginAt === null ? null : isoText(user.lastLoginAt)
  },
  sessions: sessions.map(keptSession),
  tokens: tokens.map(tokenBody),
  cli_logins: cliLogins.map((challenge) => cliLoginBody(challenge, now)),
  mailed_codes: codes.map(({ purpose, email, createdAt, expiresAt, usedAt }) => ({
    purpose,
    email: email.typed,
    created_at: isoText(createdAt),
    expires_at: isoText(expiresAt),
    used_at: usedAt === null ? null : isoText(usedAt)
  }))
})

const keptSession = ({ impersonation, ...session }: PersonalSession) => {
  const { current, ...told } = sessionBody({ ...session, impersonation: null }, null)
  const { authenticatedAt, data } = session
  return {
    ...told,
    ...(impersonation === null ? {} : { impersonated_by: "other" as const, reason: impersonation.reason }),
    authenticated_at: authenticatedAt === 0 ? null : isoText(authenticatedAt),
    data
  }
}

const eventBody = ({ type, at, actor, subject, details, ...from }: PersonalEvent) => ({
  type,
  at: isoText(at),
  actor,
  subject,
  details: detailsBody(details),
  credential: from.credential,
  acted_with: from.actedWith,
  ip: from.ip,
  user_agent: from.userAgent,
  request: from.request
})

/** The details in the names of the wire: `expiresAt`, a number, is `expires_at`, a text. */
const detailsBody = (details: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      snakeCase(name),
      name.endsWith("At") && typeof value === "number" ? isoText(value) : detailBody(name, value)
    ])
  )

const detailBody = (name: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => detailBody(name, each))
  if (typeof value === "object" && value !== null) return detailsBody(value)
  return name === "field" && typeof value === "string" ? snakeCase(value) : value
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
