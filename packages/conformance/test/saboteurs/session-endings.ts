import type { NewSession, SessionId, SessionStore, StoreShape } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { ownedRows, sessionRow } from "./saboteur.ts"

/** A verb that ends sessions. */
export type Ending = "insert" | "close" | "closeAll" | "replace" | "remove"

/** The sound verbs that end sessions, with a note of which sessions one of them ended. */
export const noting = (tables: Tables, { users, sessions }: StoreShape, ending: Ending) => {
  const ended = new Set<SessionId>()
  const note = <A, E>(by: Ending, rows: ReadonlyArray<NewSession | undefined>, verb: Effect.Effect<A, E>) =>
    Effect.tap(verb, () =>
      Effect.sync(() => {
        for (const row of rows) if (by === ending && row !== undefined) ended.add(row.session.id)
      })
    )
  const insert: SessionStore["insert"] = (next, most) =>
    Effect.suspend(() => {
      const before = ownedRows(tables, next.session.userId)
      return Effect.tap(sessions.insert(next, most), () => {
        const gone = before.filter(
          ({ session: { userId, id } }) => sessionRow(tables, { owner: userId, id }) === undefined
        )
        return note("insert", gone, Effect.void)
      })
    })
  const close: SessionStore["close"] = (key) =>
    Effect.suspend(() => note("close", [sessionRow(tables, key)], sessions.close(key)))
  const closeAll: SessionStore["closeAll"] = (owner, except) =>
    Effect.suspend(() => note("closeAll", ownedRows(tables, owner), sessions.closeAll(owner, except)))
  const replace: SessionStore["replace"] = (old, next, at) =>
    Effect.suspend(() => note("replace", [sessionRow(tables, old)], sessions.replace(old, next, at)))
  const remove: StoreShape["users"]["remove"] = (id, proof) =>
    Effect.suspend(() => note("remove", ownedRows(tables, id), users.remove(id, proof)))
  return { ended, remove, verbs: { insert, close, closeAll, replace } }
}

/** When a session ends, used no more. */
export const endOf = ({ session }: NewSession): number => Math.min(session.idleExpiresAt, session.expiresAt)
