import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { safeText } from "../audit/safe-text.ts"

/** What a hook may return: a value, a promise of one, or an Effect that needs no services. */
export type HookResult<Value> = Value | PromiseLike<Value> | Effect.Effect<Value, unknown>

/** A hook that came to nothing. `name` is all that a log may have: what a hook throws can hold whatever it was handed (EVT-05). */
export class HookTrouble {
  readonly _tag = "HookTrouble"
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * Calls a hook, and gives what it gives. Whatever the hook does otherwise becomes a `HookTrouble`: to throw, to reject, to fail, to
 * die, or to be interrupted.
 */
export const callHook = (call: () => unknown): Effect.Effect<unknown, HookTrouble> =>
  Effect.catchCause(
    Effect.suspend(() => settled(call())),
    (cause) => Effect.fail(new HookTrouble(nameOf(Cause.squash(cause))))
  )

/** Waits no longer than the bound for a hook, and for what it needs. */
export const within =
  (bound: Duration.Input) =>
  <A>(work: Effect.Effect<A, HookTrouble>): Effect.Effect<A, HookTrouble> =>
    Effect.timeoutOrElse(work, { duration: bound, orElse: () => Effect.fail(new HookTrouble("TimedOut")) })

const settled = (given: unknown): Effect.Effect<unknown, unknown> => {
  if (Effect.isEffect(given)) return apart(given as Effect.Effect<unknown, unknown>) // the types of hooks ask for no services
  return isPromise(given) ? Effect.promise(() => Promise.resolve(given)) : Effect.succeed(given)
}

/** In a fiber of its own: a hook that nobody can interrupt would otherwise keep its caller for longer than the bound. */
const apart = (hook: Effect.Effect<unknown, unknown>): Effect.Effect<unknown, unknown> =>
  Effect.flatMap(Effect.forkDetach(hook), (fiber) =>
    Effect.onInterrupt(Fiber.join(fiber), () => Effect.sync(() => fiber.interruptUnsafe()))
  )

const isPromise = (given: unknown): given is PromiseLike<unknown> =>
  typeof given === "object" && given !== null && "then" in given && typeof given.then === "function"

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? safeText(thrown.name, 64) : typeof thrown)
