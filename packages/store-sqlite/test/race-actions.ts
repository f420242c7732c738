import type { StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  admin,
  event,
  hour,
  keyOf,
  limit,
  newPassword,
  now,
  person,
  plenty,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"

type Action = (store: StoreShape, n: number) => Effect.Effect<unknown, { readonly _tag: string }>

/** The session `n` of the first user: what the actions on sessions are about. */
export const sessionOfFirst = (n: number) => session(n, userId(1))

/** The token `n` of the first user. */
export const tokenOfFirst = (n: number) => token(n, userId(1))

/** What processes do against each other; `n` tells the calls of one race apart. */
export const actions = {
  setUp: ({ users }, n) => users.insertFirstAdmin(admin(n)),
  register: ({ users }, n) => users.insert(person(n, { username: "Ada", email: null })),
  demote: ({ users }, n) => users.change(userId(n), { isSuperuser: false }, now),
  changePassword: ({ users }, n) =>
    users.changeWithProof(userId(1), newPassword(`new-${n}`), { epoch: 0, revocations: null }, now),
  touch: ({ sessions }, n) => sessions.touch(keyOf(sessionOfFirst(n)), { at: now + 1, idleExpiresAt: now + 2 * hour }),
  close: ({ sessions }, n) => sessions.close(keyOf(sessionOfFirst(n))),
  setData: ({ sessions }, n) => sessions.setData(keyOf(sessionOfFirst(1)), { version: n, data: n }),
  issue: ({ tokens }, n) => tokens.insert(tokenOfFirst(n), 10),
  /** Each call has a secret of its own, and all have one id. */
  issueOnce: ({ tokens }, n) => tokens.insert(token(n, userId(1), { id: tokenOfFirst(1).token.id }), 10),
  rotate: ({ tokens }, n) => tokens.rotate(tokenKeyOf(tokenOfFirst(1)), rotation(tokenOfFirst(n)), 10),
  revokeAll: ({ tokens }) => tokens.revokeAll(userId(1)),
  /** Each side has a user of its own, and both one secret for each `n` below a hundred. */
  import: ({ tokens }, n) => tokens.import(token(n % 100, userId(n < 100 ? 1 : 2), { isImported: true })),
  hit: ({ attempts }) => attempts.hit([{ key: "bucket", limit }], now),
  append: ({ audit }, n) => audit.append({ event: event(n), link: { previous: null, hash: `hash-${n}` } }),
  /** A life of a user, with every kind of write. */
  live: ({ users, sessions, tokens, attempts, audit }, n) =>
    Effect.gen(function* () {
      const id = userId(n)
      yield* users.insert(person(n))
      yield* sessions.insert(session(n, id), plenty)
      yield* attempts.hit([{ key: "shared", limit: { ...limit, free: 10_000 } }], now)
      yield* users.change(id, { isVerified: false }, now + 1)
      yield* sessions.touch(keyOf(session(n, id)), { at: now + 1, idleExpiresAt: now + 2 * hour })
      yield* sessions.close(keyOf(session(n, id)))
      yield* tokens.insert(token(2 * n, id), 1)
      yield* tokens.recordUse(tokenKeyOf(token(2 * n, id)), now)
      yield* tokens.rotate(tokenKeyOf(token(2 * n, id)), rotation(token(2 * n + 1, id)), 1)
      yield* tokens.revoke(tokenKeyOf(token(2 * n, id)))
      yield* tokens.import(token(n, id, { isImported: true }))
      yield* audit.append({ event: event(n), link: null })
    })
} satisfies Record<string, Action>

export type ActionName = keyof typeof actions
