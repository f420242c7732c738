import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { everyInterleaving } from "../../test/interleavings.ts"
import { ada, eventsOf, hashOf, newPassword, setHash } from "../../test/people.ts"
import { storeAround, storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import { sha256Hex } from "../secret/digest.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { Sessions } from "../session/sessions.ts"
import { createTestAuth, testAdmin } from "../testing/create-test-auth.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"
import { plainHasher } from "../testing/plain-hasher.ts"
import type { User } from "../user/user.ts"
import { HasherError, PasswordHasher } from "./password-hasher.ts"
import { Passwords } from "./passwords.ts"

/** A test's surroundings, with Ada registered. */
const withAda = async () => {
  const tables = emptyTables()
  const { work, layer } = countingHasher()
  const made = await createTestAuth({ store: storeOver(tables), hasher: layer })
  const user = await made.auth.users.register(ada)
  work.hashes = 0
  return { ...made, tables, work, user }
}

const logIn = (auth: Auth, password: string) => auth.sessions.logIn({ username: ada.username, password })

const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: { readonly _tag: string }) => error._tag
  )

/** What plain hasher makes of a password, without our mark: as an import brings it. */
const imported = (password: string): string => `plain$${sha256Hex(password)}`

/** The plain hasher once its parameters were raised: hashes that begin otherwise are read, but no longer current. */
const raisedHasher = Layer.effect(
  PasswordHasher,
  Effect.map(PasswordHasher, (plain) => ({
    hash: (password: string) => Effect.map(plain.hash(password), (hash) => `${hash}$raised`),
    verify: (stored: string, password: string) => plain.verify(stored.replace("$raised", ""), password),
    reads: plain.reads,
    isCurrent: (stored: string) => stored.endsWith("$raised")
  }))
).pipe(Layer.provide(plainHasher))

describe("what a refused log-in tells", () => {
  interface Attempt {
    readonly auth: Auth
    readonly tables: Tables
    readonly user: User
  }
  type Attempting = (attempt: Attempt) => Promise<unknown>

  const withHash = (hash: string | null): Attempting => {
    return ({ auth, tables, user }) => {
      setHash(tables, user.id, hash)
      return logIn(auth, ada.password)
    }
  }

  const refusals: ReadonlyArray<readonly [string, string, Attempting]> = [
    ["a wrong password", "wrong-password", ({ auth }) => logIn(auth, "seven wet umbrella")],
    ["an empty password", "wrong-password", ({ auth }) => logIn(auth, "")],
    ["an over-long password", "wrong-password", ({ auth }) => logIn(auth, "x".repeat(5_000))],
    ["half a surrogate pair", "wrong-password", ({ auth }) => logIn(auth, `${ada.password}\ud800`)],
    ["an unknown user", "unknown-user", ({ auth }) => auth.sessions.logIn({ ...ada, username: "nobody" })],
    ["a login nobody can have", "unknown-user", ({ auth }) => auth.sessions.logIn({ ...ada, username: "a b\0c" })],
    ["no login", "unknown-user", ({ auth }) => auth.sessions.logIn({ password: ada.password })],
    ["a user without a password", "no-password", withHash(null)],
    ["a hash of nothing", "unreadable-hash", withHash("")],
    ["a hash cut short", "unreadable-hash", withHash("nfc:$argon2id$v=19$m=19456")],
    ["a mark without a hash", "unreadable-hash", withHash("nfc:")],
    [
      "an inactive user",
      "inactive",
      async ({ auth, user }) => {
        await auth.users.change(user.id, { isActive: false })
        return logIn(auth, ada.password)
      }
    ]
  ]

  it.each(refusals)("ENU-02 AUD-04 %s costs the work of exactly one hash (%s)", async (_, reason, attempt) => {
    const { auth, tables, work, user } = await withAda()
    await expect(attempt({ auth, tables, user })).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(work).toEqual({ hashes: 0, verifies: 1 })
    const [event] = await eventsOf(auth, { type: "login.refused" })
    expect(event?.details).toEqual({ method: "direct", reason })
  })

  test("ENU-02 so does the right password", async () => {
    const { auth, work } = await withAda()
    await logIn(auth, ada.password)
    expect(work).toEqual({ hashes: 0, verifies: 1 })
  })

  it.each(refusals)("ENU-01 %s gets the one answer that all get", async (_, _reason, attempt) => {
    const { auth, tables, user } = await withAda()
    const error = await attempt({ auth, tables, user }).catch((error: unknown) => error)
    expect([JSON.stringify(error), String(error), Object.keys(error as object).sort()]).toEqual([
      '{"_tag":"InvalidCredentials"}',
      "InvalidCredentials: wrong username or password",
      ["_tag"]
    ])
  })

  it.each(["", "x", "nfc:x", "$argon2id$", "null"])(
    "PWD-16 the stored hash %j is an event, and no outage",
    async (hash) => {
      const { auth, tables, user } = await withAda()
      await expect(withHash(hash)({ auth, tables, user })).rejects.toMatchObject({ _tag: "InvalidCredentials" })
      expect(await eventsOf(auth, { type: "password.hash-unreadable" })).toMatchObject([{ subject: user.id }])
    }
  )

  test("PWD-15 a hash that would cost too much is refused without being tried", async () => {
    const verified: Array<string> = []
    const hasher = Layer.effect(
      PasswordHasher,
      Effect.map(PasswordHasher, (plain) => ({
        ...plain,
        verify: (stored: string, password: string) => {
          verified.push(stored)
          return plain.verify(stored, password)
        }
      }))
    ).pipe(Layer.provide(plainHasher))
    const tables = emptyTables()
    const { auth } = await createTestAuth({ store: storeOver(tables), hasher })
    const user = await auth.users.register(ada)
    const planted = "$argon2id$v=19$m=1048576,t=10,p=1$c2FsdHNhbHRzYWx0$5tMUq5bq9Z0iKFWcGkTgwYvCqN1p3sM9r2Yl5cJx0aE"
    setHash(tables, user.id, planted)
    expect(await outcomeOf(logIn(auth, ada.password))).toBe("InvalidCredentials")
    expect(verified).toEqual([expect.stringMatching(/^plain\$/)])
  })
})

