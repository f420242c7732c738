import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Instant } from "../vocabulary/time.ts"

/** A clock that stands still until it is told to move. */
export interface ManualClock {
  /** For the runtime of what is tested: calls read the clock of the fiber they run in, not that of a layer's construction. */
  readonly clock: Clock.Clock
  /**
   * Moves the time on. Fibers that sleep until then or earlier wake in order, each at its own instant, and may sleep again.
   * Resolves when they have run as far as they get without waiting for the outside.
   */
  readonly advance: (duration: Duration.Input) => Promise<void>
  readonly now: () => Instant
}

interface Sleeper {
  readonly wakeAt: Instant
  readonly wake: () => void
}

/** A day on which nothing special happened: far from zero, so that a forgotten time is seen as one. */
const NEW_YEAR_2026 = Date.UTC(2026, 0, 1)

/** Makes a clock for tests that stands at `start`: a time of years, minutes or milliseconds passes in none. */
export const manualClock = (start: Instant = NEW_YEAR_2026): ManualClock => {
  let time = start
  const sleepers = new Set<Sleeper>()
  const oneAtATime = Semaphore.makeUnsafe(1)
  const nanoseconds = (): bigint => BigInt(Math.round(time * 1000)) * 1000n

  const sleep = (duration: Duration.Duration): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const wakeAt = time + Duration.toMillis(duration)
      if (wakeAt <= time) return resume(Effect.void)
      const sleeper = { wakeAt, wake: () => resume(Effect.void) }
      sleepers.add(sleeper)
      return Effect.sync(() => void sleepers.delete(sleeper))
    })

  const nextToWake = (end: Instant): Sleeper | null => {
    let next: Sleeper | null = null
    for (const sleeper of sleepers) {
      if (sleeper.wakeAt <= end && (next === null || sleeper.wakeAt < next.wakeAt)) next = sleeper
    }
    return next
  }

  const moveTo = Effect.fnUntraced(function* (end: Instant) {
    yield* settled
    for (let next = nextToWake(end); next !== null; next = nextToWake(end)) {
      sleepers.delete(next)
      time = next.wakeAt
      next.wake()
      yield* settled
    }
    time = end
  })

  return {
    clock: {
      currentTimeMillisUnsafe: () => time,
      currentTimeMillis: Effect.sync(() => time),
      currentTimeNanosUnsafe: nanoseconds,
      currentTimeNanos: Effect.sync(nanoseconds),
      monotonicTimeNanosUnsafe: nanoseconds,
      monotonicTimeNanos: Effect.sync(nanoseconds),
      sleep
    },
    advance: (duration) =>
      Effect.suspend(() => moveTo(time + Duration.toMillis(duration))).pipe(
        Semaphore.withPermit(oneAtATime),
        Effect.runPromise
      ),
    now: () => time
  }
}

/** A few turns of the event loop: enough for fibers and promises that wait for nothing outside to come to rest. */
const settled = Effect.repeat(Effect.yieldNow, { times: 3 })
