import {
  type AccessToken,
  type Impersonation,
  type NewUser,
  type Session,
  SessionId,
  type SessionKind,
  TokenId,
  type User,
  UserId
} from "@latchkey/core/store"
import { challenges } from "./challenge-rows.ts"
import { codes } from "./code-rows.ts"
import type { SqliteValue } from "./handle.ts"
import type { Row } from "./row.ts"
import { rowKind } from "./row-kind.ts"
import {
  bit,
  count,
  flag,
  instant,
  json,
  jsonText,
  optionalInstant,
  optionalText,
  refuse,
  same,
  text,
  texts
} from "./values.ts"

/*
 * The kinds of rows, each field with its column, the id first. A new field is one more line. If it may be
 * absent, use `added`, and it needs no migration.
 */

const sessionKind = (value: unknown): SessionKind =>
  value === "browser" || value === "bearer" ? value : refuse("a kind of session")

const tokenId = (value: unknown): TokenId | null => {
  const id = optionalText(value)
  return id === null ? null : TokenId(id)
}

/** Absent from rows of users without one. */
const roles = (value: unknown): ReadonlyArray<string> => (value === null ? NO_ROLES : texts(value))
const rolesText = (all: ReadonlyArray<string>): string | null => (all.length === 0 ? null : JSON.stringify(all))
const NO_ROLES: ReadonlyArray<string> = []

/** Users, as a look-up returns them. */
export const users = rowKind(
  "latchkey_users",
  (row): User => ({
    id: row.column("id", (value) => UserId(text(value)), same),
    username: row.column("username", optionalText, same),
    email: row.column("email", optionalText, same),
    isActive: row.column("is_active", flag, bit),
    isSuperuser: row.column("is_superuser", flag, bit),
    isVerified: row.column("is_verified", flag, bit),
    mustChangePassword: row.column("must_change_password", flag, bit),
    roles: row.added("roles", "TEXT", roles, rolesText),
    epoch: row.column("epoch", count, count),
    createdAt: row.column("created_at", instant, instant),
    updatedAt: row.column("updated_at", instant, instant),
    lastLoginAt: row.column("last_login_at", optionalInstant, optionalInstant)
  })
)

/** Absent from rows of users none of whose credentials was ended by itself. */
const revocations = (value: unknown): number => (value === null ? 0 : count(value))

/** The other columns of a user's row. */
const userSecrets = rowKind(
  "latchkey_users",
  (row): Omit<NewUser, "user"> => ({
    canonicalUsername: row.column("canonical_username", optionalText, same),
    canonicalEmail: row.column("canonical_email", optionalText, same),
    passwordHash: row.column("password_hash", optionalText, same),
    revocations: row.added("revocations", "INTEGER", revocations, count)
  })
)

/** Absent from rows of sessions of the users themselves. Written by this file alone. */
const impersonation = (value: unknown): Impersonation | null =>
  value === null ? null : (JSON.parse(text(value)) as Impersonation)

export const sessions = rowKind(
  "latchkey_sessions",
  (row): Session => ({
    id: row.column("id", (value) => SessionId(text(value)), same),
    userId: row.owner(),
    kind: row.column("kind", sessionKind, same),
    epoch: row.column("epoch", count, count),
    createdAt: row.column("created_at", instant, instant),
    authenticatedAt: row.column("authenticated_at", instant, instant),
    lastSeenAt: row.column("last_seen_at", instant, instant),
    idleExpiresAt: row.column("idle_expires_at", instant, instant),
    expiresAt: row.column("expires_at", instant, instant),
    ip: row.column("ip", optionalText, same),
    userAgent: row.column("user_agent", optionalText, same),
    impersonation: row.added("impersonation", "TEXT", impersonation, (of) => (of === null ? null : JSON.stringify(of))),
    data: row.column("data", json, jsonText),
    dataVersion: row.column("data_version", count, count)
  })
)

export const tokens = rowKind(
  "latchkey_tokens",
  (row): AccessToken => ({
    id: row.column("id", (value) => TokenId(text(value)), same),
    userId: row.owner(),
    name: row.column("name", text, same),
    hint: row.column("hint", text, same),
    scopes: row.column("scopes", texts, (scopes) => JSON.stringify(scopes)),
    epoch: row.column("epoch", count, count),
    createdAt: row.column("created_at", instant, instant),
    expiresAt: row.column("expires_at", optionalInstant, optionalInstant),
    lastUsedAt: row.column("last_used_at", optionalInstant, optionalInstant),
    replacedBy: row.column("replaced_by", tokenId, same),
    isImported: row.column("is_imported", flag, bit)
  })
)

/** All columns that may have to be added to tables that were made without them. */
export const addedColumns = [users, userSecrets, sessions, tokens, challenges, codes].flatMap(({ added }) => added)

/** All columns of a user's row. */
export const STORED_USER_COLUMNS = `${users.selected}, ${userSecrets.selected}`

export const readStoredUser = (row: Row): NewUser => ({
  user: users.read(row, 0, null),
  ...userSecrets.read(row, users.names.length, null)
})

export const storedUserNames = [...users.names, ...userSecrets.names]

export const storedUserValues = ({ user, ...secrets }: NewUser): ReadonlyArray<SqliteValue> => [
  ...users.valuesOf(user),
  ...userSecrets.valuesOf(secrets)
]

/** Reads a row that contains only a user. */
export const readUser = (row: Row): User => users.read(row, 0, null)
