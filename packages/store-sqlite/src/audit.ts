import {
  type AuditEvent,
  type AuditQuery,
  type AuditRecord,
  type AuditStart,
  type AuditStore,
  type Instant,
  isLosable,
  type RestoredRecord,
  UserId
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Connection } from "./connection.ts"
import type { SqliteValue } from "./handle.ts"
import { inSteps } from "./in-steps.ts"
import { allRows, optionalRow, type Row, rowOf } from "./row.ts"
import { count, instant, json, optionalText, text } from "./values.ts"

const COLUMNS = "type, details, at, actor, subject, credential, acted_with, ip, user_agent, request, hash"
/** Of the records that are left, or else of those that were removed. */
const LAST_HASH = `SELECT coalesce(
  (SELECT hash FROM latchkey_audit WHERE hash IS NOT NULL ORDER BY sequence DESC LIMIT 1),
  (SELECT hash FROM latchkey_audit_start WHERE one = 1))`

/** The last position that the log ever had, as AUTOINCREMENT keeps it; null for one that never had a record. */
const LAST_POSITION = "SELECT seq FROM sqlite_sequence WHERE name = 'latchkey_audit'"

/** The audit log. AUTOINCREMENT never gives a position twice, also when all records were removed. */
export const sqliteAudit = (db: Connection): AuditStore => {
  const append = db.prepare(`INSERT INTO latchkey_audit (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`)
  const appendLinked = db.prepare(`INSERT INTO latchkey_audit (${COLUMNS})
    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE (${LAST_HASH}) IS ?`)
  const lastHash = db.prepare(LAST_HASH)
  const removeOldest = preparedRemoval(db)
  const restore = preparedRestoration(db)
  const start = db.prepare("SELECT sequence, hash FROM latchkey_audit_start WHERE one = 1")
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
      const { after, order, type, user, request } = query
      const isAsked = ({ event }: AuditRecord) =>
        (type === null || event.type === type) && (request === null || event.request === request)
      const limit = yield* db.read("audit.list", () => count(query.limit))
      const found: Array<AuditRecord> = []
      for (let from = after ?? (order === "oldest-first" ? 0 : Number.MAX_SAFE_INTEGER); found.length < limit; ) {
        const isSifted = user === null ? request !== null && type !== null : type !== null || request !== null
        const step = isSifted ? LIST_STEP : limit - found.length
        const looked = yield* db.read("audit.list", () => lists[order](query, from, step))
        found.push(...looked.filter(isAsked).slice(0, limit - found.length))
        if (looked.length < step) break
        from = looked.at(-1)?.sequence ?? from
        if (found.length < limit) yield* Effect.yieldNow
      }
      return found
    }),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.transaction("optional", "audit.removeExpired", () =>
          Exit.succeed(removeOldest(instant(before), count(atMost)))
        )
      ),
    start: db.read("audit.start", () =>
      optionalRow(start.get(), ([sequence, hash]) => ({ sequence: count(sequence), hash: optionalText(hash) }))
    ),
    restore: (records, start) => db.transaction("lasting", "audit.restore", () => Exit.succeed(restore(records, start)))
  }
}

/** Removes records from the beginning, and keeps where the log begins now. Both need one transaction. */
const preparedRemoval = (db: Connection) => {
  const oldest = db.prepare(
    "SELECT sequence, at, hash FROM latchkey_audit WHERE sequence > 0 ORDER BY sequence LIMIT ?"
  )
  const remove = db.prepare("DELETE FROM latchkey_audit WHERE sequence <= ?")
  const keepStart = db.prepare(`INSERT INTO latchkey_audit_start (one, sequence, hash) VALUES (1, ?, ?)
    ON CONFLICT (one) DO UPDATE SET sequence = excluded.sequence, hash = coalesce(excluded.hash, hash)`)
  return (before: Instant, atMost: number): number => {
    const rows = allRows(oldest.all(atMost))
    const kept = rows.findIndex(([, at]) => instant(at) > before)
    const removed = kept === -1 ? rows : rows.slice(0, kept)
    const last = removed.at(-1)
    if (last === undefined) return 0
    const lastLinked = removed.findLast(([, , hash]) => hash !== null)
    keepStart.run(count(last[0]), optionalText(lastLinked?.[2] ?? null))
    return count(remove.run(count(last[0])).changes)
  }
}

/**
 * Adds records behind the last position that the log ever had. A beginning is restored with its position, as that of a record which
 * was there and is gone. Both need one transaction.
 */
const preparedRestoration = (db: Connection) => {
  const lastPosition = db.prepare(LAST_POSITION)
  const forgetPosition = db.prepare("DELETE FROM sqlite_sequence WHERE name = 'latchkey_audit'")
  const keepPosition = db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('latchkey_audit', ?)")
  const begin = db.prepare("INSERT INTO latchkey_audit_start (one, sequence, hash) VALUES (1, ?, ?)")
  const add = db.prepare(`INSERT INTO latchkey_audit (${COLUMNS}, sequence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const lastHash = db.prepare(LAST_HASH)
  const last = () => count(rowOf(lastPosition.get())?.[0] ?? 0)

  return (records: ReadonlyArray<RestoredRecord>, start: AuditStart | null): number => {
    if (last() === 0 && start !== null) {
      begin.run(count(start.sequence), start.hash)
      forgetPosition.run()
      keepPosition.run(start.sequence)
    }
    let [end, linkedEnd, added] = [last(), optionalText(rowOf(lastHash.get())?.[0] ?? null), 0]
    for (const { event, hash, sequence, follows } of records) {
      if (sequence <= end || (follows !== undefined && follows !== linkedEnd)) continue
      add.run(...valuesOf(event), hash, count(sequence))
      ;[end, linkedEnd] = [sequence, hash ?? linkedEnd]
      added++
    }
    return added
  }
}

/** How many records of a user, or of a request, one step looks at for those that are asked for. */
const LIST_STEP = 200

/**
 * Reads one step of a list. An index answers each of its statements, and it reads no more than it returns, however long the log
 * is (SQL-05). A user's records are read whatever their type and request, and a request's whatever their type, because no index has both.
 */
const preparedLists = (db: Connection, past: "<" | ">", direction: "ASC" | "DESC") => {
  const matching = (filter: string): string => `SELECT sequence, ${COLUMNS} FROM latchkey_audit
    WHERE sequence ${past} ? ${filter} ORDER BY sequence ${direction} LIMIT ?`
  const all = db.prepare(matching(""))
  const byType = db.prepare(matching("AND type = ?"))
  const byRequest = db.prepare(matching("AND request = ?"))
  const byUser =
    db.prepare(`SELECT * FROM (${matching("AND actor = ?")}) UNION SELECT * FROM (${matching("AND subject = ?")})
    ORDER BY sequence ${direction} LIMIT ?`)
  const read = ({ type, user, request }: AuditQuery, from: number, most: number) => {
    if (user !== null) return byUser.all(from, user, most, from, user, most, most)
    if (request !== null) return byRequest.all(from, request, most)
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
  event.actedWith,
  event.ip,
  event.userAgent,
  event.request
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
    actedWith: optionalText(row[7]),
    ip: optionalText(row[8]),
    userAgent: optionalText(row[9]),
    request: optionalText(row[10])
  } as AuditEvent,
  hash: optionalText(row[11])
})

const userId = (value: unknown): UserId | null => {
  const id = optionalText(value)
  return id === null ? null : UserId(id)
}
