import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { describe, expect, expectTypeOf, it, test } from "vitest"
import { capturedLog, loggedLines } from "../../test/captured-log.ts"
import { ada, eventsOf, from, newPassword } from "../../test/people.ts"
import { noting, storeAround } from "../../test/store-around.ts"
import { createTestAuth, type TestAuthOptions, testAdmin } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"
import type { User } from "../user/user.ts"
import { HookFailed } from "./hook-errors.ts"
import type { Hooks, PasswordAsked } from "./hooks.ts"

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error
  )

class Broken extends Data.TaggedError("Broken")<{ readonly told: string }> {}

describe("a hook that decides", () => {
  const answers: Readonly<Record<string, () => ReturnType<NonNullable<Hooks["validatePassword"]>>>> = {
    "a value": () => "It was in a leak.",
    "a promise": async () => "It was in a leak.",
    "an Effect": () => Effect.succeed("It was in a leak."),
    "an Effect that waits": () => Effect.as(Effect.yieldNow, "It was in a leak.")
  }

  for (const [form, validatePassword] of Object.entries(answers))
    test(`EVT-01 refuses a password by ${form}, and its reason reaches the caller`, async () => {
      const { auth } = await createTestAuth({ admin: null, hooks: { validatePassword } })
      expect(await rejection(auth.users.create(ada))).toMatchObject({
        _tag: "PasswordRefused",
        problem: "host",
        reason: "It was in a leak.",
        message: "It was in a leak."
      })
      expect((await auth.users.count()).total).toBe(0)
    })

  const approvals: Readonly<Record<string, Hooks["validatePassword"]>> = {
    nothing: () => {},
    undefined: () => undefined,
    null: () => null,
    "a promise of nothing": async () => {},
    "an Effect of nothing": () => Effect.void
  }

  for (const [answer, validatePassword] of Object.entries(approvals))
    test(`approves by ${answer}`, async () => {
      const { auth } = await createTestAuth({ hooks: { validatePassword } })
      expect(await auth.users.register(ada)).toMatchObject({ username: ada.username })
    })

  test("EVT-01 is asked after our own rules, with the text that is hashed, the user's names and the client", async () => {
    const asked: Array<readonly [string, PasswordAsked]> = []
    const { auth } = await createTestAuth({
      admin: null,
      hooks: {
        validatePassword: (password, about) => {
          asked.push([password, about])
        }
      }
    })
    await rejection(auth.users.create({ ...ada, password: "short" }))
    expect(asked).toEqual([])
    const decomposed = "fu\u0308nf nasse Schirme im Flur"
    await auth.users.create({ ...ada, password: decomposed }, { client: from("192.0.2.7") })
    expect(asked).toEqual([
      [decomposed.normalize("NFC"), { names: [ada.username, ada.email], client: from("192.0.2.7") }]
    ])
  })

  const nonsense: Readonly<Record<string, unknown>> = { true: true, false: false, "an empty text": "", "a row": {} }

  for (const [answer, given] of Object.entries(nonsense))
    test(`EVT-02 approves nothing by answering ${answer}`, async () => {
      const { auth } = await createTestAuth({ hooks: { beforeRegister: () => given as string } })
      expect(await rejection(auth.users.register(ada))).toBeInstanceOf(HookFailed)
      expect((await auth.users.count()).total).toBe(1)
    })

  const faults: Readonly<Record<string, Hooks["beforeRegister"]>> = {
    throws: () => {
      throw new TypeError(ada.password)
    },
    rejects: () => Promise.reject(new TypeError(ada.password)),
    "rejects with a text": () => Promise.reject(ada.password),
    "fails as an Effect": () => Effect.fail(new Broken({ told: ada.password })),
    "dies as an Effect": () => Effect.die(new TypeError(ada.password)),
    "is interrupted as an Effect": () => Effect.interrupt
  }

  for (const [fault, beforeRegister] of Object.entries(faults))
    test(`EVT-02 EVT-05 approves nothing if it ${fault}, and the log names the hook and nothing that it was handed`, async () => {
      const log = capturedLog()
      const { auth } = await createTestAuth({ ambient: log.layer, hooks: { beforeRegister } })
      expect(await rejection(auth.users.register(ada))).toEqual(
        new HookFailed({ hook: "beforeRegister", retryAfter: 5 })
      )
      expect((await auth.users.count()).total).toBe(1)
      expect(log.lines.join("\n")).toContain("a hook failed, and so nothing was approved")
      expect(log.lines.join("\n")).toContain("beforeRegister")
      expect(log.lines.join("\n")).not.toContain(ada.password)
    })

  const hanging: Readonly<Record<string, () => ReturnType<NonNullable<Hooks["beforeRegister"]>>>> = {
    promise: () => new Promise(() => {}),
    Effect: () => Effect.never,
    "Effect that nobody can interrupt": () => Effect.uninterruptible(Effect.never)
  }

  for (const [form, hang] of Object.entries(hanging))
    test(`EVT-02 approves nothing after five seconds, if its ${form} never ends`, async () => {
      const called = Promise.withResolvers<void>()
      const { auth, clock } = await createTestAuth({
        hooks: {
          beforeRegister: () => {
            called.resolve()
            return hang()
          }
        }
      })
      const refused = rejection(auth.users.register(ada))
      await called.promise
      await clock.advance("5 seconds")
      expect(await refused).toBeInstanceOf(HookFailed)
    })

  test("EVT-02 a hook that failed costs no attempt", async () => {
    let isBroken = true
    const { auth } = await createTestAuth({
      throttle: { registrations: 1 },
      hooks: { beforeRegister: () => (isBroken ? Promise.reject(new Error("away")) : null) }
    })
    for (let tries = 0; tries < 5; tries++) expect(await rejection(auth.users.register(ada))).toBeInstanceOf(HookFailed)
    isBroken = false
    expect(await auth.users.register(ada)).toMatchObject({ username: ada.username })
  })

  test("ERR-05 a hook that fails on every request logs ten lines a minute", async () => {
    const log = loggedLines()
    const { auth } = await createTestAuth({
      ambient: log.layer,
      throttle: { registrations: 1_000 },
      hooks: { beforeRegister: () => Promise.reject(new Error("away")) }
    })
    for (let tries = 0; tries < 30; tries++) await rejection(auth.users.register(ada))
    expect(log.lines.length).toBe(10)
    expect(log.lines[0]).toEqual({
      level: "Error",
      text: "a hook failed, and so nothing was approved",
      fields: { operation: "beforeRegister", name: "Error" }
    })
  })
})

