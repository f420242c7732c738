import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** Work that nobody waits for: mails, and what a host does after an event. It is bounded, and done before the end of the scope. */
export interface Background {
  /**
   * Begins work apart from the request that asks for it. False, and nothing begins, when as much as there is room for is under way
   * already, or the end has come. What the work throws is logged by its name alone, and goes no further.
   */
  readonly start: (work: Effect.Effect<unknown>) => Effect.Effect<boolean>
  /** Waits until nothing is under way. */
  readonly idle: Effect.Effect<void>
}

/** For how long the end waits for what is under way. Orchestrators such as Kubernetes kill a process after 30 seconds. */
const DRAIN = "10 seconds"

/**
 * Room for `most` pieces of work at a time. When the scope ends, what is under way has ten seconds to end, and is then
 * interrupted.
 */
export const makeBackground = (most: number): Effect.Effect<Background, never, Scope.Scope> => {
  const running = new Set<Fiber.Fiber<unknown>>()
  let hasEnded = false

  const start: Background["start"] = (work) =>
    Effect.suspend(() => {
      if (hasEnded || running.size >= most) return Effect.succeed(false)
      return Effect.map(Effect.forkDetach(Effect.catchCause(work, logFailure)), (fiber) => {
        running.add(fiber)
        fiber.addObserver(() => running.delete(fiber))
        return true
      })
    })

  const idle: Effect.Effect<void> = Effect.suspend(() =>
    running.size === 0 ? Effect.void : Effect.andThen(Fiber.awaitAll([...running]), idle)
  )

  const drain = Effect.andThen(
    Effect.timeoutOption(idle, DRAIN),
    Effect.suspend(() => {
      hasEnded = true
      if (running.size === 0) return Effect.void
      return Effect.andThen(
        Effect.logError("work in the background was given up at the end", { count: running.size }),
        Fiber.interruptAll([...running])
      )
    })
  )
  return Effect.acquireRelease(Effect.succeed({ start, idle }), () => drain)
}

/** The cause's own text may hold a secret, such as the link of a mail. */
const logFailure = (cause: Cause.Cause<never>) => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const thrown = Cause.squash(cause)
  return Effect.logError("work in the background failed", {
    name: thrown instanceof Error ? thrown.name : typeof thrown
  })
}
