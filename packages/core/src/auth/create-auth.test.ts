import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { describe, expect, expectTypeOf, it, test } from "vitest"
import { ada } from "../../test/people.ts"
import { outage, storeAround, storeOver } from "../../test/store-around.ts"
import { argon2Hasher } from "../password/argon2-hasher.ts"
import { PasswordHasher } from "../password/password-hasher.ts"
import { InvalidCredentials } from "../session/session-errors.ts"
import type { LoggedIn } from "../session/session-service.ts"
import { Sessions } from "../session/sessions.ts"
import { ConfigurationError } from "../settings/configuration-error.ts"
import { SeedRefused } from "../setup/setup-errors.ts"
import { Store, type StoreLayer } from "../store/store.ts"
import { StoreError } from "../store/store-error.ts"
import { createTestAuth, testAdmin } from "../testing/create-test-auth.ts"
import { manualClock } from "../testing/manual-clock.ts"
import { memoryStore } from "../testing/memory-store.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { plainHasher } from "../testing/plain-hasher.ts"
import { AccountNameInvalid } from "../user/user-errors.ts"
import { Users } from "../user/users.ts"
import type { AuthOptions, AuthServices } from "./auth-layer.ts"
import { type Auth, createAuth } from "./create-auth.ts"

/** A store that tells whether it is open. */
const watchedStore = (store: StoreLayer = memoryStore()) => {
  const state = { isOpen: false, wasOpened: false }
  const open = Effect.sync(() => {
    state.isOpen = true
    state.wasOpened = true
  })
  const close = () =>
    Effect.sync(() => {
      state.isOpen = false
    })
  const layer = Layer.effectDiscard(Effect.acquireRelease(open, close)).pipe(Layer.provideMerge(store))
  return { state, layer }
}

const options = (store: StoreLayer): AuthOptions => ({ store, hasher: plainHasher, setup: { announce: false } })

describe("starting", () => {
  it.each<[string, Partial<AuthOptions>, new (...args: never) => Error]>([
    ["a seed without a password", { admin: { username: "boss" } }, SeedRefused],
    ["a seed whose name cannot be one", { admin: { username: "a b", password: ada.password } }, AccountNameInvalid]
  ])("that is refused for %s rejects with the error itself, and closes the store", async (_, more, error) => {
    const { state, layer } = watchedStore()
    await expect(createAuth({ ...options(layer), ...more })).rejects.toBeInstanceOf(error)
    expect(state).toEqual({ isOpen: false, wasOpened: true })
  })

  test("OPS-03 with options that cannot be does not open the store", async () => {
    const { state, layer } = watchedStore()
    await expect(createAuth({ ...options(layer), name: "" })).rejects.toBeInstanceOf(ConfigurationError)
    expect(state).toEqual({ isOpen: false, wasOpened: false })
  })

  test("with a store that does not open rejects with its StoreError", async () => {
    const broken = Layer.effect(Store, Effect.fail(new StoreError({ operation: "open", cause: "no such file" })))
    await expect(createAuth(options(broken))).rejects.toMatchObject({ _tag: "StoreError", operation: "open" })
  })

  test("ERR-03 with a store that is away rejects, and closes it", async () => {
    const { state, layer } = watchedStore(storeAround(outage((operation) => operation.startsWith("users."))))
    const seeding = { ...options(layer), admin: { username: "boss", password: ada.password } }
    await expect(createAuth(seeding)).rejects.toBeInstanceOf(StoreError)
    expect(state).toEqual({ isOpen: false, wasOpened: true })
  })

  test("PWD-01 hashes with argon2id unless told otherwise", async () => {
    const tables = emptyTables()
    const auth = await createAuth({ store: storeOver(tables), setup: { announce: false } })
    const user = await auth.users.create(ada)
    expect(tables.users.get(user.id)?.passwordHash).toMatch(/^nfc:\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await auth.sessions.logIn(ada)).toMatchObject({ user: { id: user.id } })
    await auth.close()
  })

  test("PWD-01 throws at construction for a hasher below the floor", () => {
    expect(() => argon2Hasher({ memory: 1024, passes: 1, lanes: 1 })).toThrow("floor")
  })
})

