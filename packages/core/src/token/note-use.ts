import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Instant } from "../user/user.ts"
import type { AccessToken, TokenId } from "./access-token.ts"
import type { TokenStore } from "./token-store.ts"

/** So that a token that is used on every request turns no read into a write (PAT-06). */
const NOTE_EVERY = 60_000

/** Some 2 MB at most. A token that falls out is noted once more than it need be. */
const MOST_REMEMBERED = 10_000

/**
 * Notes uses of tokens, each at most once a minute in this process, whatever the store has seen of it yet. The write goes on
 * beside the request, and its failure is nobody's: a store that can read but not write must not turn anyone away.
 */
export const makeUseNotes = (tokens: Pick<TokenStore, "recordUse">, scope: Scope.Scope) => {
  const noted = new Map<TokenId, Instant>()

  const remember = (id: TokenId, at: Instant): void => {
    noted.delete(id)
    noted.set(id, at)
    const [oldest] = noted.size > MOST_REMEMBERED ? noted.keys() : []
    if (oldest !== undefined) noted.delete(oldest)
  }

  const isDue = ({ id, lastUsedAt }: AccessToken, now: Instant): boolean =>
    now - Math.max(lastUsedAt ?? Number.NEGATIVE_INFINITY, noted.get(id) ?? Number.NEGATIVE_INFINITY) >= NOTE_EVERY

  return {
    isDue,
    /** Succeeds at once; the write follows. */
    note: (token: AccessToken, at: Instant): Effect.Effect<void> =>
      Effect.suspend(() => {
        remember(token.id, at)
        const write = Effect.catchTag(
          tokens.recordUse({ owner: token.userId, id: token.id }, at),
          "StoreError",
          ({ operation }) => Effect.logWarning("a token's use was not noted", { operation })
        )
        return Effect.asVoid(Effect.forkIn(write, scope))
      })
  }
}
