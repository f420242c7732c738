import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it, test, vi } from "vitest"
import { countingHasher } from "../../../test/counting-hasher.ts"
import { everyInterleaving } from "../../../test/interleavings.ts"
import * as made from "../../../test/legacy-hashes.ts"
import { ada, eventsOf, hashOf, newPassword, setHash } from "../../../test/people.ts"
import { storeAround, storeOver } from "../../../test/store-around.ts"
import type { Auth } from "../../auth/create-auth.ts"
import { createTestAuth } from "../../testing/create-test-auth.ts"
import { emptyTables, type Tables } from "../../testing/memory-tables.ts"
import { plainHasher } from "../../testing/plain-hasher.ts"
import type { User } from "../../user/user.ts"
import { argon2Hasher } from "../argon2-hasher.ts"
import { HasherError, PasswordHasher } from "../password-hasher.ts"
import { Passwords } from "../passwords.ts"
import { argon2 } from "./argon2.ts"
import { bcrypt } from "./bcrypt.ts"
import type { LegacyKind } from "./legacy-kind.ts"
import { pbkdf2 } from "./pbkdf2.ts"
import { scrypt } from "./scrypt.ts"

const logIn = (auth: Auth, password: string, username: string = ada.username) =>
  auth.sessions.logIn({ username, password })

const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: { readonly _tag: string }) => error._tag
  )

/** A kind of hashes such as `swan:seven wet umbrellas`, which notes its work: what was checked, and what was made up for. */
const countingKind = (name: string, work: Array<string>): LegacyKind => {
  const note = (what: string) => Effect.sync(() => void work.push(`${name} ${what}`))
  return {
    name,
    load: Effect.succeed({
      reads: (stored) => stored.startsWith(`${name}:`),
      verify: (stored, password) => Effect.as(note("check"), stored === `${name}:${password}`),
      makeUp: (stored) => note(stored === null ? "whole" : "rest")
    })
  }
}

/** Ada, with the hash of an old system, where there are two kinds. Our own checks are noted too. */
const withOldAda = async (hash: string) => {
  const work: Array<string> = []
  const hasher = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      verify: (stored: string, password: string) => {
        work.push("own check")
        return plain.verify(stored, password)
      }
    }))
  ).pipe(Layer.provide(plainHasher))
  const tables = emptyTables()
  const legacyPasswords = [countingKind("swan", work), countingKind("crow", work)]
  const { auth } = await createTestAuth({ store: storeOver(tables), hasher, legacyPasswords })
  const user = await auth.users.register(ada)
  setHash(tables, user.id, hash)
  return { auth, tables, user, work }
}

