import * as Effect from "effect/Effect"
import { StoreError } from "./store-error.ts"
import { StoreProblem } from "./store-problem.ts"

/** How often a write begins anew because something came between. No real load needs more. */
const MOST_TRIES = 100

const CAME_BETWEEN = new StoreProblem({ message: "other writes came between too often: try again" })

/**
 * Reads, and writes by what was read. `write` compares it in its own step, and gives null when something came between: then both
 * begin anew. Null when there is nothing to write to, because `read` gave null. Fails with a `StoreError` of `operation` when
 * something came between a hundred times in a row.
 */
export const readAndWrite = Effect.fnUntraced(function* <Found, Written, ReadError, WriteError>(
  operation: string,
  read: Effect.Effect<Found | null, ReadError>,
  write: (found: Found) => Effect.Effect<Written | null, WriteError>
) {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = yield* read
    if (found === null) return null
    const written = yield* write(found)
    if (written !== null) return written
  }
  return yield* new StoreError({ operation, cause: CAME_BETWEEN })
})
