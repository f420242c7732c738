import { samples, storeConformance } from "@latchkey/conformance/store"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { describe, expect, expectTypeOf, test, vi } from "vitest"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import { manualClock } from "../testing/manual-clock.ts"
import { memoryStore, memoryStoreOver } from "../testing/memory-store.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { TokenAlreadyIssued, TooManyTokens } from "../token/token-errors.ts"
import type { NewToken, TokenStore } from "../token/token-store.ts"
import type { User } from "../user/user.ts"
import { AccountNameTaken, EditConflict, LastSuperuser } from "../user/user-errors.ts"
import type { UserStore } from "../user/user-store.ts"
import type { AttemptRoom } from "./attempt-room.ts"
import { mixStores } from "./mix-stores.ts"
import { type FoundSession, type FoundToken, Store, type StoreLayer, type StoreShape } from "./store.ts"
import { StoreError } from "./store-error.ts"
import { type PromisePart, type PromiseStore, storeFromPromises } from "./store-from-promises.ts"
import { StoreProblem } from "./store-problem.ts"
import { partNames } from "./used-parts.ts"

type Verb = (...args: ReadonlyArray<unknown>) => unknown
type Answer = (operation: string, args: ReadonlyArray<unknown>) => unknown

const tables = emptyTables()
const { lookupSession: _, lookupToken: __, ...partsOfContract } = memoryStoreOver(tables)

/** Every verb of the contract, by its part. */
const verbs = Object.entries(partsOfContract).flatMap(([part, verbsOfPart]) =>
  Object.keys(verbsOfPart).map((verb) => [part, verb] as const)
)
const operations = [...verbs.map((names) => names.join(".")), "lookupSession", "lookupToken"]

/** A store of classes, whose methods need their `this`, all of which answer by one function. */
const answering = (answer: Answer, close = async () => {}): PromiseStore => {
  const part = (name: string) => {
    class Part {
      name = name
    }
    for (const [owner, verb] of verbs) {
      if (owner !== name) continue
      Object.defineProperty(Part.prototype, verb, {
        value: function (this: Part, ...args: ReadonlyArray<unknown>) {
          return answer(`${this.name}.${verb}`, args)
        }
      })
    }
    return new Part()
  }
  const store = {
    ...Object.fromEntries(partNames.map((name) => [name, part(name)])),
    lookupSession: (...args: ReadonlyArray<unknown>) => answer("lookupSession", args),
    lookupToken: (...args: ReadonlyArray<unknown>) => answer("lookupToken", args),
    close
  }
  return store as unknown as PromiseStore // made by name: the compiler cannot see that every verb is there
}

/** The same, with parts that are plain objects. */
const spread = (store: PromiseStore): PromiseStore =>
  Object.fromEntries(
    Object.entries(store).map(([name, part]) => [
      name,
      typeof part === "function"
        ? part
        : Object.fromEntries(
            verbs.filter(([owner]) => owner === name).map(([, verb]) => [verb, Reflect.get(part, verb)])
          )
    ])
  ) as unknown as PromiseStore // made by name

/** Calls a verb by its name, with three arguments where it takes any. */
const callOf = (store: StoreShape, operation: string): Effect.Effect<unknown, { readonly _tag: string }> => {
  const [part = "", verb] = operation.split(".")
  const owner: unknown = Reflect.get(store, part)
  const found = verb === undefined ? owner : Reflect.get(owner as object, verb)
  return Effect.isEffect(found)
    ? (found as Effect.Effect<unknown, never>)
    : ((found as Verb)(1, 2, 3) as Effect.Effect<unknown, never>)
}

const opened = async (store: StoreLayer): Promise<StoreShape> =>
  Context.get(await Effect.runPromise(Layer.buildWithScope(store, Scope.makeUnsafe())), Store)

