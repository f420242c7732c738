import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { storeAround, storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { memoryStoreOver } from "../testing/memory-store.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"

const quiet = { admin: null, setup: { announce: false } } as const

const confirmed = async (auth: Auth, count: number) => {
  for (let n = 0; n < count; n++) await auth.audit.append("session.confirmed", { details: {} })
}

/** A chain of so many events, with nothing else in the trail, and none removed yet. */
const chained = async (count: number, options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const made = await createTestAuth({ store: storeOver(tables), audit: { chain: true }, ...quiet, ...options })
  await confirmed(made.auth, count)
  return { ...made, tables }
}

/** Removes so many of the oldest events, as a sweep does. */
const remove = (tables: Tables, count: number) =>
  Effect.runPromise(memoryStoreOver(tables).audit.removeExpired(Number.MAX_SAFE_INTEGER, count))

describe("a chain whose oldest events were removed", () => {
  test("AUD-10 holds from where it begins, and says where that is", async () => {
    const { auth, tables } = await chained(7)
    const hash = tables.audit[2]?.hash
    await remove(tables, 3)
    expect(await auth.audit.verifyChain()).toEqual({
      holds: true,
      count: 4,
      start: { sequence: 3, hash },
      anchor: null
    })
    await remove(tables, 1)
    expect(await auth.audit.verifyChain()).toMatchObject({ holds: true, count: 3, start: { sequence: 4 } })
  })

  test("AUD-10 holds with nothing left of it, and goes on from its end", async () => {
    const { auth, tables } = await chained(3)
    const hash = tables.audit[2]?.hash
    await remove(tables, 3)
    expect(await auth.audit.verifyChain()).toEqual({
      holds: true,
      count: 0,
      start: { sequence: 3, hash },
      anchor: null
    })
    await confirmed(auth, 2)
    expect(tables.audit.map(({ sequence }) => sequence)).toEqual([4, 5])
    expect(await auth.audit.verifyChain()).toEqual({
      holds: true,
      count: 2,
      start: { sequence: 3, hash },
      anchor: null
    })
  })

  test("AUD-10 may have begun behind events without a link, of which some are left", async () => {
    const tables = emptyTables()
    const before = await createTestAuth({ store: storeOver(tables), ...quiet })
    await confirmed(before.auth, 4)
    const { auth } = await createTestAuth({ store: storeOver(tables), audit: { chain: true }, ...quiet })
    await confirmed(auth, 2)
    await remove(tables, 3)
    expect(await auth.audit.verifyChain()).toEqual({
      holds: true,
      count: 3,
      start: { sequence: 3, hash: null },
      anchor: null
    })
    await remove(tables, 2)
    expect(await auth.audit.verifyChain()).toMatchObject({ holds: true, count: 1, start: { sequence: 5 } })
  })

  it.each<[string, number | null, (tables: Tables) => unknown]>([
    ["more was cut off than was removed", 5, ({ audit }) => audit.splice(0, 2)],
    [
      "the start that was kept is lost",
      3,
      (tables) => {
        tables.auditStart = null
      }
    ],
    [
      "the start has another hash",
      3,
      (tables) => {
        tables.auditStart = { sequence: 2, hash: "another" }
      }
    ],
    [
      "the start was moved past events that are there",
      3,
      (tables) => {
        tables.auditStart = { sequence: 4, hash: tables.audit[1]?.hash ?? null }
      }
    ],
    [
      "an event without a link was put first",
      3,
      ({ audit }) => audit.splice(0, 1, { ...audit[0], hash: null } as never)
    ],
    ["everything that was left is gone", null, ({ audit }) => audit.splice(0, 9)]
  ])("AUD-10 is broken when %s", async (_, brokenAt, change) => {
    const tables = emptyTables()
    let end: string | null = null // kept by itself, as most stores do
    const sound = memoryStoreOver(tables)
    const store = storeAround(
      <A, E>(operation: string, call: Effect.Effect<A, E>) =>
        operation === "audit.lastHash" ? Effect.as(call, end as A) : call,
      tables
    )
    const { auth } = await createTestAuth({ store: storeOver(tables), audit: { chain: true }, ...quiet })
    await confirmed(auth, 7)
    await remove(tables, 2)
    end = await Effect.runPromise(sound.audit.lastHash)
    change(tables)
    const { auth: reader } = await createTestAuth({ store, audit: { chain: true }, ...quiet })
    expect(await reader.audit.verifyChain()).toEqual({ holds: false, brokenAt, start: tables.auditStart })
  })
})

describe("a sweep while the chain is read", () => {
  const calls = Array.from({ length: 9 }, (_, n) => n)
  const cases = calls.flatMap((call) => [1, 499, 700, 1_100].map((count) => [call, count] as const))

  it.each(cases)("AUD-10 does not break it, before call %i of %i events", async (at, count) => {
    const tables = emptyTables()
    let call = Number.NEGATIVE_INFINITY
    const store = storeAround(
      (operation, verb) =>
        operation.startsWith("audit.") && call++ === at
          ? Effect.andThen(
              Effect.promise(() => remove(tables, count)),
              verb
            )
          : verb,
      tables
    )
    const { auth } = await createTestAuth({ store, audit: { chain: true }, ...quiet })
    await confirmed(auth, 1_100)
    call = 0
    const verdict = await auth.audit.verifyChain()
    expect(verdict).toMatchObject({ holds: true })
    // What it tells is one moment: all events that were left after the start that it names.
    expect(verdict.holds && verdict.count + (verdict.start?.sequence ?? 0)).toBe(1_100)
  })

  test("AUD-10 does not break it with everything removed and more appended at each step", async () => {
    const tables = emptyTables()
    let meanwhile: () => Promise<unknown> = async () => {}
    const store = storeAround(
      (operation, verb) =>
        operation === "audit.list" || operation === "audit.start"
          ? Effect.andThen(
              Effect.promise(() => meanwhile()),
              verb
            )
          : verb,
      tables
    )
    const { auth } = await createTestAuth({ store, audit: { chain: true }, ...quiet })
    await confirmed(auth, 3)
    let left = 12
    meanwhile = async () => {
      if (left-- <= 0) return
      await remove(tables, 1_000)
      await confirmed(auth, 1)
    }
    expect(await auth.audit.verifyChain()).toMatchObject({ holds: true })
    expect(left).toBeLessThan(0)
  })
})
