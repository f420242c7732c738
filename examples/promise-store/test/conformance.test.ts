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

/** One database for all tests, in which each has a schema of its own: so none pays for the start of PostgreSQL. */
const shared = async (): Promise<Postgres> => ({
  query: (text, values) => db.query(text, values),
  transaction: (work) => db.transaction(work),
  close: async () => {}
})

const newStore = () => {
  const schema = `test_${crypto.randomUUID().replaceAll("-", "")}`
  const connect = () => postgresStore(shared, { schema, timeout: "60 seconds" })
  return { store: connect(), second: connect() }
}

describe("STO-01 the laws hold on PostgreSQL", () => {
  storeConformance(test, newStore)
})

describe("STO-02 random calls do the same on PostgreSQL", () => {
  storeEquivalence(test, newStore, { lists: 30 })
})
