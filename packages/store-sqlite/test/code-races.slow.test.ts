import type { NewCode } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expect, test, vi } from "vitest"
import { ROUNDS, racers, range, tally } from "./racers.ts"
import { code, codeKeyOf, now, person, userId } from "./samples.ts"
import { newPath, openStore } from "./stores.ts"

/** Two processes share two cores with all other tests. */
vi.setConfig({ testTimeout: 60_000 })

const { open, race, rounds } = racers()

/** A file that both racers have open, with a user for each round, and a code for each of them. */
const sharedStore = async (codeFor: (n: number) => NewCode | null = (n) => code(n, userId(n))) => {
  const path = newPath()
  const store = await openStore(path)
  await open(path)
  for (const n of range(0, ROUNDS)) {
    Effect.runSync(store.users.insert(person(n)))
    const made = codeFor(n)
    if (made !== null) Effect.runSync(store.codes.insert(made, "replace"))
  }
  return store
}

test(`REC-01 of 16 uses of one code in two processes one is the first, in each of ${ROUNDS} rounds`, async () => {
  await sharedStore()
  for (const [n, outcomes] of (await rounds(["useCode", "useCode"], 8)).entries()) {
    expect(tally(outcomes), `round ${n}`).toEqual({ first: 1, again: 15 })
  }
})

test("REC-03 a code that one process uses while the other replaces it is used or opens nothing, and the new one is unused", async () => {
  const { codes } = await sharedStore()
  for (const [n, outcomes] of (await rounds(["useCode", "replaceCode"], 1)).entries()) {
    expect(["first", "nothing"], `round ${n}`).toContain(outcomes[0])
    const [old, next] = [code(n, userId(n)), code(10_000 + n, userId(n))]
    expect(Effect.runSync(codes.list(userId(n))), `round ${n}`).toEqual([next.code])
    expect(Effect.runSync(codes.consume(codeKeyOf(old), now)), `round ${n}`).toBe(null)
    expect(Effect.runSync(codes.consume(codeKeyOf(next), now)), `round ${n}`).toMatchObject({ isFirst: true })
  }
})

test("REC-08 of two ways back that two processes add at once the first stays", async () => {
  const { codes } = await sharedStore(() => null)
  const sides = await race(["addUndo", range(0, ROUNDS)], ["addUndo", range(1_000, ROUNDS)])
  for (const n of range(0, ROUNDS)) {
    const outcomes = sides.map((side) => side[n])
    expect([...outcomes].sort(), `round ${n}`).toEqual(["false", "true"])
    const winner = code(outcomes[0] === "true" ? n : 1_000 + n, userId(n), { purpose: "undo-email" })
    expect(Effect.runSync(codes.find(codeKeyOf(winner))), `round ${n}`).toEqual(winner.code)
  }
})

test("a code that two processes remove is removed by one of them", async () => {
  const { codes } = await sharedStore()
  for (const [n, outcomes] of (await rounds(["removeCode", "removeCode"], 1)).entries()) {
    expect([...outcomes].sort(), `round ${n}`).toEqual(["false", "true"])
    expect(Effect.runSync(codes.list(userId(n))), `round ${n}`).toEqual([])
  }
})
