import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schedule from "effect/Schedule"
import { expect, test } from "vitest"
import { type ManualClock, manualClock, pacedClock } from "./manual-clock.ts"

const run = <A, E>({ clock }: ManualClock, effect: Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provideService(effect, Clock.Clock, clock))

test("a manual clock stands still until it is advanced", async () => {
  const clock = manualClock(1000)
  expect(await run(clock, Clock.currentTimeMillis)).toBe(1000)
  expect(clock.now()).toBe(1000)
  await clock.advance("1 hour")
  expect(await run(clock, Clock.currentTimeMillis)).toBe(3_601_000)
  expect(await run(clock, Clock.currentTimeNanos)).toBe(3_601_000_000_000n)
  expect(clock.now()).toBe(3_601_000)
})

test("it starts at a time of its own choice that is never now", () => {
  expect(new Date(manualClock().now()).toISOString()).toBe("2026-01-01T00:00:00.000Z")
})

test("a sleeper wakes at its instant, not 1 ms before", async () => {
  const clock = manualClock()
  let isAwake = false
  const sleeping = run(clock, Effect.sleep("1 minute")).then(() => {
    isAwake = true
  })
  await clock.advance(59_999)
  expect(isAwake).toBe(false)
  await clock.advance(1)
  expect(isAwake).toBe(true)
  await sleeping
})

test("sleepers wake in order of time, each at its own instant", async () => {
  const clock = manualClock(0)
  const log: Array<string> = []
  const sleeper = (name: string, millis: number) =>
    Effect.andThen(
      Effect.sleep(millis),
      Effect.map(Clock.currentTimeMillis, (at) => log.push(`${name} ${at}`))
    )
  const all = run(
    clock,
    Effect.all([sleeper("late", 30), sleeper("soon", 10), sleeper("then", 10)], { concurrency: 3 })
  )
  await clock.advance(100)
  await all
  expect(log).toEqual(["soon 10", "then 10", "late 30"])
  expect(clock.now()).toBe(100)
})

test("one advance passes through every turn of a repeated work", async () => {
  const clock = manualClock(0)
  const turns: Array<number> = []
  const work = Effect.map(Clock.currentTimeMillis, (at) => void turns.push(at))
  const runtime = ManagedRuntime.make(
    Layer.effectDiscard(Effect.forkScoped(Effect.repeat(work, Schedule.spaced("10 minutes")))).pipe(
      Layer.provideMerge(Layer.succeed(Clock.Clock, clock.clock))
    )
  )
  await runtime.context()
  await clock.advance("30 minutes")
  expect(turns).toEqual([0, 600_000, 1_200_000, 1_800_000])
  await runtime.dispose()
  await clock.advance("30 minutes")
  expect(turns.length).toBe(4)
})

test("a timeout fires when the time has come", async () => {
  const clock = manualClock()
  const failing = run(clock, Effect.flip(Effect.timeout(Effect.never, "5 seconds")))
  await clock.advance("5 seconds")
  expect((await failing)._tag).toBe("TimeoutError")
})

test("an interrupted sleeper is forgotten", async () => {
  const clock = manualClock()
  const fiber = Effect.runFork(Effect.provideService(Effect.sleep("1 hour"), Clock.Clock, clock.clock))
  await Effect.runPromise(Fiber.interrupt(fiber))
  await clock.advance("2 hours")
  expect(fiber.pollUnsafe()?._tag).toBe("Failure")
})

test("advances made at once add up", async () => {
  const clock = manualClock(0)
  await Promise.all([clock.advance("1 minute"), clock.advance("1 minute"), clock.advance("1 minute")])
  expect(clock.now()).toBe(180_000)
})

test("turns that nothing comes between are made one, at the instant of the last", async () => {
  const clock = pacedClock(0)
  const log: Array<string> = []
  const noteAs = (name: string) => Effect.map(Clock.currentTimeMillis, (at) => void log.push(`${name} ${at}`))
  const turns = Effect.forever(Effect.andThen(noteAs("turn"), clock.pause(10)))
  const other = Effect.andThen(Effect.sleep(40), noteAs("other"))
  const fiber = Effect.runFork(
    Effect.provideService(Effect.all([turns, other], { concurrency: 2 }), Clock.Clock, clock.clock)
  )
  await clock.advance(75)
  // The turn at 30 is the last before the other work, and the one at 70 the last before the end.
  expect(log).toEqual(["turn 0", "turn 30", "other 40", "turn 70"])
  await clock.advance(4)
  await clock.advance(1)
  expect(log.slice(4)).toEqual(["turn 80"])
  await Effect.runPromise(Fiber.interrupt(fiber))
})
