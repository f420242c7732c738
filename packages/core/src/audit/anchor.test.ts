import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { memoryStoreOver } from "../testing/memory-store.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"
import type { ChainAnchor } from "./hash-chain.ts"

const quiet = { admin: null, setup: { announce: false } } as const

const confirmed = async (auth: Auth, count: number) => {
  for (let n = 0; n < count; n++) await auth.audit.append("session.confirmed", { details: {} })
}

/** A chain of so many events, with an anchor at its end. */
const anchored = async (count: number) => {
  const tables = emptyTables()
  const { auth } = await createTestAuth({ store: storeOver(tables), audit: { chain: true }, ...quiet })
  await confirmed(auth, count)
  const anchor = await auth.audit.anchor()
  if (anchor === null) throw new Error("no anchor")
  return { auth, tables, anchor }
}

/** Removes so many of the oldest events, as a sweep does. */
const remove = (tables: Tables, count: number) =>
  Effect.runPromise(memoryStoreOver(tables).audit.removeExpired(Number.MAX_SAFE_INTEGER, count))

describe("an anchor", () => {
  test("AUD-14 is the newest event with a link, and null without one", async () => {
    const { auth, tables, anchor } = await anchored(3)
    expect(anchor).toEqual({ sequence: 3, hash: tables.audit[2]?.hash, at: tables.audit[2]?.event.at })
    const without = await createTestAuth({ store: storeOver(tables), ...quiet })
    await confirmed(without.auth, 501)
    expect(await auth.audit.anchor()).toEqual(anchor)
    const { auth: empty } = await createTestAuth(quiet)
    expect(await empty.audit.anchor()).toBeNull()
    await confirmed(empty, 1)
    expect(await empty.audit.anchor()).toBeNull()
  })

  test("AUD-14 is in the chain, also when that has grown since", async () => {
    const { auth, anchor } = await anchored(3)
    expect(await auth.audit.verifyChain(anchor)).toEqual({ holds: true, count: 3, start: null, anchor: "kept" })
    await confirmed(auth, 600)
    expect(await auth.audit.verifyChain(anchor)).toEqual({ holds: true, count: 603, start: null, anchor: "kept" })
  })

  test("AUD-15 tells that its event was removed with older ones, or was the last of them", async () => {
    const { auth, tables, anchor } = await anchored(3)
    await confirmed(auth, 2)
    await remove(tables, 3)
    expect(await auth.audit.verifyChain(anchor)).toMatchObject({ holds: true, count: 2, anchor: "removed" })
    tables.auditStart = { sequence: 3, hash: tables.auditStart?.hash ?? null }
    expect(await auth.audit.verifyChain({ ...anchor, hash: "another" })).toMatchObject({ holds: false, brokenAt: 4 })
    tables.auditStart = { sequence: 3, hash: anchor.hash }
    await remove(tables, 1)
    expect(await auth.audit.verifyChain(anchor)).toMatchObject({ holds: true, count: 1, anchor: "removed" })
  })
})

test("AUD-15 a trail that was removed by hand up to the anchor, with a start to match, says so: the anchor is not kept", async () => {
  const { auth, tables, anchor } = await anchored(5)
  tables.audit.splice(0)
  tables.auditStart = { sequence: anchor.sequence, hash: anchor.hash }
  expect(await auth.audit.verifyChain(anchor)).toMatchObject({ holds: true, count: 0, anchor: "removed" })
})

test.each([
  {},
  { sequence: Number.NaN, hash: "0a" },
  { sequence: 0, hash: "0a" },
  { sequence: "1", hash: "0a" },
  { sequence: 1 }
])("AUD-14 what is no anchor, such as %j, is a mistake and no verdict, also for an empty trail", async (anchor) => {
  const { auth } = await createTestAuth(quiet)
  await expect(auth.audit.verifyChain(anchor as ChainAnchor)).rejects.toThrow("verifyChain needs an anchor")
})

describe("a trail whose end was tampered with", () => {
  it.each<[string, number | null, (made: Awaited<ReturnType<typeof anchored>>) => unknown]>([
    ["was cut off", null, ({ tables }) => tables.audit.splice(3)],
    [
      "was cut off and has grown since",
      null,
      async ({ auth, tables }) => {
        tables.audit.splice(2)
        await confirmed(auth, 2)
      }
    ],
    [
      "was written anew with other events",
      5,
      async ({ auth, tables }) => {
        tables.audit.splice(2)
        await auth.audit.append("session.confirm-refused", { details: {} })
        await confirmed(auth, 7)
      }
    ],
    [
      "goes on behind the place of what was cut off",
      6,
      async ({ auth, tables }) => {
        tables.audit.splice(4)
        await confirmed(auth, 1)
        const [moved] = tables.audit.splice(-1)
        if (moved !== undefined) tables.audit.push({ ...moved, sequence: 6 })
      }
    ],
    [
      "is all that was removed",
      null,
      ({ tables }) => {
        tables.audit.splice(0)
        tables.auditStart = null
      }
    ]
  ])("AUD-14 holds by itself, and not with the anchor, if it %s", async (_, brokenAt, tamper) => {
    const made = await anchored(5)
    await tamper(made)
    const { auth, tables, anchor } = made
    expect(await auth.audit.verifyChain()).toMatchObject({ holds: true, anchor: null })
    expect(await auth.audit.verifyChain(anchor)).toEqual({ holds: false, brokenAt, start: tables.auditStart })
  })
})
