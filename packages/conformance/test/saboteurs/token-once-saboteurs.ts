import { StoreError, TokenAlreadyIssued, TooManyTokens } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenTokens, lookThenAct, ownedTokens, patchToken, putToken, type Saboteur, tokenRow } from "./saboteur.ts"
import { allTokens } from "./token-endings.ts"

const TELLS = "PAT-13 insert of an id that is there is TokenAlreadyIssued, tells which, and changes nothing"
const DEAD = "PAT-13 a token that is there counts as issued, whether it is dead, replaced or imported"
const FULL = "PAT-13 an id that is there is told where the limit is met too, and removes nothing"
const OWN = "PAT-13 an id is each owner's own, and free again once its token was revoked"
const RACE = "PAT-13 of 16 parallel inserts of one id exactly one passes, and the others tell of it"

/** Saboteurs of the laws that a token is made once. */
export const tokenOnceSaboteurs: ReadonlyArray<Saboteur> = [
  brokenTokens(RACE, (tables, { tokens }) => ({
    insert: (next, most) => {
      const key = { owner: next.token.userId, id: next.token.id }
      return lookThenAct(
        () => tokenRow(tables, key) !== undefined,
        (wasThere) => {
          if (wasThere || tokenRow(tables, key) === undefined) return tokens.insert(next, most)
          putToken(tables, next)
          return Effect.void
        }
      )
    }
  })),

  // As the contract was before.
  brokenTokens([TELLS, DEAD, FULL, RACE], (_, { tokens }) => ({
    insert: (next, most) =>
      Effect.catchTag(
        tokens.insert(next, most),
        "TokenAlreadyIssued",
        () => new StoreError({ operation: "tokens.insert", cause: "the token is there already" })
      )
  })),

  brokenTokens([TELLS, DEAD, FULL, RACE], (_, { tokens }) => ({
    insert: (next, most) =>
      Effect.catchTag(
        tokens.insert(next, most),
        "TokenAlreadyIssued",
        () => new TokenAlreadyIssued({ token: next.token })
      )
  })),

  brokenTokens([TELLS, FULL, RACE], (tables, { tokens }) => ({
    insert: (next, most) =>
      Effect.tapError(tokens.insert(next, most), (error) =>
        Effect.sync(() => {
          if (error._tag !== "TokenAlreadyIssued") return
          const key = { owner: next.token.userId, id: next.token.id }
          patchToken(tables, key, (row) => ({ ...row, token: { ...row.token, name: next.token.name } }))
        })
      )
  })),

  brokenTokens(DEAD, (tables, { tokens }) => ({
    insert: (next, most) =>
      Effect.suspend(() => {
        const { userId: owner, id, createdAt } = next.token
        const there = tokenRow(tables, { owner, id })
        const isPastEnd = there !== undefined && (there.token.expiresAt ?? createdAt + 1) <= createdAt
        if (isPastEnd) tables.tokens.get(owner)?.delete(there.hash)
        return tokens.insert(next, most)
      })
  })),

  brokenTokens([FULL, RACE], (tables, { tokens }) => ({
    insert: (next, most) =>
      Effect.suspend(() => {
        const { userId: owner, epoch } = next.token
        const live = ownedTokens(tables, owner).filter(({ token }) => token.epoch >= epoch)
        const isThere = tokenRow(tables, { owner, id: next.token.id }) !== undefined
        return isThere && live.length >= most ? new TooManyTokens({ most }) : tokens.insert(next, most)
      })
  })),

  brokenTokens([OWN, "ADM-06 a token inserted while its user is removed opens nothing"], (tables, { tokens }) => ({
    insert: (next, most) =>
      Effect.suspend(() => {
        const there = allTokens(tables).find(({ token }) => token.id === next.token.id)
        return there === undefined ? tokens.insert(next, most) : new TokenAlreadyIssued({ token: there.token })
      })
  }))
]