test("PWD-02 an over-long or malformed password opens nothing, not even where an import left the hash of an empty one", async () => {
  const { auth, tables, user } = await withAda()
  setHash(tables, user.id, imported(""))
  expect(await outcomeOf(logIn(auth, "x".repeat(5_000)))).toBe("InvalidCredentials")
  setHash(tables, user.id, `nfc:${imported("")}`)
  expect(await outcomeOf(logIn(auth, "\ud800"))).toBe("InvalidCredentials")
})

describe("text that is one password", () => {
  test("PWD-06 composed and decomposed accents open the same account", async () => {
    const { auth } = await createTestAuth()
    await auth.users.register({ username: "ada", password: "caf\u00e9 au lait in the rain" })
    expect(await outcomeOf(logIn(auth, "cafe\u0301 au lait in the rain"))).toBe("done")
  })

  test("PWD-06 a ligature is another password than its letters: NFC levels no more than it must", async () => {
    const { auth } = await createTestAuth()
    await auth.users.register({ username: "ada", password: "\ufb01sh swim in the harbour" })
    expect(await outcomeOf(logIn(auth, "fish swim in the harbour"))).toBe("InvalidCredentials")
  })

  test("PWD-06 an imported hash is checked as typed, and from then on as NFC", async () => {
    const { auth, tables, user } = await withAda()
    setHash(tables, user.id, imported("cafe\u0301 au lait in the rain"))
    expect(await outcomeOf(logIn(auth, "caf\u00e9 au lait in the rain"))).toBe("InvalidCredentials")
    expect(await outcomeOf(logIn(auth, "cafe\u0301 au lait in the rain"))).toBe("done")
    expect(await outcomeOf(logIn(auth, "caf\u00e9 au lait in the rain"))).toBe("done")
  })

  test("PWD-03 the last of 200 characters counts", async () => {
    const { auth } = await createTestAuth()
    const long = "rain on the roof ".repeat(20).slice(0, 199)
    await auth.users.register({ username: "ada", password: `${long}a` })
    expect([await outcomeOf(logIn(auth, `${long}b`)), await outcomeOf(logIn(auth, `${long}a`))]).toEqual([
      "InvalidCredentials",
      "done"
    ])
  })

  test("PWD-05 what stands behind a NUL counts", async () => {
    const { auth } = await createTestAuth()
    await auth.users.register({ username: "ada", password: "rain on the roof\0one" })
    expect([
      await outcomeOf(logIn(auth, "rain on the roof\0two")),
      await outcomeOf(logIn(auth, "rain on the roof\0one"))
    ]).toEqual(["InvalidCredentials", "done"])
  })
})