describe("the work of a refused log-in", () => {
  interface Attempt {
    readonly auth: Auth
    readonly tables: Tables
    readonly user: User
  }
  const wrong = ({ auth }: Attempt) => logIn(auth, "seven wet umbrella")
  const right = ({ auth }: Attempt) => logIn(auth, ada.password)
  const inactive = async ({ auth, user }: Attempt) => {
    await auth.users.change(user.id, { isActive: false })
    return logIn(auth, ada.password)
  }

  const own = ["crow whole", "own check", "swan whole"]
  const swan = ["crow whole", "own check", "swan check", "swan rest"]
  const crow = ["crow check", "crow rest", "own check", "swan whole"]

  it.each<[string, string, string, (attempt: Attempt) => Promise<unknown>, ReadonlyArray<string>]>([
    ["an unknown user", "unknown-user", "swan:x", ({ auth }) => logIn(auth, ada.password, "nobody"), own],
    ["a hash that nobody reads", "unreadable-hash", "goose:x", right, own],
    ["a wrong password for a hash of ours", "wrong-password", "own", wrong, own],
    ["a wrong password for a swan", "wrong-password", `swan:${ada.password}`, wrong, swan],
    ["a wrong password for a crow", "wrong-password", `crow:${ada.password}`, wrong, crow],
    ["the right password of an inactive swan", "inactive", `swan:${ada.password}`, inactive, swan],
    ["the right password of an inactive user of ours", "inactive", "own", inactive, own],
    ["a password that is too long", "wrong-password", "swan:", ({ auth }) => logIn(auth, "x".repeat(5_000)), swan]
  ])("ENU-02 ENU-03 ENU-11 %s costs one hash of each kind (%s)", async (_, reason, hash, attempt, expected) => {
    const { auth, tables, user, work } = await withOldAda(hash)
    if (hash === "own") await auth.passwords.set({ user, next: ada.password })
    work.length = 0
    expect(await outcomeOf(attempt({ auth, tables, user }))).toBe("InvalidCredentials")
    expect(work.toSorted()).toEqual(expected)
    expect(await eventsOf(auth, { type: "login.refused" })).toMatchObject([{ details: { reason } }])
  })

  test("ENU-11 a hash of ours with current parameters is ours, also where a kind could read it", async () => {
    const work: Array<string> = []
    const swan = await Effect.runPromise(countingKind("swan", work).load)
    const greedy: LegacyKind = { name: "swan", load: Effect.succeed({ ...swan, reads: () => true }) }
    const { auth } = await createTestAuth({ legacyPasswords: [greedy] })
    await auth.users.register(ada)
    expect(await outcomeOf(logIn(auth, "seven wet umbrella"))).toBe("InvalidCredentials")
    expect(work).toEqual(["swan whole"])
  })

  test("ENU-11 a right password costs its own kind alone, once, and from then on ours", async () => {
    const { auth, tables, user, work } = await withOldAda(`swan:${ada.password}`)
    await logIn(auth, ada.password)
    expect(work).toEqual(["swan check"])
    expect(hashOf(tables, user.id)).toMatch(/^nfc:plain\$/)
    await logIn(auth, ada.password)
    expect(work).toEqual(["swan check", "own check"])
  })

  test("ENU-11 a check takes one turn of the queue, and the work of a refusal is in it", async () => {
    let atOnce = 0
    const seen: Array<number> = []
    const slow: LegacyKind = {
      name: "swan",
      load: Effect.succeed({
        reads: () => false,
        verify: () => Effect.succeed(false),
        makeUp: () =>
          Effect.gen(function* () {
            seen.push(++atOnce)
            yield* Effect.yieldNow
            atOnce -= 1
          })
      })
    }
    const { auth } = await createTestAuth({ legacyPasswords: [slow], passwords: { concurrency: 1 } })
    await Promise.all(["ada", "eve", "joe"].map((username) => outcomeOf(logIn(auth, ada.password, username))))
    expect(seen).toEqual([1, 1, 1])
  })

  /** A kind with the hash of Ada's password, of which one part fails until it is mended. */
  const withBrokenKind = async (part: "verify" | "makeUp") => {
    const state = { isBroken: true }
    const fails = Effect.suspend(() =>
      state.isBroken ? Effect.fail(new HasherError({ cause: "no memory" })) : Effect.void
    )
    const broken: LegacyKind = {
      name: "swan",
      load: Effect.succeed({
        reads: (stored) => stored.startsWith("swan:"),
        verify: (stored, password) => Effect.as(part === "verify" ? fails : Effect.void, stored === `swan:${password}`),
        makeUp: () => (part === "makeUp" ? fails : Effect.void)
      })
    }
    const tables = emptyTables()
    const throttle = { perAccountAndNetwork: 3 }
    const { auth } = await createTestAuth({ store: storeOver(tables), legacyPasswords: [broken], throttle })
    const user = await auth.users.register(ada)
    setHash(tables, user.id, `swan:${ada.password}`)
    return { auth, state }
  }

  const guesses = async (auth: Auth, password: string) => {
    const outcomes: Array<string> = []
    for (let at = 0; at < 5; at++) outcomes.push(await outcomeOf(logIn(auth, password)))
    return outcomes
  }

  test("ERR-03 RAT-17 a kind that cannot check is a HasherError, and no guess: it says nothing", async () => {
    const { auth, state } = await withBrokenKind("verify")
    for (const password of [ada.password, "seven wet umbrella"])
      expect(await guesses(auth, password)).toEqual(Array(5).fill("HasherError"))
    expect(await eventsOf(auth, { type: "login.refused" })).toEqual([])
    state.isBroken = false
    expect(await outcomeOf(logIn(auth, ada.password))).toBe("done")
  })

  test("RAT-17 when only the work beside a verdict fails, a guess is a guess: a right one would have opened", async () => {
    const { auth } = await withBrokenKind("makeUp")
    const [hasher, many] = ["HasherError", "TooManyAttempts"]
    expect(await guesses(auth, "seven wet umbrella")).toEqual([hasher, hasher, hasher, many, many])
  })
})

