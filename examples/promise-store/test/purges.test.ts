import { PGlite } from "@electric-sql/pglite"
import { codeSamples, samples } from "@latchkey/conformance/store"
import { codePurposes, Store, type StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, beforeAll, expect, test } from "vitest"
import { postgresStore } from "../src/postgres-store.ts"

const { hour, plenty, sampleSession, sampleToken, sampleUser, start, userId } = samples

let db: PGlite
let runtime: ManagedRuntime.ManagedRuntime<Store, unknown>
let store: StoreShape

/** Plans that PostgreSQL chooses when it believes a table to be small. They run a subquery again for each row that they compare. */
const PLANS = ["hashagg", "hashjoin", "material", "memoize", "mergejoin", "sort"]

beforeAll(async () => {
  db = await PGlite.create()
  for (const plan of PLANS) await db.exec(`SET enable_${plan} = off`)
  const shared = async () => ({
    query: (text: string, values?: Array<unknown>) => db.query<Record<string, unknown>>(text, values),
    transaction: db.transaction.bind(db),
    close: async () => {}
  })
  runtime = ManagedRuntime.make(postgresStore(shared, { timeout: "60 seconds" }))
  store = await runtime.runPromise(Store)
  await runtime.runPromise(Effect.forEach([1, 2, 3, 4, 5], (n) => store.users.insert(sampleUser(n))))
})
afterAll(async () => {
  await runtime.dispose()
  await db.close()
})

const five = [1, 2, 3, 4, 5]
const limit = { free: 2, delay: 60_000, longest: hour, forget: hour }

/** Makes five rows that end. */
const makers = {
  sessions: ({ sessions }: StoreShape) =>
    Effect.forEach(five, (n) => sessions.insert(sampleSession(n, userId(n)), plenty)),
  tokens: ({ tokens }: StoreShape) => Effect.forEach(five, (n) => tokens.insert(sampleToken(n, userId(n)), plenty)),
  codes: ({ codes }: StoreShape) =>
    Effect.forEach(codePurposes, (purpose, n) =>
      codes.insert(codeSamples.sampleCode(n, userId(1), { purpose }), "replace")
    ),
  attempts: ({ attempts }: StoreShape) => Effect.forEach(five, (n) => attempts.hit([{ key: `key-${n}`, limit }], start))
} as const

test.each(Object.entries(makers))(
  "a purge of %s keeps to its limit, whatever the plan of its statement",
  async (part, make) => {
    const removeExpired = store[part as keyof typeof makers].removeExpired
    await runtime.runPromise(Effect.asVoid(make(store) as Effect.Effect<unknown, unknown>))
    const removed = [2, 2, 2, 2].map((most) => Effect.suspend(() => removeExpired(start + 1_000 * 24 * hour, most)))
    expect(await runtime.runPromise(Effect.all(removed))).toEqual([2, 2, 1, 0])
  }
)
