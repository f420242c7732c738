import * as Effect from "effect/Effect"
import type { SecretHash } from "../../secret/credential.ts"
import type { UserId } from "../../secret/user-id.ts"
import type { Session } from "../../session/session.ts"
import type { StoreShape } from "../../store/store.ts"
import type { Instant } from "../../user/user.ts"
import { type Call, call, type Outcome } from "./command.ts"
import type { Scene } from "./scene.ts"

/**
 * For verbs that are told no time: a store may drop a session once its end by the clock has passed, or keep it until it is
 * purged. Only when all such are purged the contract decides what is there.
 */
const purged = (store: StoreShape, at: Instant, verb: (sessions: StoreShape["sessions"]) => Outcome): Outcome =>
  Effect.andThen(store.sessions.removeExpired(at, 10_000), verb(store.sessions))

/** Newest first; of those made at one instant the contract leaves the order open. */
const ordered = (sessions: ReadonlyArray<Session>): ReadonlyArray<Session> => {
  const groups: Array<Array<Session>> = []
  for (const session of sessions) {
    const last = groups.at(-1)
    if (last?.[0]?.createdAt === session.createdAt) last.push(session)
    else groups.push([session])
  }
  return groups.flatMap((group) => group.sort((a, b) => (a.id < b.id ? -1 : 1)))
}

/** Only for someone who is there: whether a store refuses a session of nobody is its own affair. */
const insert = (scene: Scene): Call =>
  call("sessions.insert", [scene.newSession(scene.user())], ({ users, sessions }, row) =>
    Effect.flatMap(users.find(row.session.userId), (owner) =>
      owner === null ? Effect.succeed(false) : Effect.as(sessions.insert(row), true)
    )
  )

const find = (owner: UserId, hash: SecretHash, at: Instant): Call =>
  call("sessions.find", [owner, hash, at], (store, owner, hash, at) =>
    purged(store, at, (sessions) => sessions.find(owner, hash))
  )

const replace = (scene: Scene): Call => {
  const old = scene.session().key
  const fresh = scene.newSession(scene.percent(90) ? old.owner : scene.user())
  const next = scene.percent(20) ? { ...fresh, session: { ...fresh.session, id: old.id } } : fresh
  return call("sessions.replace", [old, next, scene.now()], ({ sessions }, ...args) => sessions.replace(...args))
}

const list = (owner: UserId, at: Instant): Call =>
  call("sessions.list", [owner, at], ({ sessions }, ...args) => Effect.map(sessions.list(...args), ordered))

/** A look at all that can be known of the sessions. */
export const sessionLooks = ({ users, sessions, now }: Scene): ReadonlyArray<Call> => [
  ...users().map((owner) => list(owner, now())),
  ...sessions().map(({ session, hash }) => find(session.userId, hash, now()))
]

/** Opens a session, as every list does. */
export const sessionInsert = insert

/** The other commands about sessions and look-ups, each as often as it stands here. */
export const sessionCommands: ReadonlyArray<(scene: Scene) => Call> = [
  ({ session, now }) => {
    const { key, hash } = session()
    return find(key.owner, hash, now())
  },
  ({ session, now }) => {
    const { key, hash } = session()
    return call("lookup", [key.owner, hash, now()], (store, owner, hash, at) =>
      purged(store, at, () => store.lookup(owner, hash))
    )
  },
  ...Array.from({ length: 3 }, () => ({ session, now, endAfter }: Scene) => {
    const use = { at: now(), idleExpiresAt: endAfter([10, 20, 60]) }
    return call("sessions.touch", [session().key, use], ({ sessions }, ...args) => sessions.touch(...args))
  }),
  replace,
  replace,
  ({ session, now }) => list(session().key.owner, now()),
  ({ session, now }) =>
    call("sessions.close", [session().key, now()], (store, key, at) =>
      purged(store, at, (sessions) => sessions.close(key))
    ),
  ({ session, percent, now }) => {
    const { owner, id } = session().key
    return call("sessions.closeAll", [owner, percent(50) ? id : null, now()], (store, owner, except, at) =>
      purged(store, at, (sessions) => sessions.closeAll(owner, except))
    )
  },
  ({ session, below, pick, now }) => {
    const change = { version: below(2), data: pick([null, "text", { cart: [2] }]) }
    return call("sessions.setData", [session().key, change, now()], (store, key, change, at) =>
      purged(store, at, (sessions) => sessions.setData(key, change))
    )
  },
  ({ now, below }) =>
    call("sessions.removeExpired", [now(), below(3)], ({ sessions }, before, limit) =>
      // Which ones, and with them how many are left for the next time, is up to the store.
      Effect.map(sessions.removeExpired(before, limit), (removed) => removed <= limit)
    )
]
