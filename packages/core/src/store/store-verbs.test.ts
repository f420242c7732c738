import { runInNewContext } from "node:vm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { memoryStoreOver } from "../testing/memory-store.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { Store, type StoreShape } from "./store.ts"
import { storeGap } from "./store-verbs.ts"

const whole = memoryStoreOver(emptyTables())

const withSettings = (settings: object): object => ({ ...whole, settings })

test.each<[string, object]>([
  ["plain objects", whole],
  ["no prototype, as a module has it", withSettings(Object.assign(Object.create(null), whole.settings))],
  ["another realm", withSettings(Object.assign(runInNewContext("({})"), whole.settings))],
  ["a class", withSettings(Object.create(Object.create(whole.settings)))],
  ["a proxy that only answers", withSettings(new Proxy({}, { get: (_, verb) => Reflect.get(whole.settings, verb) }))]
])("a store with parts of %s is whole, and works until it is closed", async (_, store) => {
  expect(storeGap(store)).toBeNull()
  const { auth } = await createTestAuth({ store: Layer.succeed(Store)(store as StoreShape), admin: null })
  expect(await auth.runtimeSettings.list()).toMatchObject({ version: 0 })
})

test.each<[object, string]>([
  [{ ...whole, codes: undefined }, "must have the part codes, not undefined"],
  [{ ...whole, codes: Promise.resolve(whole.codes) }, "must have codes.insert"],
  [
    { ...whole, users: { ...whole.users, findByName: undefined, findByname: whole.users.findByName } },
    "must have users.findByName: did you mean findByname?"
  ],
  [
    { ...whole, users: { ...whole.users, isSetUp: function isSetUp() {} } },
    "must have users.isSetUp as an Effect, not the function isSetUp, which was not called"
  ],
  [{ ...whole, audit: { ...whole.audit, append: Effect.void } }, "must have audit.append as a function, not object"],
  [{ ...whole, lookupToken: undefined }, "must have lookupToken"]
])(
  "a store that lacks something of the contract is refused at the start, and the error names it",
  async (store, gap) => {
    expect(storeGap(store)).toBe(gap)
    const refused = createTestAuth({ store: Layer.succeed(Store)(store as StoreShape) })
    await expect(refused).rejects.toThrow(`Latchkey cannot start:\n  store ${gap}`)
  }
)
