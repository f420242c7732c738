import * as Effect from "effect/Effect"
import { describe, expect, expectTypeOf, it, test } from "vitest"
import { capturedLog, loggedLines } from "../../test/captured-log.ts"
import { cliLoginScene } from "../../test/cli-login-scene.ts"
import { ada, from, newPassword } from "../../test/people.ts"
import { outage, storeAround } from "../../test/store-around.ts"
import type { AuditEvent, LoginMethod, UserFieldChange } from "../audit/audit-event.ts"
import type { Auth } from "../auth/create-auth.ts"
import type { Mail } from "../mail/mail.ts"
import { createTestAuth, type TestAuthOptions, testAdmin } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"
import type { User } from "../user/user.ts"
import { Users } from "../user/users.ts"
import { type AfterHookName, afterHookNames, type Happened } from "./after-table.ts"
import type { Hooks } from "./hooks.ts"

/** Every hook, writing down what it is told. */
const recorded = () => {
  const told: Array<{ readonly hook: AfterHookName; readonly event: AuditEvent; readonly user: User | null }> = []
  const entries = afterHookNames.map((hook) => [
    hook,
    (happened: Happened<AfterHookName>) => {
      told.push({ hook, ...happened })
    }
  ])
  return { told, hooks: Object.fromEntries(entries) as Hooks }
}

type Told = ReturnType<typeof recorded>["told"][number]

const brief = ({ hook, event, user }: Told) => `${hook} ${event.type} ${user?.username}`

/** What hooks are told while a service works. Closing waits for all of them. */
const toldWhile = async (work: (auth: Auth) => Promise<unknown>, options: TestAuthOptions = {}) => {
  const { told, hooks } = recorded()
  const { auth } = await createTestAuth({ hooks, ...options })
  await work(auth)
  await auth.close()
  return told
}

