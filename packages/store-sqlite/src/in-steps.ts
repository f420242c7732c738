import type { StoreError } from "@latchkey/core/store"
import * as Effect from "effect/Effect"

/** Rows that a step removes. It takes a millisecond or two on an ordinary disk, and less than ten if no page is cached. */
export const STEP = 100

/**
 * Removes at most `limit` rows, a few at a time, and lets other requests run in between, because SQLite blocks
 * the process while it works. The last step found fewer rows than it might have removed, so none that was there before is left.
 */
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
