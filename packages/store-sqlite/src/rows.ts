import { type NewUser, type Session, SessionId, type User, UserId, type UserWithPassword } from "@latchkey/core/store"
import { count, flag, instant, json, optionalInstant, optionalText, text } from "./values.ts"

/** A row by column name. Nothing is known of its values until they are read by the functions below. */
export type Row = Readonly<Record<string, unknown>>

/** A statement's `get` as a row, or null for none. */
export const rowOf = (found: unknown): Row | null =>
  // A driver gives a row as an object and its absence as undefined (Bun: null).
  (found ?? null) as Row | null

/** A statement's `get` as read by `read`, or null for none. */
export const optionalRow = <A>(found: unknown, read: (row: Row) => A): A | null => {
  const row = rowOf(found)
  return row === null ? null : read(row)
}

/** A statement's `all` as rows. */
export const allRows = (found: ReadonlyArray<unknown>): ReadonlyArray<Row> =>
  // As above: every element is a row object.
  found as ReadonlyArray<Row>

/** Qualified, so that one reader serves a user alone and the join of a look-up. */
export const USER_COLUMNS = `latchkey_users.id AS user_id, username, email, is_active, is_superuser, is_verified,
  must_change_password, latchkey_users.epoch AS user_epoch, latchkey_users.created_at AS user_created_at, updated_at,
  last_login_at`

export const readUser = (row: Row): User => ({
  id: UserId(text(row.user_id)),
  username: optionalText(row.username),
  email: optionalText(row.email),
  isActive: flag(row.is_active),
  isSuperuser: flag(row.is_superuser),
  isVerified: flag(row.is_verified),
  mustChangePassword: flag(row.must_change_password),
  epoch: count(row.user_epoch),
  createdAt: instant(row.user_created_at),
  updatedAt: instant(row.updated_at),
  lastLoginAt: optionalInstant(row.last_login_at)
})

export const readUserWithPassword = (row: Row): UserWithPassword => ({
  user: readUser(row),
  passwordHash: optionalText(row.password_hash)
})

/** All that a user's row holds. */
export const STORED_USER_COLUMNS = `${USER_COLUMNS}, canonical_username, canonical_email, password_hash`

export const readStoredUser = (row: Row): NewUser => ({
  ...readUserWithPassword(row),
  canonicalUsername: optionalText(row.canonical_username),
  canonicalEmail: optionalText(row.canonical_email)
})

export const SESSION_COLUMNS = `latchkey_sessions.id AS session_id, kind, latchkey_sessions.epoch AS session_epoch,
  latchkey_sessions.created_at AS session_created_at, authenticated_at, last_seen_at, idle_expires_at, expires_at, ip,
  user_agent, data, data_version`

/** The owner is not read again: every query for sessions names it. */
export const readSession = (owner: UserId, row: Row): Session => ({
  id: SessionId(text(row.session_id)),
  userId: owner,
  kind: row.kind === "browser" ? "browser" : "bearer",
  epoch: count(row.session_epoch),
  createdAt: instant(row.session_created_at),
  authenticatedAt: instant(row.authenticated_at),
  lastSeenAt: instant(row.last_seen_at),
  idleExpiresAt: instant(row.idle_expires_at),
  expiresAt: instant(row.expires_at),
  ip: optionalText(row.ip),
  userAgent: optionalText(row.user_agent),
  data: json(row.data),
  dataVersion: count(row.data_version)
})
