import { AccountNameTaken, LastSuperuser, type NewUser, type User, type UserStore } from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import { optionalRow, readStoredUser, readUserRow, rowOf, STORED_USER_COLUMNS, USER_COLUMNS } from "./rows.ts"
import { changedUser, isSuperuser } from "./user-change.ts"
import { bit, count, instant, optionalInstant } from "./values.ts"

type GuardedUsers = Pick<UserStore, "insert" | "insertFirstAdmin" | "change" | "promote" | "remove">

/** The verbs that look before they write. They hold the write lock from their first statement, so nothing comes between. */
export const guardedUsers = (db: Connection): GuardedUsers => {
  const stored = db.prepare(`SELECT ${STORED_USER_COLUMNS} FROM latchkey_users WHERE id = ?`)
  const otherWithUsername = db.prepare("SELECT id FROM latchkey_users WHERE canonical_username = ? AND id <> ?")
  const otherWithEmail = db.prepare("SELECT id FROM latchkey_users WHERE canonical_email = ? AND id <> ?")
  const otherSuperuser = db.prepare(`SELECT id FROM latchkey_users
    WHERE is_active = 1 AND is_superuser = 1 AND id <> ? LIMIT 1`)
  const completeSetup = db.prepare(`INSERT INTO latchkey_settings (key, value) VALUES ('setup', 'complete')
    ON CONFLICT DO NOTHING`)
  const setUp = db.prepare("SELECT value FROM latchkey_settings WHERE key = 'setup'")
  const insert = db.prepare(`INSERT INTO latchkey_users
    (id, username, canonical_username, email, canonical_email, password_hash, is_active, is_superuser, is_verified,
      must_change_password, epoch, created_at, updated_at, last_login_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const update = db.prepare(`UPDATE latchkey_users
    SET username = ?, canonical_username = ?, email = ?, canonical_email = ?, is_active = ?, is_superuser = ?,
      is_verified = ?, epoch = ?, updated_at = ?
    WHERE id = ?`)
  const promote = db.prepare(`UPDATE latchkey_users
    SET password_hash = ?, must_change_password = ?, is_active = 1, is_superuser = 1, epoch = epoch + 1, updated_at = ?
    WHERE id = ? AND NOT (is_active AND is_superuser) RETURNING ${USER_COLUMNS}`)
  const remove = db.prepare("DELETE FROM latchkey_users WHERE id = ?")

  const takenLogin = ({ user, canonicalUsername, canonicalEmail }: NewUser): AccountNameTaken | null => {
    if (rowOf(otherWithUsername.get(canonicalUsername, user.id)) !== null)
      return new AccountNameTaken({ kind: "username" })
    if (rowOf(otherWithEmail.get(canonicalEmail, user.id)) !== null) return new AccountNameTaken({ kind: "email" })
    return null
  }

  const isLastSuperuser = (row: NewUser): boolean =>
    isSuperuser(row.user) && rowOf(otherSuperuser.get(row.user.id)) === null

  const add = (row: NewUser): Exit.Exit<true, AccountNameTaken> => {
    const { user, canonicalUsername, canonicalEmail, passwordHash } = row
    const taken = takenLogin(row)
    if (taken !== null) return Exit.fail(taken)
    insert.run(
      user.id,
      user.username,
      canonicalUsername,
      user.email,
      canonicalEmail,
      passwordHash,
      bit(user.isActive),
      bit(user.isSuperuser),
      bit(user.isVerified),
      bit(user.mustChangePassword),
      count(user.epoch),
      instant(user.createdAt),
      instant(user.updatedAt),
      optionalInstant(user.lastLoginAt)
    )
    if (isSuperuser(user)) completeSetup.run()
    return Exit.succeed(true)
  }

  const replace = ({ user, canonicalUsername, canonicalEmail }: NewUser): void => {
    update.run(
      user.username,
      canonicalUsername,
      user.email,
      canonicalEmail,
      bit(user.isActive),
      bit(user.isSuperuser),
      bit(user.isVerified),
      count(user.epoch),
      instant(user.updatedAt),
      user.id
    )
    if (isSuperuser(user)) completeSetup.run()
  }

  return {
    insert: (row) => db.transaction("lasting", "users.insert", () => Exit.asVoid(add(row))),
    insertFirstAdmin: (row) =>
      db.transaction("lasting", "users.insertFirstAdmin", () =>
        rowOf(setUp.get()) === null ? add(row) : Exit.succeed(false)
      ),
    change: (id, change, at) =>
      db.transaction("lasting", "users.change", (): Exit.Exit<User | null, AccountNameTaken | LastSuperuser> => {
        const before = optionalRow(stored.get(id), readStoredUser)
        if (before === null) return Exit.succeed(null)
        const after = changedUser(before, change, instant(at))
        const taken = takenLogin(after)
        if (taken !== null) return Exit.fail(taken)
        if (isLastSuperuser(before) && !isSuperuser(after.user)) return Exit.fail(new LastSuperuser())
        replace(after)
        return Exit.succeed(after.user)
      }),
    promote: (id, { passwordHash, mustChangePassword }, at) =>
      db.transaction("lasting", "users.promote", () => {
        const user = optionalRow(promote.get(passwordHash, bit(mustChangePassword), instant(at), id), readUserRow)
        if (user !== null) completeSetup.run()
        return Exit.succeed(user)
      }),
    remove: (id) =>
      db.transaction("lasting", "users.remove", () => {
        const row = optionalRow(stored.get(id), readStoredUser)
        if (row === null) return Exit.succeed(false)
        if (isLastSuperuser(row)) return Exit.fail(new LastSuperuser())
        remove.run(id)
        return Exit.succeed(true)
      })
  }
}
