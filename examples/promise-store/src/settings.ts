import { NOTHING_KEPT, type PromisePart, type SettingsStore } from "@latchkey/core/store"
import type { Postgres } from "./postgres.ts"
import { first } from "./rows.ts"
import { bytes, number, text } from "./values.ts"

/** The settings that administrators made, in one row. The update waits for the lock of another, and then compares with what it wrote. */
export const postgresSettings = (db: Postgres, schema: string): PromisePart<SettingsStore> => ({
  read: async () =>
    first(await db.query(`SELECT version, settings FROM ${schema}.settings`), (row) => ({
      version: number(row, "version"),
      text: text(row, "settings")
    })) ?? NOTHING_KEPT,

  write: async (written, from) => {
    const { rows } = await db.query(
      `UPDATE ${schema}.settings SET version = version + 1, settings = $1 WHERE version = $2::float8 RETURNING 1`,
      [bytes(written), from]
    )
    return rows.length > 0
  }
})
