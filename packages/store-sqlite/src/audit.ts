import {
  type AuditEvent,
  type AuditQuery,
  type AuditRecord,
  type AuditStore,
  isLosable,
  UserId
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import type { Connection } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { allRows, type Row, rowOf } from "./row.ts"
import { count, instant, json, optionalText, text } from "./values.ts"

const COLUMNS = "type, details, at, actor, subject, credential, ip, user_agent, hash"
const LAST_HASH = "SELECT hash FROM latchkey_audit WHERE hash IS NOT NULL ORDER BY sequence DESC LIMIT 1"

/** The audit log. The store never changes or removes a record. A host that must prune the log uses SQL. */
export const sqliteAudit = (db: Connection): AuditStore => {
  const append = db.prepare(`INSERT INTO latchkey_audit (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)`)
  const appendLinked = db.prepare(`INSERT INTO latchkey_audit (${COLUMNS})
    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE (${LAST_HASH}) IS ?`)
  const lastHash = db.prepare(LAST_HASH)
  const lists = { "oldest-first": preparedLists(db, ">", "ASC"), "newest-first": preparedLists(db, "<", "DESC") }

  return {
    append: ({ event, link }) =>
      db.write(isLosable(event) ? "losable" : "lasting", "audit.append", () => {
        const values = valuesOf(event)
        const added = link === null ? append.run(...values) : appendLinked.run(...values, link.hash, link.previous)
        return added.changes > 0
      }),
    lastHash: db.read("audit.lastHash", () => optionalText(rowOf(lastHash.get())?.[0] ?? null)),
    list: Effect.fnUntraced(function* (query) {
      const { after, order, type, user } = query
      const limit = yield* db.read("audit.list", () => count(query.limit))
      const found: Array<AuditRecord> = []
      for (let from = after ?? (order === "oldest-first" ? 0 : Number.MAX_SAFE_INTEGER); found.length < limit; ) {
        const step = type !== null && user !== null ? LIST_STEP : limit - found.length
        const looked = yield* db.read("audit.list", () => lists[order](query, from, step))
        const wanted = type === null ? looked : looked.filter(({ event }) => event.type === type)
        found.push(...wanted.slice(0, limit - found.length))
        if (looked.length < step) break
        from = looked.at(-1)?.sequence ?? from
        if (found.length < limit) yield* Effect.yieldNow
      }
      return found
    })
  }
}

/** How many records of a user one step looks at for those of a type. */
const LIST_STEP = 200

/**
 * Reads one step of a list. An index answers each of its statements, and it reads no more than it returns, however long the log
 * is (SQL-05). A user's records are read whatever their type, because no index has both.
 */
const preparedLists = (db: Connection, past: "<" | ">", direction: "ASC" | "DESC") => {
  const matching = (filter: string): string => `SELECT sequence, ${COLUMNS} FROM latchkey_audit
    WHERE sequence ${past} ? ${filter} ORDER BY sequence ${direction} LIMIT ?`
  const all = db.prepare(matching(""))
  const byType = db.prepare(matching("AND type = ?"))
  const byUser =
    db.prepare(`SELECT * FROM (${matching("AND actor = ?")}) UNION SELECT * FROM (${matching("AND subject = ?")})
    ORDER BY sequence ${direction} LIMIT ?`)
  const read = ({ type, user }: AuditQuery, from: number, most: number) => {
    if (user !== null) return byUser.all(from, user, most, from, user, most, most)
    return type === null ? all.all(from, most) : byType.all(from, type, most)
  }
  return (...args: Parameters<typeof read>): ReadonlyArray<AuditRecord> => allRows(read(...args)).map(readRecord)
}

const valuesOf = (event: AuditEvent): ReadonlyArray<SqliteValue> => [
  event.type,
  JSON.stringify(event.details),
  instant(event.at),
  event.actor,
  event.subject,
  event.credential,
  event.ip,
  event.userAgent
]

/** Reads the position and `COLUMNS`. */
const readRecord = (row: Row): AuditRecord => ({
  sequence: count(row[0]),
  // Type and details were written together, from one event.
  event: {
    type: text(row[1]),
    details: json(row[2]),
    at: instant(row[3]),
    actor: userId(row[4]),
    subject: userId(row[5]),
    credential: optionalText(row[6]),
    ip: optionalText(row[7]),
    userAgent: optionalText(row[8])
  } as AuditEvent,
  hash: optionalText(row[9])
})

const userId = (value: unknown): UserId | null => {
  const id = optionalText(value)
  return id === null ? null : UserId(id)
}
