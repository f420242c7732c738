import type { AccessToken, NewToken } from "@latchkey/core/store"
import { TooManyTokens } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { brokenTokens, ownedTokens, patchToken, type Saboteur } from "./saboteur.ts"

/** An insert whose limit does not count the tokens that this is true of. */
const uncounted = (
  breaks: string | ReadonlyArray<string>,
  isMissed: (token: AccessToken, next: AccessToken, tables: Tables) => boolean
): Saboteur =>
  brokenTokens(breaks, (tables, { tokens }) => ({
    insert: (next, most) =>
      Effect.suspend(() => {
        const missed = countedBy(tables, next).filter(({ token }) => isMissed(token, next.token, tables))
        return tokens.insert(next, most + missed.length)
      })
  }))

const countedBy = (tables: Tables, { token: { userId, createdAt, epoch } }: NewToken): ReadonlyArray<NewToken> =>
  ownedTokens(tables, userId).filter(
    ({ token }) => token.epoch >= epoch && (token.expiresAt === null || createdAt < token.expiresAt)
  )

/** Saboteurs of the laws of the limit that no race is about. */
export const plainTokenLimitSaboteurs: ReadonlyArray<Saboteur> = [
  uncounted("the limit counts imported tokens", ({ isImported }) => isImported),
  uncounted("the limit counts a replaced token until it ends", ({ replacedBy }) => replacedBy !== null),
  uncounted(
    "PAT-09 the limit counts tokens of the new one's epoch and of later ones",
    ({ epoch }, next) => epoch > next.epoch
  ),
  uncounted(
    [
      "PAT-09 the limit counts tokens of the new one's epoch and of later ones",
      "PAT-09 the user's own epoch does not change what the limit counts"
    ],
    ({ epoch }, { userId }, { users }) => epoch !== users.get(userId)?.user.epoch
  ),
  uncounted(
    [
      "TIM-01 the limit counts a token until just before its end, and one without an end always",
      "what one connection does to tokens the other sees at once"
    ],
    ({ expiresAt }) => expiresAt === null
  ),

  brokenTokens(
    [
      "TIM-01 the limit counts a token until just before its end, and one without an end always",
      "the limit counts a replaced token until it ends"
    ],
    (tables, { tokens }) => ({
      insert: (next, most) =>
        Effect.suspend(() => {
          const { userId, createdAt } = next.token
          const ending = ownedTokens(tables, userId).filter(({ token }) => token.expiresAt === createdAt)
          return tokens.insert(next, most - ending.length)
        })
    })
  ),

  brokenTokens(
    [
      "the limit of rotate does not count the token that it replaces",
      "rotate beside as many others as allowed is TooManyTokens, and nothing is written",
      "TIM-01 the limit of rotate counts a token until just before its end",
      "the limit of rotate counts other replaced and imported tokens",
      "PAT-09 the limit of rotate counts tokens of the new one's epoch and of later ones",
      "the limit of rotate counts nobody else's tokens",
      "of parallel inserts and rotations no more pass than the limit allows"
    ],
    (_, { tokens }) => ({
      rotate: (old, rotation, most) =>
        Effect.catchTag(tokens.rotate(old, rotation, most - 1), "TooManyTokens", () => new TooManyTokens({ most }))
    })
  ),

  brokenTokens(
    [
      "rotate to an id or a hash that its owner has is a StoreError and writes nothing",
      "rotate beside as many others as allowed is TooManyTokens, and nothing is written"
    ],
    (tables, { tokens }) => ({
      rotate: (old, rotation, most) =>
        Effect.tapError(tokens.rotate(old, rotation, most), () =>
          Effect.sync(() =>
            patchToken(tables, old, (row) => ({ ...row, token: { ...row.token, lastUsedAt: rotation.at } }))
          )
        )
    })
  )
]