describe("renewing a hash", () => {
  const renewing = async () => {
    const tables = emptyTables()
    const made = await createTestAuth({ store: storeOver(tables), hasher: raisedHasher })
    const user = await made.auth.users.register(ada)
    setHash(tables, user.id, `nfc:${imported(ada.password)}`)
    return { ...made, tables, user }
  }

  test("PWD-12 a right password renews a hash whose parameters are no longer current; a wrong one does not", async () => {
    const { auth, tables, user } = await renewing()
    const old = hashOf(tables, user.id)
    await outcomeOf(logIn(auth, "seven wet umbrella"))
    expect(hashOf(tables, user.id)).toBe(old)
    await logIn(auth, ada.password)
    expect(hashOf(tables, user.id)).toBe(`nfc:${imported(ada.password)}$raised`)
    expect(await outcomeOf(logIn(auth, ada.password))).toBe("done")
  })

  test("PWD-13 renewing logs nobody out, changing does", async () => {
    const { auth, user } = await renewing()
    const before = await auth.sessions.open(user)
    await logIn(auth, ada.password)
    expect(await auth.sessions.resume(before.secret)).toMatchObject({ user: { epoch: 1 } })
    await auth.passwords.change({ user: user.id, current: ada.password, next: newPassword })
    expect(await auth.sessions.resume(before.secret)).toBeNull()
  })

  test("PWD-12 a hasher that cannot renew keeps nobody out", async () => {
    let isExhausted = false
    const hasher = Layer.effect(
      PasswordHasher,
      Effect.map(PasswordHasher, (plain) => ({
        ...plain,
        hash: (password: string) =>
          Effect.suspend(() => (isExhausted ? new HasherError({ cause: "no memory" }) : plain.hash(password)))
      }))
    ).pipe(Layer.provide(plainHasher))
    const tables = emptyTables()
    const { auth } = await createTestAuth({ store: storeOver(tables), hasher })
    const user = await auth.users.register(ada)
    setHash(tables, user.id, imported(ada.password))
    isExhausted = true
    expect(await outcomeOf(logIn(auth, ada.password))).toBe("done")
    expect(hashOf(tables, user.id)).toBe(imported(ada.password))
  })

  test("PWD-12 whatever the order of a renewing log-in and a change, the new password is what opens (F13)", async () => {
    const orders = await everyInterleaving(async ({ around, atOnce }) => {
      const tables = emptyTables()
      const { auth } = await createTestAuth({ store: storeAround(around, tables), hasher: raisedHasher })
      const user = await auth.users.register(ada)
      setHash(tables, user.id, `nfc:${imported(ada.password)}`)
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
      expect(hashOf(tables, user.id)).toBe(`nfc:${imported(newPassword)}$raised`)
    })
    expect(orders).toBe(9)
  })
})

