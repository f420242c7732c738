import * as Redacted from "effect/Redacted"
import { describe, expect, it, test } from "vitest"
import { loggedLines } from "../../test/captured-log.ts"
import { countingHasher } from "../../test/counting-hasher.ts"
import { everyInterleaving } from "../../test/interleavings.ts"
import { ada, eventsOf, from, hashOf, newPassword } from "../../test/people.ts"
import { outage, storeAround, storeOver } from "../../test/store-around.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { Setup } from "./setup.ts"

/** A server that nobody has set up, and the token that its start would print. */
const unsetUp = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const made = await createTestAuth({ admin: null, store: storeOver(tables), ...options })
  return { ...made, tables, token: (await made.auth.setup.issueToken()) ?? "" }
}

const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: { readonly _tag: string }) => error._tag
  )

const times = <A>(count: number, run: (at: number) => Promise<A>) =>
  Promise.all(Array.from({ length: count }, (_, at) => run(at)))

describe("the first administrator", () => {
  test("is a verified superuser with the password they chose, who may log in", async () => {
    const { auth, token } = await unsetUp()
    expect(await auth.setup.needed()).toBe(true)
    const made = await auth.setup.createFirstAdmin({ ...ada, token })
    expect(made).toMatchObject({ isSuperuser: true, isVerified: true, mustChangePassword: false, isActive: true })
    expect(await auth.setup.needed()).toBe(false)
    expect(await auth.sessions.logIn(ada)).toMatchObject({ user: { id: made.id } })
    expect(await eventsOf(auth, { type: "setup.completed" })).toMatchObject([
      { details: { by: "page" }, actor: made.id, subject: made.id }
    ])
  })

  test("REG-10 is not verified without an e-mail address", async () => {
    const { auth, token } = await unsetUp()
    const made = await auth.setup.createFirstAdmin({ username: "boss", password: newPassword, token })
    expect(made).toMatchObject({ isSuperuser: true, isVerified: false })
  })

  test("SES-26 needs an e-mail address of a service for verified users alone, and may then do something", async () => {
    const { auth, token } = await unsetUp({ sessions: { requireVerified: true } })
    const nameless = auth.setup.createFirstAdmin({ username: "boss", password: newPassword, token })
    await expect(nameless).rejects.toMatchObject({ _tag: "AccountNameInvalid", kind: "email", problem: "missing" })
    expect(await auth.setup.needed()).toBe(true)
    await auth.setup.createFirstAdmin({ ...ada, token })
    expect((await auth.sessions.logIn(ada)).user).toMatchObject({ username: "ada", isVerified: true })
  })

  test("SET-02 is one: of 50 at the same moment", async () => {
    const { auth, token } = await unsetUp()
    const outcomes = await times(50, (at) =>
      outcomeOf(auth.setup.createFirstAdmin({ username: `user-${at}`, password: newPassword, token }))
    )
    expect(outcomes.toSorted()).toEqual([...Array(49).fill("SetupAlreadyDone"), "done"])
    expect((await auth.users.count()).total).toBe(1)
  })

  test("SET-02 is one: of two processes with one store and one chosen token", async () => {
    const tables = emptyTables()
    const token = "k3vQ-9xTz-81mNw0"
    const start = () => createTestAuth({ admin: null, store: storeOver(tables), setup: { token } })
    const processes = [await start(), await start()]
    const outcomes = await times(20, (at) => {
      const { auth } = processes[at % 2] ?? processes[0] ?? { auth: null }
      const admin = { username: `user-${at}`, password: newPassword, token }
      return auth === null ? Promise.resolve("") : outcomeOf(auth.setup.createFirstAdmin(admin))
    })
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1)
    expect(tables.users.size).toBe(1)
  })

  test("SET-02 is one whatever the order of two store calls (F13)", async () => {
    await everyInterleaving(async ({ around, atOnce }) => {
      const tables = emptyTables()
      const { auth } = await createTestAuth({ admin: null, store: storeAround(around, tables) })
      const token = (await auth.setup.issueToken()) ?? ""
      const create = (username: string) =>
        Setup.use((setup) => setup.createFirstAdmin({ username, password: newPassword, token }))
      await auth.run(atOnce(create("one"), create("two")))
      expect([tables.users.size, tables.isSetUp]).toEqual([1, true])
      expect(await eventsOf(auth, { type: "setup.completed" })).toHaveLength(1)
    })
  })
})