describe("hooks that are told", () => {
  const stories: Readonly<Record<string, readonly [ReadonlyArray<string>, (auth: Auth) => Promise<unknown>]>> = {
    "a registration": [["afterRegister user.registered ada"], (auth) => auth.users.register(ada)],
    "a user whom somebody creates": [
      ["afterRegister user.created bob"],
      (auth) => auth.users.create({ username: "bob" })
    ],
    "a log-in": [["afterLogin login.succeeded root"], (auth) => auth.sessions.logIn(testAdmin)],
    "a wrong password": [
      ["afterLoginFailed login.refused root"],
      (auth) => auth.sessions.logIn({ ...testAdmin, password: "wrong" }).catch(() => {})
    ],
    "a log-in by nobody's name": [
      ["afterLoginFailed login.refused undefined"],
      (auth) => auth.sessions.logIn({ username: "nobody", password: "wrong" }).catch(() => {})
    ],
    "a log-out": [
      ["afterLogin login.succeeded root", "afterLogout session.closed root"],
      async (auth) => {
        const { secret } = await auth.sessions.logIn(testAdmin)
        await auth.sessions.closeBySecret(secret, { as: "logout" })
      }
    ],
    "a change": [
      ["afterUpdate user.changed boss"],
      async (auth) => {
        const [root] = (await auth.users.list()).items
        if (root !== undefined) await auth.users.change(root.id, { username: "boss" })
      }
    ],
    "a new password": [
      ["afterUpdate password.changed root"],
      async (auth) => {
        const [root] = (await auth.users.list()).items
        if (root === undefined) return
        await auth.passwords.change({ user: root.id, current: testAdmin.password, next: newPassword })
      }
    ],
    "a token": [
      ["tokenCreated token.issued root", "tokenCreated token.rotated root"],
      async (auth) => {
        const [user] = (await auth.users.list()).items
        if (user === undefined) return
        const maker = { user, scopes: "all" as const }
        const { token } = await auth.tokens.issue(maker, { name: "Build" })
        await auth.tokens.rotate(maker, token.id)
      }
    ]
  }

  for (const [story, [expected, work]] of Object.entries(stories))
    test(`EVT-03 are told of ${story}, with the user as they are now`, async () => {
      const told = await toldWhile(work)
      expect(told.filter(({ event }) => event.type !== "setup.completed").map(brief)).toEqual(expected)
    })

  test("EVT-03 are told of the first administrator, by configuration and by setup", async () => {
    expect((await toldWhile(async () => {})).map(brief)).toEqual(["afterRegister setup.completed root"])
    const bySetup = await toldWhile(
      async (auth) => auth.setup.createFirstAdmin({ ...ada, token: await auth.setup.issueToken() }),
      { admin: null }
    )
    expect(bySetup).toMatchObject([
      { hook: "afterRegister", event: { details: { by: "page" } }, user: { username: "ada" } }
    ])
  })

  test("EVT-03 are told of a removal with the user as they were, by whoever removes", async () => {
    const told = await toldWhile(async (auth) => {
      const user = await auth.users.register(ada)
      await auth.users.remove(user.id)
    })
    expect(told.filter(({ hook }) => hook === "afterDelete")).toMatchObject([
      { event: { type: "user.removed", details: {} }, user: { username: "ada", email: ada.email } }
    ])
  })

  test("EVT-03 are told null for a user who is gone by the time", async () => {
    const told = await toldWhile((auth) =>
      auth.run(
        Effect.gen(function* () {
          const users = yield* Users
          yield* users.remove((yield* users.create({ username: "bob" })).id) // no hook runs in between
        })
      )
    )
    expect(told.map(brief)).toContain("afterRegister user.created undefined")
    expect(told.map(brief)).toContain("afterDelete user.removed bob")
  })

  test("EVT-03 onEvent is told every event, in the order in which they happened", async () => {
    const events: Array<AuditEvent> = []
    const { auth } = await createTestAuth({ onEvent: (event) => void events.push(event) })
    const user = await auth.users.register(ada, { client: from("192.0.2.7") })
    await auth.users.change(user.id, { username: "countess" })
    await auth.users.endCredentials(user.id)
    await auth.users.remove(user.id)
    const trail = (await auth.audit.list()).map(({ event }) => event).reverse()
    await auth.close()
    expect(events).toEqual(trail)
    expect(events.map(({ type }) => type)).toEqual([
      "setup.completed",
      "user.registered",
      "user.changed",
      "session.closed",
      "user.removed"
    ])
  })

  test("EVT-03 an event that the trail could not take is told all the same", async () => {
    const events: Array<string> = []
    const store = storeAround(outage((operation) => operation === "audit.append"))
    const { auth } = await createTestAuth({ store, onEvent: ({ type }) => void events.push(type) })
    await auth.users.register(ada)
    await auth.close()
    expect(events).toEqual(["setup.completed", "user.registered"])
  })

  test("EVT-03 what counts refusals is told when it is written, also at the end", async () => {
    const events: Array<AuditEvent> = []
    const { auth, clock } = await createTestAuth({
      registration: "closed",
      onEvent: (event) => {
        if (event.type === "user.register-refused") events.push(event)
      }
    })
    for (let times = 0; times < 3; times++) await auth.users.register(ada).catch(() => {})
    expect(events).toEqual([])
    await clock.advance("1 minute")
    await auth.users.register(ada).catch(() => {})
    await auth.close()
    expect(events.map(({ details }) => details)).toEqual([
      { reason: "closed", count: 3, networks: "one" },
      { reason: "closed", count: 1, networks: "one" }
    ])
  })

  test("EVT-03 what a hook does to an event does not reach the trail", async () => {
    // A store that takes its time, so that the hook runs before the event is written.
    const store = storeAround((operation, call) =>
      operation === "audit.append" ? Effect.andThen(Effect.repeat(Effect.yieldNow, { times: 9 }), call) : call
    )
    const { auth } = await createTestAuth({
      store,
      onEvent: (event) => void Object.assign(event.details, { changed: true })
    })
    await auth.users.register(ada)
    const [newest] = await auth.audit.list({ limit: 1 })
    expect(newest?.event.details).toEqual({})
    await auth.close()
  })
})