describe("changing a password", () => {
  test("PWD-17 needs the current one; a wrong one changes nothing and is an event", async () => {
    const { auth, tables, user } = await withAda()
    const { secret } = await logIn(auth, ada.password)
    const old = hashOf(tables, user.id)
    const change = auth.passwords.change({ user: user.id, current: "seven wet umbrella", next: newPassword })
    await expect(change).rejects.toMatchObject({ _tag: "WrongPassword" })
    expect(hashOf(tables, user.id)).toBe(old)
    expect(await auth.sessions.resume(secret)).not.toBeNull()
    expect(await eventsOf(auth, { type: "password.change-refused" })).toMatchObject([{ subject: user.id }])
  })

  test("SES-08 ends every session in the same step, and gives the user for a new one", async () => {
    const { auth, user } = await withAda()
    const one = await logIn(auth, ada.password)
    const other = await logIn(auth, ada.password)
    const changed = await auth.passwords.change({ user: user.id, current: ada.password, next: newPassword })
    expect([await auth.sessions.resume(one.secret), await auth.sessions.resume(other.secret)]).toEqual([null, null])
    const { secret, session } = await auth.sessions.renew(one.session, changed)
    expect(await auth.sessions.resume(secret)).toMatchObject({ session: { id: session.id } })
    expect([await outcomeOf(logIn(auth, ada.password)), await outcomeOf(logIn(auth, newPassword))]).toEqual([
      "InvalidCredentials",
      "done"
    ])
  })

  test("takes away the demand for a new one", async () => {
    const { auth } = await createTestAuth({ admin: { ...testAdmin, mustChangePassword: true } })
    const [root] = (await auth.users.list()).items
    if (root === undefined) throw new Error("the administrator is missing")
    expect(root.mustChangePassword).toBe(true)
    const change = { user: root.id, current: testAdmin.password, next: newPassword }
    expect(await auth.passwords.change(change)).toMatchObject({ mustChangePassword: false, epoch: root.epoch + 1 })
  })

  test("SES-08 whatever the order of a log-in with the old password and a change, no session of it lives (F13)", async () => {
    const orders = await everyInterleaving(async ({ around, atOnce }) => {
      const { auth } = await createTestAuth({ store: storeAround(around) })
      const user = await auth.users.register(ada)
      const opened: Array<SecretText> = []
      await auth.run(
        Effect.gen(function* () {
          const [sessions, passwords] = [yield* Sessions, yield* Passwords]
          yield* atOnce(
            Effect.map(sessions.logIn(ada), ({ secret }) => opened.push(secret)),
            passwords.change({ user: user.id, current: ada.password, next: newPassword })
          )
        })
      )
      for (const secret of opened) expect(await auth.sessions.resume(secret)).toBeNull()
      expect([await outcomeOf(logIn(auth, ada.password)), await outcomeOf(logIn(auth, newPassword))]).toEqual([
        "InvalidCredentials",
        "done"
      ])
    })
    expect(orders).toBe(10)
  })

  test("STO-03 of two changes at one moment exactly one happens, whatever their order (F13)", async () => {
    const third = "three loud trombones"
    await everyInterleaving(async ({ around, atOnce }) => {
      const { auth } = await createTestAuth({ store: storeAround(around) })
      const user = await auth.users.register(ada)
      const outcomes: Array<string> = []
      await auth.run(
        Effect.gen(function* () {
          const passwords = yield* Passwords
          const changeTo = (next: string) =>
            Effect.matchEager(passwords.change({ user: user.id, current: ada.password, next }), {
              onSuccess: () => outcomes.push(next),
              onFailure: (error) => outcomes.push(error._tag)
            })
          yield* atOnce(changeTo(newPassword), changeTo(third))
        })
      )
      const winner = outcomes.find((outcome) => outcome !== "WrongPassword") ?? ""
      expect(outcomes.toSorted()).toEqual(["WrongPassword", winner].toSorted())
      expect(await outcomeOf(logIn(auth, winner))).toBe("done")
    })
  })
})

describe("setting a password without the old one", () => {
  test("ends every session, and gives a password to a user who had none", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.create({ username: "ada" })
    const { secret } = await auth.sessions.open(user)
    expect(await auth.passwords.set({ user, next: newPassword })).toMatchObject({ epoch: 2 })
    expect(await auth.sessions.resume(secret)).toBeNull()
    expect(await outcomeOf(logIn(auth, newPassword))).toBe("done")
  })

  test("SES-08 a proof made before the password changed sets no other: whoever holds it back takes no account over", async () => {
    const { auth } = await createTestAuth()
    const proved = await auth.users.register(ada)
    await auth.passwords.change({ user: proved.id, current: ada.password, next: newPassword })
    expect(await auth.passwords.set({ user: proved, next: "the password of a thief" })).toBeNull()
    expect(await outcomeOf(logIn(auth, newPassword))).toBe("done")
  })

  test("is null for a user who is gone, and no event", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.create({ username: "ada" })
    await auth.users.remove(user.id)
    expect(await auth.passwords.set({ user, next: newPassword })).toBeNull()
    expect(await eventsOf(auth, { type: "password.changed" })).toEqual([])
  })
})

