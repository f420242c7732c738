import * as Effect from "effect/Effect"
import { brokenTokens, lookThenAct, ownedTokens, patchToken, putToken, type Saboteur, tokenRow } from "./saboteur.ts"
import { noting } from "./token-endings.ts"

/** One saboteur for each race for the end of a token, and for its place. */
export const tokenEndSaboteurs: ReadonlyArray<Saboteur> = [
  brokenTokens("PAT-07 of parallel calls to revoke exactly one is true", (tables, sound) => {
    const { ended, verbs } = noting(tables, sound, "revoke")
    return {
      revoke: (key) =>
        lookThenAct(
          () => tokenRow(tables, key) !== undefined,
          (wasThere) => (wasThere && ended.has(key.id) ? Effect.succeed(true) : verbs.revoke(key))
        )
    }
  }),

  brokenTokens("PAT-07 parallel calls to revokeAll count each token once", (tables, { tokens }) => ({
    revokeAll: (owner) =>
      lookThenAct(
        () => ownedTokens(tables, owner).length,
        (seen) => Effect.map(tokens.revokeAll(owner), (count) => Math.max(seen, count))
      )
  })),

  brokenTokens(
    "of parallel rotations of one token exactly one is true, and only its heir lives",
    (tables, { tokens }) => ({
      rotate: (old, rotation, most) =>
        lookThenAct(
          () => tokenRow(tables, old)?.token.replacedBy,
          (seen) => {
            const now = tokenRow(tables, old)?.token.replacedBy
            const isMissed = seen === null && now !== null && now !== undefined
            if (!isMissed) return tokens.rotate(old, rotation, most)
            putToken(tables, rotation.next)
            return Effect.succeed(true)
          }
        )
    })
  ),

  brokenTokens(
    "PAT-07 a parallel rotate does not undo a revoke, and its heir lives exactly if it was true",
    (tables, sound) => {
      const { ended, verbs } = noting(tables, sound, "revoke")
      return {
        ...verbs,
        rotate: (old, rotation, most) =>
          lookThenAct(
            () => tokenRow(tables, old),
            (seen) => {
              const isMissed = seen !== undefined && ended.has(old.id) && tokenRow(tables, old) === undefined
              if (isMissed) putToken(tables, seen)
              return sound.tokens.rotate(old, rotation, most)
            }
          )
      }
    }
  ),

  brokenTokens("PAT-07 a parallel rotate brings nothing through a revokeAll", (tables, sound) => {
    const { ended, verbs } = noting(tables, sound, "revokeAll")
    return {
      ...verbs,
      rotate: (old, rotation, most) =>
        lookThenAct(
          () => tokenRow(tables, old),
          (seen) => {
            const isMissed = seen !== undefined && ended.has(old.id) && tokenRow(tables, old) === undefined
            if (!isMissed) return sound.tokens.rotate(old, rotation, most)
            putToken(tables, rotation.next)
            return Effect.succeed(true)
          }
        )
    }
  }),

  brokenTokens("a rotation is seen whole or not at all", (tables, { tokens }) => ({
    rotate: (old, rotation, most) =>
      Effect.gen(function* () {
        const end = tokenRow(tables, old)?.token.expiresAt ?? null
        const isDone = yield* tokens.rotate(old, rotation, most)
        if (!isDone) return false
        patchToken(tables, old, (row) => ({ ...row, token: { ...row.token, expiresAt: end } }))
        yield* Effect.yieldNow
        const expiresAt = Math.min(end ?? rotation.oldExpiresAt, rotation.oldExpiresAt)
        patchToken(tables, old, (row) => ({ ...row, token: { ...row.token, expiresAt } }))
        return true
      })
  }))
]
