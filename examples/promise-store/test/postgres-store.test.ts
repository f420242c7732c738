import { createAuth, mixStores } from "@latchkey/core"
import { StoreError } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import type { Postgres } from "../src/postgres.ts"
import { postgresStore } from "../src/postgres-store.ts"

/** A server that answers nothing, or fails. */
const server = (answer: () => Promise<never>) => {
  const log: Array<string> = []
  const db: Postgres = {
    query: answer,
    transaction: (work) => work({ query: answer }),
    close: async () => void log.push("closed")
  }
  return { db, log }
}

test("a server that fails while the tables are made stops the start, and is closed", async () => {
  const cause = new Error("permission denied")
  const { db, log } = server(() => Promise.reject(cause))
  const opened = Effect.runPromise(Effect.scoped(Layer.build(postgresStore(async () => db))))
  await expect(opened).rejects.toEqual(new StoreError({ operation: "open", cause }))
  expect(log).toEqual(["closed"])
})

test("a server that cannot be reached stops the start", async () => {
  const store = postgresStore(() => Promise.reject(new Error("connection refused")))
  await expect(createAuth({ store })).rejects.toThrow("the store failed at open")
})

test.each(["sessions", "tokens", "challenges", "codes"] as const)(
  "%s without their users stop the start",
  async (part) => {
    const { db } = server(() => new Promise(() => {}))
    const store = mixStores(memoryStore(), { [part]: postgresStore(async () => db) })
    const failure = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(store))))
    expect(String(failure.cause)).toContain(`${part} can be here only together with their users`)
  }
)

test("SQL-01 a schema is a plain name, for it stands in the statements", () => {
  const { db } = server(() => new Promise(() => {}))
  for (const schema of ["", "a b", 'a"; DROP SCHEMA public', "A", "1a"]) {
    expect(() => postgresStore(async () => db, { schema })).toThrow("plain name")
  }
})
