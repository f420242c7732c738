import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { makeLogLimit } from "../audit/log-limit.ts"
import { recent } from "../vocabulary/recent.ts"
import { type Instant, MINUTE_MS } from "../vocabulary/time.ts"
import type { AccessToken, TokenId } from "./access-token.ts"
import type { TokenStore } from "./token-store.ts"

/** So that a token used on every request does not turn each read into a write (PAT-06). */
const NOTE_EVERY_MS = MINUTE_MS

/** About 2 MB at most. A token that is forgotten is noted once more than needed. */
const MOST_REMEMBERED = 10_000

/**
 * Notes uses of tokens: each at most once a minute per process, even if the earlier write has not landed. The request does
 * not wait for the write. Failures are logged, never returned: a store that can read but not write must not turn anyone away.
 */
export const makeUseNotes = (tokens: Pick<TokenStore, "recordUse">, scope: Scope.Scope) => {
  const noted = recent<TokenId, Instant>(MOST_REMEMBERED)
  const log = makeLogLimit()

  const isDue = ({ id, lastUsedAt }: AccessToken, now: Instant): boolean =>
    now - Math.max(lastUsedAt ?? Number.NEGATIVE_INFINITY, noted.get(id) ?? Number.NEGATIVE_INFINITY) >= NOTE_EVERY_MS

  return {
    isDue,
    /** Succeeds at once; the write follows. */
    note: (token: AccessToken, at: Instant): Effect.Effect<void> =>
      Effect.suspend(() => {
        noted.set(token.id, at)
        const write = Effect.catchTag(
          tokens.recordUse({ owner: token.userId, id: token.id }, at),
          "StoreError",
          ({ logFields }) => log.warning("a token's use was not noted", { ...logFields })
        )
        return Effect.asVoid(Effect.forkIn(write, scope))
      })
  }
}
