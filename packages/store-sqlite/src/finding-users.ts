import type { UserStore, UserWithPassword } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { listUsers } from "./list-users.ts"
import { allRows, optionalRow, type Row, rowOf } from "./row.ts"
import { readStoredUser, readUser, STORED_USER_COLUMNS, users } from "./rows.ts"
import { count } from "./values.ts"

type Finding = "isSetUp" | "find" | "findByName" | "findWithPassword" | "list" | "count" | "export"

/** The verbs that only read. */
export const findingUsers = (db: Connection): Pick<UserStore, Finding> => {
  const setUp = db.prepare("SELECT 1 AS done FROM latchkey_settings WHERE key = 'setup'")
  const find = db.prepare(`SELECT ${users.selected} FROM latchkey_users WHERE id = ?`)
  const withPassword = (column: string) =>
    db.prepare(`SELECT ${STORED_USER_COLUMNS} FROM latchkey_users WHERE ${column} = ?`)
  const byId = withPassword("id")
  const inOrder = (comes: ">" | ">=") =>
    db.prepare(`SELECT ${STORED_USER_COLUMNS} FROM latchkey_users WHERE id ${comes} ? ORDER BY id LIMIT ?`)
  const [beyond, from] = [inOrder(">"), inOrder(">=")]
  const byLogin = { username: withPassword("canonical_username"), email: withPassword("canonical_email") }

  return {
    isSetUp: db.read("users.isSetUp", () => rowOf(setUp.get()) !== null),
    find: (id) => db.read("users.find", () => optionalRow(find.get(id), readUser)),
    findByName: ({ kind, canonical }) =>
      db.read("users.findByName", () => optionalRow(byLogin[kind].get(canonical), withPasswordOf)),
    findWithPassword: (id) => db.read("users.findWithPassword", () => optionalRow(byId.get(id), withPasswordOf)),
    export: (after, limit) =>
      db.read("users.export", () => {
        const rows = after === null ? from.all("", count(limit)) : beyond.all(after, count(limit))
        return allRows(rows).map(readStoredUser)
      }),
    ...listUsers(db)
  }
}

const withPasswordOf = (row: Row): UserWithPassword => {
  const { user, passwordHash, revocations } = readStoredUser(row)
  return { user, passwordHash, revocations }
}
