import {
  type AccessToken,
  type Session,
  SessionId,
  TokenId,
  type User,
  UserId,
  type UserWithPassword
} from "@latchkey/core/store"
import type { Row } from "./postgres.ts"
import { flag, json, number, optionalNumber, optionalText, text, texts } from "./values.ts"

/** What a statement found, if it found one row. */
export const first = <A>({ rows: [row] }: { readonly rows: ReadonlyArray<Row> }, read: (row: Row) => A): A | null =>
  row === undefined ? null : read(row)

export const readUser = (row: Row): User => ({
  id: UserId(text(row, "id")),
  username: optionalText(row, "username"),
  email: optionalText(row, "email"),
  isActive: flag(row, "is_active"),
  isSuperuser: flag(row, "is_superuser"),
  isVerified: flag(row, "is_verified"),
  mustChangePassword: flag(row, "must_change_password"),
  epoch: number(row, "epoch"),
  createdAt: number(row, "created_at"),
  updatedAt: number(row, "updated_at"),
  lastLoginAt: optionalNumber(row, "last_login_at")
})

export const readUserWithPassword = (row: Row): UserWithPassword => ({
  user: readUser(row),
  passwordHash: optionalText(row, "password_hash")
})

/** The columns of a session, under names that stand beside those of a user. */
export const SESSION_COLUMNS = `
  s.user_id AS session_owner, s.id AS session_id, s.kind, s.epoch AS session_epoch, s.created_at AS opened_at,
  s.authenticated_at, s.last_seen_at, s.idle_expires_at, s.expires_at, s.ip, s.user_agent, s.data, s.data_version`

export const readSession = (row: Row): Session => ({
  id: SessionId(text(row, "session_id")),
  userId: UserId(text(row, "session_owner")),
  kind: row.kind === "bearer" ? "bearer" : "browser",
  epoch: number(row, "session_epoch"),
  createdAt: number(row, "opened_at"),
  authenticatedAt: number(row, "authenticated_at"),
  lastSeenAt: number(row, "last_seen_at"),
  idleExpiresAt: number(row, "idle_expires_at"),
  expiresAt: number(row, "expires_at"),
  ip: optionalText(row, "ip"),
  userAgent: optionalText(row, "user_agent"),
  data: json(row, "data"),
  dataVersion: number(row, "data_version")
})

/** The columns of a token, under names that stand beside those of a user. */
export const TOKEN_COLUMNS = `
  t.user_id AS token_owner, t.id AS token_id, t.name, t.hint, t.scopes, t.epoch AS token_epoch, t.created_at AS made_at,
  t.expires_at, t.last_used_at, t.replaced_by, t.is_imported`

export const readToken = (row: Row): AccessToken => {
  const replacedBy = optionalText(row, "replaced_by")
  return {
    id: TokenId(text(row, "token_id")),
    userId: UserId(text(row, "token_owner")),
    name: text(row, "name"),
    hint: text(row, "hint"),
    scopes: texts(row, "scopes"),
    epoch: number(row, "token_epoch"),
    createdAt: number(row, "made_at"),
    expiresAt: optionalNumber(row, "expires_at"),
    lastUsedAt: optionalNumber(row, "last_used_at"),
    replacedBy: replacedBy === null ? null : TokenId(replacedBy),
    isImported: flag(row, "is_imported")
  }
}
