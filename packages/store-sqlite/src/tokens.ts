import {
  type AccessToken,
  type Instant,
  type ListPage,
  MOST_ENDED,
  type NewToken,
  replacedToken,
  SecretHash,
  TokenAlreadyIssued,
  type TokenId,
  type TokenKey,
  type TokenStore,
  TooManyTokens,
  UserId,
  usedToken
} from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { inSteps } from "./in-steps.ts"
import { NEWEST_FIRST, pageParameters } from "./newest-first.ts"
import { allRows, optionalRow, type Row, rowOf } from "./row.ts"
import { assignments, insertIfFree, insertInto, parametersFor } from "./row-kind.ts"
import { tokens } from "./rows.ts"
import { count, instant, text } from "./values.ts"

const COLUMNS = ["user_id", "hash", ...tokens.names]

/** A copy of core's isTokenPastEnd in SQL, negated. */
const IS_LIVE = "(expires_at IS NULL OR expires_at > ?)"
const IMPORTED = "SELECT user_id FROM latchkey_tokens WHERE hash = ? AND is_imported = 1"

/**
 * The personal access tokens. Core's rules say how a use or a replacement changes one, under the write lock. The other verbs are
 * one statement each.
 */
export const sqliteTokens = (db: Connection): TokenStore => {
  const insert = db.prepare(insertInto("latchkey_tokens", COLUMNS))
  const insertFree = db.prepare(insertIfFree("latchkey_tokens", COLUMNS))
  // A copy of core's countsBeside in SQL.
  const countOthers = db.prepare(`SELECT count(*) AS others FROM latchkey_tokens
    WHERE user_id = ? AND id <> ? AND id IS NOT ? AND epoch >= ? AND ${IS_LIVE}`)
  const countSome = db.prepare(`SELECT count(*) FROM (
    SELECT 1 FROM latchkey_tokens WHERE user_id = ? AND id IS NOT ? LIMIT ?)`)
  // A copy of core's tokensBeyond in SQL.
  const removeBeyond = db.prepare(`DELETE FROM latchkey_tokens WHERE (user_id, id) IN (
    SELECT user_id, id FROM latchkey_tokens
    WHERE user_id = ? AND id <> ? AND id IS NOT ? AND NOT (epoch >= ? AND ${IS_LIVE})
    ORDER BY created_at, id LIMIT ?)`)
  const find = db.prepare(`SELECT ${tokens.selected} FROM latchkey_tokens WHERE user_id = ? AND hash = ?`)
  const findById = db.prepare(`SELECT ${tokens.selected} FROM latchkey_tokens WHERE user_id = ? AND id = ?`)
  const update = db.prepare(`UPDATE latchkey_tokens SET ${assignments(tokens.names.slice(1))}
    WHERE user_id = ? AND id = ?`)
  const list = db.prepare(`SELECT ${tokens.selected}, hash FROM latchkey_tokens
    WHERE user_id = ? AND ${IS_LIVE} ${NEWEST_FIRST}`)
  const isThere = db.prepare(`SELECT 1 FROM latchkey_tokens WHERE user_id = ? AND id = ? AND ${IS_LIVE}`)
  const revoke = db.prepare("DELETE FROM latchkey_tokens WHERE user_id = ? AND id = ?")
  const revokeAll = db.prepare(`DELETE FROM latchkey_tokens WHERE (user_id, hash) IN (
    SELECT user_id, hash FROM latchkey_tokens WHERE user_id = ? LIMIT ?)`)
  const importNew = db.prepare(
    `INSERT INTO latchkey_tokens (${COLUMNS.join(", ")})
      SELECT ${parametersFor(COLUMNS)} WHERE NOT EXISTS (${IMPORTED})`
  )
  const ownerOf = db.prepare(IMPORTED)
  const removeExpired = db.prepare(`DELETE FROM latchkey_tokens WHERE (user_id, hash) IN (
    SELECT user_id, hash FROM latchkey_tokens WHERE expires_at <= ? LIMIT ?)`)

  /** Writes first and counts afterwards. One too many fails, which undoes the write. The replaced token does not count. */
  const add = (next: NewToken, at: number, most: number, replaced: TokenId | null): Exit.Exit<void, TooManyTokens> => {
    const { userId: owner, id, epoch } = next.token
    insert.run(...valuesOf(next))
    const excess = count(rowOf(countSome.get(owner, replaced, count(most) + MOST_ENDED))?.[0]) - most
    if (excess <= 0) return Exit.void
    const others = [owner, id, replaced, epoch, instant(at)] as const
    if (count(rowOf(countOthers.get(...others))?.[0]) >= most) return Exit.fail(new TooManyTokens({ most }))
    removeBeyond.run(...others, excess)
    return Exit.void
  }

  /** Applies a rule to a token; false if there is no such token, or the rule returns null. */
  const follow = ({ owner, id }: TokenKey, rule: (token: AccessToken) => AccessToken | null): boolean => {
    const after = optionalRow(findById.get(owner, id), (row) => rule(tokens.read(row, 0, owner)))
    if (after !== null) update.run(...tokens.valuesOf(after).slice(1), owner, id)
    return after !== null
  }

  /** The rows of a page of a list, each with its hash at the end. */
  const pageRows = (owner: UserId, at: Instant, page: ListPage): ReadonlyArray<Row> =>
    allRows(list.all(owner, instant(at), ...pageParameters(page)))

  return {
    insert: (next, most) =>
      db.transaction("lasting", "tokens.insert", (): Exit.Exit<void, TokenAlreadyIssued | TooManyTokens> => {
        const { userId: owner, id, createdAt } = next.token
        const issued = optionalRow(findById.get(owner, id), (row) => tokens.read(row, 0, owner))
        return issued === null ? add(next, createdAt, most, null) : Exit.fail(new TokenAlreadyIssued({ token: issued }))
      }),
    find: (owner, hash) =>
      db.read("tokens.find", () => optionalRow(find.get(owner, hash), (row) => tokens.read(row, 0, owner))),
    recordUse: (key, at) =>
      db.transaction("optional", "tokens.recordUse", () =>
        Exit.succeed(follow(key, (token) => usedToken(token, instant(at))))
      ),
    rotate: (key, { next, at, oldExpiresAt }, most) =>
      db.transaction("lasting", "tokens.rotate", () => {
        const rotation = { next, at: instant(at), oldExpiresAt: instant(oldExpiresAt) }
        if (next.token.userId !== key.owner) return Exit.succeed(false)
        return follow(key, (token) => replacedToken(token, rotation))
          ? Exit.map(add(next, at, most, key.id), () => true)
          : Exit.succeed(false)
      }),
    list: (owner, at, page) =>
      db.read("tokens.list", () => pageRows(owner, at, page).map((row) => tokens.read(row, 0, owner))),
    isThere: ({ owner, id }, at) =>
      db.read("tokens.isThere", () => rowOf(isThere.get(owner, id, instant(at))) !== null),
    revoke: ({ owner, id }) => db.write("lasting", "tokens.revoke", () => revoke.run(owner, id).changes > 0),
    revokeAll: (owner) =>
      inSteps(Number.POSITIVE_INFINITY, (atMost) =>
        db.write("lasting", "tokens.revokeAll", () => count(revokeAll.run(owner, atMost).changes))
      ),
    import: (next) =>
      db.write("lasting", "tokens.import", () => importNew.run(...valuesOf(next), next.hash).changes > 0),
    export: (owner, at, page) =>
      db.read("tokens.export", () =>
        pageRows(owner, at, page).map((row) => ({
          token: tokens.read(row, 0, owner),
          hash: SecretHash(text(row.at(-1)))
        }))
      ),
    restore: (rows) =>
      db.transaction("lasting", "tokens.restore", () =>
        Exit.succeed(rows.map((row) => insertFree.run(...valuesOf(row)).changes > 0))
      ),
    ownerOf: (hash) =>
      db.read("tokens.ownerOf", () => optionalRow(ownerOf.get(hash), ([owner]) => UserId(text(owner)))),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.write("optional", "tokens.removeExpired", () =>
          count(removeExpired.run(instant(before), count(atMost)).changes)
        )
      )
  }
}

/** The values of a new row, in the order of `COLUMNS`. */
const valuesOf = ({ hash, token }: NewToken): ReadonlyArray<SqliteValue> => [
  token.userId,
  hash,
  ...tokens.valuesOf(token)
]
