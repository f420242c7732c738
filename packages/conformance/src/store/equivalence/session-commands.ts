import type { Instant, ListPage, SecretHash, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { wholeList } from "../laws/samples.ts"
import { type Call, call, whileThere } from "./command.ts"
import type { Scene } from "./scene.ts"

/**
 * For verbs without a time argument. A store may drop a session once its end by the clock has passed, or keep it until it is
 * purged. The contract decides what exists only after all such sessions are purged.
 */
const afterPurge = (at: Instant, { verb, says, run }: Call): Call => ({
  verb,
  says: `sessions.removeExpired(${at}, ${ALL}), then ${says}`,
  run: (store) => Effect.andThen(store.sessions.removeExpired(at, ALL), run(store))
})

const ALL = 10_000

/** Opens a session, as every list does. Only for existing users, because a store may or may not refuse others. */
export const sessionInsert = (scene: Scene): Call => {
  const owner = scene.user()
  const row = scene.newSession(owner)
  return whileThere(
    owner,
    afterPurge(
      scene.now(),
      call("sessions.insert", [row, scene.pick([1, 2, 3, ALL, ALL])], ({ sessions }, ...args) =>
        Effect.map(sessions.insert(...args), (ended) => [...ended].sort())
      )
    )
  )
}

const find = (owner: UserId, hash: SecretHash, at: Instant): Call =>
  afterPurge(
    at,
    call("sessions.find", [owner, hash], ({ sessions }, ...args) => sessions.find(...args))
  )

const touch = ({ session, now, endAfter }: Scene): Call => {
  const use = { at: now(), idleExpiresAt: endAfter([10, 20, 60]) }
  return call("sessions.touch", [session().key, use], ({ sessions }, ...args) => sessions.touch(...args))
}

const replace = (scene: Scene): Call => {
  const old = scene.session().key
  const fresh = scene.newSession(scene.percent(90) ? old.owner : scene.user())
  const next = scene.percent(20) ? { ...fresh, session: { ...fresh.session, id: old.id } } : fresh
  return call("sessions.replace", [old, next, scene.now()], ({ sessions }, ...args) => sessions.replace(...args))
}

const list = (owner: UserId, at: Instant, page: ListPage): Call =>
  call("sessions.list", [owner, at, page], ({ sessions }, ...args) => sessions.list(...args))

/** Reads everything about the sessions. */
export const sessionLooks = ({ users, sessions, now }: Scene): ReadonlyArray<Call> => [
  ...users().map((owner) => list(owner, now(), wholeList)),
  ...sessions().map(({ session, hash }) => find(session.userId, hash, now()))
]

/** The other commands about sessions and look-ups. A repeated one is chosen more often. */
export const sessionCommands: ReadonlyArray<(scene: Scene) => Call> = [
  ({ session, now }) => {
    const { key, hash } = session()
    return find(key.owner, hash, now())
  },
  ({ session, now }) => {
    const { key, hash } = session()
    return afterPurge(
      now(),
      call("lookupSession", [key.owner, hash], ({ lookupSession }, ...args) => lookupSession(...args))
    )
  },
  touch,
  touch,
  touch,
  replace,
  replace,
  ({ session, now }) => list(session().key.owner, now(), wholeList),
  ({ session, sessions, pick, below, now }) => {
    const after = pick([null, ...sessions()])?.session ?? null
    return list(session().key.owner, now(), { after, limit: below(4) })
  },
  ({ session, now }) =>
    afterPurge(
      now(),
      call("sessions.close", [session().key], ({ sessions }, key) => sessions.close(key))
    ),
  ({ session, percent, now }) => {
    const { owner, id } = session().key
    return afterPurge(
      now(),
      call("sessions.closeAll", [owner, percent(50) ? id : null], ({ sessions }, ...args) => sessions.closeAll(...args))
    )
  },
  ({ session, below, pick, now }) => {
    const change = { version: below(2), data: pick([null, "text", { cart: [2] }]) }
    return afterPurge(
      now(),
      call("sessions.setData", [session().key, change], ({ sessions }, ...args) => sessions.setData(...args))
    )
  },
  ({ session, now }) =>
    call("sessions.isThere", [session().key, now()], ({ sessions }, ...args) => sessions.isThere(...args)),
  ({ session, below, now }) => {
    const from = below(5)
    const move = { from, to: from + 1 }
    return afterPurge(
      now(),
      call("sessions.setEpoch", [session().key, move], ({ sessions }, ...args) => sessions.setEpoch(...args))
    )
  },
  ({ now, below }) =>
    call("sessions.removeExpired", [now(), below(3)], ({ sessions }, before, limit) =>
      // Which ones, and with them how many are left for the next time, is up to the store.
      Effect.map(sessions.removeExpired(before, limit), (removed) => removed <= limit)
    )
]
