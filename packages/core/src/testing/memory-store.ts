import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AttemptRoom } from "../store/attempt-room.ts"
import { Store, type StoreLayer, type StoreShape } from "../store/store.ts"
import { memoryAttempts } from "./memory-attempts.ts"
import { memoryAudit } from "./memory-audit.ts"
import { memoryChallenges } from "./memory-challenges.ts"
import { memoryCodes } from "./memory-codes.ts"
import { memorySessions } from "./memory-sessions.ts"
import { memorySettings } from "./memory-settings.ts"
import { emptyTables, type Tables } from "./memory-tables.ts"
import { memoryTokens } from "./memory-tokens.ts"
import { memoryUsers } from "./memory-users.ts"

/**
 * A store that forgets everything when it is closed: for tests, and the reference implementation of the laws. Each verb
 * is one synchronous step, so nothing can come between its parts. Each time it is built it is a new, empty store.
 */
export const memoryStore = (): StoreLayer =>
  Layer.effect(
    Store,
    Effect.map(AttemptRoom, (room) => memoryStoreOver(emptyTables(), room))
  )

/** The verbs over given tables. */
export const memoryStoreOver = (tables: Tables, room: AttemptRoom = AttemptRoom.defaultValue()): StoreShape => ({
  users: memoryUsers(tables),
  sessions: memorySessions(tables),
  tokens: memoryTokens(tables),
  challenges: memoryChallenges(tables),
  codes: memoryCodes(tables),
  attempts: memoryAttempts(tables, room),
  audit: memoryAudit(tables),
  settings: memorySettings(tables),
  lookupSession: (owner, hash) =>
    Effect.sync(() => {
      const row = tables.users.get(owner)
      const found = tables.sessions.get(owner)?.get(hash)
      return row === undefined || found === undefined
        ? null
        : { user: { ...row.user }, session: structuredClone(found.session) }
    }),
  lookupToken: (owner, hash) =>
    Effect.sync(() => {
      const row = tables.users.get(owner)
      const found = tables.tokens.get(owner)?.get(hash)
      return row === undefined || found === undefined
        ? null
        : { user: { ...row.user }, token: structuredClone(found.token) }
    })
})
