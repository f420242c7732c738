import {
  type Instant,
  type NewToken,
  type PromisePart,
  type TokenId,
  type TokenStore,
  TooManyTokens,
  UserId
} from "@latchkey/core/store"
import type { Postgres, Queries } from "./postgres.ts"
import { first, readToken, TOKEN_COLUMNS } from "./rows.ts"
import { bytes, number, text } from "./values.ts"

/**
 * The personal access tokens. Whatever adds one, and `revokeAll`, locks the owner's row first. So they come one after the
 * other: each counts what the one before left, and none comes through between. The other verbs are one statement.
 */
export const postgresTokens = (db: Postgres, schema: string): PromisePart<TokenStore> => {
  const tokens = `${schema}.tokens AS t`
  const isLive = (at: string): string => `(t.expires_at IS NULL OR t.expires_at > ${at})`
  const insertion = `INSERT INTO ${tokens} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

  /** A transaction that has the owner's tokens to itself, but for their uses, revocations and ends. */
  const withOwner = <A>(owner: UserId, work: (queries: Queries) => Promise<A>): Promise<A> =>
    db.transaction(async (queries) => {
      await queries.query(`SELECT 1 FROM ${schema}.users WHERE id = $1 FOR NO KEY UPDATE`, [bytes(owner)])
      return work(queries)
    })

  const count = async (queries: Queries, statement: string, values: Array<unknown>): Promise<number> =>
    (await queries.query(`${statement} RETURNING 1`, values)).rows.length

  /** Writes first and counts then: one too many rejects, and with that is undone. The one that it replaces does not count. */
  const add = async (queries: Queries, next: NewToken, at: Instant, most: number, replaced: TokenId | null) => {
    const { userId, id, epoch } = next.token
    await queries.query(insertion, valuesOf(next))
    const others = await queries.query(
      `SELECT count(*)::float8 AS others FROM ${tokens}
       WHERE t.user_id = $1 AND t.id <> $2 AND t.id IS DISTINCT FROM $3 AND t.epoch >= $4 AND ${isLive("$5")}`,
      [bytes(userId), bytes(id), bytes(replaced), epoch, at]
    )
    if ((first(others, (row) => number(row, "others")) ?? 0) >= most) throw new TooManyTokens({ most })
  }

  return {
    insert: (next, most) =>
      withOwner(next.token.userId, (queries) => add(queries, next, next.token.createdAt, most, null)),

    find: async (owner, hash) =>
      first(
        await db.query(`SELECT ${TOKEN_COLUMNS} FROM ${tokens} WHERE t.user_id = $1 AND t.hash = $2`, [
          bytes(owner),
          bytes(hash)
        ]),
        readToken
      ),

    // `greatest` and `least` pass over null.
    recordUse: async ({ owner, id }, at) =>
      (await count(
        db,
        `UPDATE ${tokens} SET last_used_at = greatest(t.last_used_at, $3)
         WHERE t.user_id = $1 AND t.id = $2 AND ${isLive("$3")}`,
        [bytes(owner), bytes(id), at]
      )) > 0,

    rotate: ({ owner, id }, { next, at, oldExpiresAt }, most) =>
      withOwner(owner, async (queries) => {
        const marked = await count(
          queries,
          `UPDATE ${tokens} SET replaced_by = $4, expires_at = least(t.expires_at, $5)
           WHERE t.user_id = $1 AND t.user_id = $2 AND t.id = $3 AND t.replaced_by IS NULL AND ${isLive("$6")}`,
          [bytes(owner), bytes(next.token.userId), bytes(id), bytes(next.token.id), oldExpiresAt, at]
        )
        if (marked > 0) await add(queries, next, at, most, id)
        return marked > 0
      }),

    list: async (owner, at) => {
      const { rows } = await db.query(
        `SELECT ${TOKEN_COLUMNS} FROM ${tokens} WHERE t.user_id = $1 AND ${isLive("$2")} ORDER BY t.created_at DESC`,
        [bytes(owner), at]
      )
      return rows.map(readToken)
    },

    revoke: async ({ owner, id }) =>
      (await count(db, `DELETE FROM ${tokens} WHERE t.user_id = $1 AND t.id = $2`, [bytes(owner), bytes(id)])) > 0,

    revokeAll: (owner) =>
      withOwner(owner, (queries) => count(queries, `DELETE FROM ${tokens} WHERE t.user_id = $1`, [bytes(owner)])),

    // The unique index over hashes decides between owners: the second waits for the first's row, and then finds it there.
    import: (next) =>
      withOwner(
        next.token.userId,
        async (queries) =>
          (await count(queries, `${insertion} ON CONFLICT (hash) WHERE is_imported DO NOTHING`, valuesOf(next))) > 0
      ),

    ownerOf: async (hash) =>
      first(
        await db.query(`SELECT t.user_id FROM ${tokens} WHERE t.hash = $1 AND t.is_imported`, [bytes(hash)]),
        (row) => UserId(text(row, "user_id"))
      ),

    // Passes over owners whose tokens another transaction has: so it waits for single statements only, which wait for nobody.
    removeExpired: (before, limit) =>
      count(
        db,
        `DELETE FROM ${tokens} WHERE (t.user_id, t.hash) IN (
           SELECT e.user_id, e.hash FROM ${schema}.tokens AS e JOIN ${schema}.users AS u ON u.id = e.user_id
           WHERE e.expires_at <= $1 LIMIT $2 FOR NO KEY UPDATE OF u SKIP LOCKED)`,
        [before, limit]
      )
  }
}

const COLUMNS = `user_id, hash, id, name, hint, scopes, epoch, created_at, expires_at, last_used_at, replaced_by,
  is_imported`

/** The values of `COLUMNS`, in their order. */
const valuesOf = ({ hash, token }: NewToken): Array<unknown> => [
  bytes(token.userId),
  bytes(hash),
  bytes(token.id),
  bytes(token.name),
  bytes(token.hint),
  JSON.stringify(token.scopes),
  token.epoch,
  token.createdAt,
  token.expiresAt,
  token.lastUsedAt,
  bytes(token.replacedBy),
  token.isImported
]
