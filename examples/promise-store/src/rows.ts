import {
  type AccessToken,
  type Impersonation,
  type NewSession,
  type NewToken,
  type NewUser,
  SecretHash,
  type Session,
  SessionId,
  type SessionKind,
  TokenId,
  type User,
  UserId
} from "@latchkey/core/store"
import type { Row } from "./postgres.ts"
import { rowKind } from "./row-kind.ts"
import { bytes, flag, json, number, optionalNumber, optionalText, same, text, texts, wrong } from "./values.ts"

/** What a statement found, if it found one row. */
export const first = <A>({ rows: [row] }: { readonly rows: ReadonlyArray<Row> }, read: (row: Row) => A): A | null =>
  row === undefined ? null : read(row)

const userId = (row: Row, column: string): UserId => UserId(text(row, column))

/*
 * The kinds of rows, each field with its column. A new field is a line here and a column in `schema.ts`; no statement lists
 * columns by itself.
 */

export const users = rowKind<User>({
  id: ["id", userId, bytes],
  username: ["username", optionalText, bytes],
  email: ["email", optionalText, bytes],
  isActive: ["is_active", flag, same],
  isSuperuser: ["is_superuser", flag, same],
  isVerified: ["is_verified", flag, same],
  mustChangePassword: ["must_change_password", flag, same],
  roles: ["roles", (row, column) => (row[column] === null ? [] : texts(row, column)), JSON.stringify],
  epoch: ["epoch", number, same],
  createdAt: ["created_at", number, same],
  updatedAt: ["updated_at", number, same],
  lastLoginAt: ["last_login_at", optionalNumber, same]
})

/** The other columns of a user's row. */
const userSecrets = rowKind<Omit<NewUser, "user">>({
  canonicalUsername: ["canonical_username", optionalText, bytes],
  canonicalEmail: ["canonical_email", optionalText, bytes],
  passwordHash: ["password_hash", optionalText, bytes],
  revocations: ["revocations", (row, column) => optionalNumber(row, column) ?? 0, same]
})

/** Written by this file alone. */
const impersonationIn = (row: Row, column: string): Impersonation | null =>
  row[column] === null ? null : (json(row, column) as unknown as Impersonation)

export const sessions = rowKind<Session>({
  userId: ["user_id", userId, bytes],
  id: ["id", (row, column) => SessionId(text(row, column)), bytes],
  kind: ["kind", (row, column) => sessionKind(row, column), same],
  epoch: ["epoch", number, same],
  createdAt: ["created_at", number, same],
  authenticatedAt: ["authenticated_at", number, same],
  lastSeenAt: ["last_seen_at", number, same],
  idleExpiresAt: ["idle_expires_at", number, same],
  expiresAt: ["expires_at", number, same],
  ip: ["ip", optionalText, bytes],
  userAgent: ["user_agent", optionalText, bytes],
  impersonation: ["impersonation", impersonationIn, (of) => (of === null ? null : JSON.stringify(of))],
  data: ["data", json, JSON.stringify],
  dataVersion: ["data_version", number, same]
})

export const tokens = rowKind<AccessToken>({
  userId: ["user_id", userId, bytes],
  id: ["id", (row, column) => TokenId(text(row, column)), bytes],
  name: ["name", text, bytes],
  hint: ["hint", text, bytes],
  scopes: ["scopes", texts, JSON.stringify],
  epoch: ["epoch", number, same],
  createdAt: ["created_at", number, same],
  expiresAt: ["expires_at", optionalNumber, same],
  lastUsedAt: ["last_used_at", optionalNumber, same],
  replacedBy: ["replaced_by", (row, column) => tokenId(row, column), bytes],
  isImported: ["is_imported", flag, same]
})

/** An unknown kind is an error. Treated as a known one, the session might open what it should not. */
const sessionKind = (row: Row, column: string): SessionKind => {
  const kind = row[column]
  return kind === "browser" || kind === "bearer" ? kind : wrong(column, kind)
}

const tokenId = (row: Row, column: string): TokenId | null => {
  const id = optionalText(row, column)
  return id === null ? null : TokenId(id)
}

/** All columns of a user's row. */
export const storedUser = {
  names: [...users.names, ...userSecrets.names],
  selected: (alias: string): string => `${users.selected(alias)}, ${userSecrets.selected(alias)}`,
  read: (row: Row, alias: string): NewUser => ({ user: users.read(row, alias), ...userSecrets.read(row, alias) }),
  valuesOf: ({ user, ...secrets }: NewUser): Array<unknown> => [
    ...users.valuesOf(user),
    ...userSecrets.valuesOf(secrets)
  ]
}

const hashIn = (row: Row): SecretHash => SecretHash(text(row, "hash"))

/** The columns of sessions and of tokens with the hash of the secret, which no record contains. */
export const storedSession = {
  names: [...sessions.names, "hash"],
  selected: (alias: string): string => `${sessions.selected(alias)}, ${alias}.hash`,
  read: (row: Row, alias: string): NewSession => ({ session: sessions.read(row, alias), hash: hashIn(row) }),
  valuesOf: ({ session, hash }: NewSession): Array<unknown> => [...sessions.valuesOf(session), bytes(hash)]
}
export const storedToken = {
  names: [...tokens.names, "hash"],
  selected: (alias: string): string => `${tokens.selected(alias)}, ${alias}.hash`,
  read: (row: Row, alias: string): NewToken => ({ token: tokens.read(row, alias), hash: hashIn(row) }),
  valuesOf: ({ token, hash }: NewToken): Array<unknown> => [...tokens.valuesOf(token), bytes(hash)]
}