describe("once done", () => {
  test("SET-03 setup never opens again, though every user is gone", async () => {
    const { auth, tables, token } = await unsetUp()
    await auth.setup.createFirstAdmin({ ...ada, token })
    tables.users.clear()
    expect(await auth.setup.needed()).toBe(false)
    expect(await auth.setup.issueToken()).toBeNull()
    expect(await outcomeOf(auth.setup.createFirstAdmin({ ...ada, token }))).toBe("SetupAlreadyDone")
    expect(tables.users.size).toBe(0)
  })

  test("SET-13 a refusal says whether the token was right, also to who lost the race, so that the same form can be recognised", async () => {
    const { auth, token } = await unsetUp()
    const create = (given: SecretText) =>
      auth.setup.createFirstAdmin({ ...ada, token: given }).then(
        () => "done",
        (error) => error.isTokenRight
      )
    expect((await Promise.all([create(token), create(token)])).sort()).toEqual(["done", true].sort())
    expect([await create(token), await create(`${reveal(token)}?`), await create("")]).toEqual([true, false, false])
  })

  test("SET-03 also when a superuser was made in another way", async () => {
    const { auth, token } = await unsetUp()
    await auth.users.create({ username: "boss", isSuperuser: true })
    expect(await outcomeOf(auth.setup.createFirstAdmin({ ...ada, token }))).toBe("SetupAlreadyDone")
  })

  test("SET-05 a try is refused before anything is hashed, and is an event", async () => {
    const { work, layer } = countingHasher()
    const { auth, clock } = await createTestAuth({ hasher: layer, sessions: { collectIp: true } })
    work.hashes = 0
    expect(await outcomeOf(auth.setup.createFirstAdmin(ada, from("192.0.2.1")))).toBe("SetupAlreadyDone")
    expect(work.hashes).toBe(0)
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "setup.refused" })).toMatchObject([
      { details: { reason: "closed" }, ip: "192.0.2.1" }
    ])
  })
})

describe("the token", () => {
  it.each<[string, SecretText | null | undefined]>([
    ["none", undefined],
    ["null", null],
    ["an empty one", ""],
    ["a wrong one", "a wrong guess"],
    ["one of the right form", "lk_set_0000000000000000000000000000000000000000000000000"],
    ["a wrong one, wrapped", Redacted.make("a wrong guess")]
  ])("SET-01 that opens setup is asked for: %s is refused, before anything else is judged", async (_, token) => {
    const { work, layer } = countingHasher()
    const { auth, clock } = await createTestAuth({ admin: null, hasher: layer })
    await auth.setup.issueToken()
    work.hashes = 0
    const attempts = [
      { ...ada, token },
      { username: "a b", password: "x", token }
    ].map((admin) => outcomeOf(auth.setup.createFirstAdmin({ ...admin, token: token ?? null })))
    expect(await Promise.all(attempts)).toEqual(["SetupTokenInvalid", "SetupTokenInvalid"])
    expect([work.hashes, await auth.setup.needed()]).toEqual([0, true])
    await clock.advance("1 minute")
    expect((await eventsOf(auth, { type: "setup.refused" })).map(({ details }) => details)).toEqual([
      { reason: "wrong-token", count: 2, networks: "one" }
    ])
  })

  test("SET-01 is 256 random bits, and is nowhere kept", async () => {
    const { token, tables } = await unsetUp()
    expect(Redacted.value(token as Redacted.Redacted<string>)).toMatch(/^lk_set_[0-9A-Za-z]{49}$/)
    expect(String(token)).toBe("<redacted:credential>")
    expect([tables.users.size, tables.sessions.size, tables.buckets.size, tables.marks.size]).toEqual([0, 0, 0, 0])
  })

  test("SET-11 TIM-01 is good for its lifetime, and not a millisecond more", async () => {
    const early = await unsetUp({ setup: { lifetime: "1 hour" } })
    await early.clock.advance(3_600_000 - 1)
    expect(await outcomeOf(early.auth.setup.createFirstAdmin({ ...ada, token: early.token }))).toBe("done")
    const late = await unsetUp({ setup: { lifetime: "1 hour" } })
    await late.clock.advance(3_600_000)
    expect(await outcomeOf(late.auth.setup.createFirstAdmin({ ...ada, token: late.token }))).toBe("SetupTokenInvalid")
  })

  test("SET-11 ends the one before it, and dies with the process", async () => {
    const { auth, tables, token } = await unsetUp()
    const next = (await auth.setup.issueToken()) ?? ""
    expect(await outcomeOf(auth.setup.createFirstAdmin({ ...ada, token }))).toBe("SetupTokenInvalid")
    const restarted = await createTestAuth({ admin: null, store: storeOver(tables) })
    expect(await outcomeOf(restarted.auth.setup.createFirstAdmin({ ...ada, token: next }))).toBe("SetupTokenInvalid")
    expect(await outcomeOf(auth.setup.createFirstAdmin({ ...ada, token: next }))).toBe("done")
  })

  test("SET-01 that the host chose is the only one, and is never given out", async () => {
    const chosen = "k3vQ-9xTz-81mNw0"
    const { auth } = await createTestAuth({ admin: null, setup: { token: chosen } })
    expect(await auth.setup.issueToken()).toBeNull()
    expect(await outcomeOf(auth.setup.createFirstAdmin({ ...ada, token: `${chosen}x` }))).toBe("SetupTokenInvalid")
    expect(await outcomeOf(auth.setup.createFirstAdmin({ ...ada, token: chosen }))).toBe("done")
  })

  test("is not asked for where the options say so", async () => {
    const { auth } = await createTestAuth({ admin: null, setup: { unsafeOpen: true } })
    expect(await auth.setup.issueToken()).toBeNull()
    expect(await outcomeOf(auth.setup.createFirstAdmin(ada))).toBe("done")
  })

  test("survives a refusal of names or password, for another try", async () => {
    const { auth, token } = await unsetUp()
    const tries = [
      { username: "a b", password: newPassword, token },
      { username: "ada", password: "passwordpassword", token },
      { password: newPassword, token },
      { ...ada, token }
    ]
    const outcomes: Array<string> = []
    for (const one of tries) outcomes.push(await outcomeOf(auth.setup.createFirstAdmin(one)))
    expect(outcomes).toEqual(["AccountNameInvalid", "PasswordRefused", "AccountNameInvalid", "done"])
  })
})

