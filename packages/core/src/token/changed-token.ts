import { MOST_ENDED } from "../session/changed-session.ts"
import { newestFirst } from "../vocabulary/page.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { AccessToken } from "./access-token.ts"
import type { Rotation } from "./token-store.ts"

/*
 * What the verbs of `TokenStore` make of a token. Pure: every store changes tokens by these rules, or by a copy of them in its
 * own language. A field that no rule names stays as it is.
 */

/** Whether a token has reached its end. At the very instant it has; one without an end never has. */
export const isTokenPastEnd = ({ expiresAt }: AccessToken, at: Instant): boolean =>
  expiresAt !== null && at >= expiresAt

/** The token that `tokens.recordUse` makes of one; null when it is past its end. The time never moves backwards. */
export const usedToken = (token: AccessToken, at: Instant): AccessToken | null =>
  isTokenPastEnd(token, at) ? null : { ...token, lastUsedAt: Math.max(token.lastUsedAt ?? at, at) }

/** What `tokens.rotate` makes of the old token; null when it is past its end, or was replaced before. It never ends later. */
export const replacedToken = (token: AccessToken, { next, at, oldExpiresAt }: Rotation): AccessToken | null =>
  token.replacedBy !== null || isTokenPastEnd(token, at)
    ? null
    : {
        ...token,
        expiresAt: Math.min(token.expiresAt ?? oldExpiresAt, oldExpiresAt),
        replacedBy: next.token.id
      }

/** Whether a token of the owner counts against the limit when `next` is added: it may still open something. */
export const countsBeside = (token: AccessToken, next: AccessToken, at: Instant): boolean =>
  token.epoch >= next.epoch && !isTokenPastEnd(token, at)

/** The tokens that are removed when `next` is added, of the others that its owner had before: dead ones, the oldest first. */
export const tokensBeyond = (
  others: ReadonlyArray<AccessToken>,
  next: AccessToken,
  at: Instant,
  most: number
): ReadonlyArray<AccessToken> => {
  const excess = Math.min(others.length + 1 - most, MOST_ENDED)
  const dead = others.filter((token) => !countsBeside(token, next, at))
  return dead.sort((a, b) => newestFirst(b, a)).slice(0, Math.max(0, excess))
}
