import {
  type CodeKey,
  type CodePurpose,
  type CodeStore,
  consumedCode,
  type NewCode,
  type PromisePart,
  SecretHash,
  stayingCode,
  type UserId
} from "@latchkey/core/store"
import { codeRows } from "./code-rows.ts"
import { ended } from "./ended.ts"
import type { Postgres, Queries } from "./postgres.ts"
import { parameters } from "./row-kind.ts"
import { first } from "./rows.ts"
import { bytes, text } from "./values.ts"

/**
 * The one-time codes. Core's rules say whether a new one takes the place of another, and what a use makes of one. Whatever writes
 * locks the owner's row first, so the writes of one owner run one after the other, and each reads what the one before left. The purge
 * alone does not: it locks the rows that it removes.
 */
export const postgresCodes = (db: Postgres, schema: string): PromisePart<CodeStore> => {
  const codes = `${schema}.codes AS c`
  const found = `SELECT ${codeRows.selected("c")}, c.hash FROM ${codes}`
  const names = [...codeRows.names, "hash"]
  const insertion = `INSERT INTO ${codes} (${names.join(", ")}) VALUES (${parameters(names)})`

  const count = async (statement: string, values: Array<unknown>, queries: Queries = db): Promise<number> =>
    (await queries.query(`${statement} RETURNING 1`, values)).rows.length

  /** A transaction that no other one on this owner's codes runs beside, but the purge. */
  const withOwner = <A>(owner: UserId, work: (queries: Queries) => Promise<A>): Promise<A> =>
    db.transaction(async (queries) => {
      await queries.query(`SELECT 1 FROM ${schema}.users WHERE id = $1 FOR NO KEY UPDATE`, [bytes(owner)])
      return work(queries)
    })

  const byPurpose = "c.user_id = $1 AND c.purpose = $2"
  const byHash = `${byPurpose} AND c.hash = $3`
  const placeOf = (owner: UserId, purpose: CodePurpose): Array<unknown> => [bytes(owner), purpose]
  const keyOf = ({ owner, purpose, hash }: CodeKey): Array<unknown> => [...placeOf(owner, purpose), bytes(hash)]

  const valuesOf = ({ code, hash }: NewCode): Array<unknown> => [...codeRows.valuesOf(code), bytes(hash)]

  const held = async (owner: UserId): Promise<ReadonlyArray<NewCode>> => {
    const { rows } = await db.query(`${found} WHERE c.user_id = $1`, [bytes(owner)])
    return rows.map((row) => ({ code: codeRows.read(row, "c"), hash: SecretHash(text(row, "hash")) }))
  }

  return {
    insert: (next, how) =>
      withOwner(next.code.userId, async (queries) => {
        const { code } = next
        const place = placeOf(code.userId, code.purpose)
        const held = await queries.query(`${found} WHERE ${byPurpose} FOR UPDATE`, place)
        const before = first(held, (row) => codeRows.read(row, "c"))
        const staying = stayingCode(before, how, code)
        if (staying !== null) {
          await queries.query(`UPDATE ${codes} SET expires_at = $3 WHERE ${byPurpose}`, [...place, staying.expiresAt])
          return false
        }
        // A new row, which has nothing of the one before in columns that this version does not know.
        await queries.query(`DELETE FROM ${codes} WHERE ${byPurpose}`, place)
        await queries.query(insertion, valuesOf(next))
        return true
      }),

    find: async (key) =>
      first(await db.query(`${found} WHERE ${byHash}`, keyOf(key)), (row) => codeRows.read(row, "c")),

    consume: (key, at) =>
      withOwner(key.owner, async (queries) => {
        const held = await queries.query(`${found} WHERE ${byHash} FOR UPDATE`, keyOf(key))
        const code = first(held, (row) => codeRows.read(row, "c"))
        const consumed = code === null ? null : consumedCode(code, at)
        if (consumed?.isFirst === true) {
          await queries.query(`UPDATE ${codes} SET used_at = $3 WHERE ${byPurpose}`, [
            ...placeOf(key.owner, key.purpose),
            consumed.code.usedAt
          ])
        }
        return consumed
      }),

    // A copy of core's givenBackCode in SQL.
    giveBack: (key) =>
      withOwner(
        key.owner,
        async (queries) =>
          (await count(
            `UPDATE ${codes} SET used_at = NULL WHERE ${byHash} AND c.used_at IS NOT NULL`,
            keyOf(key),
            queries
          )) > 0
      ),

    list: async (owner) => (await held(owner)).map(({ code }) => code),

    export: (owner) => held(owner),

    restore: async (rows) => {
      const added: Array<boolean> = []
      for (const row of rows)
        added.push(
          await withOwner(
            row.code.userId,
            async (queries) => (await count(`${insertion} ON CONFLICT DO NOTHING`, valuesOf(row), queries)) > 0
          )
        )
      return added
    },

    remove: ({ owner, purpose, hash }) =>
      withOwner(
        owner,
        async (queries) =>
          (hash === null
            ? await count(`DELETE FROM ${codes} WHERE ${byPurpose}`, placeOf(owner, purpose), queries)
            : await count(`DELETE FROM ${codes} WHERE ${byHash}`, keyOf({ owner, purpose, hash }), queries)) > 0
      ),

    removeAll: (owner) =>
      withOwner(owner, (queries) => count(`DELETE FROM ${codes} WHERE c.user_id = $1`, [bytes(owner)], queries)),

    // As in `challenges.ts`: what others have locked is skipped at first, and then waited for one by one.
    removeExpired: async (before, limit) => {
      let removed = await count(
        `${ended(`SELECT user_id, purpose FROM ${schema}.codes WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED`)}
         DELETE FROM ${codes} WHERE (c.user_id, c.purpose) IN (TABLE ended)`,
        [before, limit]
      )
      const skipped = await db.query(`SELECT c.user_id, c.purpose FROM ${codes} WHERE c.expires_at <= $1 LIMIT $2`, [
        before,
        limit - removed
      ])
      for (const { user_id, purpose } of skipped.rows) {
        const place = [user_id, purpose, before]
        removed += await count(`DELETE FROM ${codes} WHERE ${byPurpose} AND c.expires_at <= $3`, place)
      }
      return removed
    }
  }
}
