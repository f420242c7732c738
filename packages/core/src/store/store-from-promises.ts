import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import type { TooManyChallenges, UserCodeTaken } from "../cli-login/cli-login-errors.ts"
import type { TokenAlreadyIssued, TooManyTokens } from "../token/token-errors.ts"
import type { AccountNameTaken, EditConflict, LastSuperuser } from "../user/user-errors.ts"
import { optionsProblem, wordsFor } from "../vocabulary/options-given.ts"
import { millisOfSpan, type Span } from "../vocabulary/time.ts"
import { AttemptRoom } from "./attempt-room.ts"
import { missingVerbs } from "./missing-verbs.ts"
import { Store, type StoreLayer, type StoreParts, type StoreShape } from "./store.ts"
import { isStoreError, StoreError } from "./store-error.ts"
import { StoreProblem } from "./store-problem.ts"
import { UsedParts } from "./used-parts.ts"

/** A part of the contract in promises: the same verbs, arguments and results, so that the two cannot drift apart. */
export type PromisePart<Part> = {
  readonly [Verb in keyof Part]: Part[Verb] extends (...args: infer Args) => Effect.Effect<infer Value, infer _>
    ? (...args: Args) => Promise<Value>
    : Part[Verb] extends Effect.Effect<infer Value, infer _>
      ? () => Promise<Value>
      : never
}

type PromiseParts = { readonly [Part in keyof StoreParts]: PromisePart<StoreParts[Part]> }

/** A whole store in promises. The laws are those of the contract: each verb's comment there. */
export interface PromiseStore extends PromiseParts, PromisePart<Pick<StoreShape, "lookupSession" | "lookupToken">> {
  /** Releases what `open` opened. Called once, after the last call. */
  readonly close: () => Promise<void>
}

export interface PromiseStoreOptions {
  /** After how long without an answer a call fails. Default `"2 seconds"`. */
  readonly timeout?: Span
}

/**
 * A store written with promises. `open` is awaited each time the store is built, and learns which parts will be used
 * (`UsedParts`), and how much room there is for attempts (`AttemptRoom`).
 *
 * - A verb refuses by rejecting with `AccountNameTaken`, `LastSuperuser`, `TokenAlreadyIssued`, `TooManyTokens`, `UserCodeTaken` or
 *   `TooManyChallenges`, where the contract lets it.
 * - Whatever else it rejects with, or throws, is a `StoreError` with the verb's name; a `StoreError` stays as it is.
 * - A call without an answer after `timeout` is a `StoreError` too (ERR-04). Its work goes on, for
 *   a promise cannot be stopped: give your driver a limit of its own. Opening and closing may take their time.
 */
export const storeFromPromises = (
  open: (usedParts: ReadonlySet<keyof StoreParts>, room: AttemptRoom) => Promise<PromiseStore>,
  options: PromiseStoreOptions = {}
): StoreLayer => {
  if (typeof open !== "function") throw new Error("storeFromPromises needs the function that opens the store")
  const problem = optionsProblem(options, ["timeout"] satisfies ReadonlyArray<keyof PromiseStoreOptions>)
  if (problem !== null) throw new Error(`the second argument of storeFromPromises ${problem}`)
  const call = callsWithin(timeoutOf(options.timeout ?? "2 seconds"))
  const opened = Effect.flatMap(Effect.all([UsedParts, AttemptRoom]), ([usedParts, room]) =>
    caught("open", () => open(usedParts, room))
  )
  const store = Effect.acquireRelease(opened, (given: PromiseStore | undefined) =>
    Effect.promise(async () => (typeof given?.close === "function" ? given.close() : undefined))
  )
  return Layer.effect(
    Store,
    Effect.flatMap(store, (given) => checkedStore(given, call))
  )
}

/** JavaScript may forget or mistype a verb: the start fails, and not the first request that needs it. */
const checkedStore = (given: PromiseStore | undefined, call: Call): Effect.Effect<StoreShape, StoreError> => {
  if (!Predicate.isObjectKeyword(given)) return notWhole(`must give the whole store, not ${wordsFor(given)}`)
  const store = storeOver(given, call)
  const missing = missingVerbs(given, store)
  return missing.length === 0 ? Effect.succeed(store) : notWhole(`gave a store that lacks ${missing.join(", ")}`)
}

const notWhole = (problem: string) =>
  new StoreError({
    operation: "open",
    cause: new StoreProblem({ message: `the function for storeFromPromises ${problem}` })
  })

