import type { StoreError } from "@latchkey/core/store"
import * as Effect from "effect/Effect"

/** Rows a step removes: a millisecond or two on an ordinary disk, and below ten when every page of them is cold. */
const STEP = 100

/** Removes at most `limit` rows, a few at a time, and lets other requests go between: SQLite holds up all while it works. */
export const inSteps = Effect.fnUntraced(function* (
  limit: number,
  remove: (atMost: number) => Effect.Effect<number, StoreError>
) {
  let removed = 0
  while (true) {
    const atMost = Math.min(STEP, limit - removed)
    const step = yield* remove(atMost)
    removed += step
    if (step < atMost || removed === limit) return removed
    yield* Effect.yieldNow
  }
})
