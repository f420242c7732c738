import { reveal, Setup } from "@latchkey/core"
import * as Effect from "effect/Effect"

/** Logs the link that makes the first administrator, while there is none and the token is ours to make (SET-01, SET-11). */
export const announceSetup = Effect.fnUntraced(
  function* (setupUrl: (token: string) => string) {
    const setup = yield* Setup
    const token = yield* setup.issueToken()
    if (token !== null)
      yield* Effect.logWarning(`There is no administrator yet. Make the first one at ${setupUrl(reveal(token))}`)
  },
  Effect.catchTag("StoreError", ({ operation }) => Effect.logError("the store failed", { operation }))
)
