import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { expect, test } from "vitest"
import { capturedLog, loggedLines } from "../../test/captured-log.ts"
import { manualClock } from "../testing/manual-clock.ts"
import { makeBackground } from "./background.ts"

const open = async (most: number, layer: Layer.Layer<never> = loggedLines().layer) => {
  const clock = manualClock()
  const scope = Scope.makeUnsafe()
  const ambient = Layer.merge(layer, Layer.succeed(Clock.Clock, clock.clock))
  const run = <A>(work: Effect.Effect<A, never, Scope.Scope>) =>
    Effect.runPromise(Effect.provide(Scope.provide(work, scope), ambient))
  const background = await run(makeBackground(most))
  return { background, run, clock, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

test("EVT-04 work for which there is no room does not begin", async () => {
  const { background, run, close } = await open(2)
  const gate = await run(Deferred.make<void>())
  const begun = await run(Effect.all([1, 2, 3].map(() => background.start(Deferred.await(gate)))))
  expect(begun).toEqual([true, true, false])
  await run(Deferred.succeed(gate, undefined))
  await run(background.idle)
  expect(await run(background.start(Effect.void))).toBe(true)
  await close()
})

test("EVT-04 nothing begins after the end, and what never ends is given up after ten seconds, with a line", async () => {
  const log = loggedLines()
  const { background, run, clock, close } = await open(5, log.layer)
  await run(background.start(Effect.never))
  const closing = close()
  await clock.advance("10 seconds")
  await closing
  expect(log.lines).toEqual([
    { level: "Error", text: "work in the background was given up at the end", fields: { count: 1 } }
  ])
  expect(await run(background.start(Effect.void))).toBe(false)
})

test("EVT-05 what work throws is in the log by its name alone", async () => {
  const log = capturedLog()
  const { background, run, close } = await open(5, log.layer)
  await run(background.start(Effect.die(new TypeError("zq-canary-zq"))))
  await run(background.idle)
  await close()
  expect(log.lines.join("\n")).toContain("TypeError")
  expect(log.lines.join("\n")).not.toContain("zq-canary-zq")
})
