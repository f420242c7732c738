import type { UserStore } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { findingUsers } from "./finding-users.ts"
import { guardedUsers } from "./guarded-users.ts"
import { optionalRow, readUserRow, USER_COLUMNS } from "./rows.ts"
import { bit, instant } from "./values.ts"

/** The users' verbs: those that read, those that several statements guard, and here those of one statement. */
export const sqliteUsers = (db: Connection): UserStore => {
  const setPassword = db.prepare(`UPDATE latchkey_users
    SET password_hash = ?, must_change_password = ?, epoch = epoch + 1, updated_at = ?
    WHERE id = ? AND password_hash IS ? RETURNING ${USER_COLUMNS}`)
  const rehash = db.prepare("UPDATE latchkey_users SET password_hash = ? WHERE id = ? AND password_hash = ?")
  const endCredentials = db.prepare(`UPDATE latchkey_users SET epoch = epoch + 1, updated_at = ?
    WHERE id = ? RETURNING ${USER_COLUMNS}`)
  const recordLogin = db.prepare(
    "UPDATE latchkey_users SET last_login_at = max(ifnull(last_login_at, 0), ?) WHERE id = ?"
  )

  return {
    ...findingUsers(db),
    ...guardedUsers(db),
    setPassword: (id, { from, to, mustChangePassword }, at) =>
      db.write("lasting", "users.setPassword", () =>
        optionalRow(setPassword.get(to, bit(mustChangePassword), instant(at), id, from), readUserRow)
      ),
    rehash: (id, { from, to }) => db.write("lasting", "users.rehash", () => rehash.run(to, id, from).changes > 0),
    endCredentials: (id, at) =>
      db.write("lasting", "users.endCredentials", () => optionalRow(endCredentials.get(instant(at), id), readUserRow)),
    recordLogin: (id, at) =>
      db.write("losable", "users.recordLogin", () => {
        recordLogin.run(instant(at), id)
      })
  }
}
