import {
  type AuditEvent,
  type AuditQuery,
  type AuditRecord,
  type AuditStore,
  isLosable,
  UserId
} from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { SqliteStatement, SqliteValue } from "./handle.ts"
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
    list: (query) =>
      db.read("audit.list", () => {
        const { after, order, limit, type, user } = query
        const start = after ?? (order === "oldest-first" ? 0 : Number.MAX_SAFE_INTEGER)
        const filters = [...(type === null ? [] : [type]), ...(user === null ? [] : [user, user])]
        return allRows(lists[order](query).all(start, ...filters, count(limit))).map(readRecord)
      })
  }
}

/** One statement for each combination of filters, so that an index answers each, however long the log is. */
const preparedLists = (db: Connection, past: "<" | ">", direction: "ASC" | "DESC") => {
  const prepare = (filter: string): SqliteStatement =>
    db.prepare(`SELECT sequence, ${COLUMNS} FROM latchkey_audit WHERE sequence ${past} ? ${filter}
      ORDER BY sequence ${direction} LIMIT ?`)
  const all = prepare("")
  const byType = prepare("AND type = ?")
  const byUser = prepare("AND (actor = ? OR subject = ?)")
  // The plus stops SQLite from using the index of types, because a user has fewer records than a type.
  const byBoth = prepare("AND +type = ? AND (actor = ? OR subject = ?)")
  return ({ type, user }: AuditQuery): SqliteStatement => {
    if (user === null) return type === null ? all : byType
    return type === null ? byUser : byBoth
  }
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