test("SET-04 setup touches no account that exists, by whatever spelling of its name", async () => {
  const { auth, tables, token } = await unsetUp()
  const before = await auth.users.create({ ...ada })
  const hash = hashOf(tables, before.id)
  const attempts = [
    { username: "ADA", password: newPassword, token },
    { username: "eve", email: "Ada@Example.org", password: newPassword, token }
  ].map((admin) => outcomeOf(auth.setup.createFirstAdmin(admin)))
  expect(await Promise.all(attempts)).toEqual(["AccountNameTaken", "AccountNameTaken"])
  expect([await auth.users.find(before.id), hashOf(tables, before.id)]).toEqual([before, hash])
  expect(await auth.setup.needed()).toBe(true)
})

test("ERR-03 an outage is neither done nor needed", async () => {
  const store = storeAround(outage((operation) => operation === "users.isSetUp"))
  const { auth } = await createTestAuth({ admin: null, store, setup: { announce: false, unsafeOpen: true } })
  expect([await outcomeOf(auth.setup.needed()), await outcomeOf(auth.setup.createFirstAdmin(ada))]).toEqual([
    "StoreError",
    "StoreError"
  ])
})

describe("the announcement", () => {
  const announced = async (isDown: () => boolean) => {
    const { layer, lines } = loggedLines()
    const store = storeAround(outage((operation) => operation === "users.isSetUp" && isDown()))
    const { auth } = await createTestAuth({ admin: null, store, setup: { announce: false }, ambient: layer })
    const announce = () => auth.setup.announce((token) => `https://app.example.org/setup?token=${token}`)
    const links = () => lines.filter(({ text }) => String(text).includes("https://app.example.org/setup?token="))
    return { auth, announce, links }
  }

  test("SET-11 logs one link, however often and however much at once it is asked for", async () => {
    const { announce, links } = await announced(() => false)
    await Promise.all([announce(), announce()])
    await announce()
    expect(links()).toHaveLength(1)
  })

  test("SET-11 comes with a later call when the store was away, or there was no link to give", async () => {
    let isDown = true
    const { auth, announce, links } = await announced(() => isDown)
    await announce()
    isDown = false
    await expect(auth.setup.announce(undefined as never)).rejects.toThrow(
      "needs a function that gives the link of a token"
    )
    const wrong = () => {
      throw new Error("no base")
    }
    await expect(auth.setup.announce(wrong)).rejects.toThrow("no base")
    expect(links()).toHaveLength(0)
    await announce()
    expect(links()).toHaveLength(1)
    await expect(auth.setup.announce("/setup" as never)).rejects.toThrow("needs a function")
    await announce()
    expect(links()).toHaveLength(1)
  })
})
