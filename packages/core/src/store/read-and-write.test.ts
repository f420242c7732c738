import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { readAndWrite } from "./read-and-write.ts"

const run = <A>(read: () => number | null, write: (found: number) => A | null) =>
  Effect.runPromise(
    Effect.result(readAndWrite("a.verb", Effect.sync(read), (found) => Effect.sync(() => write(found))))
  )

test("reads anew for each write, until nothing came between", async () => {
  let row = 0
  const result = await run(
    () => ++row,
    (found) => (found < 3 ? null : found)
  )
  expect(result).toMatchObject({ success: 3 })
})

test("writes nothing where there is nothing to write to", async () => {
  const written: Array<number> = []
  expect(
    await run(
      () => null,
      (found) => written.push(found)
    )
  ).toMatchObject({ success: null })
  expect(written).toEqual([])
})

test("gives up after a hundred writes that something came between", async () => {
  let writes = 0
  const result = await run(
    () => 1,
    () => {
      writes += 1
      return null
    }
  )
  expect(result).toMatchObject({ failure: { _tag: "StoreError", operation: "a.verb" } })
  expect(writes).toBe(100)
})
