import type { User, UserStore } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import type { Connection } from "./connection.ts"
import { allRows, rowOf } from "./row.ts"
import { readUser, users } from "./rows.ts"
import { count, optionalText } from "./values.ts"

/** How many users a step looks at: some milliseconds on a busy machine. */
const STEP = 500

/** `instr` has no wildcards. */
const MATCHES = "(? IS NULL OR instr(canonical_username, ?) > 0 OR instr(canonical_email, ?) > 0)"

/**
 * Lists users. The total and a search look at every user, and SQLite blocks the process while it works. So this is done in
 * steps in order of id, and other requests run in between (SQL-05). Users who come or go meanwhile may be missed in the total.
 */
export const listUsers = (db: Connection): UserStore["list"] => {
  const step = `FROM (SELECT * FROM latchkey_users WHERE id > ? ORDER BY id LIMIT ${STEP}) AS latchkey_users`
  const counting = db.prepare(`SELECT count(*), max(id), sum(${MATCHES}) ${step}`)
  const page = db.prepare(`SELECT ${users.selected} ${step} WHERE ${MATCHES} ORDER BY id LIMIT ? OFFSET ?`)

  return Effect.fnUntraced(function* ({ query, offset, limit }) {
    const wanted = [query, query, query]
    const items: Array<User> = []
    let total = 0

    /** Looks at the users after this id. Returns the last one's; null at the end. */
    const look = (after: string): string | null => {
      const [seen, last, found] = rowOf(counting.get(...wanted, after)) ?? []
      const matching = count(found ?? 0)
      const [skipped, missing] = [Math.max(0, count(offset) - total), count(limit) - items.length]
      if (skipped < matching && missing > 0) {
        items.push(...allRows(page.all(after, ...wanted, missing, skipped)).map(readUser))
      }
      total += matching
      return count(seen) < STEP ? null : optionalText(last)
    }

    for (let after: string | null = ""; after !== null; ) {
      const from: string = after
      after = yield* db.read("users.list", () => look(from))
      if (after !== null) yield* Effect.yieldNow
    }
    return { items, total }
  })
}
