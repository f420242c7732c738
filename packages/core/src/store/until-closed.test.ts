import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { expect, test } from "vitest"
import type { UserId } from "../secret/user-id.ts"
import { memoryStoreOver } from "../testing/memory-store.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import type { StoreShape } from "./store.ts"
import { StoreError } from "./store-error.ts"
import { untilClosed } from "./until-closed.ts"

const { lookupSession: _, lookupToken: __, ...partsOfContract } = memoryStoreOver(emptyTables())

const closed =
  "this Auth is closed, because auth.close() was called or the scope of its layer ended. Make another to go on"

/** What is called, on which part, and with what. */
type Called = readonly [operation: string, ...args: ReadonlyArray<unknown>]

type Verb = (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown>

/** A store whose parts are objects of classes, and which tells what reaches it. */
const storeOfClasses = (reached: (called: Called) => void): StoreShape => {
  const verbOf =
    (operation: string) =>
    (...args: ReadonlyArray<unknown>) =>
      Effect.sync(() => reached([operation, ...args]))
  const parts = Object.entries(partsOfContract).map(([part, verbs]) => {
    class Part {
      part = part
    }
    for (const [verb, work] of Object.entries(verbs)) {
      const value = Effect.isEffect(work)
        ? verbOf(`${part}.${verb}`)()
        : function (this: Part, ...args: ReadonlyArray<unknown>) {
            return verbOf(`${this.part}.${verb}`)(...args)
          }
      Object.defineProperty(Part.prototype, verb, { value })
    }
    return [part, new Part()]
  })
  return {
    ...Object.fromEntries(parts),
    lookupSession: verbOf("lookupSession"),
    lookupToken: verbOf("lookupToken")
  } as StoreShape
}

const operations = [
  ...Object.entries(partsOfContract).flatMap(([part, verbs]) => Object.keys(verbs).map((verb) => `${part}.${verb}`)),
  "lookupSession",
  "lookupToken"
]

test("ERR-03 every verb of a store answers until it is closed, and then fails and reaches it no more", async () => {
  const reached: Array<Called> = []
  const scope = Scope.makeUnsafe()
  const store = await Effect.runPromise(
    Scope.provide(untilClosed(storeOfClasses((called) => reached.push(called))), scope)
  )
  const call = (operation: string): Effect.Effect<unknown, unknown> => {
    const [name = "", verb] = operation.split(".")
    const owner = (verb === undefined ? store : Reflect.get(store, name)) as Readonly<Record<string, unknown>>
    const work = owner[verb ?? name]
    return Effect.isEffect(work) ? (work as ReturnType<Verb>) : (work as Verb)("a", "b")
  }
  for (const operation of operations) await Effect.runPromise(call(operation))
  expect(reached.map(([operation]) => operation)).toEqual(operations)
  expect(reached).toContainEqual(["users.insert", "a", "b"])
  expect(reached).toContainEqual(["lookupSession", "a", "b"])

  await Effect.runPromise(Scope.close(scope, Exit.void))
  for (const operation of operations)
    expect(await Effect.runPromise(Effect.flip(call(operation)))).toMatchObject({
      _tag: "StoreError",
      operation,
      message: `the store failed at ${operation}: ${closed}`
    })
  expect(reached).toHaveLength(operations.length)
})

const opened = (store: StoreShape, scope: Scope.Scope) => Effect.runPromise(Scope.provide(untilClosed(store), scope))

test("ERR-03 an Effect that was made before the end and runs after it reaches no store", async () => {
  const scope = Scope.makeUnsafe()
  const whole = memoryStoreOver(emptyTables())
  const { users } = await opened(whole, scope)
  const find = users.find("nobody" as UserId)
  expect(await Effect.runPromise(find)).toBeNull()
  await Effect.runPromise(Scope.close(scope, Exit.void))
  expect(await Effect.runPromise(Effect.flip(find))).toMatchObject({
    message: `the store failed at users.find: ${closed}`
  })
})

test("ERR-03 a call that the end cuts off says so, with what the driver said as its cause", async () => {
  const scope = Scope.makeUnsafe()
  const cutOff = Deferred.makeUnsafe<never, StoreError>()
  const whole = memoryStoreOver(emptyTables())
  const { users } = await opened({ ...whole, users: { ...whole.users, find: () => Deferred.await(cutOff) } }, scope)
  const finding = Effect.runPromise(Effect.flip(users.find("nobody" as UserId)))
  await Effect.runPromise(Scope.close(scope, Exit.void))
  const driver = new Error("connection reset")
  await Effect.runPromise(Deferred.fail(cutOff, new StoreError({ operation: "users.find", cause: driver })))
  expect(await finding).toMatchObject({
    message: `the store failed at users.find: ${closed}`,
    cause: { cause: driver }
  })
})
