import {
  behindPrefix,
  type FoundUser,
  gatherCount,
  gatherUsers,
  type PromisePart,
  startOf,
  UserId,
  type UserSearch,
  type UserStep,
  type UserStore
} from "@latchkey/core/store"
import type { Postgres, Row } from "./postgres.ts"
import { first, storedUser, users as userRows } from "./rows.ts"
import { bytes, number, text } from "./values.ts"

/** The domain of an address, as the index `users_domain` has it: `\x40` is `@`. */
export const DOMAIN = "substring(canonical_email FROM position('\\x40'::bytea IN canonical_email))"

/** Lists and counts users. An index answers each statement, and none reads more than its limit. */
export const listUsers = (db: Postgres, schema: string): PromisePart<Pick<UserStore, "list" | "count">> => {
  const users = `${schema}.users AS u`
  const columns = storedUser.selected("u")

  /** Names between two places, with the ids of the users that have them. */
  const range = (name: string): string =>
    `(SELECT ${name} AS name, id FROM ${schema}.users WHERE (${name}, id) > ($1, $2)
      AND ($3::bytea IS NULL OR ${name} < $3) ORDER BY ${name}, id LIMIT $4)`
  const named = `SELECT found.name AS found_by, ${columns} FROM (
      ${["canonical_username", "canonical_email", DOMAIN].map(range).join(" UNION ")}
      UNION SELECT id, id FROM ${schema}.users WHERE id = $5 AND (id, id) > ($1, $2)
      ORDER BY 1, 2 LIMIT $4
    ) AS found JOIN ${users} ON u.id = found.id ORDER BY found.name, found.id`

  const newest = ({ isActive, isSuperuser }: UserSearch["filter"]): string => {
    const indexed = isSuperuser === true ? "u.is_superuser" : isActive === false ? "NOT u.is_active" : "true"
    return `SELECT ''::bytea AS found_by, ${columns} FROM ${users}
      WHERE ${indexed} AND ($1::bytea IS NULL OR u.id < $1) ORDER BY u.id DESC LIMIT $2`
  }

  const read = async ({ query, filter }: UserSearch, { after, most }: UserStep): Promise<ReadonlyArray<FoundUser>> => {
    if (query === null) return foundIn(await db.query(newest(filter), [bytes(after?.id ?? null), most]))
    const { name, id } = startOf(query, after)
    return foundIn(await db.query(named, [bytes(name), bytes(id), bytes(behindPrefix(query)), most, bytes(query)]))
  }

  const drive = async <A>(search: UserSearch, steps: Generator<UserStep, A, ReadonlyArray<FoundUser>>): Promise<A> => {
    let turn = steps.next()
    while (turn.done !== true) turn = steps.next(await read(search, turn.value))
    return turn.value
  }

  return {
    list: (listing) => drive(listing, gatherUsers(listing)),
    count: async (search) => {
      if (search.query !== null || Object.keys(search.filter).length > 0) return drive(search, gatherCount(search))
      // Counts an index, some tens of milliseconds for a million. A site that asks often keeps the number by a trigger.
      const counted = await db.query(`SELECT count(*)::float8 AS total FROM ${users}`)
      return { total: first(counted, (row) => number(row, "total")) ?? 0, isExact: true }
    }
  }
}

const foundIn = ({ rows }: { readonly rows: ReadonlyArray<Row> }): ReadonlyArray<FoundUser> =>
  rows.map((row) => ({
    place: { name: text(row, "found_by"), id: UserId(userRows.read(row, "u").id) },
    row: storedUser.read(row, "u")
  }))