describe("a password of an old system", () => {
  const kinds = [
    bcrypt({ cost: 4 }),
    pbkdf2({ digest: "sha1", iterations: 1000 }),
    pbkdf2({ digest: "sha256", iterations: 1000 }),
    pbkdf2({ digest: "sha512", iterations: 1000 }),
    scrypt({ cost: 1024, blockSize: 8, parallelism: 1 }),
    argon2({ memory: 64, passes: 2, lanes: 4 })
  ]

  it.each(Object.values(made).flat())(
    "PWD-12 PWD-14 by $by ($password) opens its account, and the hash is ours afterwards",
    async ({ stored, password }) => {
      const tables = emptyTables()
      const { auth } = await createTestAuth({ store: storeOver(tables), legacyPasswords: kinds })
      const user = await auth.users.register(ada)
      setHash(tables, user.id, stored)
      expect(await outcomeOf(logIn(auth, `${password}x`))).toBe("InvalidCredentials")
      expect(hashOf(tables, user.id)).toBe(stored)
      expect(await outcomeOf(logIn(auth, password))).toBe("done")
      expect(hashOf(tables, user.id)).toMatch(/^nfc:plain\$/)
      expect(await outcomeOf(logIn(auth, password))).toBe("done")
      expect(await outcomeOf(logIn(auth, `${password}x`))).toBe("InvalidCredentials")
    }
  )

  test("PWD-14 PWD-16 comes with an import, which refuses what no kind reads", async () => {
    const [old] = made.bcryptHashes
    if (old === undefined) throw new Error("there is no hash of bcrypt")
    const users = [
      { id: "1", username: "ada", passwordHash: old.stored },
      { id: "2", username: "eve", passwordHash: `$2b$31$${".".repeat(53)}` }
    ]
    const { auth } = await createTestAuth({ legacyPasswords: [bcrypt({ cost: 4 })] })
    expect(await auth.users.import(users, { source: "old" })).toMatchObject([
      { outcome: "added" },
      { outcome: "refused", field: "passwordHash", problem: "unknown" }
    ])
    expect(await outcomeOf(logIn(auth, old.password))).toBe("done")
    const { auth: without } = await createTestAuth()
    expect(await without.users.import(users, { source: "old" })).toMatchObject([
      { outcome: "refused" },
      { outcome: "refused" }
    ])
  })

  test("PWD-12 is renewed beside the real hasher too, argon2id of other parameters included", async () => {
    const tables = emptyTables()
    const { auth } = await createTestAuth({ store: storeOver(tables), hasher: argon2Hasher(), legacyPasswords: kinds })
    const user = await auth.users.register(ada)
    for (const [{ stored, password } = { stored: "", password: "" }] of [made.bcryptHashes, made.argon2Hashes]) {
      setHash(tables, user.id, stored)
      expect(await outcomeOf(logIn(auth, password))).toBe("done")
      expect(hashOf(tables, user.id)).toMatch(/^nfc:\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    }
  })

  test("PWD-06 is checked as it was typed, and from then on in NFC", async () => {
    const { auth, tables, user } = await withOldAda("swan:cafe\u0301 au lait in the rain")
    expect(await outcomeOf(logIn(auth, "caf\u00e9 au lait in the rain"))).toBe("InvalidCredentials")
    expect(await outcomeOf(logIn(auth, "cafe\u0301 au lait in the rain"))).toBe("done")
    expect(hashOf(tables, user.id)).toMatch(/^nfc:/)
    expect(await outcomeOf(logIn(auth, "caf\u00e9 au lait in the rain"))).toBe("done")
  })

  test("PWD-15 with a hash above the caps is refused and reported, and never run", async () => {
    const tables = emptyTables()
    const { work, layer } = countingHasher()
    const store = storeOver(tables)
    const { auth } = await createTestAuth({ store, hasher: layer, legacyPasswords: [bcrypt({ cost: 4 })] })
    const user = await auth.users.register(ada)
    setHash(tables, user.id, `$2b$31$${".".repeat(53)}`)
    work.verifies = 0
    expect(await outcomeOf(logIn(auth, ada.password))).toBe("InvalidCredentials")
    expect(work.verifies).toBe(1)
    expect(await eventsOf(auth, { type: "password.hash-unreadable" })).toMatchObject([{ subject: user.id }])
  })

  test("PWD-16 without its kind is an unreadable hash, and no outage", async () => {
    const { auth, user } = await withOldAda(made.bcryptHashes[0]?.stored ?? "")
    expect(await outcomeOf(logIn(auth, ada.password))).toBe("InvalidCredentials")
    expect(await eventsOf(auth, { type: "password.hash-unreadable" })).toMatchObject([{ subject: user.id }])
  })

  test("PWD-12 is not put back by a renewal beside a change, whatever their order (F13)", async () => {
    const orders = await everyInterleaving(async ({ around, atOnce }) => {
      const tables = emptyTables()
      const { auth } = await createTestAuth({
        store: storeAround(around, tables),
        legacyPasswords: [countingKind("swan", [])]
      })
      const user = await auth.users.register(ada)
      setHash(tables, user.id, `swan:${ada.password}`)
      await auth.run(
        Effect.gen(function* () {
          const passwords = yield* Passwords
          const claim = { who: user.id, action: "login", client: { ip: null, userAgent: null }, device: null } as const
          yield* atOnce(
            passwords.check({ ...claim, password: ada.password }),
            passwords.change({ user: user.id, current: ada.password, next: newPassword })
          )
        })
      )
      expect([await outcomeOf(logIn(auth, ada.password)), await outcomeOf(logIn(auth, newPassword))]).toEqual([
        "InvalidCredentials",
        "done"
      ])
    })
    expect(orders).toBeGreaterThan(5)
  })
})

describe("starting", () => {
  const starting = (legacyPasswords: unknown) =>
    createTestAuth({ legacyPasswords: legacyPasswords as ReadonlyArray<LegacyKind> })

  it.each<[string, unknown, string]>([
    ["a kind that was not called", [bcrypt], "must be a list of kinds"],
    ["one kind in place of a list", bcrypt(), "must be a list of kinds"],
    ["a name", ["bcrypt"], "must be a list of kinds"],
    ["null", null, "must be a list of kinds"],
    ["bcrypt of a cost above the cap", [bcrypt({ cost: 16 })], "from 4 to 15"],
    ["bcrypt of half a cost", [bcrypt({ cost: 4.5 })], "from 4 to 15"],
    ["a digest that is not known", [pbkdf2({ digest: "md5" as "sha1", iterations: 1 })], 'give "sha1"'],
    ["the name of a member of every object", [pbkdf2({ digest: "toString" as "sha1", iterations: 1 })], 'give "sha1"'],
    ["too many iterations", [pbkdf2({ digest: "sha1", iterations: 5_000_001 })], "from 1 to 5000000"],
    ["a cost that is no power of two", [scrypt({ cost: 1000, blockSize: 8, parallelism: 1 })], "power of two"],
    ["scrypt with too much memory", [scrypt({ cost: 2 ** 20, blockSize: 8, parallelism: 1 })], "power of two"],
    ["argon2 with too much memory", [argon2({ memory: 2 ** 20, passes: 2, lanes: 1 })], "m=262144"],
    ["argon2 with half a pass", [argon2({ memory: 1024, passes: 2.5, lanes: 1 })], "m=262144"],
    ["one function twice", [bcrypt({ cost: 10 }), bcrypt({ cost: 12 })], "has bcrypt twice"]
  ])("OPS-03 with %s is refused, with what would do", async (_, legacyPasswords, says) => {
    await expect(starting(legacyPasswords)).rejects.toMatchObject({
      _tag: "ConfigurationError",
      problems: [{ setting: "legacyPasswords", problem: expect.stringContaining(says) }]
    })
  })

  test("OPS-03 names every problem at once, those of other options too", async () => {
    const failing = createTestAuth({
      name: "",
      legacyPasswords: [bcrypt({ cost: 3 }), pbkdf2({ digest: "sha1", iterations: 0 })]
    })
    const { problems } = await failing.then(
      () => ({ problems: [] }),
      (error: { readonly problems: ReadonlyArray<{ readonly setting: string }> }) => error
    )
    expect(problems.map(({ setting }) => setting)).toEqual(["legacyPasswords", "legacyPasswords", "name"])
  })

  test("two digests of PBKDF2 are two functions", async () => {
    const { auth } = await starting([
      pbkdf2({ digest: "sha1", iterations: 1 }),
      pbkdf2({ digest: "sha256", iterations: 1 })
    ])
    expect(await auth.users.list()).toMatchObject({ items: [{ username: "root" }] })
  })
})

describe("without what a kind needs", () => {
  test("OPS-03 bcrypt does not start, and says what to install", async () => {
    vi.doMock("@node-rs/bcrypt", () => {
      throw new Error("Cannot find package")
    })
    const starting = createTestAuth({ legacyPasswords: [bcrypt()] })
    await expect(starting).rejects.toMatchObject({
      _tag: "ConfigurationError",
      message: expect.stringContaining("npm install @node-rs/bcrypt")
    })
    vi.doUnmock("@node-rs/bcrypt")
  })

  test("OPS-03 scrypt does not start on a runtime that lacks it", async () => {
    const builtin = vi.spyOn(process, "getBuiltinModule").mockReturnValue({} as never)
    const starting = createTestAuth({ legacyPasswords: [scrypt({ cost: 1024, blockSize: 8, parallelism: 1 })] })
    await expect(starting).rejects.toMatchObject({ message: expect.stringContaining("node:crypto") })
    builtin.mockRestore()
  })
})

describe("what a cheaper hash lacks", () => {
  test("ENU-11 the iterations of PBKDF2 that were not run are run for a refusal", async () => {
    const spy = vi.spyOn(globalThis.crypto.subtle, "deriveBits")
    const hasher = await Effect.runPromise(pbkdf2({ digest: "sha1", iterations: 5_000 }).load)
    const iterationsOf = async (work: Effect.Effect<unknown, HasherError>) => {
      spy.mockClear()
      await Effect.runPromise(work)
      return spy.mock.calls.map(([algorithm]) => (algorithm as { readonly iterations: number }).iterations)
    }
    const stored = `pbkdf2_sha1$1200$salt$${"A".repeat(27)}=`
    expect(await iterationsOf(hasher.verify(stored, "x"))).toEqual([1_200])
    expect(await iterationsOf(hasher.makeUp(stored, "x"))).toEqual([3_800])
    expect(await iterationsOf(hasher.makeUp(null, "x"))).toEqual([5_000])
    expect(await iterationsOf(hasher.makeUp(stored.replace("1200", "6000"), "x"))).toEqual([])
    spy.mockRestore()
  })

  test("ENU-11 of bcrypt with a smaller cost the doublings are run", async () => {
    const costs: Array<string> = []
    vi.doMock("@node-rs/bcrypt", () => ({
      verify: async (_: string, hash: string) => costs.push(hash.slice(0, 7)) > 99
    }))
    const hasher = await Effect.runPromise(bcrypt({ cost: 12 }).load)
    vi.doUnmock("@node-rs/bcrypt")
    const costsOf = async (stored: string | null) => {
      costs.length = 0
      await Effect.runPromise(hasher.makeUp(stored, "x"))
      return [...costs]
    }
    const stored = `$2y$10$${".".repeat(53)}`
    expect(await costsOf(stored)).toEqual(["$2b$10$", "$2b$11$"])
    expect(await costsOf(null)).toEqual(["$2b$12$"])
    expect(await costsOf(stored.replace("10", "13"))).toEqual([])
  })

  test("ENU-11 of scrypt with a smaller N the doublings are run; with other blocks there is nothing that fits", async () => {
    const crypto = process.getBuiltinModule("node:crypto")
    const spy = vi.spyOn(crypto, "scrypt")
    const hasher = await Effect.runPromise(scrypt({ cost: 256, blockSize: 8, parallelism: 1 }).load)
    const costsOf = async (stored: string | null) => {
      spy.mockClear()
      await Effect.runPromise(hasher.makeUp(stored, "x"))
      return spy.mock.calls.map(([, , , options]) => (options as { readonly N: number }).N)
    }
    const stored = `scrypt:32:8:1$salt$${"00".repeat(64)}`
    expect(await costsOf(stored)).toEqual([32, 64, 128])
    expect(await costsOf(null)).toEqual([256])
    expect(await costsOf(stored.replace(":8:1", ":4:1"))).toEqual([])
    spy.mockRestore()
  })
})
