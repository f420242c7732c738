import type { StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { admin, event, hour, keyOf, limit, now, person, session, userId } from "./samples.ts"

type Action = (store: StoreShape, n: number) => Effect.Effect<unknown, { readonly _tag: string }>

/** The session `n` of the first user: what the actions on sessions are about. */
export const sessionOfFirst = (n: number) => session(n, userId(1))

/** What processes do against each other; `n` tells the calls of one race apart. */
export const actions = {
  setUp: ({ users }, n) => users.insertFirstAdmin(admin(n)),
  register: ({ users }, n) => users.insert(person(n, { username: "Ada", email: null })),
  demote: ({ users }, n) => users.change(userId(n), { isSuperuser: false }, now),
  changePassword: ({ users }, n) =>
    users.setPassword(userId(1), { from: "hash-1", to: `new-${n}`, mustChangePassword: false }, now),
  touch: ({ sessions }, n) => sessions.touch(keyOf(sessionOfFirst(n)), { at: now + 1, idleExpiresAt: now + 2 * hour }),
  close: ({ sessions }, n) => sessions.close(keyOf(sessionOfFirst(n))),
  setData: ({ sessions }, n) => sessions.setData(keyOf(sessionOfFirst(1)), { version: n, data: n }),
  hit: ({ attempts }) => attempts.hit([{ key: "bucket", limit }], now),
  append: ({ audit }, n) => audit.append({ event: event(n), link: { previous: null, hash: `hash-${n}` } }),
  /** A life of a user, with every kind of write. */
  live: ({ users, sessions, attempts, audit }, n) =>
    Effect.gen(function* () {
      const id = userId(n)
      yield* users.insert(person(n))
      yield* sessions.insert(session(n, id))
      yield* attempts.hit([{ key: "shared", limit: { ...limit, free: 10_000 } }], now)
      yield* users.change(id, { isVerified: false }, now + 1)
      yield* sessions.touch(keyOf(session(n, id)), { at: now + 1, idleExpiresAt: now + 2 * hour })
      yield* sessions.close(keyOf(session(n, id)))
      yield* audit.append({ event: event(n), link: null })
    })
} satisfies Record<string, Action>

export type ActionName = keyof typeof actions
