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

const UNLIMITED = 10_000

/** Saboteurs of the laws of the limit that no race is about. */
export const plainTokenLimitSaboteurs: ReadonlyArray<Saboteur> = [
  brokenTokens(
    "OPS-07 an insert removes what is dead beyond the limit, the oldest first, and nothing live",
    (tables, { tokens }) => ({
      insert: (next, most) =>
        Effect.suspend(() => tokens.insert(next, countedBy(tables, next).length < most ? UNLIMITED : most))
    })
  ),
  brokenTokens(
    "OPS-07 an insert that fails removes nothing, and no insert what is another owner's",
    (tables, { tokens }) => ({
      insert: (next, most) =>
        Effect.tapError(tokens.insert(next, most), (error) =>
          Effect.sync(() => {
            if (error._tag !== "TooManyTokens") return
            for (const { hash, token } of ownedTokens(tables, next.token.userId)) {
              if (token.epoch < next.token.epoch) tables.tokens.get(token.userId)?.delete(hash)
            }
          })
        )
    })
  ),
  brokenTokens("OPS-07 tokens that are rotated again and again do not pile up", (tables, { tokens }) => ({
    rotate: (old, rotation, most) =>
      Effect.suspend(() => {
        const next = { ...rotation.next, token: { ...rotation.next.token, createdAt: rotation.at } }
        const others = countedBy(tables, next).filter(({ token }) => token.id !== old.id)
        return tokens.rotate(old, rotation, others.length < most ? UNLIMITED : most)
      })
  })),

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
      "OPS-07 tokens that are rotated again and again do not pile up",
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
