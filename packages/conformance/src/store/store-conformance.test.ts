import { Store, StoreError, type StoreLayer } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { superuserSaboteurs } from "../../test/saboteurs/superuser-saboteurs.ts"
import { type LawPart, lawsOf } from "./laws/law.ts"
import { storeLaws } from "./laws/store-laws.ts"
import type { MadeStore } from "./made-store.ts"
import { checkLaw, storeConformance } from "./store-conformance.ts"

const registered = (...[makeStore, options]: [() => MadeStore, { parts: ReadonlyArray<LawPart> }?]) => {
  const tests = new Map<string, () => Promise<void>>()
  storeConformance((name, run) => tests.set(name, run), makeStore, options)
  return tests
}

const { law } = lawsOf("lookup")

test("STO-01 there is one test for each law, and no two are named the same", () => {
  expect(registered(memoryStore).size).toBe(storeLaws.length)
})

test("a test makes its store only when it runs", async () => {
  let made = 0
  const makeStore = () => {
    made++
    return memoryStore()
  }
  const [run] = registered(makeStore).values()
  expect(made).toBe(0)
  await run?.()
  expect(made).toBe(1)
})

test("only the laws of the parts asked for are run", () => {
  const tests = registered(memoryStore, { parts: ["attempts", "audit"] })
  expect(tests.size).toBe(storeLaws.filter(({ part }) => part === "attempts" || part === "audit").length)
})

test("a store that breaks a law fails that test alone, with a sentence that tells what came instead", async () => {
  const [saboteur] = superuserSaboteurs
  if (saboteur === undefined) throw new Error("no saboteur")
  const tests = registered(() => saboteur.store)
  const failures: Array<string> = []
  for (const run of tests.values()) await run().catch((error: Error) => failures.push(String(error)))
  expect(failures).toEqual(['LawBroken: the failures of round 1: expected {"LastSuperuser":1}, but got {}'])
})

test("a store that cannot be built fails with its own error", async () => {
  const failure = new StoreError({ operation: "open", cause: "no disk" })
  const [run] = registered(() => Layer.effect(Store, Effect.fail(failure))).values()
  await expect(run?.()).rejects.toBe(failure)
})

test("the second connection is built after the first, and both are closed when the law was checked", async () => {
  const log: Array<string> = []
  const noted = (name: string): StoreLayer =>
    Layer.effectDiscard(
      Effect.acquireRelease(
        Effect.sync(() => void log.push(`open ${name}`)),
        () => Effect.sync(() => void log.push(`close ${name}`))
      )
    ).pipe(Layer.provideMerge(memoryStore()))
  const looks = law("looks", function* (store, second) {
    yield* Effect.sync(() => log.push(store === second ? "one store" : "two stores"))
  })
  await Effect.runPromise(checkLaw(looks, async () => ({ store: noted("first"), second: noted("second") })))
  expect(log).toEqual(["open first", "open second", "two stores", "close second", "close first"])
})

test("a store with one connection is raced against itself", async () => {
  const looks = law("looks", function* (store, second) {
    yield* Effect.sync(() => expect(second).toBe(store))
  })
  await Effect.runPromise(checkLaw(looks, () => memoryStore()))
  await Effect.runPromise(checkLaw(looks, () => ({ store: memoryStore() })))
})
