import { StoreError } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isLocked, lockedBehind, lockedFor } from "./locked.ts"

/** More than the log-ins that can be served in two seconds. Each takes some kilobytes. One more fails at once. */
const MOST_WAITING = 1_000

/** Milliseconds between two tries: few at first, because a write of another process seldom takes more. */
const FIRST_PAUSE = 1
const LONGEST_PAUSE = 5

/**
 * Does the work at once, or in its turn if the database is locked. After `patience` milliseconds it is a `StoreError`. Only work
 * that found the database locked is tried again, and that wrote nothing.
 */
type InTurn = <A>(operation: string, patience: number, work: () => A) => Effect.Effect<A, StoreError>

interface Waiter {
  readonly until: number
  /** False if the database is still locked. */
  readonly tryAgain: () => boolean
  readonly giveUp: () => void
}

/**
 * A queue that waits outside SQLite, whose own waiting stops the process. The first call in it tries again and again, and the
 * others are behind it in the order of their arrival, so that a later call cannot starve an earlier one. Its time is real time,
 * whatever clock the program has, because the other process lives in it.
 */
export const makeLockQueue = (): InTurn => {
  const waiters = new Set<Waiter>()
  let isServed = false
  let pause = FIRST_PAUSE

  const serve = (): void => {
    endLateWaits(waiters)
    const [first] = waiters
    if (first === undefined) {
      isServed = false
      pause = FIRST_PAUSE
    } else if (first.tryAgain()) {
      pause = FIRST_PAUSE
      // Reads of other requests go on between two writes.
      setImmediate(serve)
    } else {
      serveLater()
    }
  }

  const serveLater = (): void => {
    isServed = true
    setTimeout(serve, jittered(pause))
    pause = Math.min(2 * pause, LONGEST_PAUSE)
  }

  const wait: InTurn = (operation, patience, work) =>
    Effect.callback((resume) => {
      const fail = (cause: Error): void => resume(Exit.fail(new StoreError({ operation, cause })))
      if (waiters.size >= MOST_WAITING) return fail(lockedBehind(MOST_WAITING))
      const waiter: Waiter = {
        until: performance.now() + patience,
        tryAgain: () => {
          const exit = attemptOnce(operation, work)
          if (exit === null) return false
          // Before the caller goes on, whose next write need not wait then.
          waiters.delete(waiter)
          resume(exit)
          return true
        },
        giveUp: () => fail(lockedFor(patience))
      }
      waiters.add(waiter)
      if (!isServed) serveLater()
      return Effect.sync(() => waiters.delete(waiter))
    })

  return (operation, patience, work) =>
    Effect.suspend(() => {
      const exit = waiters.size === 0 ? attemptOnce(operation, work) : null
      return exit ?? wait(operation, patience, work)
    })
}

const endLateWaits = (waiters: Set<Waiter>): void => {
  const now = performance.now()
  for (const waiter of waiters) {
    if (waiter.until > now) continue
    waiters.delete(waiter)
    waiter.giveUp()
  }
}

/** What the work comes to; null if the database is locked. */
const attemptOnce = <A>(operation: string, work: () => A): Exit.Exit<A, StoreError> | null => {
  try {
    return Exit.succeed(work())
  } catch (cause) {
    return isLocked(cause) ? null : Exit.fail(new StoreError({ operation, cause }))
  }
}

/** So that several processes do not try in step. */
const jittered = (pause: number): number => pause * (0.5 + Math.random() / 2)
