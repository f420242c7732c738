import type * as Brand from "effect/Brand"
import type { UserId } from "../secret/user-id.ts"
import type { User } from "../user/user.ts"
import { nominal } from "../vocabulary/nominal.ts"
import { type Instant, isWithin } from "../vocabulary/time.ts"

/** A token's id, for lists and for revoking it. It is not the secret, and proves nothing. */
export type TokenId = string & Brand.Brand<"TokenId">
export const TokenId = nominal<TokenId>()

/** A personal access token: what a program keeps to act for its user, within the scopes that it was given. */
export interface AccessToken {
  readonly id: TokenId
  readonly userId: UserId
  /** What its user calls it. */
  readonly name: string
  /** The end of the token's check, by which its user recognises it. It holds nothing of the secret (PAT-02). */
  readonly hint: string
  /** All that it may be used for. An empty list: only to identify its user. */
  readonly scopes: ReadonlyArray<string>
  /** The user's epoch at issue: the token is dead once the user's differs (PAT-09). */
  readonly epoch: number
  readonly createdAt: Instant
  /** Null for a token without an end. */
  readonly expiresAt: Instant | null
  /** Coarse: to the minute. */
  readonly lastUsedAt: Instant | null
  /** The token that replaced it, once it was rotated. */
  readonly replacedBy: TokenId | null
  /** It came from another system: its text names no owner, and it is found by its hash alone. */
  readonly isImported: boolean
}

/** Whether a token opens anything for this user now. */
export const isTokenLive = (token: AccessToken, user: User, now: Instant): boolean =>
  user.isActive &&
  token.epoch === user.epoch &&
  isWithin(token.createdAt, token.expiresAt ?? Number.POSITIVE_INFINITY, now)
