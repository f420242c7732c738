import type { NewCode } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expect, test, vi } from "vitest"
import { racers, range, tally } from "./racers.ts"
import { code, codeKeyOf, now, person, userId } from "./samples.ts"
import { newPath, openStore } from "./stores.ts"

/** Two processes share two cores with all other tests. */
vi.setConfig({ testTimeout: 60_000 })

const { open, race } = racers()

/** Users, each with a code; a round is about one of them. */
const USERS = 500

/** Calls of each process in one round. */
const CALLS = 8

/** A file that both racers have open. */
const sharedStore = async (coded: (n: number) => NewCode | null = (n) => code(n, userId(n))) => {
  const path = newPath()
  const store = await openStore(path)
  await open(path)
  for (const n of range(0, USERS)) {
    Effect.runSync(store.users.insert(person(n)))
    const made = coded(n)
    if (made !== null) Effect.runSync(store.codes.insert(made, "replace"))
  }
  return store
}

test(`REC-01 of 16 uses of one code in two processes one is the first, in each of ${USERS} rounds`, async () => {
  await sharedStore()
  const each = range(0, USERS).flatMap((n) => range(0, CALLS).map(() => n))
  const sides = await race(["useCode", each], ["useCode", each])
  for (const n of range(0, USERS)) {
    const outcomes = sides.flatMap((side) => side.slice(n * CALLS, (n + 1) * CALLS))
    expect(tally(outcomes), `round ${n}`).toEqual({ first: 1, again: 15 })
  }
})

test("REC-01 a code that one process uses while the other replaces it is used or opens nothing, and the new one is unused", async () => {
  const store = await sharedStore()
  const each = range(0, USERS)
  const [uses, replacements] = await race(["useCode", each], ["replaceCode", each])
  expect(tally(replacements ?? [])).toEqual({ true: USERS })
  expect(new Set(uses)).toSatisfy((all: ReadonlySet<string>) => [...all].every((use) => use !== "again"))
  for (const n of each) {
    const next = code(10_000 + n, userId(n))
    expect(Effect.runSync(store.codes.list(userId(n))), `round ${n}`).toEqual([next.code])
    expect(Effect.runSync(store.codes.consume(codeKeyOf(code(n, userId(n))), now)), `round ${n}`).toBe(null)
    expect(Effect.runSync(store.codes.consume(codeKeyOf(next), now)), `round ${n}`).toMatchObject({ isFirst: true })
  }
})

test("REC-08 of two ways back that two processes add at once the first stays", async () => {
  const store = await sharedStore(() => null)
  const sides = await race(["addUndo", range(0, USERS)], ["addUndo", range(1_000, USERS)])
  for (const n of range(0, USERS)) {
    const outcomes = sides.map((side) => side[n])
    expect([...outcomes].sort(), `round ${n}`).toEqual(["false", "true"])
    const winner = code(outcomes[0] === "true" ? n : 1_000 + n, userId(n), { purpose: "undo-email" })
    expect(Effect.runSync(store.codes.find(codeKeyOf(winner))), `round ${n}`).toEqual(winner.code)
  }
})

test("a code that two processes remove is removed by one of them", async () => {
  const store = await sharedStore()
  const each = range(0, USERS)
  const sides = await race(["removeCode", each], ["removeCode", each])
  for (const n of each) {
    expect(sides.map((side) => side[n]).sort(), `round ${n}`).toEqual(["false", "true"])
    expect(Effect.runSync(store.codes.list(userId(n))), `round ${n}`).toEqual([])
  }
})