describe("a hook that is told and", () => {
  const faults: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new TypeError(ada.password)
    },
    rejects: () => Promise.reject(new TypeError(ada.password)),
    "fails as an Effect": () => Effect.fail(ada.password),
    "dies as an Effect": () => Effect.die(new TypeError(ada.password))
  }

  for (const [fault, hook] of Object.entries(faults))
    it(`${fault} breaks nothing, and the log has its name and no text of it (EVT-03, EVT-05)`, async () => {
      const log = capturedLog()
      const others: Array<string> = []
      const { auth } = await createTestAuth({
        ambient: log.layer,
        hooks: { afterLogin: hook, afterLogout: ({ event }) => void others.push(event.type) },
        onEvent: hook
      })
      const { secret } = await auth.sessions.logIn(testAdmin)
      expect(await auth.sessions.resume(secret)).not.toBeNull()
      await auth.sessions.closeBySecret(secret)
      await auth.close()
      expect(others).toEqual(["session.closed"])
      expect(log.lines.join("\n")).toContain("a hook failed")
      expect(log.lines.join("\n")).toContain("afterLogin")
      expect(log.lines.join("\n")).not.toContain(ada.password)
    })

  const hanging: Readonly<Record<string, () => unknown>> = {
    promise: () => new Promise(() => {}),
    Effect: () => Effect.never,
    "Effect that nobody can interrupt": () => Effect.uninterruptible(Effect.never)
  }

  for (const [form, hook] of Object.entries(hanging)) {
    it(`hangs in a ${form} is given up after ten seconds (EVT-04)`, async () => {
      const log = loggedLines()
      const { auth, clock } = await createTestAuth({ ambient: log.layer, hooks: { afterLogin: hook } })
      await auth.sessions.logIn(testAdmin)
      await clock.advance("10 seconds")
      expect(log.lines).toEqual([
        { level: "Error", text: "a hook failed", fields: { operation: "afterLogin", name: "TimedOut" } }
      ])
      await auth.close()
    })

    it(`hangs in a ${form} holds the end up for ten seconds at most (EVT-04)`, async () => {
      const { auth, clock } = await createTestAuth({ hooks: { afterLogin: hook } })
      await auth.sessions.logIn(testAdmin)
      let isClosed = false
      const closing = auth.close().then(() => {
        isClosed = true
      })
      await clock.advance("9 seconds")
      expect(isClosed).toBe(false)
      await clock.advance("1 second")
      await closing
    })
  }

  it("is slow does not keep its caller, and the end waits for it (EVT-04)", async () => {
    const slow = Promise.withResolvers<void>()
    let hasEnded = false
    const { auth } = await createTestAuth({
      hooks: {
        afterLogin: async () => {
          await slow.promise
          hasEnded = true
        }
      }
    })
    await auth.sessions.logIn(testAdmin)
    expect(hasEnded).toBe(false)
    const closing = auth.close()
    slow.resolve()
    await closing
    expect(hasEnded).toBe(true)
  })

  it("reads our services still finds the store while it closes", async () => {
    let total: number | null = null
    const holder: { auth?: Auth } = {}
    const { auth } = await createTestAuth({
      hooks: {
        afterLogin: async () => {
          total = (await holder.auth?.users.count())?.total ?? null
        }
      }
    })
    holder.auth = auth
    await auth.sessions.logIn(testAdmin)
    await auth.close()
    expect(total).toBe(1)
  })
})

describe("many hooks at once", () => {
  /** Hooks that wait until they are let go, and how many have begun. */
  const held = async (log = loggedLines()) => {
    const gate = Promise.withResolvers<void>()
    const begun: Array<AuditEvent> = []
    const { auth, clock } = await createTestAuth({
      ambient: log.layer,
      admin: null,
      onEvent: async (event) => {
        begun.push(event)
        await gate.promise
      }
    })
    return { auth, clock, begun, log, letGo: gate.resolve }
  }

  const createMany = async (auth: Auth, count: number) => {
    for (let n = 0; n < count; n++) await auth.users.create({ username: `user-${n}` })
  }

  it("EVT-04 sixteen run at a time, and the others begin in the order of their events", async () => {
    const { auth, clock, begun, letGo } = await held()
    await createMany(auth, 40)
    await clock.advance("1 second")
    expect(begun.length).toBe(16)
    const trail = (await auth.audit.list()).map(({ event }) => event).reverse()
    letGo()
    await auth.close()
    expect(begun).toEqual(trail)
  })

  it("EVT-04 of more than a thousand the rest is dropped, with ten lines a minute", async () => {
    const { auth, begun, log, letGo } = await held()
    await createMany(auth, 1_020)
    expect(log.lines.length).toBe(10)
    expect(log.lines[0]).toEqual({
      level: "Error",
      text: "a hook was not called: too many calls wait",
      fields: { operation: "onEvent" }
    })
    letGo()
    await auth.close()
    expect(begun.length).toBe(1_000)
  })

  it("EVT-04 what still waits after ten seconds of closing is given up, with a line", async () => {
    const { auth, clock, begun, log } = await held()
    await createMany(auth, 40)
    const closing = auth.close()
    await clock.advance("10 seconds")
    await closing
    expect(begun.length).toBeLessThan(40)
    expect(log.lines.map(({ text }) => text)).toContain("work in the background was given up at the end")
  })
})

test("EVT-03 while the store is away a hook that needs the user is not called, and the log says so", async () => {
  const log = loggedLines()
  let isDown = false
  const store = storeAround(outage((operation) => isDown && operation === "users.find"))
  const told: Array<unknown> = []
  const { auth } = await createTestAuth({
    store,
    ambient: log.layer,
    hooks: { afterLogin: (happened) => void told.push(happened) }
  })
  isDown = true
  await auth.sessions.logIn(testAdmin)
  await auth.close()
  expect(told).toEqual([])
  expect(log.lines).toEqual([
    { level: "Error", text: "a hook failed", fields: { operation: "afterLogin", name: "StoreError" } }
  ])
})

