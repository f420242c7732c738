import type { UserStore } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { SqliteStatement } from "./handle.ts"
import {
  allRows,
  optionalRow,
  readUser,
  readUserAndPassword,
  readUserRow,
  rowOf,
  USER_AND_PASSWORD_COLUMNS,
  USER_COLUMNS
} from "./rows.ts"
import { count } from "./values.ts"

type FindingUsers = Pick<UserStore, "isSetUp" | "find" | "findByName" | "findWithPassword" | "list">

/** The verbs that only read. */
export const findingUsers = (db: Connection): FindingUsers => {
  const setUp = db.prepare("SELECT 1 AS done FROM latchkey_settings WHERE key = 'setup'")
  const find = db.prepare(`SELECT ${USER_COLUMNS} FROM latchkey_users WHERE id = ?`)
  const withPassword = (column: string) =>
    db.prepare(`SELECT ${USER_AND_PASSWORD_COLUMNS} FROM latchkey_users WHERE ${column} = ?`)
  const byId = withPassword("id")
  const byLogin = { username: withPassword("canonical_username"), email: withPassword("canonical_email") }
  const everyone = preparePage(db, "latchkey_users")
  // `instr` knows no wildcards.
  const matching = preparePage(
    db,
    `(SELECT * FROM latchkey_users WHERE instr(canonical_username, ?) > 0 OR instr(canonical_email, ?) > 0)`
  )

  return {
    isSetUp: db.read("users.isSetUp", () => rowOf(setUp.get()) !== null),
    find: (id) => db.read("users.find", () => optionalRow(find.get(id), readUserRow)),
    findByName: ({ kind, canonical }) =>
      db.read("users.findByName", () => optionalRow(byLogin[kind].get(canonical), readUserAndPassword)),
    findWithPassword: (id) => db.read("users.findWithPassword", () => optionalRow(byId.get(id), readUserAndPassword)),
    list: ({ query, offset, limit }) =>
      db.read("users.list", () => {
        const bounds = [count(limit), count(offset)]
        const found = query === null ? everyone.all(...bounds) : matching.all(query, query, query, query, ...bounds)
        const rows = allRows(found)
        const users = rows.filter((row) => row[1] !== null)
        return { items: users.map((row) => readUser(row, 1)), total: count(rows[0]?.[0]) }
      })
  }
}

/** One statement, so that the total is of the same moment as the items; the join keeps it when the page is empty. */
const preparePage = (db: Connection, source: string): SqliteStatement =>
  db.prepare(`SELECT total, ${USER_COLUMNS}
    FROM (SELECT count(*) AS total FROM ${source})
    LEFT JOIN (SELECT * FROM ${source} ORDER BY id LIMIT ? OFFSET ?) AS latchkey_users
    ORDER BY latchkey_users.id`)
