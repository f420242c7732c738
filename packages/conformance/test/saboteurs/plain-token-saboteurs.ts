import type { NewToken } from "@latchkey/core/store"
import { SecretHash } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { sampleToken } from "../../src/store/laws/samples.ts"
import { brokenTokens, ownedTokens, patchToken, putToken, type Saboteur, saboteur, tokenRow } from "./saboteur.ts"
import { allTokens } from "./token-endings.ts"

const isEnd = (row: NewToken | undefined, at: number): boolean => row?.token.expiresAt === at

/** Saboteurs of the laws of tokens and their look-up that no race is about, but for the limit. */
export const plainTokenSaboteurs: ReadonlyArray<Saboteur> = [
  brokenTokens(
    [
      "PAT-07 find answers only to the owner of the token",
      "an imported token is found by its owner and secret, just as given, and its hash names the owner",
      "a second import of one hash is false and changes nothing, whoever the owner",
      "of parallel imports of one secret for two owners exactly one is true"
    ],
    (tables) => ({
      find: (_, hash) => Effect.sync(() => allTokens(tables).find((row) => row.hash === hash)?.token ?? null)
    })
  ),

  saboteur("PAT-07 lookupToken of a user and a token that do not belong together is null", (tables) => ({
    lookupToken: (owner, hash) =>
      Effect.sync(() => {
        const user = tables.users.get(owner)?.user
        const token = allTokens(tables).find((row) => row.hash === hash)?.token
        return user === undefined || token === undefined ? null : { user, token }
      })
  })),

  saboteur("the secret of a session opens no token, and that of a token no session", (tables, { lookupToken }) => ({
    lookupToken: (owner, hash) =>
      Effect.map(lookupToken(owner, hash), (found) => {
        const user = tables.users.get(owner)?.user
        const session = tables.sessions.get(owner)?.get(hash)?.session
        if (found !== null || user === undefined || session === undefined) return found
        return { user, token: sampleToken(0, owner, { epoch: session.epoch }).token }
      })
  })),

  brokenTokens(
    [
      "the scopes of a token keep their order and their number",
      "STO-05 any text round-trips as token id, secret hash, name, hint and scope"
    ],
    (_, { tokens }) => ({
      insert: ({ hash, token }, most) => {
        const scopes = [...new Set(token.scopes)]
        return tokens.insert({ hash, token: { ...token, scopes } }, most)
      }
    })
  ),

  brokenTokens(
    [
      "PAT-06 recordUse of a token that never was is false and makes none",
      "PAT-06 recordUse never brings a revoked token back",
      "PAT-07 recordUse needs both the owner and the id",
      "PAT-06 a parallel recordUse never brings a revoked token back",
      "PAT-06 a parallel recordUse never brings a token back that revokeAll ended",
      "PAT-06 a parallel recordUse never brings a purged token back",
      "PAT-06 a parallel recordUse never brings a removed user's token back",
      "ADM-06 removing a user removes their tokens, and nobody else's"
    ],
    (tables, { tokens }) => ({
      recordUse: (key, at) =>
        Effect.suspend(() => {
          const { token } = sampleToken(0, key.owner, { id: key.id })
          if (tokenRow(tables, key) === undefined) putToken(tables, { token, hash: SecretHash(key.id) })
          return tokens.recordUse(key, at)
        })
    })
  ),

  brokenTokens(
    [
      "PAT-06 recordUse never moves the time backwards, and is true all the same",
      "PAT-06 of parallel uses the latest stays"
    ],
    (tables, { tokens }) => ({
      recordUse: (key, at) =>
        Effect.tap(tokens.recordUse(key, at), (isNoted) =>
          Effect.sync(() => {
            if (isNoted) patchToken(tables, key, (row) => ({ ...row, token: { ...row.token, lastUsedAt: at } }))
          })
        )
    })
  ),

  brokenTokens(
    [
      "TIM-01 recordUse is true until just before the end",
      "rotate is true, adds the new token and ends the old one later, and changes nothing else",
      "PAT-07 rotate ends the old token at once when it is told so"
    ],
    (tables, { tokens }) => ({
      recordUse: (key, at) =>
        Effect.suspend(() => tokens.recordUse(key, isEnd(tokenRow(tables, key), at) ? at - 1 : at))
    })
  ),

  brokenTokens(
    [
      "TIM-01 list has a token until just before its end, and one without an end always",
      "PAT-07 rotate ends the old token at once when it is told so",
      "a token that replaced another may be replaced",
      "of parallel rotations of one token exactly one is true, and only its heir lives",
      "a rotation is seen whole or not at all"
    ],
    (tables, { tokens }) => ({
      list: (owner, at, page) =>
        Effect.suspend(() =>
          tokens.list(owner, ownedTokens(tables, owner).some((row) => isEnd(row, at)) ? at - 1 : at, page)
        )
    })
  ),

  brokenTokens("rotate never lengthens the old token", (tables, { tokens }) => ({
    rotate: (old, rotation, most) =>
      Effect.tap(tokens.rotate(old, rotation, most), (isDone) =>
        Effect.sync(() => {
          const expiresAt = rotation.oldExpiresAt
          if (isDone) patchToken(tables, old, (row) => ({ ...row, token: { ...row.token, expiresAt } }))
        })
      )
  })),

  brokenTokens(
    [
      "a token is replaced only once",
      "of parallel rotations of one token exactly one is true, and only its heir lives"
    ],
    (tables, { tokens }) => ({
      rotate: (old, rotation, most) =>
        Effect.suspend(() => {
          patchToken(tables, old, (row) => ({ ...row, token: { ...row.token, replacedBy: null } }))
          return tokens.rotate(old, rotation, most)
        })
    })
  ),

  brokenTokens(
    [
      "TIM-01 rotate is true until just before the end",
      "rotate of a token that may not be replaced is false, also where the limit is met"
    ],
    (tables, { tokens }) => ({
      rotate: (old, rotation, most) =>
        Effect.suspend(() => {
          const at = isEnd(tokenRow(tables, old), rotation.at) ? rotation.at - 1 : rotation.at
          return tokens.rotate(old, { ...rotation, at }, most)
        })
    })
  ),

  brokenTokens("PAT-07 revoke needs both the owner and the id", (tables, { tokens }) => ({
    revoke: ({ owner, id }) =>
      Effect.suspend(() => {
        const row = tokenRow(tables, { owner, id }) ?? allTokens(tables).find(({ token }) => token.id === id)
        return tokens.revoke({ owner: row?.token.userId ?? owner, id })
      })
  }))
]
