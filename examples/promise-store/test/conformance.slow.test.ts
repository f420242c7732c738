import { PGlite } from "@electric-sql/pglite"
import { storeConformance, storeEquivalence } from "@latchkey/conformance/store"
import { afterAll, beforeAll, describe, test } from "vitest"
import type { Postgres } from "../src/postgres.ts"
import { postgresStore } from "../src/postgres-store.ts"

let db: PGlite

beforeAll(async () => {
  db = await PGlite.create()
})
afterAll(() => db.close())

const shared = async (): Promise<Postgres> => ({
  query: (text, values) => db.query(text, values),
  transaction: (work) => db.transaction(work),
  close: async () => {}
})

/** All tests use the same tables, and each begins by emptying them: PostgreSQL takes far longer to make tables. */
const newStore = async () => {
  const tables = await db.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'latchkey'"
  )
  for (const { name } of tables.rows) await db.exec(`DELETE FROM latchkey.${name}`)
  const connect = () => postgresStore(shared, { timeout: "60 seconds" })
  return { store: connect(), second: connect() }
}

describe("STO-01 the laws hold on PostgreSQL", () => {
  storeConformance(test, newStore)
})

describe("STO-02 random calls do the same on PostgreSQL", () => {
  storeEquivalence(test, newStore, { lists: 30 })
})
