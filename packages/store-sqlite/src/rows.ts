import {
  type AccessToken,
  type NewUser,
  type Session,
  SessionId,
  TokenId,
  type User,
  UserId,
  type UserWithPassword
} from "@latchkey/core/store"
import { count, flag, instant, json, optionalInstant, optionalText, text, texts } from "./values.ts"

/** A row's values in the order of its columns. Nothing is known of them until they are read by the functions of `values.ts`. */
export type Row = ReadonlyArray<unknown>

/** A statement's `get` as a row, or null for none. */
export const rowOf = (found: unknown): Row | null => {
  if (Array.isArray(found)) return found
  return typeof found === "object" && found !== null ? Object.values(found) : null
}

/** A statement's `get` as read by `read`, or null for none. */
export const optionalRow = <A>(found: unknown, read: (row: Row) => A): A | null => {
  const row = rowOf(found)
  return row === null ? null : read(row)
}

/** A statement's `all` as rows. */
export const allRows = (found: ReadonlyArray<unknown>): ReadonlyArray<Row> => found.map((row) => rowOf(row) ?? [])

/** Qualified, and each named apart, so that they stand in the join of a look-up too. */
export const USER_COLUMNS = `latchkey_users.id AS user_id, username, email, is_active, is_superuser, is_verified,
  must_change_password, latchkey_users.epoch AS user_epoch, latchkey_users.created_at AS user_created_at, updated_at,
  last_login_at`

/** Reads `USER_COLUMNS` from column `at` on. */
export const readUser = (row: Row, at: number): User => ({
  id: UserId(text(row[at])),
  username: optionalText(row[at + 1]),
  email: optionalText(row[at + 2]),
  isActive: flag(row[at + 3]),
  isSuperuser: flag(row[at + 4]),
  isVerified: flag(row[at + 5]),
  mustChangePassword: flag(row[at + 6]),
  epoch: count(row[at + 7]),
  createdAt: instant(row[at + 8]),
  updatedAt: instant(row[at + 9]),
  lastLoginAt: optionalInstant(row[at + 10])
})

/** Reads a row that is a user alone. */
export const readUserRow = (row: Row): User => readUser(row, 0)

/** With the password, for the one service that checks it. */
export const USER_AND_PASSWORD_COLUMNS = `password_hash, ${USER_COLUMNS}`

export const readUserAndPassword = (row: Row): UserWithPassword => ({
  passwordHash: optionalText(row[0]),
  user: readUser(row, 1)
})

/** All that a user's row holds. */
export const STORED_USER_COLUMNS = `canonical_username, canonical_email, password_hash, ${USER_COLUMNS}`

export const readStoredUser = (row: Row): NewUser => ({
  canonicalUsername: optionalText(row[0]),
  canonicalEmail: optionalText(row[1]),
  passwordHash: optionalText(row[2]),
  user: readUser(row, 3)
})

/** The owner is not read again: every query for sessions names it. */
export const SESSION_COLUMNS = `latchkey_sessions.id AS session_id, kind, latchkey_sessions.epoch AS session_epoch,
  latchkey_sessions.created_at AS session_created_at, authenticated_at, last_seen_at, idle_expires_at, expires_at, ip,
  user_agent, data, data_version`

/** How many columns they are: in a look-up the user's begin after them. */
export const SESSION_WIDTH = 12

/** Reads `SESSION_COLUMNS` from the first column on. */
export const readSession = (owner: UserId, row: Row): Session => ({
  id: SessionId(text(row[0])),
  userId: owner,
  kind: row[1] === "browser" ? "browser" : "bearer",
  epoch: count(row[2]),
  createdAt: instant(row[3]),
  authenticatedAt: instant(row[4]),
  lastSeenAt: instant(row[5]),
  idleExpiresAt: instant(row[6]),
  expiresAt: instant(row[7]),
  ip: optionalText(row[8]),
  userAgent: optionalText(row[9]),
  data: json(row[10]),
  dataVersion: count(row[11])
})

/** Without the owner, as those of a session. */
export const TOKEN_COLUMNS = `latchkey_tokens.id AS token_id, name, hint, scopes, latchkey_tokens.epoch AS token_epoch,
  latchkey_tokens.created_at AS token_created_at, expires_at, last_used_at, replaced_by, is_imported`

/** How many columns they are. */
export const TOKEN_WIDTH = 10

/** Reads `TOKEN_COLUMNS` from the first column on. */
export const readToken = (owner: UserId, row: Row): AccessToken => ({
  id: TokenId(text(row[0])),
  userId: owner,
  name: text(row[1]),
  hint: text(row[2]),
  scopes: texts(row[3]),
  epoch: count(row[4]),
  createdAt: instant(row[5]),
  expiresAt: optionalInstant(row[6]),
  lastUsedAt: optionalInstant(row[7]),
  replacedBy: tokenId(row[8]),
  isImported: flag(row[9])
})

const tokenId = (value: unknown): TokenId | null => {
  const id = optionalText(value)
  return id === null ? null : TokenId(id)
}
