import type { StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"

type Fallible = { readonly _tag: string }

/** Runs them all at the same time and gives what each came to; a failure counts as its tag. */
export const together = <A>(
  racers: ReadonlyArray<Effect.Effect<A, Fallible>>
): Effect.Effect<ReadonlyArray<A | string>> =>
  Effect.all(
    racers.map((racer) => Effect.match(racer, { onSuccess: (value) => value, onFailure: (error) => error._tag })),
    { concurrency: "unbounded" }
  )

/** How many racers came to what. Success with a record or with nothing counts as `done`. */
export type Tally = Readonly<Record<string, number>>

/** Runs many racers at the same time, by turns over both connections, and counts what they came to. */
export const race = <A>(
  count: number,
  stores: readonly [StoreShape, StoreShape],
  racer: (store: StoreShape, index: number) => Effect.Effect<A, Fallible>
): Effect.Effect<Tally> =>
  Effect.map(
    together(Array.from({ length: count }, (_, index) => racer(stores[index % 2 === 0 ? 0 : 1], index))),
    tally
  )

/** Counts equal outcomes. */
export const tally = (outcomes: ReadonlyArray<unknown>): Tally => {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const name = nameOf(outcome)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const nameOf = (outcome: unknown): string => {
  if (outcome === undefined || (typeof outcome === "object" && outcome !== null)) return "done"
  return String(outcome)
}

/** Rounds of a duel: each of its nine starting orders three times. */
export const ROUNDS = 27

/** Runs two at the same time and gives both outcomes. From round to round each starts some turns later or sooner. */
export const duel = <A, B>(
  round: number,
  one: Effect.Effect<A, Fallible>,
  other: Effect.Effect<B, Fallible>
): Effect.Effect<readonly [A | string, B | string]> => {
  const late = <C>(turns: number, effect: Effect.Effect<C, Fallible>) =>
    Effect.andThen(
      Effect.forEach(Array.from({ length: turns }), () => Effect.yieldNow, { discard: true }),
      Effect.match(effect, { onSuccess: (value): C | string => value, onFailure: (error) => error._tag })
    )
  return Effect.all([late(round % 3, one), late(Math.floor(round / 3) % 3, other)], { concurrency: "unbounded" })
}
