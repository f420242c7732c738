import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { Store, type StoreParts } from "../store/store.ts"
import { MINUTE_MS } from "../vocabulary/time.ts"

/** Rows removed at once: few enough that requests run between two steps. */
const STEP = 200

/** A margin for the clocks of other machines, so that nothing is removed that may still be live somewhere (TIM-02, SES-19). */
const MARGIN_MS = MINUTE_MS

/** Removes what has ended from the store, in small steps, every ten minutes for as long as the layer lives. */
export const sweeper: Layer.Layer<never, never, Store> = Layer.effectDiscard(
  Effect.suspend(() =>
    Effect.flatMap(Store, (store) =>
      Effect.forkScoped(
        Effect.catchTag(sweep(store), "StoreError", (error) =>
          Effect.logWarning("a sweep failed and will be tried again", { operation: error.operation })
        ).pipe(Effect.repeat(Schedule.spaced("10 minutes")))
      )
    )
  )
)

/** The parts in which something ends by the clock: those with a verb to remove it. */
type SweptPart = {
  [Part in keyof StoreParts]: "removeExpired" extends keyof StoreParts[Part] ? Part : never
}[keyof StoreParts]

/** The compiler asks for a new one. */
const swept: Readonly<Record<SweptPart, true>> = {
  sessions: true,
  tokens: true,
  challenges: true,
  codes: true,
  attempts: true
}

// The record's type says which keys there are.
const sweptParts = Object.keys(swept) as ReadonlyArray<SweptPart>

/** One sweep: all that had ended a minute ago. */
const sweep = Effect.fnUntraced(function* (store: Store["Service"]) {
  const before = (yield* Clock.currentTimeMillis) - MARGIN_MS
  for (const part of sweptParts) {
    while ((yield* store[part].removeExpired(before, STEP)) === STEP) yield* Effect.yieldNow
  }
})
