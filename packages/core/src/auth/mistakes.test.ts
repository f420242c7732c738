import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { describe, expect, test } from "vitest"
import { loggedLines } from "../../test/captured-log.ts"
import { ada } from "../../test/people.ts"
import { storeAround } from "../../test/store-around.ts"
import { reveal } from "../secret/secret-text.ts"
import { ConfigurationError } from "../settings/configuration-error.ts"
import { mixStores } from "../store/mix-stores.ts"
import { StoreError } from "../store/store-error.ts"
import { storeFromPromises } from "../store/store-from-promises.ts"
import { StoreProblem } from "../store/store-problem.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { memoryStore } from "../testing/memory-store.ts"
import { plainHasher } from "../testing/plain-hasher.ts"
import { Users } from "../user/users.ts"
import { createAuth } from "./create-auth.ts"

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing was refused",
    (error) => error.message
  )

describe("createAuth", () => {
  test.each<[string, unknown]>([
    ["no options", undefined],
    ["no store", {}],
    ["the path of one", { store: "app.db" }],
    ["a handle", { store: { prepare: () => {}, exec: () => {} } }],
    ["a promise of one", { store: Promise.resolve(memoryStore()) }],
    ["a layer of something else", { store: plainHasher }]
  ])('with %s names the option store and its right value: sqliteStore("app.db")', async (_, options) => {
    const refused = createAuth(options as never)
    await expect(refused).rejects.toBeInstanceOf(ConfigurationError)
    expect(await messageOf(refused)).toContain('store must be a store, such as sqliteStore("app.db")')
  })

  test("with a maker of stores that was not called says to call it: memoryStore", async () => {
    expect(await messageOf(createAuth({ store: memoryStore as never }))).toContain(
      "call memoryStore, and give what it returns"
    )
  })

  test.each<[object, string, string]>([
    [{ sesions: {} }, "sesions", "sessions"],
    [{ sessions: { idel: "1 hour" } }, "sessions.idel", "sessions.idle"],
    [{ scopes: {} }, "scopes", "tokens.scopes"],
    [{ mailers: null }, "mailers", "mailer"],
    [{ hooks: { afterLogIn: () => {} } }, "hooks.afterLogIn", "hooks.afterLogin"]
  ])("OPS-03 with an option that there is not, %j, names the nearest", async (options, typed, meant) => {
    expect(await messageOf(createTestAuth(options))).toContain(`Did you mean ${meant} where it says ${typed}?`)
  })

  test("with thousands of options that there are not says so at once, and looks for the nearest of some", async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`impersonation${at}`, 1]))
    const message = await messageOf(createTestAuth(many))
    expect(message.match(/Did you mean/g)).toHaveLength(20)
  })

  test("with a promise of options, or of a store, says that `await` is missing", async () => {
    const options = Promise.resolve({ store: memoryStore() })
    expect(await messageOf(createAuth(options as never))).toContain(
      "the first argument must be an object of options, not a promise, of which `await` is missing"
    )
    expect(await messageOf(createTestAuth(options as never))).toContain("of which `await` is missing")
    expect(await messageOf(createAuth({ store: Promise.resolve(memoryStore()) as never }))).toContain(
      'store must be a store, such as sqliteStore("app.db"), not a promise, of which `await` is missing'
    )
    for (const none of [null, [], "app.db"]) {
      expect(await messageOf(createAuth(none as never))).toContain(
        "the first argument must be an object of options, not "
      )
      expect(await messageOf(createTestAuth(none as never))).toContain("must be an object of options, not ")
    }
  })

  test("with what is no mailer says what one is, and that `await` is missing", async () => {
    const told = (mailer: unknown) => messageOf(createTestAuth({ mailer: mailer as never }))
    expect(await told({ sendMail: () => {} })).toMatch(/mailer must be an object with the function send, .* gives$/)
    expect(await told(Promise.resolve({ send: () => {} }))).toContain(
      "gives, not a promise, of which `await` is missing"
    )
  })

  test.each(["hasher", "accessTokens"])(
    "with a store as %s says that it is a Layer of something else",
    async (name) => {
      const refused = createTestAuth({ [name]: memoryStore() })
      await expect(refused).rejects.toBeInstanceOf(ConfigurationError)
      expect(await messageOf(refused)).toMatch(new RegExp(`${name} must be .*, not a Layer of something else`))
    }
  )

  test("with a logger in the place of its Layer says the right form: Logger.layer([…])", async () => {
    const refused = createAuth({ store: memoryStore() }, Logger.make(() => {}) as never)
    expect(await messageOf(refused)).toContain(
      "the second argument must be a Layer, such as Logger.layer([…]), not object"
    )
  })

  test.each<[string, unknown, string]>([
    ["a promise", Promise.resolve({ idle: "5 minutes" }), "a promise, of which `await` is missing"],
    ["a map", new Map([["idle", "5 minutes"]]), "object"],
    ["a date", new Date(), "object"],
    ["an empty list", [], "a list"],
    ["a text", "5 minutes", "string"]
  ])("OPS-03 with %s in the place of a group of options says what it is", async (_, sessions, words) => {
    expect(await messageOf(createTestAuth({ sessions: sessions as never }))).toContain(
      `sessions must be a group of options, not ${words}`
    )
  })

  test("OPS-03 with null where an option is never null does not take it for the default", async () => {
    for (const [options, named] of [
      [{ registration: null }, "registration must be one of"],
      [{ tokens: { enabled: null } }, "tokens.enabled must be true or false"],
      [{ sessions: { requireVerified: null } }, "sessions.requireVerified must be true or false"],
      [{ sessions: { idle: null } }, "sessions.idle must be a duration"],
      [{ roles: null }, "roles must be roles"]
    ] as const)
      expect(await messageOf(createTestAuth(options as never))).toContain(named)
    expect(await messageOf(createTestAuth({ registration: undefined }))).toBe("nothing was refused")
  })

  test("EVT-07 with hooks that would never run, or run without their `this`, says what to write", async () => {
    class Hooks {
      reasons = new Map<string, string>()
      validatePassword(password: string) {
        return this.reasons.get(password)
      }
    }
    class Methods {
      afterLogin() {}
    }
    const told = (hooks: unknown) => messageOf(createTestAuth({ hooks: hooks as never }))
    for (const made of [new Hooks(), new Methods()])
      expect(await told(made)).toContain(
        "hooks must be an object of functions, not an object of a class: write { afterLogin: (happened) => … }"
      )
    expect(await told(Promise.resolve({}))).toContain("not a promise, of which `await` is missing")
    expect(await told([])).toContain("hooks must be an object of functions, not a list")
    expect(await told(Object.assign(Object.create(null), { afterLogin: () => {} }))).toBe("nothing was refused") // a module
  })

  test("with what is no hasher names the option and its right value: argon2Hasher({ … })", async () => {
    expect(await messageOf(createTestAuth({ hasher: (() => {}) as never }))).toContain(
      "hasher must be a Layer of PasswordHasher, such as argon2Hasher({ … })"
    )
  })

  test.each<[string, object, string]>([
    [
      "password",
      { username: "boss", password: "short" },
      "admin.password (LATCHKEY_ADMIN_PASSWORD) is refused: this password is too short"
    ],
    [
      "username",
      { username: "a b", password: ada.password },
      "admin.username (LATCHKEY_ADMIN_USERNAME) is refused: this username"
    ],
    ["email", { email: "boss", password: ada.password }, "admin.email (LATCHKEY_ADMIN_EMAIL) is refused: this email"]
  ])("SET-07 with a refused admin.%s names the option and its variable", async (_, admin, message) => {
    expect(await messageOf(createTestAuth({ admin }))).toContain(message)
  })
})