describe("beforeRegister", () => {
  const members: TestAuthOptions = {
    hooks: {
      beforeRegister: ({ email }) => (email?.endsWith("@example.org") ? null : "Only for members of example.org.")
    }
  }
  const stranger = { username: "eve", email: "eve@example.com", password: newPassword }

  it("EVT-08 refuses somebody with its reason, also whom an administrator creates, and writes only the refusal", async () => {
    const { auth } = await createTestAuth(members)
    const refusal = { _tag: "RegistrationRefused", reason: "Only for members of example.org." }
    expect(await rejection(auth.users.register(stranger))).toMatchObject(refusal)
    expect(await rejection(auth.users.create(stranger))).toMatchObject(refusal)
    expect((await auth.users.count()).total).toBe(1)
    expect(await auth.users.register(ada)).toMatchObject({ username: ada.username })
    await auth.close()
  })

  it("EVT-08 leaves the refusals in the trail", async () => {
    const { auth, clock } = await createTestAuth(members)
    await rejection(auth.users.register(stranger))
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "user.register-refused" })).toMatchObject([
      { details: { reason: "host", count: 1 } }
    ])
  })

  it("EVT-08 runs before the password costs a hash, and before anything is written", async () => {
    const calls: Array<string> = []
    const store = storeAround(noting(calls))
    const { auth } = await createTestAuth({ store, hooks: { beforeRegister: () => "No." } })
    calls.length = 0
    await rejection(auth.users.register(stranger))
    expect(calls.filter((call) => call.startsWith("users."))).toEqual(["users.isSetUp"])
  })

  it("is told the names as they are stored, by whom, and from where", async () => {
    const told: Array<unknown> = []
    const { auth } = await createTestAuth({
      hooks: {
        beforeRegister: (...asked) => {
          told.push(asked)
        }
      }
    })
    await auth.users.register({ ...ada, username: "  ada " }, { client: from("192.0.2.7") })
    await auth.users.create({ email: "bob@example.org" })
    expect(told).toEqual([
      [
        { username: "ada", email: ada.email },
        { client: from("192.0.2.7"), by: "self" }
      ],
      [
        { username: null, email: "bob@example.org" },
        { client: { ip: null, userAgent: null }, by: "create" }
      ]
    ])
  })

  it("EVT-08 is never asked about the first administrator", async () => {
    const hooks: Hooks = { beforeRegister: () => "Nobody." }
    const seeded = await createTestAuth({ hooks })
    expect((await seeded.auth.users.count()).total).toBe(1)
    const { auth } = await createTestAuth({ admin: null, hooks })
    const token = await auth.setup.issueToken()
    expect(await auth.setup.createFirstAdmin({ ...ada, token })).toMatchObject({ isSuperuser: true })
  })
})

