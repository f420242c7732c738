import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import { SECOND_MS } from "../vocabulary/time.ts"

/** Too many passwords are being checked at the moment. Nothing was done. HTTP answers 503 with Retry-After. */
export class Busy extends Data.TaggedError("Busy")<{
  /** Whole seconds after which to try again. */
  readonly retryAfter: number
}> {
  override get message(): string {
    return `too many log-ins at this moment: try again in ${this.retryAfter} s`
  }
}

export interface HashQueueOptions {
  /**
   * Hashes at the same time. Each takes 19 MiB and a thread of the pool that files and DNS use too, so it must be smaller
   * than that pool (4 unless UV_THREADPOOL_SIZE says otherwise).
   */
  readonly concurrency: number
  /** How many may wait for their turn. One more is `Busy` at once. */
  readonly waiting: number
  /** Milliseconds that one may wait before it is `Busy`. */
  readonly deadline: number
}

/**
 * Runs hashes a few at a time, so that a flood of log-ins neither fills memory nor starves other requests (PWD-10). A hash
 * that has begun runs to its end even if its caller goes away: its thread cannot be stopped, so nobody else may take its
 * turn before that.
 */
export type HashQueue = <A, E>(hash: Effect.Effect<A, E>) => Effect.Effect<A, E | Busy>

export const makeHashQueue = ({ concurrency, waiting, deadline }: HashQueueOptions): HashQueue => {
  const turns = Semaphore.makeUnsafe(concurrency)
  const busy = new Busy({ retryAfter: Math.max(1, Math.ceil(deadline / SECOND_MS)) })
  let queued = 0

  const inTurn: HashQueue = (hash) =>
    Effect.suspend(() => {
      if (queued >= waiting) return Effect.fail(busy)
      let isWaiting = true
      queued += 1
      const leaveQueue = () => {
        if (isWaiting) queued -= 1
        isWaiting = false
      }
      const turn = Semaphore.withPermit(
        turns,
        Effect.suspend(() => {
          leaveQueue()
          return hash
        })
      )
      const giveUp = Effect.andThen(
        Effect.sleep(deadline),
        Effect.suspend(() => (isWaiting ? Effect.fail(busy) : Effect.never))
      )
      return Effect.ensuring(Effect.raceFirst(turn, giveUp), Effect.sync(leaveQueue))
    })

  return (interruptible) => {
    const hash = Effect.uninterruptible(interruptible)
    return Effect.flatMap(
      Semaphore.withPermitsIfAvailable(turns, 1, hash),
      Option.match({ onSome: Effect.succeed, onNone: () => inTurn(hash) })
    )
  }
}