/** Written out, so that the compiler asks for each new verb. Verbs are called on their part, so it may be a class. */
const storeOver = (
  { users, sessions, tokens, challenges, codes, attempts, audit, settings, ...whole }: PromiseStore,
  call: Call
): StoreShape => ({
  users: {
    insert: (...args) => call("users.insert", () => users.insert(...args), "AccountNameTaken"),
    insertFirstAdmin: (...args) =>
      call("users.insertFirstAdmin", () => users.insertFirstAdmin(...args), "AccountNameTaken"),
    isSetUp: call("users.isSetUp", () => users.isSetUp()),
    find: (...args) => call("users.find", () => users.find(...args)),
    findByName: (...args) => call("users.findByName", () => users.findByName(...args)),
    findWithPassword: (...args) => call("users.findWithPassword", () => users.findWithPassword(...args)),
    list: (...args) => call("users.list", () => users.list(...args)),
    count: (...args) => call("users.count", () => users.count(...args)),
    change: (...args) => call("users.change", () => users.change(...args), "AccountNameTaken", "LastSuperuser"),
    edit: (...args) =>
      call("users.edit", () => users.edit(...args), "AccountNameTaken", "LastSuperuser", "EditConflict"),
    changeWithProof: (...args) =>
      call("users.changeWithProof", () => users.changeWithProof(...args), "AccountNameTaken"),
    releaseEmail: (...args) => call("users.releaseEmail", () => users.releaseEmail(...args)),
    countRevocation: (...args) => call("users.countRevocation", () => users.countRevocation(...args)),
    rehash: (...args) => call("users.rehash", () => users.rehash(...args)),
    endCredentials: (...args) => call("users.endCredentials", () => users.endCredentials(...args)),
    promote: (...args) => call("users.promote", () => users.promote(...args), "AccountNameTaken"),
    recordLogin: (...args) => call("users.recordLogin", () => users.recordLogin(...args)),
    remove: (...args) => call("users.remove", () => users.remove(...args), "LastSuperuser"),
    export: (...args) => call("users.export", () => users.export(...args)),
    restore: (...args) => call("users.restore", () => users.restore(...args))
  },
  sessions: {
    insert: (...args) => call("sessions.insert", () => sessions.insert(...args)),
    find: (...args) => call("sessions.find", () => sessions.find(...args)),
    touch: (...args) => call("sessions.touch", () => sessions.touch(...args)),
    replace: (...args) => call("sessions.replace", () => sessions.replace(...args)),
    list: (...args) => call("sessions.list", () => sessions.list(...args)),
    isThere: (...args) => call("sessions.isThere", () => sessions.isThere(...args)),
    close: (...args) => call("sessions.close", () => sessions.close(...args)),
    closeAll: (...args) => call("sessions.closeAll", () => sessions.closeAll(...args)),
    setData: (...args) => call("sessions.setData", () => sessions.setData(...args)),
    setEpoch: (...args) => call("sessions.setEpoch", () => sessions.setEpoch(...args)),
    export: (...args) => call("sessions.export", () => sessions.export(...args)),
    restore: (...args) => call("sessions.restore", () => sessions.restore(...args)),
    removeExpired: (...args) => call("sessions.removeExpired", () => sessions.removeExpired(...args))
  },
  tokens: {
    insert: (...args) => call("tokens.insert", () => tokens.insert(...args), "TokenAlreadyIssued", "TooManyTokens"),
    find: (...args) => call("tokens.find", () => tokens.find(...args)),
    recordUse: (...args) => call("tokens.recordUse", () => tokens.recordUse(...args)),
    rotate: (...args) => call("tokens.rotate", () => tokens.rotate(...args), "TooManyTokens"),
    list: (...args) => call("tokens.list", () => tokens.list(...args)),
    isThere: (...args) => call("tokens.isThere", () => tokens.isThere(...args)),
    revoke: (...args) => call("tokens.revoke", () => tokens.revoke(...args)),
    revokeAll: (...args) => call("tokens.revokeAll", () => tokens.revokeAll(...args)),
    import: (...args) => call("tokens.import", () => tokens.import(...args)),
    export: (...args) => call("tokens.export", () => tokens.export(...args)),
    restore: (...args) => call("tokens.restore", () => tokens.restore(...args)),
    ownerOf: (...args) => call("tokens.ownerOf", () => tokens.ownerOf(...args)),
    removeExpired: (...args) => call("tokens.removeExpired", () => tokens.removeExpired(...args))
  },
  challenges: {
    insert: (...args) =>
      call("challenges.insert", () => challenges.insert(...args), "UserCodeTaken", "TooManyChallenges"),
    claim: (...args) => call("challenges.claim", () => challenges.claim(...args)),
    find: (...args) => call("challenges.find", () => challenges.find(...args)),
    decide: (...args) => call("challenges.decide", () => challenges.decide(...args)),
    poll: (...args) => call("challenges.poll", () => challenges.poll(...args)),
    redeem: (...args) => call("challenges.redeem", () => challenges.redeem(...args)),
    list: (...args) => call("challenges.list", () => challenges.list(...args)),
    removeAll: (...args) => call("challenges.removeAll", () => challenges.removeAll(...args)),
    removeExpired: (...args) => call("challenges.removeExpired", () => challenges.removeExpired(...args))
  },
  codes: {
    insert: (...args) => call("codes.insert", () => codes.insert(...args)),
    find: (...args) => call("codes.find", () => codes.find(...args)),
    consume: (...args) => call("codes.consume", () => codes.consume(...args)),
    giveBack: (...args) => call("codes.giveBack", () => codes.giveBack(...args)),
    list: (...args) => call("codes.list", () => codes.list(...args)),
    remove: (...args) => call("codes.remove", () => codes.remove(...args)),
    removeAll: (...args) => call("codes.removeAll", () => codes.removeAll(...args)),
    export: (...args) => call("codes.export", () => codes.export(...args)),
    restore: (...args) => call("codes.restore", () => codes.restore(...args)),
    removeExpired: (...args) => call("codes.removeExpired", () => codes.removeExpired(...args))
  },
  attempts: {
    hit: (...args) => call("attempts.hit", () => attempts.hit(...args)),
    takeBack: (...args) => call("attempts.takeBack", () => attempts.takeBack(...args)),
    forget: (...args) => call("attempts.forget", () => attempts.forget(...args)),
    trust: (...args) => call("attempts.trust", () => attempts.trust(...args)),
    isTrusted: (...args) => call("attempts.isTrusted", () => attempts.isTrusted(...args)),
    removeExpired: (...args) => call("attempts.removeExpired", () => attempts.removeExpired(...args))
  },
  audit: {
    append: (...args) => call("audit.append", () => audit.append(...args)),
    lastHash: call("audit.lastHash", () => audit.lastHash()),
    list: (...args) => call("audit.list", () => audit.list(...args)),
    removeExpired: (...args) => call("audit.removeExpired", () => audit.removeExpired(...args)),
    start: call("audit.start", () => audit.start()),
    restore: (...args) => call("audit.restore", () => audit.restore(...args))
  },
  settings: {
    read: call("settings.read", () => settings.read()),
    write: (...args) => call("settings.write", () => settings.write(...args))
  },
  lookupSession: (...args) => call("lookupSession", () => whole.lookupSession(...args)),
  lookupToken: (...args) => call("lookupToken", () => whole.lookupToken(...args))
})