describe("validateEmail", () => {
  const reason = "Only addresses at example.org."
  const members: Hooks = { validateEmail: (email) => (email.endsWith("@example.org") ? null : reason) }
  const stranger = { username: "eve", email: "eve@example.com", password: newPassword }
  const refusal = { _tag: "AccountNameInvalid", kind: "email", problem: "host", reason, message: reason }

  it("EVT-09 refuses an address with its reason for whoever registers, is created or is invited, and writes nothing", async () => {
    const { auth } = await createTestAuth({ hooks: members, mailer: mailbox().mailer })
    expect(await rejection(auth.users.register(stranger))).toMatchObject(refusal)
    expect(await rejection(auth.users.create(stranger))).toMatchObject(refusal)
    expect(await rejection(auth.users.create({ email: stranger.email }))).toMatchObject(refusal)
    expect((await auth.users.count()).total).toBe(1)
    expect(await auth.users.register(ada)).toMatchObject({ email: ada.email })
    expect(await auth.users.create({ username: "bob" })).toMatchObject({ email: null })
  })

  // A rule about registrations alone is passed by whoever registers with an address that it allows, and changes it afterwards.
  it.each([null, mailbox().mailer])(
    "EVT-09 refuses it for whoever changes theirs, with and without a mailer",
    async (mailer) => {
      const { auth } = await createTestAuth({ hooks: members, ...(mailer === null ? {} : { mailer }) })
      const user = await auth.users.register(ada)
      const { email } = stranger
      expect(await rejection(auth.users.changeSelf({ user }, { username: "eve", email }))).toMatchObject(refusal)
      expect(await rejection(auth.users.change(user.id, { username: "eve", email }))).toMatchObject(refusal)
      expect(await auth.users.find(user.id)).toEqual(user)
      expect(await auth.recovery.pendingEmail(user.id)).toBeNull()
      const { username } = await auth.users.changeSelf({ user }, { username: "eve", email: ada.email.toUpperCase() })
      expect(username).toBe("eve")
    }
  )

  it("EVT-09 is told the address as it will be stored, who gets it, who asks, and from where", async () => {
    const told: Array<unknown> = []
    const { auth } = await createTestAuth({ hooks: { validateEmail: (...asked) => void told.push(asked) } })
    const client = from("192.0.2.7")
    const user = await auth.users.register({ ...ada, email: ` ${ada.email} ` }, { client })
    await auth.users.create({ email: "bob@example.org" })
    const moved = await auth.users.changeSelf({ user }, { email: "ada@example.net" }, { client })
    await auth.users.changeSelf({ user: moved }, { email: "ADA@example.net", username: "countess" })
    const [root] = (await auth.users.list({ query: "root" })).items
    await auth.users.change(user.id, { email: "ada@example.com" }, { actor: root?.id ?? null })
    const none = { ip: null, userAgent: null }
    expect(told).toEqual([
      [ada.email, { user: null, by: "self", client }],
      ["bob@example.org", { user: null, by: "other", client: none }],
      ["ada@example.net", { user: expect.objectContaining({ id: user.id, email: ada.email }), by: "self", client }],
      ["ada@example.com", { user: expect.objectContaining({ username: "countess" }), by: "other", client: none }]
    ])
  })

  it("EVT-02 EVT-09 changes nothing if it fails", async () => {
    const { auth } = await createTestAuth({ hooks: { validateEmail: () => Promise.reject(new Error("away")) } })
    const failed = new HookFailed({ hook: "validateEmail", retryAfter: 5 })
    expect(await rejection(auth.users.register(ada))).toEqual(failed)
    const bob = await auth.users.create({ username: "bob" })
    expect(await rejection(auth.users.change(bob.id, { email: ada.email }))).toEqual(failed)
    expect(await auth.users.find(bob.id)).toEqual(bob)
  })

  it("EVT-09 leaves the refusal of a registration in the trail, and is never asked about the first administrator", async () => {
    const { auth, clock } = await createTestAuth({ hooks: { validateEmail: () => reason }, admin: null })
    const token = await auth.setup.issueToken()
    expect(await auth.setup.createFirstAdmin({ ...ada, token })).toMatchObject({ email: ada.email })
    await rejection(auth.users.register(stranger))
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "user.register-refused" })).toMatchObject([{ details: { reason: "host" } }])
  })
})

