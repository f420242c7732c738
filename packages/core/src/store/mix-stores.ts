import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SessionStore } from "../session/session-store.ts"
import type { UserStore } from "../user/user-store.ts"
import { Store, type StoreLayer, type StoreParts, type StoreShape } from "./store.ts"
import { UsedParts } from "./used-parts.ts"

/**
 * One store out of several: the parts that are named live in their own stores, all others in `base`. Each store is opened
 * once, however many parts it keeps, and is told which by `UsedParts`; one that keeps none is not opened.
 *
 * ```ts
 * mixStores(sqliteStore("app.db"), { sessions: redisStore("redis://…"), attempts: redisStore("redis://…") }) // two connections
 * const redis = redisStore("redis://…")
 * mixStores(sqliteStore("app.db"), { sessions: redis, attempts: redis }) // one
 * ```
 */
export const mixStores = (base: StoreLayer, parts: Partial<Record<keyof StoreParts, StoreLayer>>): StoreLayer =>
  Layer.effect(Store, openMix({ users: base, sessions: base, attempts: base, audit: base, ...parts }))

/** The look-up of a store whose users and sessions live apart: asks both at once, so it costs the time of the slower one. */
export const lookUpInParts =
  (users: Pick<UserStore, "find">, sessions: Pick<SessionStore, "find">): StoreShape["lookup"] =>
  (owner, hash) =>
    Effect.map(Effect.all([users.find(owner), sessions.find(owner, hash)], { concurrency: 2 }), ([user, session]) =>
      user === null || session === null ? null : { user, session }
    )

const openMix = Effect.fnUntraced(function* (homes: Readonly<Record<keyof StoreParts, StoreLayer>>) {
  const used = yield* UsedParts
  const opened = new Map<StoreLayer, StoreShape>()

  const open = Effect.fnUntraced(function* (home: StoreLayer) {
    const known = opened.get(home)
    if (known !== undefined) return known
    const partsHere = new Set([...used].filter((part) => homes[part] === home))
    const store = Context.get(yield* Effect.provideService(Layer.build(home), UsedParts, partsHere), Store)
    opened.set(home, store)
    return store
  })

  const { users, lookup } = yield* open(homes.users)
  const { sessions } = yield* open(homes.sessions)
  const { attempts } = yield* open(homes.attempts)
  const { audit } = yield* open(homes.audit)
  return homes.users === homes.sessions
    ? { users, sessions, attempts, audit, lookup }
    : {
        users: { ...users, remove: removeWithSessions(users, sessions) },
        sessions,
        attempts,
        audit,
        lookup: lookUpInParts(users, sessions)
      }
})

/**
 * Removes the user first: from that step on their sessions open nothing, for a look-up misses the user, and ids are never
 * used again. The other order would log out a last superuser who stays, and let in a session opened between the steps.
 *
 * When the sessions' store is away, the removal stands and is told as done, for it is, and to fail would keep it from the
 * audit trail: asked again, this store could only say that the user was gone already. The rows left behind go by their own
 * end, or when the removal is asked for again.
 */
const removeWithSessions =
  (users: UserStore, sessions: SessionStore): UserStore["remove"] =>
  (id) =>
    Effect.tap(users.remove(id), () =>
      Effect.catchTag(sessions.closeAll(id, null), "StoreError", ({ operation }) =>
        Effect.logWarning("the sessions of a removed user open nothing, but stay stored until they end", {
          operation,
          user: id
        })
      )
    )
