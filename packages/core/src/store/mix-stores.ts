import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CodeStore } from "../code/code-store.ts"
import type { UserId } from "../secret/user-id.ts"
import type { SessionStore } from "../session/session-store.ts"
import type { TokenStore } from "../token/token-store.ts"
import type { User } from "../user/user.ts"
import type { ChangeByOthers, UserStore } from "../user/user-store.ts"
import { didYouMean } from "../vocabulary/nearest.ts"
import { isObjectOfOptions, wordsFor } from "../vocabulary/options-given.ts"
import { Store, type StoreLayer, type StoreParts, type StoreShape } from "./store.ts"
import { StoreError } from "./store-error.ts"
import { StoreProblem } from "./store-problem.ts"
import { partNames, UsedParts } from "./used-parts.ts"

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
export const mixStores = (base: StoreLayer, parts: Partial<Record<keyof StoreParts, StoreLayer>>): StoreLayer => {
  checkMix(base, parts)
  return Layer.effect(
    Store,
    openMix((part) => parts[part] ?? base)
  )
}

/** A part that a program mistyped would be kept in `base`, and nobody would notice. */
const checkMix = (base: unknown, parts: unknown): void => {
  if (!Layer.isLayer(base)) throw new Error(`mixStores needs a store first, ${EXAMPLE}, not ${wordsFor(base)}`)
  if (!isObjectOfOptions(parts))
    throw new Error(`mixStores needs the stores of some parts second, ${EXAMPLE}, not ${wordsFor(parts)}`)
  for (const [name, store] of Object.entries(parts)) {
    if (!partNames.some((part) => part === name))
      throw new Error(
        `mixStores was given ${name}, which is no part of a store${didYouMean(name, partNames) || `: the parts are ${partNames.join(", ")}`}`
      )
    if (store !== undefined && !Layer.isLayer(store))
      throw new Error(`mixStores needs a store for ${name}, ${EXAMPLE}, not ${wordsFor(store)}`)
  }
}

const EXAMPLE = 'as in mixStores(sqliteStore("app.db"), { sessions: redisStore("redis://localhost:6379") })'

/**
 * The look-up of a store whose users and sessions live apart: asks both at once, so it costs the time of the slower one. A
 * session newer than its user was moved to a new epoch between the two reads, so the user is read again.
 */
export const lookUpSessionInParts =
  (users: Pick<UserStore, "find">, sessions: Pick<SessionStore, "find">): StoreShape["lookupSession"] =>
  (owner, hash) =>
    Effect.flatMap(
      Effect.all([users.find(owner), sessions.find(owner, hash)], { concurrency: 2 }),
      ([user, session]) => {
        if (user === null || session === null) return Effect.succeed(null)
        if (session.epoch <= user.epoch) return Effect.succeed({ user, session })
        return Effect.map(users.find(owner), (newer) => (newer === null ? null : { user: newer, session }))
      }
    )

/** As `lookUpSessionInParts`, for users and tokens that live apart. */
export const lookUpTokenInParts =
  (users: Pick<UserStore, "find">, tokens: Pick<TokenStore, "find">): StoreShape["lookupToken"] =>
  (owner, hash) =>
    Effect.map(Effect.all([users.find(owner), tokens.find(owner, hash)], { concurrency: 2 }), ([user, token]) =>
      user === null || token === null ? null : { user, token }
    )

/** A layer of something else passes for a store until it is built. */
const noStoreFor = (parts: ReadonlySet<keyof StoreParts>) =>
  new StoreError({
    operation: "open",
    cause: new StoreProblem({
      message: `mixStores needs a store for ${[...parts].join(", ")}, ${EXAMPLE}, not a Layer of something else`
    })
  })

