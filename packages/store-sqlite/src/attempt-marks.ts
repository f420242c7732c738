import { type Instant, type Mark, type MarkStep, marksAfter } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { allRows, rowOf } from "./row.ts"
import { count, instant, text } from "./values.ts"

/** The rows of marks. `set` is to be used in a transaction. */
export const attemptMarks = (db: Connection) => {
  const list = db.prepare("SELECT key, until FROM latchkey_marks WHERE account = ?")
  const clear = db.prepare("DELETE FROM latchkey_marks WHERE account = ?")
  const insert = db.prepare("INSERT INTO latchkey_marks (account, key, until) VALUES (?, ?, ?)")
  const find = db.prepare("SELECT until FROM latchkey_marks WHERE account = ? AND key = ? AND until > ?")
  const removeExpired = db.prepare(`DELETE FROM latchkey_marks
    WHERE (account, key) IN (SELECT account, key FROM latchkey_marks WHERE until <= ? LIMIT ?)`)

  return {
    set: ({ account, key, until }: Mark, { at, most, replaced }: Omit<MarkStep, "keep">): void => {
      const marks = new Map(allRows(list.all(account)).map((row) => [text(row[0]), instant(row[1])] as const))
      const instead = replaced === null ? null : { key: replaced.key, until: instant(replaced.until) }
      const step = { at: instant(at), most: count(most), replaced: instead }
      const next = marksAfter(marks, { key, until: instant(until) }, step)
      clear.run(account)
      for (const [each, end] of next) insert.run(account, each, instant(end))
    },
    has: ({ account, key }: Pick<Mark, "account" | "key">, at: Instant): boolean =>
      rowOf(find.get(account, key, at)) !== null,
    removeExpired: (before: Instant, limit: number): number => count(removeExpired.run(before, limit).changes)
  }
}
