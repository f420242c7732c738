import * as Effect from "effect/Effect"
import { brokenTokens, ownedTokens, patchToken, putToken, type Saboteur, saboteur, tokenRow } from "./saboteur.ts"
import { allTokens } from "./token-endings.ts"

/** Saboteurs of the laws of ending, purging and importing tokens that no race is about. */
export const plainTokenEndSaboteurs: ReadonlyArray<Saboteur> = [
  brokenTokens(
    [
      "PAT-07 revokeAll ends all tokens of the owner and says how many",
      "a revoked token may be imported again for its owner",
      "PAT-07 lookupToken sees every change of the token at once"
    ],
    (tables, { tokens }) => ({
      revokeAll: (owner) =>
        Effect.suspend(() => {
          const imported = ownedTokens(tables, owner).filter(({ token }) => token.isImported)
          return Effect.map(tokens.revokeAll(owner), (count) => {
            for (const row of imported) putToken(tables, row)
            return count - imported.length
          })
        })
    })
  ),

  brokenTokens(
    ["PAT-05 removeExpired never removes a token without an end", "rotate gives a token without an end one"],
    (tables, { tokens }) => ({
      removeExpired: (before, limit) =>
        Effect.suspend(() => {
          const endless = allTokens(tables).filter(({ token }) => token.expiresAt === null && token.replacedBy === null)
          for (const { token } of endless.slice(0, limit)) tables.tokens.delete(token.userId)
          return tokens.removeExpired(before, limit)
        })
    })
  ),

  brokenTokens(
    [
      "TIM-01 removeExpired removes tokens at their end, not 1 ms before",
      "removeExpired knows the ends as rotations moved them",
      "removeExpired removes at most `limit`, of any owners, imported ones too, and no live ones"
    ],
    (_, { tokens }) => ({ removeExpired: (before, limit) => tokens.removeExpired(before + 1, limit) })
  ),

  brokenTokens(
    "removeExpired removes at most `limit`, of any owners, imported ones too, and no live ones",
    (_, { tokens }) => ({ removeExpired: (before, limit) => tokens.removeExpired(before, limit + 1) })
  ),

  brokenTokens(
    [
      "a second import of one hash is false and changes nothing, whoever the owner",
      "of parallel imports of one secret for two owners exactly one is true"
    ],
    (tables, { tokens }) => ({
      import: (next) =>
        Effect.suspend(() => {
          const { userId: owner, id } = next.token
          const isTheirs = tables.tokens.get(owner)?.has(next.hash) || tokenRow(tables, { owner, id }) !== undefined
          return isTheirs
            ? tokens.import(next)
            : Effect.as(
                Effect.sync(() => putToken(tables, next)),
                true
              )
        })
    })
  ),

  brokenTokens(
    "a second import is false also once the token was used, replaced or is past its end",
    (tables, { tokens }) => ({
      import: (next) =>
        Effect.suspend(() => {
          const key = { owner: next.token.userId, id: next.token.id }
          const row = tokenRow(tables, key)
          if (row?.hash !== next.hash || row.token.replacedBy === null) return tokens.import(next)
          patchToken(tables, key, () => next)
          return Effect.succeed(true)
        })
    })
  ),

  brokenTokens(
    [
      "ownerOf of a hash that nobody imported is null",
      "BAK-01 restored tokens are there just as given, and imported ones name their owners"
    ],
    (tables) => ({
      ownerOf: (hash) => Effect.sync(() => allTokens(tables).find((row) => row.hash === hash)?.token.userId ?? null)
    })
  ),

  saboteur(
    [
      "ADM-06 removing a user removes their tokens, and nobody else's",
      "BAK-01 a user who was removed is restored, without what was theirs"
    ],
    (tables, { users }) => ({
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const imported = ownedTokens(tables, id).filter(({ token }) => token.isImported)
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => imported.map((row) => putToken(tables, row)))
            )
          })
      }
    })
  )
]
