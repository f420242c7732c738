import { type Instant, type Mark, type MarkStep, marksAfter, placeOf } from "@latchkey/core/store"
import { ended } from "./ended.ts"
import type { Postgres } from "./postgres.ts"
import { bytes, number, text } from "./values.ts"

/** Any number that no other program uses: the locks of accounts. */
const ACCOUNTS = 4_719_206

/** The marks of trust, changed by core's own rule under a lock on the account. */
export const postgresMarks = (db: Postgres, schema: string, secret: string) => {
  const marks = `${schema}.account_marks`

  return {
    set: ({ account, key, until }: Mark, step: MarkStep): Promise<void> =>
      db.transaction(async (queries) => {
        await queries.query("SELECT pg_advisory_xact_lock($1, $2)", [ACCOUNTS, placeOf(secret, account, 2 ** 31)])
        const { rows } = await queries.query(`SELECT key, until FROM ${marks} WHERE account = $1`, [bytes(account)])
        const known = new Map(rows.map((row) => [text(row, "key"), number(row, "until")] as const))
        await queries.query(`DELETE FROM ${marks} WHERE account = $1`, [bytes(account)])
        for (const [each, end] of marksAfter(known, { key, until }, step)) {
          await queries.query(`INSERT INTO ${marks} (account, key, until) VALUES ($1, $2, $3)`, [
            bytes(account),
            bytes(each),
            end
          ])
        }
      }),
    has: async ({ account, key }: Pick<Mark, "account" | "key">, at: Instant): Promise<boolean> => {
      const { rows } = await db.query(`SELECT 1 FROM ${marks} WHERE account = $1 AND key = $2 AND until > $3`, [
        bytes(account),
        bytes(key),
        at
      ])
      return rows.length > 0
    },
    removeExpired: async (before: Instant, limit: number): Promise<number> => {
      const { rows } = await db.query(
        `${ended(`SELECT account, key FROM ${marks} WHERE until <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED`)}
         DELETE FROM ${marks} WHERE (account, key) IN (TABLE ended) RETURNING 1`,
        [before, limit]
      )
      return rows.length
    }
  }
}
