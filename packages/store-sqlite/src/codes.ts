import {
  type Code,
  type CodeKey,
  type CodePurpose,
  type CodeStore,
  consumedCode,
  type NewCode,
  SecretHash,
  stayingCode,
  type UserId
} from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import { codes, codeValues, readCode } from "./code-rows.ts"
import type { Connection } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { inSteps } from "./in-steps.ts"
import { allRows, optionalRow } from "./row.ts"
import { insertIfFree, insertInto } from "./row-kind.ts"
import { count, instant, text } from "./values.ts"

const COLUMNS = ["user_id", "hash", ...codes.names]

/**
 * The one-time codes. Core's rules say whether a new one takes the place of another, and what a use makes of one, under the write
 * lock. Every write but the sweeper's lasts: after a power cut no replaced, used or removed code opens anything again.
 */
export const sqliteCodes = (db: Connection): CodeStore => {
  const found = `SELECT ${codes.selected}, hash FROM latchkey_codes WHERE user_id = ?`
  const held = db.prepare(`${found} AND purpose = ?`)
  const find = db.prepare(`${found} AND purpose = ? AND hash = ?`)
  // At most one for each purpose.
  const list = db.prepare(found)
  const insert = db.prepare(insertInto("latchkey_codes", COLUMNS))
  const insertFree = db.prepare(insertIfFree("latchkey_codes", COLUMNS))
  const use = db.prepare("UPDATE latchkey_codes SET used_at = ? WHERE user_id = ? AND purpose = ?")
  const giveBack = db.prepare(`UPDATE latchkey_codes SET used_at = NULL
    WHERE user_id = ? AND purpose = ? AND hash = ? AND used_at IS NOT NULL`)
  const prolong = db.prepare("UPDATE latchkey_codes SET expires_at = ? WHERE user_id = ? AND purpose = ?")
  const remove = db.prepare("DELETE FROM latchkey_codes WHERE user_id = ? AND purpose = ? AND hash = ?")
  const removeAny = db.prepare("DELETE FROM latchkey_codes WHERE user_id = ? AND purpose = ?")
  const removeAll = db.prepare("DELETE FROM latchkey_codes WHERE user_id = ?")
  const removeExpired = db.prepare(`DELETE FROM latchkey_codes WHERE (user_id, purpose) IN (
    SELECT user_id, purpose FROM latchkey_codes WHERE expires_at <= ? LIMIT ?)`)

  const auditNameOf = (owner: UserId, purpose: CodePurpose): Code | null =>
    optionalRow(held.get(owner, purpose), (row) => readCode(row, owner))

  const byKey = ({ owner, purpose, hash }: CodeKey): Code | null =>
    optionalRow(find.get(owner, purpose, hash), (row) => readCode(row, owner))

  return {
    insert: (next, insertion) =>
      db.transaction("lasting", "codes.insert", () => {
        const { code } = next
        const { userId, purpose } = code
        const times = { createdAt: instant(code.createdAt), expiresAt: instant(code.expiresAt) }
        const staying = stayingCode(auditNameOf(userId, purpose), insertion, { ...code, ...times })
        if (staying !== null) {
          prolong.run(staying.expiresAt, userId, purpose)
          return Exit.succeed(false)
        }
        // A new row, which has nothing of the one before in columns that this version does not know.
        removeAny.run(userId, purpose)
        insert.run(...valuesOf(next))
        return Exit.succeed(true)
      }),
    find: (key) => db.read("codes.find", () => byKey(key)),
    consume: (key, at) =>
      db.transaction("lasting", "codes.consume", () => {
        const now = instant(at)
        const code = byKey(key)
        const consumed = code === null ? null : consumedCode(code, now)
        if (consumed?.isFirst === true) use.run(now, key.owner, key.purpose)
        return Exit.succeed(consumed)
      }),
    /** A copy of core's givenBackCode in SQL. */
    giveBack: ({ owner, purpose, hash }) =>
      db.write("lasting", "codes.giveBack", () => giveBack.run(owner, purpose, hash).changes > 0),
    list: (owner) => db.read("codes.list", () => allRows(list.all(owner)).map((row) => readCode(row, owner))),
    export: (owner) =>
      db.read("codes.export", () =>
        allRows(list.all(owner)).map((row) => ({ code: readCode(row, owner), hash: SecretHash(text(row.at(-1))) }))
      ),
    restore: (rows) =>
      db.transaction("lasting", "codes.restore", () =>
        Exit.succeed(rows.map((row) => insertFree.run(...valuesOf(row)).changes > 0))
      ),
    remove: ({ owner, purpose, hash }) =>
      db.write("lasting", "codes.remove", () => {
        const { changes } = hash === null ? removeAny.run(owner, purpose) : remove.run(owner, purpose, hash)
        return changes > 0
      }),
    removeAll: (owner) => db.write("lasting", "codes.removeAll", () => count(removeAll.run(owner).changes)),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.write("optional", "codes.removeExpired", () =>
          count(removeExpired.run(instant(before), count(atMost)).changes)
        )
      )
  }
}

/** The values of a new row, in the order of `COLUMNS`. */
const valuesOf = ({ hash, code }: NewCode): ReadonlyArray<SqliteValue> => [code.userId, hash, ...codeValues(code)]
