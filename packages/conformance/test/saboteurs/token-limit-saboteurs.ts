import type { UserId } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { brokenTokens, lookThenAct, ownedTokens, putToken, type Saboteur } from "./saboteur.ts"
import { allTokens } from "./token-endings.ts"

const idsOf = (tables: Tables, owner: UserId): ReadonlySet<string> =>
  new Set(ownedTokens(tables, owner).map(({ token }) => token.id))

/** How many tokens came since someone looked. */
const newcomers = (tables: Tables, owner: UserId, seen: ReadonlySet<string>): number =>
  ownedTokens(tables, owner).filter(({ token }) => !seen.has(token.id)).length

/** One saboteur for each race for a place under the limit, and for a secret that is imported. */
export const tokenLimitSaboteurs: ReadonlyArray<Saboteur> = [
  brokenTokens("parallel inserts of tokens under one owner all stay", (tables, { tokens }) => ({
    insert: (next, most) =>
      lookThenAct(
        () => ownedTokens(tables, next.token.userId),
        (seen) => {
          const owner = next.token.userId
          const isLimitNear = ownedTokens(tables, owner).length + 100 > most
          if (!isLimitNear) tables.tokens.set(owner, new Map(seen.map((row) => [row.hash, row])))
          return tokens.insert(next, most)
        }
      )
  })),

  // A lock on the owner's rows holds nobody back while there are none.
  brokenTokens("of 16 parallel inserts under a limit of 5 exactly 5 pass", (tables, { tokens }) => ({
    insert: (next, most) =>
      lookThenAct(
        () => idsOf(tables, next.token.userId),
        (seen) => tokens.insert(next, most + (seen.size === 0 ? newcomers(tables, next.token.userId, seen) : 0))
      )
  })),

  brokenTokens("of parallel inserts and rotations no more pass than the limit allows", (tables, { tokens }) => ({
    rotate: (old, rotation, most) =>
      lookThenAct(
        () => idsOf(tables, old.owner),
        (seen) => tokens.rotate(old, rotation, most + newcomers(tables, old.owner, seen))
      )
  })),

  brokenTokens("of parallel imports of one secret for two owners exactly one is true", (tables, { tokens }) => ({
    import: (next) =>
      lookThenAct(
        () => allTokens(tables).some(({ token, hash }) => token.isImported && hash === next.hash),
        (wasThere) => {
          const owners = allTokens(tables).filter(({ hash }) => hash === next.hash)
          const isMissed = !wasThere && owners.every(({ token }) => token.userId !== next.token.userId)
          if (isMissed && owners.length > 0)
            return Effect.as(
              Effect.sync(() => putToken(tables, next)),
              true
            )
          return tokens.import(next)
        }
      )
  }))
]