describe("closing", () => {
  test("releases the store, once", async () => {
    const { state, layer } = watchedStore()
    const auth = await createAuth(options(layer))
    expect(state.isOpen).toBe(true)
    await auth.close()
    await auth.close()
    expect(state.isOpen).toBe(false)
  })

  test("is one closing, however often it is asked for: a second call waits, and cuts off no hook that still runs", async () => {
    const told: Array<string | null> = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const auth: Auth = await createAuth({
      ...options(memoryStore()),
      hasher: plainHasher,
      admin: testAdmin,
      hooks: {
        afterRegister: async ({ user }) => {
          await promise
          told.push((user && (await auth.users.find(user.id)))?.username ?? null)
        }
      }
    })
    await auth.users.register(ada)
    const closings = [auth.close(), auth.close()]
    resolve()
    await closings[1]
    expect(told).toEqual(["root", "ada"])
    await closings[0]
  })

  test("stops what runs in the background", async () => {
    const clock = manualClock()
    let sweeps = 0
    const store = storeAround((operation, call) =>
      Effect.suspend(() => {
        if (operation === "sessions.removeExpired") sweeps += 1
        return call
      })
    )
    const auth = await createAuth(options(store), Layer.succeed(Clock.Clock, clock.clock))
    await clock.advance("20 minutes")
    expect(sweeps).toBe(3)
    await auth.close()
    await clock.advance("1 hour")
    expect(sweeps).toBe(3)
  })
})

describe("the two faces", () => {
  test("a promise rejects with the very error that the Effect fails with", async () => {
    const { auth } = await createTestAuth()
    const wrong = { username: "ada", password: "x" }
    const rejected = await auth.sessions.logIn(wrong).catch((error: unknown) => error)
    const failed = await auth.run(Effect.flip(Sessions.use((sessions) => sessions.logIn(wrong))))
    expect(rejected).toBeInstanceOf(InvalidCredentials)
    expect(failed).toEqual(rejected)
  })

  test("have the same names, and every one of them works", async () => {
    const { auth } = await createTestAuth()
    const names = (service: object) => Object.keys(service).toSorted()
    expect(names(auth.sessions)).toEqual(names(Context.get(auth.context, Sessions)))
    expect(names(auth.users)).toEqual(names(Context.get(auth.context, Users)))
    expectTypeOf(auth.sessions.logIn).returns.resolves.toEqualTypeOf<LoggedIn>()
    expectTypeOf(auth.sessions.logIn).parameters.toEqualTypeOf<Parameters<Sessions["Service"]["logIn"]>>()
  })

  test("TIM-02 read the clock that was given, in every call", async () => {
    const clock = manualClock(5_000_000)
    const auth = await createAuth(options(memoryStore()), Layer.succeed(Clock.Clock, clock.clock))
    expect((await auth.users.create(ada)).createdAt).toBe(5_000_000)
    await clock.advance(7)
    expect((await auth.users.create({ username: "bob" })).createdAt).toBe(5_000_007)
    expect(await auth.run(Clock.currentTimeMillis)).toBe(5_000_007)
    await auth.close()
  })

  test("ENU-10 neither of them gives out the hasher", async () => {
    const { auth } = await createTestAuth()
    expect(Option.isNone(Context.getOption(auth.context as Context.Context<never>, PasswordHasher))).toBe(true)
    expectTypeOf<PasswordHasher>().not.toExtend<AuthServices>()
  })

  test("ERR-02 a defect rejects, and what comes after it works", async () => {
    let isBroken = false
    const store = storeAround((_, call) => (isBroken ? Effect.die(new Error("a bug")) : call))
    const { auth } = await createTestAuth({ store })
    isBroken = true
    await expect(auth.users.list()).rejects.toThrow("a bug")
    isBroken = false
    expect((await auth.users.count()).total).toBe(1)
    expect(Exit.isFailure(await auth.run(Effect.exit(Effect.die("x"))))).toBe(true)
  })
})
