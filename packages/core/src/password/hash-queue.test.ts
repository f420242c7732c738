import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { expect, test } from "vitest"
import { manualClock } from "../testing/manual-clock.ts"
import { type HashQueue, type HashQueueOptions, makeHashQueue } from "./hash-queue.ts"

const options: HashQueueOptions = { concurrency: 2, waiting: 3, deadline: 5_000 }

/** Runs a test under a clock that stands still, with a door that its hashes wait behind. */
const underClock = <A, E>(
  body: (tools: {
    readonly inTurn: HashQueue
    readonly door: Deferred.Deferred<void>
    readonly advance: (milliseconds: number) => Effect.Effect<void>
  }) => Effect.Effect<A, E>,
  queueOptions: HashQueueOptions = options
): Promise<A> => {
  const clock = manualClock()
  return Effect.runPromise(
    Effect.flatMap(Deferred.make<void>(), (door) =>
      body({
        inTurn: makeHashQueue(queueOptions),
        door,
        advance: (milliseconds) => Effect.promise(() => clock.advance(milliseconds))
      })
    ).pipe(Effect.provideService(Clock.Clock, clock.clock))
  )
}

/** How often an outcome is there. */
const outcomes = (exits: ReadonlyArray<Exit.Exit<unknown, { readonly _tag: string }>>) => {
  const count = { done: 0, Busy: 0, other: 0 }
  for (const exit of exits) {
    const isBusy = Exit.isFailure(exit) && String(exit.cause).includes("Busy")
    count[Exit.isSuccess(exit) ? "done" : isBusy ? "Busy" : "other"] += 1
  }
  return count
}

/** Whether the queue takes exactly as many at once as it should: two that run, three that wait, and no sixth. */
const expectFullCapacity = Effect.fnUntraced(function* (inTurn: HashQueue) {
  const door = yield* Deferred.make<void>()
  const fibers = yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => Effect.forkChild(inTurn(Deferred.await(door))))
  yield* Effect.repeat(Effect.yieldNow, { times: 3 })
  yield* Deferred.succeed(door, undefined)
  const exits = yield* Effect.forEach(fibers, Fiber.await)
  expect(outcomes(exits)).toEqual({ done: 5, Busy: 1, other: 0 })
})

test("PWD-10 no more hashes run at once than the queue allows, and all have their turn", async () => {
  const many = { concurrency: 3, waiting: 64, deadline: 5_000 }
  let running = 0
  let most = 0
  const hash = Effect.gen(function* () {
    running += 1
    most = Math.max(most, running)
    yield* Effect.repeat(Effect.yieldNow, { times: 5 })
    running -= 1
  })
  await underClock(
    ({ inTurn }) =>
      Effect.all(
        Array.from({ length: 60 }, () => inTurn(hash)),
        { concurrency: "unbounded" }
      ),
    many
  )
  expect({ most, running }).toEqual({ most: 3, running: 0 })
})

test("PWD-10 one more than may wait is Busy at once; those before it have their turn", () =>
  underClock(({ inTurn, door }) =>
    Effect.gen(function* () {
      const fibers = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.forkChild(inTurn(Deferred.await(door))))
      yield* Effect.repeat(Effect.yieldNow, { times: 3 })
      const refusal = yield* Effect.flip(inTurn(Effect.void))
      expect(refusal).toMatchObject({ _tag: "Busy", retryAfter: 5 })
      yield* Deferred.succeed(door, undefined)
      expect(outcomes(yield* Effect.forEach(fibers, Fiber.await))).toEqual({ done: 5, Busy: 0, other: 0 })
    })
  ))

test("PWD-10 whoever waits is Busy at the deadline, and not a millisecond sooner", () =>
  underClock(({ inTurn, door, advance }) =>
    Effect.gen(function* () {
      yield* Effect.forEach([1, 2], () => Effect.forkChild(inTurn(Deferred.await(door))))
      yield* advance(0)
      const waiting = yield* Effect.forkChild(Effect.exit(inTurn(Effect.void)))
      yield* advance(4_999)
      expect(waiting.pollUnsafe()).toBeUndefined()
      yield* advance(1)
      expect(outcomes([yield* Fiber.join(waiting)])).toEqual({ done: 0, Busy: 1, other: 0 })
      yield* Deferred.succeed(door, undefined)
    })
  ))

