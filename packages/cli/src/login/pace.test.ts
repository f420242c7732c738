import fc from "fast-check"
import { expect, it } from "vitest"
import { firstPace, nextPace, type Pace } from "./pace.ts"

const failed = (wait: number | null = null) => ({ kind: "failed", reason: "ECONNREFUSED", wait }) as const
const pending = { kind: "pending" } as const
const slowDown = (interval: number | null = null) => ({ kind: "slow-down", interval }) as const

const waitsOf = (...answers: ReadonlyArray<Parameters<typeof nextPace>[1]>): number[] => {
  const paces: Pace[] = [firstPace(5000)]
  for (const answer of answers) paces.push(nextPace(paces.at(-1) as Pace, answer))
  return paces.map(({ wait }) => wait)
}

it("slow_down adds five seconds for all polls to come (RFC 8628 §3.5)", () => {
  expect(waitsOf(pending, slowDown(), pending, slowDown(), pending)).toEqual([
    5000, 5000, 10_000, 10_000, 15_000, 15_000
  ])
})

it("a longer interval that the server names is kept, a shorter one is not believed", () => {
  expect(waitsOf(slowDown(30_000), pending)).toEqual([5000, 30_000, 30_000])
  expect(waitsOf(slowDown(1000), pending)).toEqual([5000, 10_000, 10_000])
})

it("after each failure the wait doubles, up to half a minute; an answer ends that", () => {
  expect(waitsOf(failed(), failed(), failed(), failed(), pending)).toEqual([5000, 10_000, 20_000, 30_000, 30_000, 5000])
})

it("a time that the server names is waited for", () => {
  expect(waitsOf(failed(60_000), failed(1000))).toEqual([5000, 60_000, 20_000])
})

it("no order of answers makes the program poll faster than it began", () => {
  const answer = fc.oneof(
    fc.constant(pending),
    fc.option(fc.nat(100_000)).map(failed),
    fc.option(fc.nat(100_000)).map(slowDown)
  )
  fc.assert(fc.property(fc.array(answer), (answers) => waitsOf(...answers).every((wait) => wait >= 5000)))
})
