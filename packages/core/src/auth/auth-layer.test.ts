import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, expectTypeOf, test, vi } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { ada } from "../../test/people.ts"
import { outage, storeAround } from "../../test/store-around.ts"
import type { Mailer } from "../mail/mail.ts"
import { Sessions } from "../session/sessions.ts"
import type { StoreLayer } from "../store/store.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { memoryStore } from "../testing/memory-store.ts"
import { plainHasher } from "../testing/plain-hasher.ts"
import { Users } from "../user/users.ts"
import { type AuthOptions, type AuthServices, authLayer, Settings } from "./auth-layer.ts"

const started = async (options: TestAuthOptions) => {
  const log = capturedLog()
  const made = await createTestAuth({ ambient: log.layer, ...options })
  return { ...made, log: log.lines.join("\n") }
}

describe("the start", () => {
  test("SET-08 says loudly that development mode is on", async () => {
    const { log } = await started({ unsafeDevMode: true })
    expect(log).toContain("unsafeDevMode is on: every new user is a superuser")
    expect((await started({})).log).toBe("")
  })

  test.each([
    [{ sessions: { requireVerified: true } }, "nobody can verify an address by mail. Give createAuth a mailer"],
    [{ registration: "invite" }, "users.create mails no invitation. Give createAuth a mailer"]
  ] as const)("warns of what cannot be done without a mailer, and says what helps: %j", async (options, warning) => {
    expect((await started(options)).log).toContain(warning)
    expect((await started({ ...options, mailer: { send: async () => {} } })).log).toBe("")
  })

  test("ERR-03 does not take a store that is away for one that is not set up", async () => {
    const store = storeAround(outage((operation) => operation === "users.isSetUp"))
    await expect(createTestAuth({ admin: null, store })).rejects.toMatchObject({ _tag: "StoreError" })
  })
})

describe("the Effect way in", () => {
  const layer = authLayer({ store: memoryStore(), hasher: plainHasher, setup: { announce: false } })

  test("gives every service, over one and the same store", async () => {
    const found = await Effect.gen(function* () {
      const user = yield* (yield* Users).create(ada)
      const { secret } = yield* (yield* Sessions).logIn(ada)
      const resumed = yield* (yield* Sessions).resume(secret)
      return resumed?.user.id === user.id
    }).pipe(Effect.provide(layer), Effect.runPromise)
    expect(found).toBe(true)
  })

  test("has every service, and the options as they were checked", async () => {
    const context = await Effect.runPromise(Effect.scoped(Layer.build(layer)))
    expectTypeOf(context).toEqualTypeOf<Context.Context<AuthServices>>()
    expect(Context.get(context, Settings).sessions.idle).toBe(3_600_000)
  })

  test("refuses by failing, with the same errors", async () => {
    const refused = authLayer({ store: memoryStore(), hasher: plainHasher, name: "" })
    expect(await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(refused))))).toMatchObject({
      _tag: "ConfigurationError",
      problems: [{ setting: "name" }]
    })
  })

  test("refuses what is no mailer, such as the function that makes one", async () => {
    for (const mailer of [() => {}, {}, "smtp://localhost"]) {
      const refused = authLayer({ store: memoryStore(), hasher: plainHasher, mailer: mailer as unknown as Mailer })
      expect(await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(refused))))).toMatchObject({
        _tag: "ConfigurationError",
        problems: [{ setting: "mailer" }]
      })
    }
  })

  test("MAI-09 OPS-03 refuses a mailer that shows secrets, where others may see them", async () => {
    const mailer: Mailer = { unsafeShowsSecrets: true, send: async () => undefined }
    const options = { store: memoryStore(), hasher: plainHasher }
    const start = (given: Partial<AuthOptions>) =>
      Effect.runPromise(
        Effect.match(Effect.scoped(Layer.build(authLayer({ ...options, ...given }))), {
          onSuccess: () => "started",
          onFailure: (error) => error.message
        })
      )
    expect(await start({ mailer, publicUrl: "http://localhost:3000" })).toBe("started")
    expect(await start({ mailer: { send: mailer.send }, publicUrl: "https://app.example.org" })).toBe("started")
    expect(await start({ mailer: undefined })).toBe("started")
    expect(await start({ mailer, publicUrl: "https://app.example.org" })).toMatch(/mailer shows links that open/)
    vi.stubEnv("NODE_ENV", "production")
    expect(await start({ mailer })).toMatch(/mailer shows links that open/)
    vi.unstubAllEnvs()
  })

  test("MAI-04 refuses a name of more than one line", async () => {
    for (const name of ["Harbour\r\nBcc: eve@x.org", "Harbour\u2028", "\u202eruobraH"]) {
      const refused = authLayer({ store: memoryStore(), hasher: plainHasher, name })
      expect(await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(refused))))).toMatchObject({
        problems: [{ setting: "name" }]
      })
    }
  })

  test("refuses what is no store, and says what one is, beside everything else that is wrong", async () => {
    for (const store of [undefined, "app.db", Promise.resolve()]) {
      const refused = authLayer({ store: store as unknown as StoreLayer, name: "" })
      expect(await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(refused))))).toMatchObject({
        _tag: "ConfigurationError",
        problems: [{ setting: "store", problem: 'must be a store, such as sqliteStore("app.db")' }, { setting: "name" }]
      })
    }
  })
})
