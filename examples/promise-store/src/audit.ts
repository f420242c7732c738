import type { AuditRecord, AuditStore, PromisePart } from "@latchkey/core/store"
import type { Postgres, Row } from "./postgres.ts"
import { first } from "./rows.ts"
import { bytes, json, number, optionalText } from "./values.ts"

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
       INSERT INTO ${schema}.audit (type, event, actor, subject, hash) SELECT $4, $5, $6, $7, $3 FROM ending RETURNING 1`,
      [
        link !== null,
        bytes(link?.previous ?? null),
        bytes(link?.hash ?? null),
        event.type,
        JSON.stringify(event),
        bytes(event.actor),
        bytes(event.subject)
      ]
    )
    return rows.length > 0
  },

  lastHash: async () =>
    first(await db.query(`SELECT hash FROM ${schema}.audit_end`), (row) => optionalText(row, "hash")),

  list: async ({ after, order, limit, type, user }) => {
    const [comes, direction] = order === "oldest-first" ? [">", "ASC"] : ["<", "DESC"]
    const { rows } = await db.query(
      `SELECT sequence::float8 AS sequence, event, hash FROM ${schema}.audit
       WHERE ($1::float8 IS NULL OR sequence ${comes} $1) AND ($2::text IS NULL OR type = $2)
         AND ($3::bytea IS NULL OR actor = $3 OR subject = $3)
       ORDER BY audit.sequence ${direction} LIMIT $4`,
      [after, type, bytes(user), limit]
    )
    return rows.map(readRecord)
  }
})

const readRecord = (row: Row): AuditRecord => ({
  sequence: number(row, "sequence"),
  event: json(row, "event"),
  hash: optionalText(row, "hash")
})