describe("a password that may not be chosen", () => {
  const refused: ReadonlyArray<readonly [string, string]> = [
    ["passwordpassword", "common"],
    ["ada2024ada2024", "too-short"],
    ["ada@example.org 2026", "contains-name"],
    ["latchkeylatchkey", "contains-name"],
    ["x".repeat(257), "too-long"],
    ["half a pair \ud800 in here", "malformed"]
  ]

  it.each(refused)(
    "PWD-08 %j is refused wherever one is chosen (%s), before it is hashed",
    async (password, problem) => {
      const { work, layer } = countingHasher()
      const { auth } = await createTestAuth({ hasher: layer })
      const person = { username: "ada", email: "ada@example.org" }
      const user = await auth.users.create(person)
      work.hashes = 0
      const refusal = { _tag: "PasswordRefused", problem }
      await expect(auth.passwords.vet(password, ["ada", person.email])).rejects.toMatchObject(refusal)
      await expect(auth.passwords.set({ user, next: password })).rejects.toMatchObject(refusal)
      await auth.users.remove(user.id)
      await expect(auth.users.register({ ...person, password })).rejects.toMatchObject(refusal)
      await expect(auth.users.create({ ...person, password })).rejects.toMatchObject(refusal)
      expect(work.hashes).toBe(0)
    }
  )

  it.each(refused)("PWD-08 the first administrator's may not be %j", async (password, problem) => {
    const { auth } = await createTestAuth({ admin: null, setup: { unsafeOpen: true } })
    const first = auth.setup.createFirstAdmin({ username: "ada", email: "ada@example.org", password })
    await expect(first).rejects.toMatchObject({ _tag: "PasswordRefused", problem })
  })

  test("PWD-20 the refusal does not hold it", async () => {
    const { auth } = await createTestAuth()
    const error = await auth.users
      .register({ username: "ada", password: "passwordpassword" })
      .catch((error: unknown) => error)
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("passwordpassword")
  })
})

describe("when hashes cannot be had", () => {
  test("PWD-10 a full queue answers Busy, a hasher that gives up HasherError: never a verdict", async () => {
    const hasher = Layer.effect(
      PasswordHasher,
      Effect.map(PasswordHasher, (plain) => ({ ...plain, verify: () => Effect.never }))
    ).pipe(Layer.provide(plainHasher))
    const { auth, clock } = await createTestAuth({
      hasher,
      passwords: { concurrency: 1, waiting: 1, deadline: "2 seconds" }
    })
    const [running, waiting] = [logIn(auth, ada.password), logIn(auth, ada.password)]
    await clock.advance(0)
    await expect(logIn(auth, ada.password)).rejects.toMatchObject({ _tag: "Busy", retryAfter: 2 })
    await Promise.all([expect(waiting).rejects.toMatchObject({ _tag: "Busy" }), clock.advance("2 seconds")])
    expect(await Promise.race([running, Promise.resolve("still running")])).toBe("still running")
  })

  test("PWD-11 sessions are resumed while the queue is full", async () => {
    const hasher = Layer.effect(
      PasswordHasher,
      Effect.map(PasswordHasher, (plain) => ({ ...plain, verify: () => Effect.never }))
    ).pipe(Layer.provide(plainHasher))
    const { auth, clock } = await createTestAuth({ hasher, passwords: { concurrency: 1, waiting: 1 } })
    const user = await auth.users.register(ada)
    const { secret } = await auth.sessions.open(user)
    const held = [logIn(auth, ada.password), logIn(auth, ada.password)]
    await clock.advance(0)
    expect(await auth.sessions.resume(secret)).toMatchObject({ user: { id: user.id } })
    expect(held).toHaveLength(2)
  })
})

test("ENU-10 the hasher is run by password/ alone; auth/ wires it and testing/ replaces it", () => {
  const root = join(import.meta.dirname, "..")
  const sources = globSync("**/*.ts", { cwd: root }).filter((path) => !path.endsWith(".test.ts"))
  const runsHasher = /^import (?!type).*"[^"]*\/(?:argon2-hasher|password-hasher|hash-queue)\.ts"$/m
  const outside = sources.filter(
    (path) => !/^(?:password|testing)\//.test(path) && runsHasher.test(readFileSync(join(root, path), "utf8"))
  )
  expect(sources.length).toBeGreaterThan(50)
  expect(outside).toEqual(["auth/auth-layer.ts"])
})
