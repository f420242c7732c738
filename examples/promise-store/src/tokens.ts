import {
  type AccessToken,
  type Instant,
  type ListPage,
  MOST_ENDED,
  type NewToken,
  type PromisePart,
  replacedToken,
  TokenAlreadyIssued,
  type TokenId,
  type TokenKey,
  type TokenStore,
  TooManyTokens,
  UserId,
  usedToken
} from "@latchkey/core/store"
import { ended } from "./ended.ts"
import { newestFirst, pageParameters } from "./newest-first.ts"
import type { Postgres, Queries } from "./postgres.ts"
import { parameters } from "./row-kind.ts"
import { first, storedToken, tokens as tokenRows } from "./rows.ts"
import { bytes, number, text } from "./values.ts"

/**
 * The personal access tokens. Verbs that add one, and `revokeAll`, lock the owner's row first. So they run one after the other,
 * and each counts what the one before left. Core's rules say how a use or a replacement changes a token, while its row is
 * locked. The other verbs are one statement each.
 */
export const postgresTokens = (db: Postgres, schema: string): PromisePart<TokenStore> => {
  const tokens = `${schema}.tokens AS t`
  const found = `SELECT ${storedToken.selected("t")} FROM ${tokens}`
  /** A copy of core's isTokenPastEnd in SQL, negated. */
  const isLive = (at: string): string => `(t.expires_at IS NULL OR t.expires_at > ${at})`
  const { names, valuesOf } = storedToken
  const [, ...changing] = tokenRows.names
  const insertion = `INSERT INTO ${tokens} (${names.join(", ")}) VALUES (${parameters(names)})`

  /** A transaction with exclusive access to the owner's tokens, except for their uses, revocations and ends. */
  const withOwner = <A>(owner: UserId, work: (queries: Queries) => Promise<A>): Promise<A> =>
    db.transaction(async (queries) => {
      await queries.query(`SELECT 1 FROM ${schema}.users WHERE id = $1 FOR NO KEY UPDATE`, [bytes(owner)])
      return work(queries)
    })

  const count = async (queries: Queries, statement: string, values: Array<unknown>): Promise<number> =>
    (await queries.query(`${statement} RETURNING 1`, values)).rows.length

  /** Applies a rule to a token; false if there is no such token, or the rule returns null. */
  const follow = async (
    queries: Queries,
    { owner, id }: TokenKey,
    rule: (token: AccessToken) => AccessToken | null
  ): Promise<boolean> => {
    const key = [bytes(owner), bytes(id)]
    const before = await queries.query(`${found} WHERE t.user_id = $1 AND t.id = $2 FOR UPDATE`, key)
    const after = first(before, (row) => rule(tokenRows.read(row, "t")))
    if (after === null) return false
    await queries.query(
      `UPDATE ${tokens} SET (${changing.join(", ")}) = ROW(${parameters(changing, 2)})
       WHERE t.user_id = $1 AND t.id = $${changing.length + 2}`,
      [...tokenRows.valuesOf(after), bytes(id)]
    )
    return true
  }

  /** Writes first and counts afterwards. One too many rejects, which undoes the write. The replaced token does not count. */
  const add = async (queries: Queries, next: NewToken, at: Instant, most: number, replaced: TokenId | null) => {
    const { userId, id, epoch } = next.token
    await queries.query(insertion, valuesOf(next))
    // A copy of core's countsBeside in SQL.
    const others = await queries.query(
      `SELECT count(*)::float8 AS others FROM ${tokens}
       WHERE t.user_id = $1 AND t.id <> $2 AND t.id IS DISTINCT FROM $3 AND t.epoch >= $4 AND ${isLive("$5")}`,
      [bytes(userId), bytes(id), bytes(replaced), epoch, at]
    )
    if ((first(others, (row) => number(row, "others")) ?? 0) >= most) throw new TooManyTokens({ most })
    // A copy of core's tokensBeyond in SQL.
    await queries.query(
      `DELETE FROM ${tokens} WHERE t.user_id = $1 AND t.id IN (
         SELECT t.id FROM ${tokens}
         WHERE t.user_id = $1 AND t.id <> $2 AND t.id IS DISTINCT FROM $3 AND NOT (t.epoch >= $4 AND ${isLive("$5")})
         ORDER BY t.created_at, t.id
         LIMIT greatest(0, least((SELECT count(*) FROM ${tokens} WHERE t.user_id = $1 AND t.id IS DISTINCT FROM $3) - $6,
           ${MOST_ENDED})))`,
      [bytes(userId), bytes(id), bytes(replaced), epoch, at, most]
    )
  }

  /**
   * Adds a token unless its place is taken. The unique index over hashes decides between owners of an imported one: the second waits
   * for the first, and then finds its row.
   */
  const addFree = (next: NewToken, onConflict: string): Promise<boolean> =>
    withOwner(
      next.token.userId,
      async (queries) => (await count(queries, `${insertion} ${onConflict}`, valuesOf(next))) > 0
    )

  const listed = async (owner: UserId, at: Instant, page: ListPage): Promise<ReadonlyArray<NewToken>> => {
    const { rows } = await db.query(`${found} WHERE t.user_id = $1 AND ${isLive("$2")} ${newestFirst("t", 3)}`, [
      bytes(owner),
      at,
      ...pageParameters(page)
    ])
    return rows.map((row) => storedToken.read(row, "t"))
  }

  return {
    insert: (next, most) =>
      withOwner(next.token.userId, async (queries) => {
        const { userId, id, createdAt } = next.token
        const there = await queries.query(`${found} WHERE t.user_id = $1 AND t.id = $2`, [bytes(userId), bytes(id)])
        const issued = first(there, (row) => tokenRows.read(row, "t"))
        if (issued !== null) throw new TokenAlreadyIssued({ token: issued })
        await add(queries, next, createdAt, most, null)
      }),

    find: async (owner, hash) =>
      first(await db.query(`${found} WHERE t.user_id = $1 AND t.hash = $2`, [bytes(owner), bytes(hash)]), (row) =>
        tokenRows.read(row, "t")
      ),

    recordUse: (key, at) => db.transaction((queries) => follow(queries, key, (token) => usedToken(token, at))),

    rotate: (key, rotation, most) =>
      withOwner(key.owner, async (queries) => {
        const { next, at } = rotation
        if (next.token.userId !== key.owner) return false
        const isReplaced = await follow(queries, key, (token) => replacedToken(token, rotation))
        if (isReplaced) await add(queries, next, at, most, key.id)
        return isReplaced
      }),

    list: async (owner, at, page) => (await listed(owner, at, page)).map(({ token }) => token),

    export: (owner, at, page) => listed(owner, at, page),

    restore: async (rows) => {
      const added: Array<boolean> = []
      for (const row of rows) added.push(await addFree(row, "ON CONFLICT DO NOTHING"))
      return added
    },

    isThere: async ({ owner, id }, at) => {
      const key = [bytes(owner), bytes(id), at]
      const found = await db.query(
        `SELECT 1 FROM ${tokens} WHERE t.user_id = $1 AND t.id = $2 AND ${isLive("$3")}`,
        key
      )
      return found.rows.length > 0
    },

    revoke: async ({ owner, id }) =>
      (await count(db, `DELETE FROM ${tokens} WHERE t.user_id = $1 AND t.id = $2`, [bytes(owner), bytes(id)])) > 0,

    revokeAll: (owner) =>
      withOwner(owner, (queries) => count(queries, `DELETE FROM ${tokens} WHERE t.user_id = $1`, [bytes(owner)])),

    import: (next) => addFree(next, "ON CONFLICT (hash) WHERE is_imported DO NOTHING"),

    ownerOf: async (hash) =>
      first(
        await db.query(`SELECT t.user_id FROM ${tokens} WHERE t.hash = $1 AND t.is_imported`, [bytes(hash)]),
        (row) => UserId(text(row, "user_id"))
      ),

    // Skips owners whose tokens another transaction has locked. So it waits only for single statements, which wait for nobody.
    removeExpired: (before, limit) =>
      count(
        db,
        `${ended(`SELECT e.user_id, e.hash FROM ${schema}.tokens AS e JOIN ${schema}.users AS u ON u.id = e.user_id
           WHERE e.expires_at <= $1 LIMIT $2 FOR NO KEY UPDATE OF u SKIP LOCKED`)}
         DELETE FROM ${tokens} WHERE (t.user_id, t.hash) IN (TABLE ended)`,
        [before, limit]
      )
  }
}