test("PWD-10 a hash that has begun is not cut off by the deadline", () =>
  underClock(({ inTurn, door, advance }) =>
    Effect.gen(function* () {
      const first = yield* Effect.forEach([1, 2], () => Effect.forkChild(inTurn(Deferred.await(door))))
      yield* advance(4_000)
      const slow = yield* Effect.forkChild(Effect.exit(inTurn(Effect.as(Effect.sleep(60_000), "hashed"))))
      yield* advance(0)
      yield* Deferred.succeed(door, undefined)
      yield* Effect.forEach(first, Fiber.join)
      yield* advance(59_999)
      expect(slow.pollUnsafe()).toBeUndefined()
      yield* advance(1)
      expect(yield* Fiber.join(slow)).toEqual(Exit.succeed("hashed"))
    })
  ))

test("Busy tells whole seconds, at least one", () =>
  underClock(
    ({ inTurn, door }) =>
      Effect.gen(function* () {
        yield* Effect.forkChild(inTurn(Deferred.await(door)))
        yield* Effect.forkChild(inTurn(Deferred.await(door)))
        yield* Effect.repeat(Effect.yieldNow, { times: 3 })
        expect((yield* Effect.flip(inTurn(Effect.void))).message).toBe(
          "too many log-ins at this moment: try again in 1 s"
        )
        yield* Deferred.succeed(door, undefined)
      }),
    { concurrency: 1, waiting: 1, deadline: 200 }
  ))

test("X10 turns come back after failures and throws", () =>
  underClock(({ inTurn }) =>
    Effect.gen(function* () {
      const failing = Effect.andThen(Effect.yieldNow, Effect.fail("out of memory" as const))
      const throwing = Effect.andThen(Effect.yieldNow, Effect.die(new Error("native")))
      for (const hash of [failing, throwing, failing, throwing]) {
        const exits = yield* Effect.all(
          Array.from({ length: 5 }, () => Effect.exit(inTurn(hash))),
          { concurrency: "unbounded" }
        )
        expect(exits.every(Exit.isFailure)).toBe(true)
      }
      yield* expectFullCapacity(inTurn)
    })
  ))

test("X13 after 1000 interruptions, of hashes that wait and of hashes that run, every turn is there again", () =>
  underClock(({ inTurn }) =>
    Effect.gen(function* () {
      for (let round = 0; round < 200; round++) {
        const hash = Effect.repeat(Effect.yieldNow, { times: round % 7 })
        const fibers = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.forkChild(inTurn(hash)))
        yield* Effect.repeat(Effect.yieldNow, { times: round % 5 })
        yield* Fiber.interruptAll(fibers)
      }
      yield* expectFullCapacity(inTurn)
    })
  ))

test("X13 a hash that runs when its caller goes away keeps its turn until it ends", () =>
  underClock(({ inTurn, door }) =>
    Effect.gen(function* () {
      const native = yield* Effect.forEach([1, 2], () => Effect.forkChild(inTurn(Deferred.await(door))))
      yield* Effect.repeat(Effect.yieldNow, { times: 3 })
      const leaving = yield* Effect.forkChild(Fiber.interruptAll(native))
      let hasBegun = false
      const next = yield* Effect.forkChild(inTurn(Effect.sync(() => (hasBegun = true))))
      yield* Effect.repeat(Effect.yieldNow, { times: 5 })
      expect(hasBegun).toBe(false)
      yield* Deferred.succeed(door, undefined)
      yield* Fiber.join(leaving)
      yield* Fiber.join(next)
      expect(hasBegun).toBe(true)
    })
  ))

test("X13 whoever goes away while waiting leaves at once, and makes room", () =>
  underClock(({ inTurn, door }) =>
    Effect.gen(function* () {
      const fibers = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.forkChild(inTurn(Deferred.await(door))))
      yield* Effect.repeat(Effect.yieldNow, { times: 3 })
      yield* Fiber.interruptAll(fibers.slice(2))
      const late = yield* Effect.forkChild(inTurn(Effect.succeed("hashed")))
      yield* Deferred.succeed(door, undefined)
      expect(yield* Fiber.join(late)).toBe("hashed")
    })
  ))
