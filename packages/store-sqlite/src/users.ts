import { LastSuperuser, LoginTaken, type NewUser, type User, type UserStore } from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import { findUsers } from "./find-users.ts"
import { oneRow, readStoredUser, readUser, STORED_USER_COLUMNS, USER_COLUMNS } from "./rows.ts"
import { applyChange, isSuperuser } from "./user-change.ts"
import { bit, count, instant, optionalInstant } from "./values.ts"

/** The users. A verb of several statements holds the write lock from its first, so nothing comes between them. */
export const sqliteUsers = (db: Connection): UserStore => {
  const stored = db.prepare(`SELECT ${STORED_USER_COLUMNS} FROM latchkey_users WHERE id = ?`)
  const sameUsername = db.prepare("SELECT 1 FROM latchkey_users WHERE canonical_username = ? AND id <> ?")
  const sameEmail = db.prepare("SELECT 1 FROM latchkey_users WHERE canonical_email = ? AND id <> ?")
  const otherSuperuser = db.prepare(
    "SELECT 1 FROM latchkey_users WHERE is_active = 1 AND is_superuser = 1 AND id <> ? LIMIT 1"
  )
  const setUp = db.prepare("SELECT 1 FROM latchkey_settings WHERE key = 'setup'")
  const completeSetup = db.prepare(
    "INSERT INTO latchkey_settings (key, value) VALUES ('setup', 'complete') ON CONFLICT DO NOTHING"
  )
  const insert = db.prepare(`INSERT INTO latchkey_users (id, username, canonical_username, email, canonical_email,
    password_hash, is_active, is_superuser, is_verified, must_change_password, epoch, created_at, updated_at, last_login_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const change = db.prepare(`UPDATE latchkey_users SET username = ?, canonical_username = ?, email = ?,
    canonical_email = ?, is_active = ?, is_superuser = ?, is_verified = ?, epoch = ?, updated_at = ? WHERE id = ?`)
  const setPassword = db.prepare(`UPDATE latchkey_users SET password_hash = ?, must_change_password = ?, epoch = epoch + 1,
    updated_at = ? WHERE id = ? AND password_hash IS ? RETURNING ${USER_COLUMNS}`)
  const rehash = db.prepare("UPDATE latchkey_users SET password_hash = ? WHERE id = ? AND password_hash = ?")
  const endCredentials = db.prepare(`UPDATE latchkey_users SET epoch = epoch + 1, updated_at = ? WHERE id = ?
    RETURNING ${USER_COLUMNS}`)
  const promote = db.prepare(`UPDATE latchkey_users SET password_hash = ?, must_change_password = ?, is_active = 1,
    is_superuser = 1, epoch = epoch + 1, updated_at = ? WHERE id = ? RETURNING ${USER_COLUMNS}`)
  const recordLogin = db.prepare("UPDATE latchkey_users SET last_login_at = max(ifnull(last_login_at, 0), ?) WHERE id = ?")
  const remove = db.prepare("DELETE FROM latchkey_users WHERE id = ?")

  const isSetUp = () => setUp.get() !== undefined

  const storedUser = (id: UserId) 