describe("other makers", () => {
  test("mixStores refuses a part that there is not, and names the nearest: sessions", () => {
    const mix = (parts: object) => () => mixStores(memoryStore(), parts)
    expect(mix({ sesions: memoryStore() })).toThrow("sesions, which is no part of a store: did you mean sessions?")
    expect(mix({ sessions: "redis://localhost" })).toThrow("mixStores needs a store for sessions, as in mixStores(")
    expect(mix({ sessions: memoryStore(), codes: undefined })).not.toThrow()
    expect(() => mixStores("app.db" as never, {})).toThrow("mixStores needs a store first, as in mixStores(")
  })

  test.each<[string, unknown, string]>([
    ["no stores", undefined, "the stores of some parts second, as in mixStores("],
    ["a promise of stores", Promise.resolve({}), "not a promise, of which `await` is missing"],
    ["a store in the place of stores", memoryStore(), "is no part of a store"],
    [
      "a promise of a store",
      { sessions: Promise.resolve(memoryStore()) },
      "not a promise, of which `await` is missing"
    ],
    ["a maker that was not called", { sessions: memoryStore }, "not the function memoryStore, which was not called"]
  ])("mixStores refuses %s at once", (_, parts, told) => {
    expect(() => mixStores(memoryStore(), parts as object)).toThrow(told)
  })

  test("mixStores ends a question where it ends: did you mean sessions?", () => {
    expect(() => mixStores(memoryStore(), { sesions: memoryStore() } as object)).toThrow(/did you mean sessions\?$/)
    expect(() => mixStores(memoryStore(), { redis: memoryStore() } as object)).toThrow(
      "redis, which is no part of a store: the parts are users, sessions"
    )
  })

  test("mixStores names the parts for which it was given a Layer of something else", async () => {
    const nothing = Layer.empty as never
    expect(await messageOf(createTestAuth({ store: mixStores(memoryStore(), { sessions: nothing }) }))).toMatch(
      /^the store failed at open: mixStores needs a store for sessions, as in .*, not a Layer of something else$/
    )
    expect(await messageOf(createTestAuth({ store: mixStores(nothing, { sessions: memoryStore() }) }))).toContain(
      "mixStores needs a store for users, tokens, "
    )
  })

  test('storeFromPromises refuses a timeout that is none, and says the right form: "2 seconds"', () => {
    const open = () => Promise.reject(new Error("never asked"))
    for (const timeout of ["2 secs", "0 seconds", -1] as const)
      expect(() => storeFromPromises(open, { timeout: timeout as never })).toThrow('a duration such as "2 seconds"')
    expect(() => storeFromPromises({} as never)).toThrow("needs the function that opens the store")
  })
})