const openMix = Effect.fnUntraced(function* (homeOf: (part: keyof StoreParts) => StoreLayer) {
  const used = yield* UsedParts
  const opened = new Map<StoreLayer, StoreShape>()

  const open = Effect.fnUntraced(function* (home: StoreLayer) {
    const known = opened.get(home)
    if (known !== undefined) return known
    const partsHere = new Set([...used].filter((part) => homeOf(part) === home))
    const built = yield* Effect.provideService(Layer.build(home), UsedParts, partsHere)
    const store = Option.getOrNull(Context.getOption(built, Store))
    if (store === null) return yield* noStoreFor(partsHere)
    opened.set(home, store)
    return store
  })

  const base = yield* open(homeOf("users"))
  const opening = partNames.map((part) => Effect.map(open(homeOf(part)), (store) => [part, store[part]] as const))
  const parts = Object.fromEntries(yield* Effect.all(opening)) as unknown as StoreParts // each part under its own name
  const { sessions, tokens, challenges, codes } = parts
  const hasSessionsApart = homeOf("sessions") !== homeOf("users")
  const hasTokensApart = homeOf("tokens") !== homeOf("users")
  const hasCodesApart = homeOf("codes") !== homeOf("users")
  const leftBehind = [
    ...(hasSessionsApart ? [(owner: UserId) => sessions.closeAll(owner, null)] : []),
    ...(hasTokensApart ? [tokens.revokeAll] : []),
    ...(homeOf("challenges") !== homeOf("users") ? [challenges.removeAll] : []),
    ...(hasCodesApart ? [codes.removeAll] : [])
  ]
  const changing = hasCodesApart ? { ...base.users, ...changesEndingCodes(base.users, codes) } : base.users
  const users = leftBehind.length === 0 ? changing : { ...changing, remove: removeWithAll(base.users, leftBehind) }
  return {
    ...parts,
    users: hasSessionsApart ? { ...users, changeWithProof: changeAndKeep(users, sessions) } : users,
    lookupSession: hasSessionsApart ? lookUpSessionInParts(base.users, sessions) : base.lookupSession,
    lookupToken: hasTokensApart ? lookUpTokenInParts(base.users, tokens) : base.lookupToken
  }
})

/**
 * Removes the user first: from that step on their credentials open nothing, for a look-up misses the user, and ids are never
 * used again. The other order would log out a last superuser who stays, and let in a session opened between the steps. Of a user who
 * stays because a proof did not fit, nothing is removed.
 *
 * When the other store is away, the removal stands and is told as done, for it is, and to fail would keep it from the audit
 * trail: asked again, this store could only say that the user was gone already. The rows left behind go by their own end,
 * or when the removal is asked for again.
 */
const removeWithAll =
  (
    users: UserStore,
    leftBehind: ReadonlyArray<(owner: UserId) => Effect.Effect<number, StoreError>>
  ): UserStore["remove"] =>
  (id, proof) =>
    Effect.tap(users.remove(id, proof), (isRemoved) =>
      Effect.forEach(
        isRemoved || proof === null ? leftBehind : [],
        (removeAllOf) =>
          Effect.catchTag(removeAllOf(id), "StoreError", ({ logFields }) =>
            Effect.logWarning("credentials of a removed user open nothing, but stay stored until they end", {
              ...logFields,
              user: id
            })
          ),
        { discard: true }
      )
    )

/**
 * Ends the codes right after the change, so that a refused one ends none. Looks at them first: while their store is away, nothing is
 * changed. Should it go away in between, the change stands and is told as done, as a removal is. Then the codes end by themselves, and until
 * then all but the way back to a former address open nothing, for they compare the address.
 */
const changesEndingCodes = (
  users: UserStore,
  codes: Pick<CodeStore, "list" | "removeAll">
): Pick<UserStore, "change" | "edit"> => {
  const endCodes = (id: UserId) =>
    Effect.catchTag(codes.removeAll(id).pipe(Effect.retry({ times: 2 })), "StoreError", ({ logFields }) =>
      Effect.logWarning("the codes of a user with another address stay until they end", { ...logFields, user: id })
    )
  const ending = <E>(id: UserId, change: ChangeByOthers, write: Effect.Effect<User | null, E>) =>
    change.codes === "end"
      ? Effect.andThen(
          codes.list(id),
          Effect.uninterruptible(Effect.tap(write, (user) => (user === null ? Effect.void : endCodes(id))))
        )
      : write
  return {
    change: (id, change, at) => ending(id, change, users.change(id, change, at)),
    edit: (id, seen, change, at) => ending(id, change, users.edit(id, seen, change, at))
  }
}

/**
 * Moves the session that goes on right after the user, whose step has ended all others. When the store of sessions is away, the
 * change stands, and that session has ended with the others.
 */
const changeAndKeep =
  (users: UserStore, sessions: SessionStore): UserStore["changeWithProof"] =>
  (id, change, proof, at) =>
    Effect.tap(users.changeWithProof(id, change, proof, at), (user) => {
      const keep = change.password?.keep ?? null
      if (user === null || keep === null) return Effect.void
      const moved = sessions.setEpoch({ owner: id, id: keep }, { from: proof.epoch, to: user.epoch })
      return Effect.catchTag(moved, "StoreError", ({ logFields }) =>
        Effect.logWarning("the session that changed a password has ended: its user must log in again", {
          ...logFields,
          user: id
        })
      )
    })