describe("mails", () => {
  it("EVT-03 are told when they are asked for, and when their links are used", async () => {
    const { told, hooks } = recorded()
    const mails: Array<Mail> = []
    const send = async (mail: Mail) => void mails.push(mail)
    const { auth, clock } = await createTestAuth({ admin: null, hooks, mailer: { send } })
    await auth.users.create(ada)
    await auth.recovery.requestVerification(ada.email)
    await clock.advance("2 seconds")
    await auth.recovery.verify(mails.at(-1)?.token ?? "")
    await auth.recovery.forgot(ada.email)
    await auth.recovery.forgot("nobody@example.org")
    await clock.advance("2 seconds")
    await auth.recovery.reset(mails.at(-1)?.token ?? "", newPassword)
    await auth.close()
    expect(told.map(brief)).toEqual([
      "afterRegister user.created ada",
      "afterRequestVerify email.verification-requested ada",
      "afterVerify email.verified ada",
      "afterForgotPassword password.reset-requested ada",
      "afterResetPassword password.changed ada"
    ])
    expect(JSON.stringify(told)).not.toContain("_otc_")
  })

  it("EVT-03 that nobody asked for are told by what led to them: a registration, and the undoing of a change", async () => {
    const { told, hooks } = recorded()
    const { mailer, mails, newest } = mailbox()
    const { auth, clock } = await createTestAuth({ hooks, mailer })
    const user = await auth.users.register(ada)
    await clock.advance("2 seconds")
    const verified = await auth.recovery.verify(newest("verify").token ?? "")
    await auth.users.changeSelf({ user: verified }, { email: "ada@example.com" })
    await clock.advance("2 seconds")
    await auth.recovery.changeEmail(newest("change-email").token ?? "")
    await clock.advance("2 seconds")
    await auth.recovery.undoEmailChange(newest("email-changed").token ?? "")
    await auth.close()
    expect(mails.map(({ kind }) => kind)).toEqual(["verify", "change-email", "email-changed", "reset"])
    expect(told.filter(({ user: whom }) => whom?.id === user.id).map(brief)).toEqual([
      "afterRegister user.registered ada",
      "afterVerify email.verified ada",
      "afterUpdate user.changed ada",
      "afterUpdate user.changed ada"
    ])
  })

  it("EVT-03 a mail that fails at the end is told too", async () => {
    const events: Array<string> = []
    const { auth, clock } = await createTestAuth({
      mailer: { send: () => new Promise(() => {}) },
      onEvent: ({ type }) => void events.push(type)
    })
    await auth.recovery.forgot(testAdmin.email)
    await clock.advance("2 seconds")
    const closing = auth.close()
    await clock.advance("10 seconds")
    await closing
    expect(events.at(-1)).toBe("mail.failed")
  })
})

describe("a CLI login", () => {
  for (const [result, collected] of [
    ["token", "tokenCreated token.issued ada"],
    ["session", "afterLogin cli-login.collected ada"]
  ] as const)
    it(`EVT-03 is told when it is approved, and when a ${result} is made of it`, async () => {
      const { told, hooks } = recorded()
      const { auth, approved, collect } = await cliLoginScene({ hooks, cliLogin: { result } })
      await collect(await approved())
      await auth.close()
      expect(told.slice(-2).map(brief)).toEqual(["challengeApproved cli-login.approved ada", collected])
    })
})

test("each hook is told the events of its own, typed by their kind", () => {
  const hooks: Hooks = {
    afterLogin: ({ event, user }) => {
      expectTypeOf(event.type).toEqualTypeOf<"login.succeeded" | "cli-login.collected">()
      if (event.type === "login.succeeded") expectTypeOf(event.details.method).toEqualTypeOf<LoginMethod>()
      expectTypeOf(user).toEqualTypeOf<User | null>()
    },
    afterUpdate: ({ event }) => {
      expectTypeOf(event.type).toEqualTypeOf<"user.changed" | "email.lost" | "password.changed">()
      if (event.type === "user.changed")
        expectTypeOf(event.details.changes).toEqualTypeOf<ReadonlyArray<UserFieldChange>>()
    },
    afterRegister: ({ event }) => {
      if (event.type === "user.created") expectTypeOf(event.details.isSuperuser).toEqualTypeOf<boolean>()
    },
    tokenCreated: ({ event }) => {
      expectTypeOf(event.details).toExtend<object>()
      return Effect.void
    },
    challengeApproved: async ({ event }) => {
      expectTypeOf(event.details.program).toEqualTypeOf<string>()
    }
  }
  expect(Object.keys(hooks)).toHaveLength(5)
})