describe("a StoreError", () => {
  test("STO-04 carries the sentence of its cause when that is ours, and no word of a driver's", () => {
    const told = (cause: unknown) => new StoreError({ operation: "open", cause }).message
    expect(told(new StoreProblem({ message: "run npm install redis" }))).toBe(
      "the store failed at open: run npm install redis"
    )
    expect(told({ _tag: "StoreProblem", message: "run npm install redis" })).toContain(": run npm install redis") // another copy's
    for (const cause of [new Error("row: lk_ses_secret"), "lk_ses_secret", null, { _tag: "StoreProblem" }])
      expect(told(cause)).toBe("the store failed at open")
  })
})

describe("an Auth that is closed", () => {
  const closed =
    "this Auth is closed, because auth.close() was called or the scope of its layer ended. Make another to go on"

  test("ERR-03 says so, as an outage, to every call that asks its store", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    await auth.close()
    await auth.close()
    expect(await messageOf(auth.users.find(user.id))).toBe(`the store failed at users.find: ${closed}`)
    const find = Effect.flatMap(Users, (users) => users.find(user.id))
    expect(await messageOf(auth.run(find))).toBe(`the store failed at users.find: ${closed}`)
    expect(await messageOf(Effect.runPromise(Effect.provide(find, auth.context)))).toContain(closed)
    const authorization = `Bearer ${reveal(secret)}`
    expect(await messageOf(auth.identify({ sessionCookie: null, authorization }))).toBe(
      `the store failed at lookupSession: ${closed}`
    )
    await expect(auth.sessions.logIn(ada)).rejects.toBeInstanceOf(StoreError)
  })

  test("ERR-03 has finished the calls that had begun", async () => {
    const { auth } = await createTestAuth()
    await auth.users.register(ada)
    const loggingIn = auth.sessions.logIn(ada)
    await auth.close()
    expect(await messageOf(loggingIn)).toBe("nothing was refused")
    expect(await messageOf(auth.sessions.logIn(ada))).toContain(closed)
  })

  test("ERR-03 waits ten seconds at most for a call that does not end", async () => {
    const store = storeAround((operation, call) => (operation === "users.count" ? Effect.never : call))
    const { auth } = await createTestAuth({ store })
    void auth.users.count().catch(() => {})
    await auth.close()
    expect(await messageOf(auth.sessions.logIn(ada))).toContain(closed)
  })

  test("ERR-03 says so to a sweep that is asked for, and the log says of none that it will be tried again", async () => {
    const { layer, lines } = loggedLines()
    const { auth } = await createTestAuth({ ambient: layer })
    await auth.close()
    lines.length = 0
    expect(await messageOf(auth.sweep())).toBe(`the store failed at sessions.removeExpired: ${closed}`)
    expect(lines).toEqual([])
  })
})
