import type { UserStore, UserWithPassword } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { SqliteStatement } from "./handle.ts"
import { allRows, optionalRow, type Row, rowOf } from "./row.ts"
import { readStoredUser, readUser, STORED_USER_COLUMNS, users } from "./rows.ts"
import { count } from "./values.ts"

type FindingUsers = Pick<UserStore, "isSetUp" | "find" | "findByName" | "findWithPassword" | "list">

/** The verbs that only read. */
export const findingUsers = (db: Connection): FindingUsers => {
  const setUp = db.prepare("SELECT 1 AS done FROM latchkey_settings WHERE key = 'setup'")
  const find = db.prepare(`SELECT ${users.selected} FROM latchkey_users WHERE id = ?`)
  const withPassword = (column: string) =>
    db.prepare(`SELECT ${STORED_USER_COLUMNS} FROM latchkey_users WHERE ${column} = ?`)
  const byId = withPassword("id")
  const byLogin = { username: withPassword("canonical_username"), email: withPassword("canonical_email") }
  const everyone = preparePage(db, "latchkey_users")
  // `instr` has no wildcards.
  const matching = preparePage(
    db,
    `(SELECT * FROM latchkey_users WHERE instr(canonical_username, ?) > 0 OR instr(canonical_email, ?) > 0)`
  )

  return {
    isSetUp: db.read("users.isSetUp", () => rowOf(setUp.get()) !== null),
    find: (id) => db.read("users.find", () => optionalRow(find.get(id), readUser)),
    findByName: ({ kind, canonical }) =>
      db.read("users.findByName", () => optionalRow(byLogin[kind].get(canonical), withPasswordOf)),
    findWithPassword: (id) => db.read("users.findWithPassword", () => optionalRow(byId.get(id), withPasswordOf)),
    list: ({ query, offset, limit }) =>
      db.read("users.list", () => {
        const bounds = [count(limit), count(offset)]
        const found = query === null ? everyone.all(...bounds) : matching.all(query, query, query, query, ...bounds)
        const rows = allRows(found)
        const page = rows.filter((row) => row[1] !== null)
        return { items: page.map((row) => users.read(row, 1, null)), total: count(rows[0]?.[0]) }
      })
  }
}

const withPasswordOf = (row: Row): UserWithPassword => {
  const { user, passwordHash, revocations } = readStoredUser(row)
  return { user, passwordHash, revocations }
}

/** One statement, so that the total and the items are from the same moment. The join keeps the total if the page is empty. */
const preparePage = (db: Connection, source: string): SqliteStatement =>
  db.prepare(`SELECT total, ${users.selected}
    FROM (SELECT count(*) AS total FROM ${source})
    LEFT JOIN (SELECT * FROM ${source} ORDER BY id LIMIT ? OFFSET ?) AS latchkey_users
    ORDER BY latchkey_users.id`)
