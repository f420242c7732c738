import type { NewToken, StoreShape, TokenId, TokenStore } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { ownedTokens, tokenRow } from "./saboteur.ts"

/** A verb that ends tokens. */
export type Ending = "revoke" | "revokeAll" | "removeExpired" | "remove"

/** The sound verbs that end tokens, with a note of which tokens one of them ended. */
export const noting = (tables: Tables, { users, tokens }: StoreShape, ending: Ending) => {
  const ended = new Set<TokenId>()
  const note = <A, E>(by: Ending, rows: ReadonlyArray<NewToken | undefined>, verb: Effect.Effect<A, E>) =>
    Effect.tap(verb, () =>
      Effect.sync(() => {
        for (const row of rows) if (by === ending && row !== undefined) ended.add(row.token.id)
      })
    )
  const revoke: TokenStore["revoke"] = (key) =>
    Effect.suspend(() => note("revoke", [tokenRow(tables, key)], tokens.revoke(key)))
  const revokeAll: TokenStore["revokeAll"] = (owner) =>
    Effect.suspend(() => note("revokeAll", ownedTokens(tables, owner), tokens.revokeAll(owner)))
  const removeExpired: TokenStore["removeExpired"] = (before, limit) =>
    Effect.suspend(() => note("removeExpired", allTokens(tables), tokens.removeExpired(before, limit)))
  const remove: StoreShape["users"]["remove"] = (id, proof) =>
    Effect.suspend(() => note("remove", ownedTokens(tables, id), users.remove(id, proof)))
  return { ended, remove, verbs: { revoke, revokeAll, removeExpired } }
}

/** Everyone's tokens. */
export const allTokens = (tables: Tables): ReadonlyArray<NewToken> =>
  [...tables.tokens.keys()].flatMap((owner) => ownedTokens(tables, owner))