describe("beforeDelete", () => {
  it("EVT-08 refuses a removal with its reason, and the user stays as they were", async () => {
    const told: Array<unknown> = []
    const { auth } = await createTestAuth({
      hooks: {
        beforeDelete: (user: User, asked) => {
          told.push(asked)
          return user.username === ada.username ? "There are orders to be paid." : null
        }
      }
    })
    const user = await auth.users.register(ada)
    const bob = await auth.users.create({ username: "bob" })
    const trace = { actor: user.id, client: from("192.0.2.7") }
    expect(await rejection(auth.users.remove(user.id, trace))).toMatchObject({
      _tag: "DeletionRefused",
      reason: "There are orders to be paid."
    })
    expect(told).toEqual([trace])
    expect(await auth.users.find(user.id)).toEqual(user)
    expect(await auth.users.remove(bob.id)).toBe(true)
  })

  it("EVT-02 removes nobody if it fails", async () => {
    const { auth } = await createTestAuth({ hooks: { beforeDelete: () => Promise.reject(new Error("away")) } })
    const user = await auth.users.register(ada)
    expect(await rejection(auth.users.remove(user.id))).toEqual(new HookFailed({ hook: "beforeDelete", retryAfter: 5 }))
    expect(await auth.users.find(user.id)).toEqual(user)
  })

  it("is not asked about somebody who is gone", async () => {
    let asked = 0
    const { auth } = await createTestAuth({
      hooks: {
        beforeDelete: () => {
          asked += 1
        }
      }
    })
    const user = await auth.users.register(ada)
    expect([await auth.users.remove(user.id), await auth.users.remove(user.id)]).toEqual([true, false])
    expect(asked).toBe(1)
  })
})

describe("the configured administrator", () => {
  const refusing: Hooks = { validatePassword: () => "It was in a leak." }

  it("EVT-01 does not come with a password that the host refuses", async () => {
    expect(await rejection(createTestAuth({ hooks: refusing }))).toMatchObject({
      _tag: "PasswordRefused",
      reason: "It was in a leak."
    })
  })

  it("EVT-02 does not come while the hook fails", async () => {
    const hooks: Hooks = { validatePassword: () => Promise.reject(new Error(testAdmin.password)) }
    expect(await rejection(createTestAuth({ hooks }))).toEqual(
      new HookFailed({ hook: "validatePassword", retryAfter: 5 })
    )
  })
})

test("EVT-07 a hook that there is not, or that is no function, is refused at the start", async () => {
  const hooks = { afterLogIn: () => {}, beforeDelete: true, validatePassword: undefined } as unknown as Hooks
  expect(await rejection(createTestAuth({ hooks, onEvent: "log" as never }))).toMatchObject({
    _tag: "ConfigurationError",
    problems: [
      { setting: "hooks.afterLogIn", problem: "is not an option of Latchkey" },
      { setting: "hooks.beforeDelete", problem: "must be a function" },
      { setting: "onEvent", problem: "must be a function" }
    ]
  })
  expect(await rejection(createTestAuth({ hooks: null as never }))).toMatchObject({
    problems: [{ setting: "hooks", problem: "must be an object of functions" }]
  })
})

test("a hook may be asynchronous or an Effect, and must not need services", () => {
  expectTypeOf<(password: string) => Promise<string | null>>().toExtend<NonNullable<Hooks["validatePassword"]>>()
  expectTypeOf<() => Promise<void>>().toExtend<NonNullable<Hooks["beforeDelete"]>>()
  expectTypeOf<() => Effect.Effect<string, Broken>>().toExtend<NonNullable<Hooks["beforeRegister"]>>()
  expectTypeOf<() => Effect.Effect<string, Broken, "a service">>().not.toExtend<NonNullable<Hooks["beforeRegister"]>>()
  expectTypeOf<() => boolean>().not.toExtend<NonNullable<Hooks["beforeRegister"]>>()
})
