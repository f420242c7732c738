import { type NewToken, type TokenId, type TokenStore, TooManyTokens, UserId } from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { inSteps } from "./in-steps.ts"
import { allRows, optionalRow, readToken, rowOf, TOKEN_COLUMNS } from "./rows.ts"
import { bit, count, instant, optionalInstant, text } from "./values.ts"

const COLUMNS =
  "hash, id, name, hint, scopes, epoch, created_at, expires_at, last_used_at, replaced_by, is_imported, user_id"
const VALUES = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
const IS_LIVE = "(expires_at IS NULL OR expires_at > ?)"
const IMPORTED = "SELECT user_id FROM latchkey_tokens WHERE hash = ? AND is_imported = 1"

/** The personal access tokens: every verb is one statement, but for the two that a limit guards. */
export const sqliteTokens = (db: Connection): TokenStore => {
  const insert = db.prepare(`INSERT INTO latchkey_tokens (${COLUMNS}) VALUES (${VALUES})`)
  const countOthers = db.prepare(`SELECT count(*) AS others FROM latchkey_tokens
    WHERE user_id = ? AND id <> ? AND id IS NOT ? AND epoch >= ? AND ${IS_LIVE}`)
  const find = db.prepare(`SELECT ${TOKEN_COLUMNS} FROM latchkey_tokens WHERE user_id = ? AND hash = ?`)
  const recordUse = db.prepare(`UPDATE latchkey_tokens SET last_used_at = max(ifnull(last_used_at, 0), ?)
    WHERE user_id = ? AND id = ? AND ${IS_LIVE}`)
  const markReplaced = db.prepare(`UPDATE latchkey_tokens
    SET replaced_by = ?, expires_at = min(ifnull(expires_at, ?), ?)
    WHERE user_id = ? AND user_id = ? AND id = ? AND replaced_by IS NULL AND ${IS_LIVE}`)
  const list = db.prepare(`SELECT ${TOKEN_COLUMNS} FROM latchkey_tokens
    WHERE user_id = ? AND ${IS_LIVE} ORDER BY created_at DESC, id DESC`)
  const revoke = db.prepare("DELETE FROM latchkey_tokens WHERE user_id = ? AND id = ?")
  const revokeAll = db.prepare("DELETE FROM latchkey_tokens WHERE user_id = ?")
  const importNew = db.prepare(
    `INSERT INTO latchkey_tokens (${COLUMNS}) SELECT ${VALUES} WHERE NOT EXISTS (${IMPORTED})`
  )
  const ownerOf = db.prepare(IMPORTED)
  const removeExpired = db.prepare(`DELETE FROM latchkey_tokens WHERE (user_id, hash) IN (
    SELECT user_id, hash FROM latchkey_tokens WHERE expires_at <= ? LIMIT ?)`)

  /** Writes first and counts then: one too many fails, and with that is undone. The one that it replaces does not count. */
  const add = (next: NewToken, at: number, most: number, replaced: TokenId | null): Exit.Exit<void, TooManyTokens> => {
    const { userId: owner, id, epoch } = next.token
    insert.run(...columnsOf(next))
    const others = count(rowOf(countOthers.get(owner, id, replaced, epoch, instant(at)))?.[0])
    return others < count(most) ? Exit.void : Exit.fail(new TooManyTokens({ most }))
  }

  return {
    insert: (next, most) =>
      db.transaction("lasting", "tokens.insert", () => add(next, next.token.createdAt, most, null)),
    find: (owner, hash) =>
      db.read("tokens.find", () => optionalRow(find.get(owner, hash), (row) => readToken(owner, row))),
    recordUse: ({ owner, id }, at) =>
      db.write("losable", "tokens.recordUse", () => {
        const now = instant(at)
        return recordUse.run(now, owner, id, now).changes > 0
      }),
    rotate: ({ owner, id }, { next, at, oldExpiresAt }, most) =>
      db.transaction("lasting", "tokens.rotate", () => {
        const { id: nextId, userId: nextOwner } = next.token
        const end = instant(oldExpiresAt)
        const marked = markReplaced.run(nextId, end, end, owner, nextOwner, id, instant(at))
        return marked.changes > 0 ? Exit.map(add(next, at, most, id), () => true) : Exit.succeed(false)
      }),
    list: (owner, at) =>
      db.read("tokens.list", () => allRows(list.all(owner, instant(at))).map((row) => readToken(owner, row))),
    revoke: ({ owner, id }) => db.write("lasting", "tokens.revoke", () => revoke.run(owner, id).changes > 0),
    revokeAll: (owner) => db.write("lasting", "tokens.revokeAll", () => count(revokeAll.run(owner).changes)),
    import: (next) =>
      db.write("lasting", "tokens.import", () => importNew.run(...columnsOf(next), next.hash).changes > 0),
    ownerOf: (hash) =>
      db.read("tokens.ownerOf", () => optionalRow(ownerOf.get(hash), ([owner]) => UserId(text(owner)))),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.write("losable", "tokens.removeExpired", () =>
          count(removeExpired.run(instant(before), count(atMost)).changes)
        )
      )
  }
}

/** The values of a new row, in the order of `COLUMNS`. */
const columnsOf = ({ hash, token }: NewToken): ReadonlyArray<SqliteValue> => [
  hash,
  token.id,
  token.name,
  token.hint,
  JSON.stringify(token.scopes),
  count(token.epoch),
  instant(token.createdAt),
  optionalInstant(token.expiresAt),
  optionalInstant(token.lastUsedAt),
  token.replacedBy,
  bit(token.isImported),
  token.userId
]
