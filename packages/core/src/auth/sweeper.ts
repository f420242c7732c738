import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { Store, type StoreParts } from "../store/store.ts"
import { isStoreError, type StoreError } from "../store/store-error.ts"
import { type Instant, MINUTE_MS } from "../vocabulary/time.ts"

/** Rows removed at once: few enough that requests run between two steps. */
const STEP = 200

/** A margin for the clocks of other machines, so that nothing is removed that may still be live somewhere (TIM-02, SES-19). */
const MARGIN_MS = MINUTE_MS

/** What is kept for longer than until its end. */
export interface Retention {
  /** How long audit events are kept, in milliseconds. */
  readonly audit: number
}

/**
 * Whether a process sweeps by itself; default true. A command of an operator, which lives for moments, removes nothing that it was not
 * asked to.
 */
export const SweepsByItself = Context.Reference<boolean>("@latchkey/core/SweepsByItself", { defaultValue: () => true })

/** Removes what has ended from the store, in small steps, every ten minutes for as long as the layer lives. */
export const sweeper = (retention: Retention): Layer.Layer<never, never, Store> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      if (!(yield* SweepsByItself)) return
      const store = yield* Store
      const pause = yield* SweepPace
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(sweep(store, retention), pause(SWEEP_EVERY_MS))))
    })
  )

const SWEEP_EVERY_MS = 10 * MINUTE_MS

/**
 * How the sweeper waits for its next turn. The clock of a test may make one turn of many, because a later sweep removes all that
 * those before it would have.
 */
export const SweepPace = Context.Reference<(milliseconds: number) => Effect.Effect<void>>("@latchkey/core/SweepPace", {
  defaultValue: () => Effect.sleep
})

/** The parts in which something ends or grows old: those with a verb to remove it. */
type SweptPart = {
  [Part in keyof StoreParts]: "removeExpired" extends keyof StoreParts[Part] ? Part : never
}[keyof StoreParts]

/** How long ago something must have ended to be removed, in milliseconds (AUD-09). The compiler asks for a new part. */
const ages = ({ audit }: Retention): Readonly<Record<SweptPart, number>> => ({
  sessions: MARGIN_MS,
  tokens: MARGIN_MS,
  challenges: MARGIN_MS,
  codes: MARGIN_MS,
  attempts: MARGIN_MS,
  audit
})

/** How many rows of each part a sweep removed; null for a part that was away. */
export type Swept = Readonly<Record<SweptPart, number | null>>

/** One sweep: everything that is old enough. A part that is away keeps no other from being swept. */
const sweep = Effect.fnUntraced(function* (store: Store["Service"], retention: Retention) {
  return yield* told(yield* sweepParts(store, retention))
})

/** The same for whoever asks for it: fails when no part answers, as after the end, and then tells no log that it goes on. */
export const sweepWhenAsked = Effect.fnUntraced(function* (store: Store["Service"], retention: Retention) {
  const parts = yield* sweepParts(store, retention)
  const failures = parts.flatMap(({ swept }) => (Exit.isFailure(swept) ? [swept.cause] : []))
  const [first] = failures
  if (first !== undefined && failures.length === parts.length) return yield* Effect.failCause(first)
  return yield* told(parts)
})

interface SweptOne {
  readonly part: SweptPart
  readonly swept: Exit.Exit<number, StoreError>
}

const sweepParts = Effect.fnUntraced(function* (store: Store["Service"], retention: Retention) {
  const now = yield* Clock.currentTimeMillis
  const parts: Array<SweptOne> = []
  // The record's type says which keys there are.
  for (const [part, age] of Object.entries(ages(retention)) as ReadonlyArray<[SweptPart, number]>)
    parts.push({ part, swept: yield* Effect.exit(sweepPart(store[part], Math.max(0, now - age))) })
  return parts
})

/** How much of each part, with a line in the log for each that failed. */
const told = Effect.fnUntraced(function* (parts: ReadonlyArray<SweptOne>) {
  for (const { part, swept } of parts) if (Exit.isFailure(swept)) yield* tellFailure(part, swept.cause)
  const counts = parts.map(({ part, swept }) => [part, Exit.isSuccess(swept) ? swept.value : null])
  return Object.fromEntries(counts) as Swept // each part under its own name
})

/** A defect is told by its name alone. It ends neither this sweep nor those that follow. */
const tellFailure = (part: SweptPart, cause: Cause.Cause<StoreError>) => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const thrown = Cause.squash(cause)
  if (isStoreError(thrown)) return Effect.logWarning(FAILED, thrown.logFields)
  return Effect.logError(FAILED, { part, name: thrown instanceof Error ? thrown.name : typeof thrown })
}

const FAILED = "a sweep failed and will be tried again"

const sweepPart = Effect.fnUntraced(function* ({ removeExpired }: StoreParts[SweptPart], before: Instant) {
  for (let all = 0; ; ) {
    const removed = yield* removeExpired(before, STEP)
    all += removed
    if (removed < STEP) return all
    yield* Effect.yieldNow
  }
})
