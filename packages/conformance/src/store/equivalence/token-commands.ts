import type { Instant, ListPage, SecretHash, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { minute, wholeList } from "../laws/samples.ts"
import { type Call, call, whileThere } from "./command.ts"
import type { Scene } from "./scene.ts"

/** For verbs that do not look at ends. */
const afterPurge = (at: Instant, { verb, says, run }: Call): Call => ({
  verb,
  says: `tokens.removeExpired(${at}, ${ALL}), then ${says}`,
  run: (store) => Effect.andThen(store.tokens.removeExpired(at, ALL), run(store))
})

const ALL = 10_000

const limit = ({ pick }: Scene): number => pick([1, 2, 3, ALL])

/** Issues a token, as every list does. Only for existing users, because a store may or may not refuse others. */
export const tokenInsert = (scene: Scene): Call => {
  const owner = scene.user()
  return whileThere(
    owner,
    call("tokens.insert", [scene.newToken(owner, "issued"), limit(scene)], ({ tokens }, ...args) =>
      Effect.asVoid(tokens.insert(...args))
    )
  )
}

/** A secret again only with enough room under the limit: a store may look at the limit first. An id is told first. */
const insertAgain = (scene: Scene): Call => {
  const owner = scene.user()
  const issued = scene.tokens().filter(({ token }) => token.userId === owner && !token.isImported)
  const fresh = scene.newToken(owner, "issued")
  const known = scene.pick([fresh, ...issued])
  const [again, most] = scene.percent(50)
    ? [{ token: fresh.token, hash: known.hash }, ALL]
    : [{ token: { ...fresh.token, id: known.token.id }, hash: fresh.hash }, limit(scene)]
  return whileThere(
    owner,
    afterPurge(
      scene.now(),
      call("tokens.insert", [again, most], ({ tokens }, ...args) => tokens.insert(...args))
    )
  )
}

const importNew = (scene: Scene): Call => {
  const owner = scene.user()
  return whileThere(
    owner,
    call("tokens.import", [scene.newToken(owner, "imported")], ({ tokens }, row) => tokens.import(row))
  )
}

/** Only while the first one exists. For a secret whose former owner's token is gone, the contract promises nothing. */
const importAgain = (scene: Scene): Call => {
  const all = scene.tokens().filter(({ token }) => token.isImported)
  const replaced = all.filter(({ token }) => token.replacedBy !== null)
  const imported = replaced.length > 0 && scene.percent(50) ? replaced : all // few are ever replaced
  const first = imported.length === 0 ? scene.newToken(scene.user(), "imported") : scene.pick(imported)
  const fresh = scene.newToken(scene.user(), "imported")
  const again = scene.percent(50) ? first : { hash: first.hash, token: fresh.token }
  return whileThere(
    again.token.userId,
    afterPurge(
      scene.now(),
      call("tokens.import", [again, "while it is there"], ({ tokens }, row, _) =>
        Effect.gen(function* () {
          const owner = yield* tokens.ownerOf(row.hash)
          if (owner === null || (yield* tokens.find(owner, row.hash)) === null) return "not there"
          return yield* tokens.import(row)
        })
      )
    )
  )
}

const ownerOf = (hash: SecretHash, at: Instant): Call =>
  afterPurge(
    at,
    call("tokens.ownerOf", [hash], ({ tokens }, hash) =>
      // It may also name the owner of one that is gone.
      Effect.gen(function* () {
        const owner = yield* tokens.ownerOf(hash)
        return owner === null || (yield* tokens.find(owner, hash)) === null ? null : owner
      })
    )
  )

const find = (owner: UserId, hash: SecretHash, at: Instant): Call =>
  afterPurge(
    at,
    call("tokens.find", [owner, hash], ({ tokens }, ...args) => tokens.find(...args))
  )

const recordUse = ({ token, now }: Scene): Call =>
  call("tokens.recordUse", [token().key, now()], ({ tokens }, ...args) => tokens.recordUse(...args))

/** The clocks of two machines differ. */
const recordEarlierUse = ({ token, now, below }: Scene): Call =>
  afterPurge(
    now(),
    call("tokens.recordUse", [token().key, now() - below(3) * minute], ({ tokens }, ...args) =>
      tokens.recordUse(...args)
    )
  )

const rotate = (scene: Scene): Call => {
  const { now, endAfter, percent, user } = scene
  const old = scene.token().key
  const next = scene.newToken(percent(90) ? old.owner : user(), "issued")
  const rotation = { next, at: now(), oldExpiresAt: endAfter([0, 10, 20, 60]) }
  return call("tokens.rotate", [old, rotation, limit(scene)], ({ tokens }, ...args) => tokens.rotate(...args))
}

const list = (owner: UserId, at: Instant, page: ListPage): Call =>
  call("tokens.list", [owner, at, page], ({ tokens }, ...args) => tokens.list(...args))

/** Reads everything about the tokens. */
export const tokenLooks = ({ users, tokens, now }: Scene): ReadonlyArray<Call> => [
  ...users().map((owner) => list(owner, now(), wholeList)),
  ...tokens().map(({ token, hash }) => find(token.userId, hash, now())),
  ...tokens().map(({ hash }) => ownerOf(hash, now()))
]

/** The other commands about tokens and their look-up. A repeated one is chosen more often. */
export const tokenCommands: ReadonlyArray<(scene: Scene) => Call> = [
  insertAgain,
  importNew,
  importNew,
  importAgain,
  importAgain,
  importAgain,
  ({ token, now }) => ownerOf(token().hash, now()),
  ({ token, now }) => {
    const { key, hash } = token()
    return find(key.owner, hash, now())
  },
  ({ token, session, percent, now }) => {
    const { key, hash } = percent(90) ? token() : session()
    return afterPurge(
      now(),
      call("lookupToken", [key.owner, hash], ({ lookupToken }, ...args) => lookupToken(...args))
    )
  },
  recordUse,
  recordUse,
  recordEarlierUse,
  rotate,
  rotate,
  rotate,
  ({ token, now }) => list(token().key.owner, now(), wholeList),
  ({ token, tokens, pick, below, now }) => {
    const after = pick([null, ...tokens()])?.token ?? null
    return list(token().key.owner, now(), { after, limit: below(4) })
  },
  ({ token, now }) => call("tokens.isThere", [token().key, now()], ({ tokens }, ...args) => tokens.isThere(...args)),
  ({ token, now }) =>
    afterPurge(
      now(),
      call("tokens.revoke", [token().key], ({ tokens }, key) => tokens.revoke(key))
    ),
  ({ token, now }) =>
    afterPurge(
      now(),
      call("tokens.revokeAll", [token().key.owner], ({ tokens }, owner) => tokens.revokeAll(owner))
    ),
  ({ now, below }) =>
    call("tokens.removeExpired", [now(), below(3)], ({ tokens }, before, limit) =>
      // Which ones is up to the store, so all of them go then: a verb that makes room counts those that are left.
      Effect.map(tokens.removeExpired(before, limit), (removed) => removed <= limit).pipe(
        Effect.tap(() => tokens.removeExpired(before, ALL))
      )
    )
]
