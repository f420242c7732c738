import type {
  AuditEvent,
  AuditRecord,
  AuditStart,
  AuditStore,
  Instant,
  PromisePart,
  RestoredRecord
} from "@latchkey/core/store"
import type { Postgres, Queries, Row } from "./postgres.ts"
import { first } from "./rows.ts"
import { bytes, json, number, optionalNumber, optionalText } from "./values.ts"

/** How many records one step removes. */
const REMOVAL_STEP = 100

/**
 * The audit log. Appends run one after the other, because each locks the row of the end in the statement that writes. So a chain
 * has one end, and a record is never seen before one with a smaller number.
 */
export const postgresAudit = (db: Postgres, schema: string): PromisePart<AuditStore> => ({
  append: async ({ event, link }) => {
    const { rows } = await db.query(
      `WITH ending AS (
         UPDATE ${schema}.audit_end SET hash = CASE WHEN $1 THEN $3 ELSE hash END
         WHERE NOT $1 OR hash IS NOT DISTINCT FROM $2 RETURNING 1
       )
       INSERT INTO ${schema}.audit (type, event, actor, subject, request, hash)
       SELECT $4, $5, $6, $7, $8, $3 FROM ending RETURNING 1`,
      [link !== null, bytes(link?.previous ?? null), bytes(link?.hash ?? null), ...columnsOf(event)]
    )
    return rows.length > 0
  },

  lastHash: async () =>
    first(await db.query(`SELECT hash FROM ${schema}.audit_end`), (row) => optionalText(row, "hash")),

  list: async ({ after, order, limit, type, user, request }) => {
    const [comes, direction] = order === "oldest-first" ? [">", "ASC"] : ["<", "DESC"]
    const { rows } = await db.query(
      `SELECT sequence::float8 AS sequence, event, hash FROM ${schema}.audit
       WHERE ($1::float8 IS NULL OR sequence ${comes} $1) AND ($2::text IS NULL OR type = $2)
         AND ($3::bytea IS NULL OR actor = $3 OR subject = $3) AND ($5::bytea IS NULL OR request = $5)
       ORDER BY audit.sequence ${direction} LIMIT $4`,
      [after, type, bytes(user), limit, bytes(request)]
    )
    return rows.map(readRecord)
  },

  removeExpired: async (before, limit) => {
    let removed = 0
    while (removed < limit) {
      const atMost = Math.min(REMOVAL_STEP, limit - removed)
      const step = await removeOldest(db, schema, before, atMost)
      removed += step ?? 0
      if (step !== null && step < atMost) break
    }
    return removed
  },

  start: () => readStart(db, schema),

  restore: (records, start) => restoreBehind(db, schema, records, start)
})

/**
 * Removes at most so many from the beginning, if the log still begins where they were read; null if another caller was faster. The
 * update waits for the others' lock, and then compares with what they wrote.
 */
const removeOldest = async (db: Postgres, schema: string, before: Instant, atMost: number): Promise<number | null> => {
  const start = await readStart(db, schema)
  const { rows } = await db.query(
    `SELECT sequence::float8 AS sequence, event, hash FROM ${schema}.audit ORDER BY audit.sequence LIMIT $1`,
    [atMost]
  )
  const read = rows.map(readRecord)
  const kept = read.findIndex(({ event }) => event.at > before)
  const removed = kept === -1 ? read : read.slice(0, kept)
  const last = removed.at(-1)
  if (last === undefined) return 0
  const { rows: gone } = await db.query(
    `WITH ending AS (
       UPDATE ${schema}.audit_end SET start_sequence = $1::float8, start_hash = coalesce($2, start_hash)
       WHERE start_sequence IS NOT DISTINCT FROM $3::float8 RETURNING 1
     )
     DELETE FROM ${schema}.audit USING ending WHERE sequence <= $1::float8::bigint RETURNING 1`,
    [last.sequence, bytes(removed.findLast(({ hash }) => hash !== null)?.hash ?? null), start?.sequence ?? null]
  )
  return gone.length === 0 ? null : gone.length
}

/**
 * Adds what comes after all that the log ever had. The row of the end is locked meanwhile, so that no append comes between. The next
 * position follows the last one that was restored; a rollback may leave a gap.
 */
const restoreBehind = (
  db: Postgres,
  schema: string,
  records: ReadonlyArray<RestoredRecord>,
  start: AuditStart | null
): Promise<number> =>
  db.transaction(async (queries) => {
    const locked = await queries.query(`SELECT hash FROM ${schema}.audit_end FOR UPDATE`)
    const { rows } = await queries.query(`SELECT max(sequence)::float8 AS last FROM ${schema}.audit`)
    const last = first({ rows }, (row) => optionalNumber(row, "last")) ?? (await readStart(queries, schema))?.sequence
    const begin = last === undefined ? start : null
    const from = last ?? begin?.sequence ?? 0
    const linkedEnd = first(locked, (row) => optionalText(row, "hash")) ?? begin?.hash ?? null
    const added = thatFollow(records, from, linkedEnd)
    for (const { sequence, event, hash } of added) {
      await queries.query(
        `INSERT INTO ${schema}.audit (sequence, type, event, actor, subject, request, hash) OVERRIDING SYSTEM VALUE
         VALUES ($1::float8, $2, $3, $4, $5, $6, $7)`,
        [sequence, ...columnsOf(event), bytes(hash)]
      )
    }
    await queries.query(
      `UPDATE ${schema}.audit_end SET hash = coalesce($1, hash),
         start_sequence = coalesce($2::float8, start_sequence), start_hash = coalesce($3, start_hash)`,
      [
        bytes(added.findLast(({ hash }) => hash !== null)?.hash ?? begin?.hash ?? null),
        begin?.sequence ?? null,
        bytes(begin?.hash ?? null)
      ]
    )
    const end = added.at(-1)?.sequence ?? begin?.sequence
    if (end !== undefined) {
      const positions = `${schema}.audit_sequence_seq`
      await queries.query(`SELECT setval('${positions}', greatest(last_value, $1::float8::bigint)) FROM ${positions}`, [
        end
      ])
    }
    return added.length
  })

/** The records that come after this end, and each of them after what it says that it follows. */
const thatFollow = (records: ReadonlyArray<RestoredRecord>, from: number, linkedEnd: string | null) => {
  let [end, last] = [from, linkedEnd]
  return records.filter(({ sequence, hash, follows }) => {
    if (sequence <= end || (follows !== undefined && follows !== last)) return false
    ;[end, last] = [sequence, hash ?? last]
    return true
  })
}

/** `type, event, actor, subject, request`. */
const columnsOf = (event: AuditEvent): Array<unknown> => [
  event.type,
  JSON.stringify(event),
  bytes(event.actor),
  bytes(event.subject),
  bytes(event.request)
]

const readStart = async (db: Queries, schema: string): Promise<AuditStart | null> =>
  first(await db.query(`SELECT start_sequence, start_hash FROM ${schema}.audit_end`), (row) => {
    const sequence = optionalNumber(row, "start_sequence")
    return sequence === null ? null : { sequence, hash: optionalText(row, "start_hash") }
  })

const readRecord = (row: Row): AuditRecord => ({
  sequence: number(row, "sequence"),
  event: json(row, "event"),
  hash: optionalText(row, "hash")
})