/** Memory, spoken to in promises. */
const memoryInPromises = (over = emptyTables(), room?: AttemptRoom): PromiseStore => {
  const store = memoryStoreOver(over, room)
  return answering((operation, args) => {
    const [part = "", verb] = operation.split(".")
    const owner: unknown = Reflect.get(store, part)
    const found: unknown = verb === undefined ? owner : Reflect.get(owner as object, verb)
    const effect = Effect.isEffect(found) ? found : (found as Verb)(...args)
    return Effect.runPromise(effect as Effect.Effect<unknown>)
  })
}

describe("STO-01 the laws hold for a memory store spoken to in promises", () => {
  storeConformance(test, () => {
    const shared = emptyTables()
    const connect = () => storeFromPromises(async (_, room) => memoryInPromises(shared, room))
    return { store: connect(), second: connect() }
  })
})

test("a verb in promises is that of the contract: its arguments, its answer, and nothing optional", () => {
  expectTypeOf<keyof PromisePart<UserStore>>().toEqualTypeOf<keyof UserStore>()
  expectTypeOf<PromisePart<UserStore>["find"]>().toEqualTypeOf<(id: UserId) => Promise<User | null>>()
  expectTypeOf<PromisePart<UserStore>["isSetUp"]>().toEqualTypeOf<() => Promise<boolean>>()
  expectTypeOf<PromiseStore["lookupSession"]>().toEqualTypeOf<
    (owner: UserId, hash: SecretHash) => Promise<FoundSession | null>
  >()
  expectTypeOf<PromiseStore["lookupToken"]>().returns.resolves.toEqualTypeOf<FoundToken | null>()
  expectTypeOf<PromisePart<TokenStore>["import"]>().toEqualTypeOf<(token: NewToken) => Promise<boolean>>()
  expectTypeOf<Parameters<PromiseStore["users"]["change"]>>().toEqualTypeOf<Parameters<UserStore["change"]>>()
  expectTypeOf<keyof PromiseStore>().toEqualTypeOf<keyof StoreShape | "close">()
  const { users, ...rest } = memoryInPromises()
  const { rehash, ...without } = users
  // @ts-expect-error a store must have every verb
  storeFromPromises(async () => ({ ...rest, users: without }))
  // @ts-expect-error and must answer what the contract says
  storeFromPromises(async () => ({ ...rest, users: { ...users, isSetUp: async () => "yes" } }))
})

test.each(operations)("%s gets all arguments, is called on its part, and its answer comes back", async (operation) => {
  const store = await opened(storeFromPromises(async () => answering(async (name, args) => [name, ...args])))
  const isPlain = ["users.isSetUp", "audit.lastHash", "audit.start", "settings.read"].includes(operation)
  expect(await Effect.runPromise(callOf(store, operation))).toEqual(isPlain ? [operation] : [operation, 1, 2, 3])
})

describe.each(operations)("STO-04 %s", (operation) => {
  const failureOf = async (answer: Answer) =>
    Effect.runPromise(Effect.flip(callOf(await opened(storeFromPromises(async () => answering(answer))), operation)))

  test.each([new Error("connection lost"), "a text", undefined, { _tag: "UserNotFound" }])(
    "fails with a StoreError that keeps what its promise rejected with: %s",
    async (cause) => {
      expect(await failureOf(() => Promise.reject(cause))).toEqual(new StoreError({ operation, cause }))
    }
  )

  test("fails with a StoreError that keeps what it threw", async () => {
    const cause = new TypeError("store.query is not a function")
    const failure = await failureOf(() => {
      throw cause
    })
    expect(failure).toEqual(new StoreError({ operation, cause }))
  })

  test("fails with the store's own StoreError", async () => {
    const own = new StoreError({ operation: "users.find", cause: "shut" })
    expect(await failureOf(() => Promise.reject(own))).toBe(own)
  })

  test.each([
    [
      new AccountNameTaken({ kind: "email" }),
      ["users.insert", "users.insertFirstAdmin", "users.change", "users.edit", "users.changeWithProof", "users.promote"]
    ],
    [new LastSuperuser(), ["users.change", "users.edit", "users.remove"]],
    [new EditConflict(), ["users.edit"]],
    [new TokenAlreadyIssued({ token: samples.sampleToken(1, samples.userId(1)).token }), ["tokens.insert"]],
    [new TooManyTokens({ most: 5 }), ["tokens.insert", "tokens.rotate"]]
  ])("refuses with %s only where the contract says so", async (refusal, allowed) => {
    const failure = await failureOf(() => Promise.reject(refusal))
    expect(failure).toEqual(allowed.includes(operation) ? refusal : new StoreError({ operation, cause: refusal }))
  })

  test("ERR-04 ends after two seconds without an answer", async () => {
    const { clock, advance } = manualClock()
    const store = await opened(storeFromPromises(async () => answering(() => new Promise(() => {}))))
    const exit = Effect.runPromiseExit(Effect.provideService(callOf(store, operation), Clock.Clock, clock))
    const done = vi.fn()
    exit.then(done)
    await advance("1999 millis")
    expect(done).not.toHaveBeenCalled()
    await advance("1 millis")
    const cause = new StoreProblem({ message: "no answer within 2s" })
    expect(await exit).toEqual(Exit.fail(new StoreError({ operation, cause })))
  })
})

