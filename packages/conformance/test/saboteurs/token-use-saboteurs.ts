import type { TokenStore } from "@latchkey/core/store"
import { brokenTokens, lookThenAct, patchToken, putToken, type Saboteur, saboteur, tokenRow } from "./saboteur.ts"
import { type Ending, noting } from "./token-endings.ts"

/** A recordUse that writes back what it read, though the token was ended meanwhile in one certain way. */
const useBringsBack = (breaks: string, ending: Ending): Saboteur =>
  saboteur(breaks, (tables, sound) => {
    const { ended, remove, verbs } = noting(tables, sound, ending)
    const recordUse: TokenStore["recordUse"] = (key, at) =>
      lookThenAct(
        () => tokenRow(tables, key),
        (seen) => {
          if (seen !== undefined && ended.has(key.id) && tokenRow(tables, key) === undefined) putToken(tables, seen)
          return sound.tokens.recordUse(key, at)
        }
      )
    return { users: { ...sound.users, remove }, tokens: { ...sound.tokens, ...verbs, recordUse } }
  })

/** One saboteur for each race between the uses of a token, and between its use and its end. */
export const tokenUseSaboteurs: ReadonlyArray<Saboteur> = [
  useBringsBack("PAT-06 a parallel recordUse never brings a revoked token back", "revoke"),
  useBringsBack("PAT-06 a parallel recordUse never brings a token back that revokeAll ended", "revokeAll"),
  useBringsBack("PAT-06 a parallel recordUse never brings a purged token back", "removeExpired"),
  useBringsBack("PAT-06 a parallel recordUse never brings a removed user's token back", "remove"),

  brokenTokens("PAT-06 of parallel uses the latest stays", (tables, { tokens }) => ({
    recordUse: (key, at) =>
      lookThenAct(
        () => tokenRow(tables, key)?.token.lastUsedAt ?? null,
        (lastUsedAt) => {
          patchToken(tables, key, (row) => ({ ...row, token: { ...row.token, lastUsedAt } }))
          return tokens.recordUse(key, at)
        }
      )
  })),

  brokenTokens("PAT-06 a parallel recordUse and rotate lose neither", (tables, { tokens }) => ({
    recordUse: (key, at) =>
      lookThenAct(
        () => tokenRow(tables, key)?.token,
        (seen) => {
          const { expiresAt = null, replacedBy = null } = seen ?? {}
          patchToken(tables, key, (row) => ({ ...row, token: { ...row.token, expiresAt, replacedBy } }))
          return tokens.recordUse(key, at)
        }
      )
  }))
]