const timeoutOf = (given: Span): Duration.Duration => {
  const timeout = millisOfSpan(given)
  if (Number.isFinite(timeout) && timeout > 0) return Duration.millis(timeout)
  throw new Error('The timeout of storeFromPromises must be a duration such as "2 seconds"')
}

type Refusal =
  | AccountNameTaken
  | EditConflict
  | LastSuperuser
  | TokenAlreadyIssued
  | TooManyChallenges
  | TooManyTokens
  | UserCodeTaken
type Tags = ReadonlyArray<Refusal["_tag"]>

type Call = <Value, Refused extends Tags>(
  operation: string,
  work: () => Promise<Value>,
  ...refusals: Refused
) => Effect.Effect<Value, RefusalOf<Refused> | StoreError>

type RefusalOf<Refused extends Tags> = Extract<Refusal, { readonly _tag: Refused[number] }>

/** Calls that fail with what their verb may refuse by, and else with a `StoreError`; also when no answer comes in time. */
const callsWithin =
  (timeout: Duration.Duration): Call =>
  (operation, work, ...refusals) =>
    Effect.timeoutOrElse(caught(operation, work, ...refusals), {
      duration: timeout,
      orElse: () =>
        new StoreError({
          operation,
          cause: new StoreProblem({ message: `no answer within ${Duration.format(timeout)}` })
        })
    })

/** The work is done by an `async` function, for that catches also what is thrown before there is a promise. */
const caught: Call = (operation, work, ...refusals) =>
  Effect.tryPromise({
    try: async () => work(),
    catch: (cause) => (isStoreError(cause) || isRefusal(cause, refusals) ? cause : new StoreError({ operation, cause }))
  })

/** Told by tag, not by class: an application may have two copies of this package. */
const isRefusal = <Refused extends Tags>(cause: unknown, refusals: Refused): cause is RefusalOf<Refused> =>
  refusals.some((tag) => Predicate.isTagged(cause, tag))
