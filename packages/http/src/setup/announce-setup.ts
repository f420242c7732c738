import { reveal, Setup } from "@latchkey/core"
import * as Effect from "effect/Effect"

/** Logs the link to the setup page if there is no administrator and Latchkey generates the setup token (SET-01, SET-11). */
export const announceSetup = Effect.fnUntraced(
  function* (setupUrl: (token: string) => string) {
    const setup = yield* Setup
    const token = yield* setup.issueToken()
    if (token !== null)
      yield* Effect.logWarning(`There is no administrator yet. Create the first one at ${setupUrl(reveal(token))}`)
  },
  Effect.catchTag("StoreError", ({ logFields }) => Effect.logError("the store failed", { ...logFields }))
)