describe("a store from promises", () => {
  const never = () => new Promise(() => {})

  test("ERR-04 ends its calls after the time it was given", async () => {
    const { clock, advance } = manualClock()
    const store = await opened(storeFromPromises(async () => answering(never), { timeout: "300 millis" }))
    const failure = Effect.runPromise(Effect.provideService(Effect.flip(store.users.isSetUp), Clock.Clock, clock))
    await advance("300 millis")
    expect((await failure).message).toBe("the store failed at users.isSetUp: no answer within 300ms")
  })

  test("a timeout that is none stops the program when it starts", () => {
    // @ts-expect-error not a duration
    expect(() => storeFromPromises(async () => answering(never), { timeout: "soon" })).toThrow()
  })

  test('a bare number is no timeout, for its unit cannot be seen: it is refused with the right form, "2 seconds"', () => {
    // @ts-expect-error no unit
    expect(() => storeFromPromises(async () => answering(never), { timeout: 2 })).toThrow(
      'The timeout of storeFromPromises must be a duration such as "2 seconds"'
    )
  })

  test.each<[unknown, string]>([
    [{ timout: "1 second" }, "cannot have timout: did you mean timeout?"],
    ["1 second", "must be an object of options, not string"],
    [null, "must be an object of options, not null"]
  ])("options that would have no effect are refused at once: %j", (options, problem) => {
    expect(() => storeFromPromises(async () => answering(never), options as never)).toThrow(
      new Error(`the second argument of storeFromPromises ${problem}`)
    )
  })

  const refusal = (given: unknown): Promise<string> =>
    opened(storeFromPromises(async () => given as PromiseStore)).then(
      () => "it opened",
      (error) => error.message
    )
  const lacks = "the store failed at open: the function for storeFromPromises gave a store that lacks"

  test.each<[string, (store: PromiseStore) => unknown, string]>([
    ["verb", ({ sessions: { insert: _, ...sessions }, ...rest }) => ({ ...rest, sessions }), "sessions.insert"],
    [
      "verb, because it is mistyped",
      ({ sessions, ...rest }) => ({
        ...rest,
        sessions: Object.create(sessions, { insert: { value: null }, inserts: { value: never } })
      }),
      "sessions.insert (it has sessions.inserts)"
    ],
    ["part", ({ tokens: _, ...rest }) => rest, "tokens"],
    ["part, because it is mistyped", ({ tokens, ...rest }) => ({ ...rest, token: tokens }), "tokens (it has token)"],
    ["look-up and its end", ({ lookupToken: _, close: __, ...rest }) => rest, "lookupToken, close"],
    ["verb that is a function", ({ audit, ...rest }) => ({ ...rest, audit: { ...audit, start: 1 } }), "audit.start"]
  ])("a store that lacks a %s is refused when it is opened, by name", async (_, without, missing) => {
    expect(await refusal(without(spread(answering(never))))).toBe(`${lacks} ${missing}`)
  })

  test.each<[unknown, string]>([
    [undefined, "undefined"],
    ["a store", "string"],
    [null, "null"]
  ])("what is no store at all is refused when it is opened: %j", async (given, words) => {
    expect(await refusal(given)).toBe(
      `the store failed at open: the function for storeFromPromises must give the whole store, not ${words}`
    )
  })

  test("a store whose parts are proxies, or have no prototype, is whole", async () => {
    const store = spread(answering(never))
    const proxy = new Proxy({} as PromiseStore["users"], { get: () => never })
    expect(await refusal({ ...store, users: proxy, audit: Object.assign(Object.create(null), store.audit) })).toBe(
      "it opened"
    )
  })

  test("is closed when it is refused because it is not whole", async () => {
    const log: Array<string> = []
    const { users: _, ...rest } = answering(never, async () => void log.push("close"))
    const layer = storeFromPromises(async () => rest as PromiseStore)
    await expect(Effect.runPromise(Effect.scoped(Layer.build(layer)))).rejects.toThrow(`${lacks} users`)
    expect(log).toEqual(["close"])
  })

  test("a late rejection troubles nobody, whether the call timed out or was interrupted", async () => {
    const unhandled = vi.fn()
    process.on("unhandledRejection", unhandled)
    const rejections: Array<() => void> = []
    const late = () => new Promise((_, reject) => rejections.push(() => reject(new Error("late"))))
    const store = await opened(storeFromPromises(async () => answering(late), { timeout: "1 millis" }))
    await Effect.runPromise(Effect.flip(store.users.isSetUp))
    const { clock } = manualClock()
    const fiber = Effect.runFork(Effect.provideService(store.users.isSetUp, Clock.Clock, clock))
    await vi.waitFor(() => expect(rejections).toHaveLength(2))
    await Effect.runPromise(Fiber.interrupt(fiber))
    for (const reject of rejections) reject()
    await new Promise(setImmediate)
    process.off("unhandledRejection", unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test("each run of a verb without arguments asks again", async () => {
    let asked = 0
    const store = await opened(storeFromPromises(async () => answering(async () => ++asked)))
    expect(await Effect.runPromise(Effect.all([store.users.isSetUp, store.users.isSetUp]))).toEqual([1, 2])
  })

  test("is opened each time it is built, told which parts will be used, and closed once", async () => {
    const log: Array<string> = []
    const layer = storeFromPromises(async (usedParts) => {
      log.push(`open for ${[...usedParts].join(", ")}`)
      return answering(never, async () => void log.push("close"))
    })
    await Effect.runPromise(Effect.scoped(Layer.build(layer)))
    await Effect.runPromise(
      Effect.scoped(Layer.build(mixStores(layer, { users: memoryStore(), audit: memoryStore() })))
    )
    expect(log).toEqual([
      `open for ${partNames.join(", ")}`,
      "close",
      `open for ${partNames.filter((part) => part !== "users" && part !== "audit").join(", ")}`,
      "close"
    ])
  })

  test.each([
    ["rejects", () => Promise.reject(new Error("no server"))],
    [
      "throws",
      () => {
        throw new Error("no server")
      }
    ]
  ])("fails with a StoreError when its opening %s", async (_, open) => {
    await expect(opened(storeFromPromises(open))).rejects.toEqual(
      new StoreError({ operation: "open", cause: new Error("no server") })
    )
  })

  test("is closed also when nobody waited for it to be opened", async () => {
    const log: Array<string> = []
    let finishOpening = () => {}
    const layer = storeFromPromises(
      () =>
        new Promise((resolve) => {
          finishOpening = () => resolve(answering(never, async () => void log.push("close")))
        })
    )
    const fiber = Effect.runFork(Effect.scoped(Layer.build(layer)))
    const interrupted = Effect.runPromise(Fiber.interrupt(fiber))
    finishOpening()
    await interrupted
    expect(log).toEqual(["close"])
  })

  test("tells whoever closes it when it could not be closed", async () => {
    const failure = new Error("still busy")
    const layer = storeFromPromises(async () => answering(never, () => Promise.reject(failure)))
    await expect(Effect.runPromise(Effect.scoped(Layer.build(layer)))).rejects.toBe(failure)
  })
})
