import {
  behindPrefix,
  type FoundUser,
  gatherCount,
  gatherUsers,
  MOST_COUNTED,
  type StoreError,
  startOf,
  type UserCount,
  UserId,
  type UserPlace,
  type UserSearch,
  type UserStep,
  type UserStore
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import type { Connection } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { escapeNul } from "./nul.ts"
import { allRows, type Row, rowOf } from "./row.ts"
import { readStoredUser, STORED_USER_COLUMNS } from "./rows.ts"
import { count, text } from "./values.ts"

/** The domain of an address, as the index `latchkey_users_domain` has it. */
const DOMAIN = "substr(canonical_email, instr(canonical_email, '@'))"

/** Lists and counts users. Each statement is answered by an index, and other requests run between the steps (SQL-05). */
export const listUsers = (db: Connection): Pick<UserStore, "list" | "count"> => {
  const read = preparedSteps(db)
  const counted = preparedCounts(db)

  const drive = Effect.fnUntraced(function* <A>(
    operation: string,
    search: UserSearch,
    steps: Generator<UserStep, A, ReadonlyArray<FoundUser>>
  ): Effect.fn.Return<A, StoreError> {
    let turn = steps.next()
    while (turn.done !== true) {
      const step = turn.value
      turn = steps.next(yield* db.read(operation, () => read(search, step)))
      if (turn.done !== true) yield* Effect.yieldNow
    }
    return turn.value
  })

  return {
    list: (listing) =>
      Effect.flatMap(
        db.read("users.list", () => count(listing.limit)),
        (limit) => drive("users.list", listing, gatherUsers({ ...listing, limit }))
      ),
    count: (search) =>
      Effect.flatMap(
        db.read("users.count", () => counted(search)),
        (known) => (known === null ? drive("users.count", search, gatherCount(search)) : Effect.succeed(known))
      )
  }
}

/** Users newest first. `X''` comes behind every text. */
const newestOf = (table: string, where: string): string =>
  `SELECT '', id, ${STORED_USER_COLUMNS} FROM ${table} WHERE ${where} id < coalesce(?, X'') ORDER BY id DESC LIMIT ?`

/** The indexes of names: the conditions and the order under which each is read between two places. */
const HAS_DOMAIN = "instr(canonical_email, '@') > 0"
const between = (column: string) => ({
  name: column,
  where: `(${column}, id) > (?, ?) AND ${column} < coalesce(?, X'')`,
  order: `${column}, id`
})
const RANGES = [
  between("canonical_username"),
  between("canonical_email"),
  // SQLite has no index for an expression and a column compared at once, so users of the first domain are a range of their own.
  { name: DOMAIN, where: `${HAS_DOMAIN} AND ${DOMAIN} = ? AND id > ?`, order: "id" },
  { name: DOMAIN, where: `${HAS_DOMAIN} AND ${DOMAIN} > ? AND ${DOMAIN} < coalesce(?, X'')`, order: `${DOMAIN}, id` }
]

/** Names between two places, with the ids of the users that have them. A user may have one name as username and as address. */
const NAMES = RANGES.map(
  ({ name, where, order }) =>
    `SELECT * FROM (SELECT ${name} AS name, id FROM latchkey_users WHERE ${where} ORDER BY ${order} LIMIT ?)`
).join(" UNION ")

/** The parameters of each range. */
const rangeParameters = (query: string, after: UserPlace | null, most: number): ReadonlyArray<SqliteValue> => {
  const { name, id } = startOf(query, after)
  const behind = behindPrefix(escapeNul(query))
  return [name, id, behind, most, name, id, behind, most, name, id, most, name, behind, most]
}

/** Reads one step of a list. */
const preparedSteps = (db: Connection) => {
  const everyone = db.prepare(newestOf("latchkey_users", ""))
  const superusers = db.prepare(
    newestOf("latchkey_users INDEXED BY latchkey_users_all_superusers", "is_superuser = 1 AND")
  )
  const inactive = db.prepare(newestOf("latchkey_users INDEXED BY latchkey_users_inactive", "is_active = 0 AND"))
  const named = db.prepare(`SELECT found.name, found.id, ${STORED_USER_COLUMNS} FROM (
      ${NAMES}
      UNION SELECT id, id FROM latchkey_users WHERE id = ? AND (id, id) > (?, ?)
      ORDER BY 1, 2 LIMIT ?
    ) AS found CROSS JOIN latchkey_users ON latchkey_users.id = found.id ORDER BY found.name, found.id`)

  const rows = ({ query, filter }: UserSearch, { after, most }: UserStep): ReadonlyArray<unknown> => {
    if (query !== null) {
      const { name, id } = startOf(query, after)
      return named.all(...rangeParameters(query, after, most), query, name, id, most)
    }
    const statement = filter.isSuperuser === true ? superusers : filter.isActive === false ? inactive : everyone
    return statement.all(after?.id ?? null, most)
  }
  return (search: UserSearch, step: UserStep): ReadonlyArray<FoundUser> => allRows(rows(search, step)).map(readFound)
}

const readFound = ([name, id, ...row]: Row): FoundUser => ({
  place: { name: text(name), id: UserId(text(id)) },
  row: readStoredUser(row)
})

/** Counts what an index counts; null for anything else. */
const preparedCounts = (db: Connection) => {
  const everyone = db.prepare("SELECT users FROM latchkey_user_count WHERE one = 1")
  const upTo = (entries: string) => db.prepare(`SELECT count(*) FROM (${entries} LIMIT ${MOST_COUNTED + 1})`)
  const superusers = upTo(
    "SELECT 1 FROM latchkey_users INDEXED BY latchkey_users_all_superusers WHERE is_superuser = 1"
  )
  const inactive = upTo("SELECT 1 FROM latchkey_users INDEXED BY latchkey_users_inactive WHERE is_active = 0")
  const counts = RANGES.map(
    ({ where }) => `(SELECT count(*) FROM (SELECT 1 FROM latchkey_users WHERE ${where} LIMIT ?))`
  )
  const names = db.prepare(`SELECT ${counts.map((sql, n) => `${sql} AS n${n}`).join(", ")}`)
  const ids = RANGES.map(({ where }) => `SELECT * FROM (SELECT id FROM latchkey_users WHERE ${where} LIMIT ?)`)
  const distinct = db.prepare(
    `SELECT count(*) FROM (${ids.join(" UNION ")} UNION SELECT id FROM latchkey_users WHERE id = ?)`
  )

  /** Of too many it tells only how many users they are at least: no range has a user twice, but for those of one domain. */
  const countNames = (query: string): UserCount => {
    const parameters = rangeParameters(query, null, MOST_COUNTED + 1)
    const [usernames = 0, addresses = 0, ...domains] = (rowOf(names.get(...parameters)) ?? []).map(count)
    const ofDomains = domains.reduce((sum, each) => sum + each, 0)
    if (usernames + addresses + ofDomains > MOST_COUNTED)
      return { total: Math.min(Math.max(usernames, addresses, ofDomains), MOST_COUNTED), isExact: false }
    return { total: count(rowOf(distinct.get(...parameters, query))?.[0]), isExact: true }
  }

  return ({ query, filter }: UserSearch) => {
    const filters = Object.values(filter).filter((value) => value !== undefined).length
    if (query !== null) return filters > 0 ? null : countNames(query)
    if (filters === 0) return { total: count(rowOf(everyone.get())?.[0]), isExact: true }
    const statement = filter.isSuperuser === true ? superusers : filter.isActive === false ? inactive : null
    if (statement === null || filters > 1) return null
    const total = count(rowOf(statement.get())?.[0])
    return { total: Math.min(total, MOST_COUNTED), isExact: total <= MOST_COUNTED }
  }
}
