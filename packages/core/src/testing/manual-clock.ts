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

/** A clock with a pace for work that comes again and again, and that nobody can see between two turns. */
export interface PacedClock extends ManualClock {
  /**
   * A sleep of this many milliseconds, for such work. Turns that nothing comes between are made one, at the instant of the last: so a
   * year passes as fast as an hour.
   */
  readonly pause: (milliseconds: number) => Effect.Effect<void>
}

interface Sleeper {
  /** Moved on by the clock for a sleeper that `repeats`. */
  readonly wakeAt: Instant
  /** After how many milliseconds it would sleep again, if it may miss turns. */
  readonly repeats: number | null
  readonly wake: () => void
}

/** A day on which nothing special happened: far from zero, so that a forgotten time is seen as one. */
const NEW_YEAR_2026 = Date.UTC(2026, 0, 1)

/** Makes a clock for tests that stands at `start`: a time of years, minutes or milliseconds passes in none. */
export const manualClock = (start: Instant = NEW_YEAR_2026): ManualClock => {
  const { pause: _, ...clock } = pacedClock(start)
  return clock
}

/** The same, with a pace for what repeats. */
export const pacedClock = (start: Instant = NEW_YEAR_2026): PacedClock => {
  let time = start
  const sleepers = new Set<Sleeper>()
  const oneAtATime = Semaphore.makeUnsafe(1)
  const nanoseconds = (): bigint => BigInt(Math.round(time * 1000)) * 1000n

  const sleepFor = (milliseconds: number, repeats: number | null): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const wakeAt = time + milliseconds
      if (wakeAt <= time) return resume(Effect.void)
      const sleeper = { wakeAt, repeats, wake: () => resume(Effect.void) }
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

  /** When a sleeper wakes: one that may miss turns at the last that comes before anything else happens. */
  const turnOf = (sleeper: Sleeper, end: Instant): Instant => {
    if (sleeper.repeats === null) return sleeper.wakeAt
    let until = end
    for (const other of sleepers) if (other !== sleeper) until = Math.min(until, other.wakeAt - 1)
    const missed = Math.floor((until - sleeper.wakeAt) / sleeper.repeats)
    return sleeper.wakeAt + Math.max(0, missed) * sleeper.repeats
  }

  const moveTo = Effect.fnUntraced(function* (end: Instant) {
    yield* settled
    for (let next = nextToWake(end); next !== null; next = nextToWake(end)) {
      time = turnOf(next, end)
      sleepers.delete(next)
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
      sleep: (duration) => sleepFor(Duration.toMillis(duration), null)
    },
    pause: (milliseconds) => sleepFor(milliseconds, milliseconds),
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
