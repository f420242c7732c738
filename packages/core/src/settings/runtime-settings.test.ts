import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { loggedLines } from "../../test/captured-log.ts"
import { mailScene } from "../../test/mail-scene.ts"
import { ada, eventsOf, from } from "../../test/people.ts"
import { type Around, noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import { type Auth, createAuth } from "../auth/create-auth.ts"
import { reveal } from "../secret/secret-text.ts"
import { StoreError } from "../store/store-error.ts"
import { createTestAuth, type TestAuthOptions, testAdmin } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"
import { manualClock } from "../testing/manual-clock.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { plainHasher } from "../testing/plain-hasher.ts"
import { authSettingsFromEnv } from "./settings-from-env.ts"
import { LONGEST_READ_MS, pauseMs, SettingsPace } from "./settings-pace.ts"

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    (error: unknown) => error
  )

const settingOf = async (auth: Auth, name: string) => {
  const { settings } = await auth.runtimeSettings.list()
  return settings.find((each) => each.name === name)
}

describe("the list", () => {
  test("SET-14 has every setting that may change, with what it is, and nothing else", async () => {
    const { auth } = await createTestAuth()
    const { version, settings } = await auth.runtimeSettings.list()
    expect(version).toBe(0)
    expect(settings).toHaveLength(27)
    expect(settings[3]).toEqual({
      name: "sessions.idle",
      about: "How long a session stays open without being used.",
      field: { kind: "duration" },
      least: "5 minutes",
      applies: "at-once",
      value: "1 hour",
      fallback: "1 hour",
      kept: null,
      pending: null,
      isLocked: false
    })
  })

  test("SET-15 says of what code or the environment says that it is locked, and with which value", async () => {
    const env = { LATCHKEY_TOKENS_ENABLED: "false", LATCHKEY_SESSIONS_IDLE: "20 minutes" }
    const { auth } = await createTestAuth({ ...authSettingsFromEnv(env), name: "Ours" })
    const { settings } = await auth.runtimeSettings.list()
    const locked = settings.filter(({ isLocked }) => isLocked).map(({ name, value }) => [name, value])
    expect(locked).toEqual([
      ["name", "Ours"],
      ["sessions.idle", "20 minutes"],
      ["tokens.enabled", false]
    ])
  })

  test("says what waits for the next start", async () => {
    const tables = emptyTables()
    const { auth } = await createTestAuth({ store: storeOver(tables) })
    const { settings } = await auth.runtimeSettings.change({ version: 0, values: { mode: "basic" } })
    const mode = { name: "mode", applies: "next-start", value: "session", kept: "basic", pending: "basic" }
    expect(settings[1]).toMatchObject(mode)
    expect(auth.settings.mode).toBe("session")
    const next = await createTestAuth({ store: storeOver(tables) })
    expect(next.auth.settings.mode).toBe("basic")
    expect(await settingOf(next.auth, "mode")).toMatchObject({ value: "basic", kept: "basic", pending: null })
  })
})

describe("a change", () => {
  test("takes effect at once, counts the version up, and holds after a start", async () => {
    const tables = emptyTables()
    const { auth } = await createTestAuth({ store: storeOver(tables) })
    const changed = await auth.runtimeSettings.change({
      version: 0,
      values: { registration: "closed", "sessions.idle": "90 minutes", "throttle.mails": 3, "tokens.enabled": false }
    })
    expect(changed.version).toBe(1)
    expect(auth.settings).toMatchObject({
      registration: "closed",
      sessions: { idle: 5_400_000 },
      throttle: { mails: 3 },
      tokens: { enabled: false }
    })
    const { auth: next } = await createTestAuth({ store: storeOver(tables) })
    expect(next.settings).toEqual(auth.settings)
    expect(await next.runtimeSettings.list()).toEqual(changed)
  })

  test("reads text as the environment does, and keeps the one way of writing it", async () => {
    const { auth } = await createTestAuth()
    const values = { "sessions.idle": "5400000 millis", "throttle.mails": "3", "tokens.enabled": "false" }
    await auth.runtimeSettings.change({ version: 0, values })
    expect(await settingOf(auth, "sessions.idle")).toMatchObject({ kept: "90 minutes", value: "90 minutes" })
    expect(await settingOf(auth, "throttle.mails")).toMatchObject({ kept: 3, value: 3 })
    expect(await settingOf(auth, "tokens.enabled")).toMatchObject({ kept: false, value: false })
  })

  test("to null goes back to the default", async () => {
    const { auth } = await createTestAuth()
    await auth.runtimeSettings.change({ version: 0, values: { registration: "closed", name: "Ours" } })
    await auth.runtimeSettings.change({ version: 1, values: { registration: null } })
    expect(await settingOf(auth, "registration")).toMatchObject({ kept: null, value: "open" })
    expect(await settingOf(auth, "name")).toMatchObject({ kept: "Ours", value: "Ours" })
  })

  test("that changes nothing is not written, and not told", async () => {
    const { auth } = await createTestAuth()
    await auth.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    for (const values of [{}, { registration: "closed" }, { name: null }]) {
      expect(await auth.runtimeSettings.change({ version: 1, values })).toMatchObject({ version: 1 })
    }
    expect(await eventsOf(auth, { type: "settings.changed" })).toHaveLength(1)
  })

  test("SET-16 from an older version is told, and overwrites nothing", async () => {
    const tables = emptyTables()
    const [{ auth: one }, { auth: other }] = [
      await createTestAuth({ store: storeOver(tables) }),
      await createTestAuth({ store: storeOver(tables) })
    ]
    await one.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    const late = other.runtimeSettings.change({ version: 0, values: { registration: "invite", name: "Theirs" } })
    expect(await failureOf(late)).toMatchObject({ _tag: "SettingsChanged", version: 1 })
    expect(tables.settings).toEqual({ version: 1, text: '{"registration":"closed"}' })
    // Whoever was told has what the other made of it.
    expect(other.settings.registration).toBe("closed")
  })

  test("SET-16 of parallel changes in two processes one is done", async () => {
    const tables = emptyTables()
    const slow = () => storeAround((_, call) => Effect.andThen(Effect.yieldNow, call), tables)
    const processes = [await createTestAuth({ store: slow() }), await createTestAuth({ store: slow() })]
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        processes[n % 2]?.auth.runtimeSettings.change({ version: 0, values: { "throttle.mails": 10 + n } }).then(
          () => n,
          ({ _tag }: { readonly _tag: string }) => _tag
        )
      )
    )
    const won = outcomes.filter((outcome) => typeof outcome === "number")
    expect(outcomes.filter((outcome) => outcome === "SettingsChanged")).toHaveLength(15)
    expect(tables.settings).toEqual({ version: 1, text: `{"throttle.mails":${10 + Number(won[0])}}` })
  })

  test.each<[string, Record<string, unknown>, string]>([
    ["a value out of bounds", { "sessions.perUser": 0 }, "sessions.perUser must be a whole number from 1 to 1000"],
    ["a value of no type it knows", { registration: {} }, "registration must be one of open, invite, closed"],
    ["an option that there is none of", { "sessions.color": "red" }, "sessions.color is not an option of Latchkey"],
    ["an option that never changes", { unsafeDevMode: true }, "unsafeDevMode is not an option of Latchkey"],
    ["a name of several lines", { name: "Ours\nBcc: all" }, "name must be text of 1 to 100 characters, in one line"],
    ["what contradicts a default", { "sessions.idle": "13 hours" }, "sessions.idle must not exceed sessions.absolute"],
    [
      "what contradicts an option that nobody can change",
      { "cliLogin.lifetime": "1 minute" },
      "cliLogin.lifetime does not fit: cliLogin.interval must be shorter than cliLogin.lifetime"
    ],
    [
      "a link that lives too long",
      { "recovery.resetLifetime": "2 days" },
      "recovery.resetLifetime must not exceed 24 hours"
    ]
  ])("SET-17 to %s is refused as a whole, and writes nothing", async (_, values, message) => {
    const tables = emptyTables()
    const { auth } = await createTestAuth({ store: storeOver(tables), cliLogin: { interval: "1 minute" } })
    const wanted = { version: 0, values: { registration: "closed", ...values } }
    expect(await failureOf(auth.runtimeSettings.change(wanted))).toMatchObject({ _tag: "SettingsRefused", message })
    expect(tables.settings).toEqual({ version: 0, text: "" })
    expect(auth.settings.registration).toBe("open")
  })

  test("SET-15 of what code or the environment says is refused", async () => {
    const { auth } = await createTestAuth({ registration: "open" })
    const wanted = auth.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    expect(await failureOf(wanted)).toMatchObject({
      problems: [{ setting: "registration", problem: "is set by the program or its environment" }]
    })
    expect(auth.settings.registration).toBe("open")
  })

  test("SET-17 is judged with all that is kept, so that two settings move together or one after the other", async () => {
    const { auth } = await createTestAuth()
    const { change } = auth.runtimeSettings
    await change({ version: 0, values: { "sessions.idle": "2 days", "sessions.absolute": "3 days" } })
    expect(await failureOf(change({ version: 1, values: { "sessions.absolute": null } }))).toMatchObject({
      problems: [{ setting: "sessions.idle", problem: "must not exceed sessions.absolute" }]
    })
    expect(auth.settings.sessions.idle).toBe(172_800_000)
    await change({ version: 1, values: { "sessions.absolute": null, "sessions.idle": null } })
    await change({ version: 2, values: { "sessions.idle": "11 hours" } })
  })

  test("SET-17 carries along what a newer version wrote", async () => {
    const tables = emptyTables()
    tables.settings = { version: 7, text: '{"sessions.color":"red","sessions.perUser":2}' }
    const { auth } = await createTestAuth({ store: storeOver(tables) })
    await auth.runtimeSettings.change({ version: 7, values: { "sessions.perUser": null, registration: "closed" } })
    expect(JSON.parse(tables.settings.text)).toEqual({ "sessions.color": "red", registration: "closed" })
  })

  test("SET-19 is in the trail, with who made it, and both values of each setting", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register(ada)
    const values = { registration: "closed", "tokens.enabled": false, mode: "basic", "sessions.idle": "30 minutes" }
    await auth.runtimeSettings.change({ version: 0, values }, { actor: user.id, client: from("192.0.2.1") })
    await auth.runtimeSettings.change({ version: 1, values: { mode: null } })
    expect(await eventsOf(auth, { type: "settings.changed" })).toMatchObject([
      {
        actor: user.id,
        ip: "192.0.2.1",
        details: {
          version: 1,
          changes: [
            { setting: "mode", from: "session", to: "basic" },
            { setting: "registration", from: "open", to: "closed" },
            { setting: "sessions.idle", from: "1 hour", to: "30 minutes" },
            { setting: "tokens.enabled", from: true, to: false }
          ]
        }
      },
      { actor: null, details: { version: 2, changes: [{ setting: "mode", from: "basic", to: "session" }] } }
    ])
  })
})

test("SET-19 each version that is written is told, also where this process sees the same values", async () => {
  const tables = emptyTables()
  // Another version of the program may take what this one refuses.
  tables.settings = { version: 4, text: '{"sessions.perUser":5000,"registration":"closed"}' }
  const { auth } = await createTestAuth({ store: storeOver(tables), name: "Ours" })
  await auth.runtimeSettings.change({ version: 4, values: { "sessions.perUser": null } })
  await auth.runtimeSettings.change({ version: 5, values: { "throttle.mails": 5 } })
  expect(await eventsOf(auth, { type: "settings.changed" })).toMatchObject([
    { details: { version: 5, changes: [{ setting: "sessions.perUser", from: 100, to: 100 }] } },
    { details: { version: 6, changes: [{ setting: "throttle.mails", from: 5, to: 5 }] } }
  ])
})

/** A process that looks at the store when the test says so: `looked` resolves when it has, and waits again. */
const lookingWhenTold = async (options: TestAuthOptions) => {
  let look = () => {}
  let waits = () => {}
  const untilItWaits = (then: () => void) =>
    new Promise<void>((resolve) => {
      waits = resolve
      then()
    })
  const pace = Effect.callback<void>((resume) => {
    look = () => resume(Effect.void)
    waits()
  })
  const { lines, layer } = loggedLines()
  const ambient = Layer.mergeAll(Layer.succeed(SettingsPace, pace), layer)
  const start = untilItWaits(() => {})
  const { auth } = await createTestAuth({ ...options, ambient })
  await start
  return { auth, lines, looked: () => untilItWaits(look) }
}

const ofSettings = ({ text }: { readonly text: unknown }) => /settings/.test(String(text))

describe("another process", () => {
  test("SET-18 takes a change up with its next look", async () => {
    const tables = emptyTables()
    const { auth, looked } = await lookingWhenTold({ store: storeOver(tables) })
    const { auth: other } = await createTestAuth({ store: storeOver(tables) })
    await other.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    expect(auth.settings.registration).toBe("open")
    await looked()
    expect(auth.settings.registration).toBe("closed")
    await other.runtimeSettings.change({ version: 1, values: { registration: null } })
    await looked()
    expect(auth.settings.registration).toBe("open")
  })

  test("SET-18 takes up a text that was written under a number that it knows", async () => {
    const tables = emptyTables()
    const { auth, looked } = await lookingWhenTold({ store: storeOver(tables) })
    await auth.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    tables.settings = { version: 1, text: '{"registration":"invite"}' }
    await looked()
    expect(auth.settings.registration).toBe("invite")
  })

  test("SET-18 looks so often that a change is applied within five seconds, also with a slow store", () => {
    for (const chance of [0, 1, 128, 255]) expect(pauseMs(chance) + LONGEST_READ_MS).toBeLessThanOrEqual(5_000)
    expect(pauseMs(0)).toBeGreaterThanOrEqual(2_000)
    expect(pauseMs(255)).toBeGreaterThan(pauseMs(0) + 900)
  })

  test("SET-18 looks by the machine's clock, also where the services have another", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
    const tables = emptyTables()
    const { auth: other } = await createTestAuth({ store: storeOver(tables) })
    const still = Layer.succeed(Clock.Clock, manualClock().clock)
    const auth = await createAuth({ store: storeOver(tables), hasher: plainHasher }, still)
    onTestFinished(auth.close)
    await other.runtimeSettings.change({ version: 0, values: { name: "Ours" } })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(auth.settings.name).toBe("Latchkey")
    await vi.advanceTimersByTimeAsync(2_100)
    expect(auth.settings.name).toBe("Ours")
  })

  test("SET-18 keeps the last settings while the store is away, says so once, and goes on afterwards", async () => {
    const tables = emptyTables()
    let isAway = false
    const store = storeAround(
      outage((operation) => isAway && operation === "settings.read"),
      tables
    )
    const { auth, lines, looked } = await lookingWhenTold({ store })
    await auth.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    isAway = true
    for (let n = 0; n < 20; n++) await looked()
    expect(auth.settings.registration).toBe("closed")
    expect(lines.filter(ofSettings)).toEqual([
      {
        level: "Warn",
        text: "the settings in the store cannot be read: the last ones stay in use",
        fields: { operation: "settings.read" }
      }
    ])
    isAway = false
    tables.settings = { version: 2, text: "{}" }
    await looked()
    expect(auth.settings.registration).toBe("open")
    isAway = true
    await looked()
    expect(lines.filter(ofSettings)).toHaveLength(2)
  })

  test("SET-18 goes on to follow the others after a defect of a store, and says so by its name alone", async () => {
    const tables = emptyTables()
    let isBroken = false
    const around: Around = (operation, call) =>
      isBroken && operation === "settings.read" ? Effect.die(new TypeError("lk_ses_secret")) : call
    const { auth, lines, looked } = await lookingWhenTold({ store: storeAround(around, tables) })
    isBroken = true
    for (let n = 0; n < 3; n++) await looked()
    isBroken = false
    tables.settings = { version: 1, text: '{"registration":"closed"}' }
    await looked()
    expect(auth.settings.registration).toBe("closed")
    expect(lines.filter(ofSettings)).toEqual([
      {
        level: "Warn",
        text: "the settings in the store cannot be read: the last ones stay in use",
        fields: { name: "TypeError" }
      }
    ])
  })

  test("SET-18 goes on to follow the others after a store that never answered, and lets nobody wait for it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
    const tables = emptyTables()
    let isSilent = false
    const around: Around = (operation, call) => (isSilent && operation === "settings.read" ? Effect.never : call)
    const { auth, looked } = await lookingWhenTold({ store: storeAround(around, tables) })
    isSilent = true
    const unanswered = looked()
    const listed = failureOf(auth.runtimeSettings.list())
    await vi.advanceTimersByTimeAsync(LONGEST_READ_MS)
    await unanswered
    await vi.advanceTimersByTimeAsync(LONGEST_READ_MS)
    expect(await listed).toMatchObject({ _tag: "StoreError", operation: "settings.read" })
    const changed = failureOf(auth.runtimeSettings.change({ version: 0, values: { registration: "invite" } }))
    await vi.advanceTimersByTimeAsync(LONGEST_READ_MS)
    expect(await changed).toMatchObject({ _tag: "StoreError", operation: "settings.read" })
    isSilent = false
    tables.settings = { version: 1, text: '{"registration":"closed"}' }
    await looked()
    expect(auth.settings.registration).toBe("closed")
  })

  test("SET-18 keeps the last settings when those in the store can no longer be read, and the next change mends them", async () => {
    const tables = emptyTables()
    const { auth, lines, looked } = await lookingWhenTold({ store: storeOver(tables) })
    await auth.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    tables.settings = { version: 2, text: '{"registration":"clo' }
    for (let n = 0; n < 3; n++) await looked()
    expect(auth.settings.registration).toBe("closed")
    const wrong = lines.filter(ofSettings)
    expect(wrong.map(({ level, text }) => [level, text])).toEqual([["Error", expect.stringMatching(/are no settings/)]])
    const mended = await auth.runtimeSettings.change({ version: 2, values: { registration: "closed" } })
    expect([mended.version, tables.settings]).toEqual([3, { version: 3, text: '{"registration":"closed"}' }])
    await auth.runtimeSettings.change({ version: 3, values: { registration: "closed" } })
    expect(tables.settings.version).toBe(3)
  })

  test("SET-18 starts with the defaults when the settings in the store cannot be read, and says so", async () => {
    const tables = emptyTables()
    tables.settings = { version: 7, text: "[]" }
    const { auth, lines } = await lookingWhenTold({ store: storeOver(tables) })
    expect(auth.settings.registration).toBe("open")
    expect(lines.filter(ofSettings)).toMatchObject([{ level: "Error" }])
    await auth.runtimeSettings.change({ version: 7, values: { registration: "closed" } })
    expect(tables.settings).toEqual({ version: 8, text: '{"registration":"closed"}' })
  })

  test("SET-17 AUD-03 names of settings that another program wrote neither forge a line of the log nor fill it", async () => {
    const tables = emptyTables()
    const names = Array.from({ length: 60 }, (_, n) => `a${n}\n\u001B[31m\u202E${"x".repeat(100)}`)
    tables.settings = { version: 1, text: JSON.stringify(Object.fromEntries(names.map((name) => [name, 1]))) }
    const { lines } = await lookingWhenTold({ store: storeOver(tables) })
    const [{ fields } = { fields: null }] = lines.filter(ofSettings)
    expect(fields).toEqual({ settings: Array.from({ length: 50 }, () => expect.any(String)), more: 10 })
    expect(JSON.stringify(fields)).not.toMatch(/\\n|\\u001b|\u202E|x{64}/)
  })

  test("SET-22 is told in its log that nobody can be invited by mail, once each time that an administrator says so", async () => {
    const tables = emptyTables()
    const { auth, lines, looked } = await lookingWhenTold({ store: storeOver(tables) })
    const { auth: other } = await createTestAuth({ store: storeOver(tables), mailer: mailbox().mailer })
    const invited = () => lines.filter(({ text }) => /nobody can|no mailer/.test(String(text))).length
    expect(invited()).toBe(0)
    await other.runtimeSettings.change({ version: 0, values: { registration: "invite" } })
    for (let n = 0; n < 3; n++) await looked()
    expect(invited()).toBe(1)
    await auth.runtimeSettings.change({ version: 1, values: { name: "Ours" } })
    expect(invited()).toBe(1)
    await auth.runtimeSettings.change({ version: 2, values: { registration: "open" } })
    await auth.runtimeSettings.change({ version: 3, values: { registration: "invite" } })
    expect(invited()).toBe(2)
  })

  test("SET-17 leaves out what it does not know, and says so once for each version", async () => {
    const tables = emptyTables()
    tables.settings = { version: 1, text: '{"sessions.color":"red","registration":"closed","name":""}' }
    const { auth, lines, looked } = await lookingWhenTold({ store: storeOver(tables) })
    for (let n = 0; n < 5; n++) await looked()
    expect(auth.settings).toMatchObject({ registration: "closed", name: "Latchkey" })
    expect(lines.filter(ofSettings)).toEqual([
      {
        level: "Warn",
        text: "some settings that an administrator made are not in use",
        fields: {
          settings: [
            "sessions.color is not an option of Latchkey",
            "name must be text of 1 to 100 characters, in one line"
          ]
        }
      }
    ])
  })
})

describe("a shorter sessions.idle", () => {
  const shortened = async () => {
    const { auth, clock } = await createTestAuth({ sessions: { absolute: "2 days" } })
    await auth.runtimeSettings.change({ version: 0, values: { "sessions.idle": "10 hours" } })
    const user = await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    await clock.advance("29 minutes") // a use within half an hour is not noted
    expect(await auth.sessions.resume(secret)).not.toBeNull()
    await auth.runtimeSettings.change({ version: 1, values: { "sessions.idle": "10 minutes" } })
    return { auth, clock, secret, user, resume: () => auth.sessions.resume(secret) }
  }

  test("SET-18 ends an open session that nobody uses, though it was promised more", async () => {
    const { auth, clock, resume, user } = await shortened()
    await clock.advance("11 minutes")
    expect(await resume()).toBeNull()
    expect(await auth.sessions.list(user.id)).toEqual([])
  })

  test("SET-18 logs nobody out who is at work, and counts from their next use", async () => {
    const { auth, clock, resume, user } = await shortened()
    for (let minutes = 0; minutes < 180; minutes += 9) {
      await clock.advance("9 minutes")
      expect(await resume()).not.toBeNull()
    }
    expect(await auth.sessions.list(user.id)).toHaveLength(1)
    await clock.advance("40 minutes")
    expect(await resume()).toBeNull()
  })

  test("SET-18 ends no impersonation, which has an end of its own", async () => {
    const { auth, clock } = await createTestAuth({ impersonation: { lifetime: "30 minutes" } })
    const user = await auth.users.register(ada)
    const root = await auth.sessions.logIn(testAdmin)
    const identity = { user: root.user, via: "bearer", scopes: "all", pending: null, session: root.session } as const
    const { secret } = await auth.admin.impersonate(identity, user.id)
    await auth.runtimeSettings.change({ version: 0, values: { "sessions.idle": "5 minutes" } })
    await clock.advance("29 minutes")
    expect(await auth.sessions.resume(secret)).not.toBeNull()
  })
})

test("SET-18 the next mail has the name of now", async () => {
  const { auth, box, clock } = await mailScene()
  const { id } = await auth.users.register(ada)
  await clock.advance("1 second")
  await auth.runtimeSettings.change({ version: 0, values: { name: "Quiet Harbour" } })
  await auth.users.change(id, { isVerified: true })
  await auth.recovery.forgot(ada.email)
  await clock.advance("1 second")
  expect(box.mails.map(({ kind, application }) => [kind, application])).toEqual([
    ["verify", "Latchkey"],
    ["reset", "Quiet Harbour"]
  ])
})

describe("the calls of the store", () => {
  test("SET-18 no request makes one for the settings", async () => {
    const asked: Array<string> = []
    const { auth } = await createTestAuth({ store: storeAround(noting(asked)) })
    expect(asked.filter((name) => name.startsWith("settings"))).toEqual(["settings.read"])
    const user = await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    const { secret: token } = await auth.tokens.issue({ user, scopes: "all" }, { name: "a" })
    for (const credential of [secret, token]) {
      await auth.identify({ authorization: `Bearer ${reveal(credential)}`, sessionCookie: null })
    }
    expect(asked.filter((name) => name.startsWith("settings"))).toEqual(["settings.read"])
  })

  test("a store that is away fails the start, which would else open what an administrator closed", async () => {
    const store = storeAround(outage((operation) => operation === "settings.read"))
    const start = createTestAuth({ store, admin: null, setup: { announce: false } })
    expect(await failureOf(start)).toEqual(new StoreError({ operation: "settings.read", cause: "switched off" }))
  })

  test("SET-19 a change that was written, and whose answer was lost, is done and told", async () => {
    const tables = emptyTables()
    const lost = new StoreError({ operation: "settings.write", cause: "the answer was lost" })
    const around: Around = (operation, call) =>
      operation === "settings.write" ? Effect.andThen(call, Effect.fail(lost)) : call
    const { auth } = await createTestAuth({ store: storeAround(around, tables) })
    const changed = await auth.runtimeSettings.change({ version: 0, values: { registration: "closed" } })
    expect([changed.version, auth.settings.registration]).toEqual([1, "closed"])
    expect(await eventsOf(auth, { type: "settings.changed" })).toMatchObject([
      { details: { version: 1, changes: [{ setting: "registration", from: "open", to: "closed" }] } }
    ])
  })

  test("a change that cannot be written is none", async () => {
    const tables = emptyTables()
    const store = storeAround(
      outage((operation) => operation === "settings.write"),
      tables
    )
    const { auth } = await createTestAuth({ store })
    const wanted = { version: 0, values: { registration: "closed" } }
    expect(await failureOf(auth.runtimeSettings.change(wanted))).toMatchObject({ _tag: "StoreError" })
    expect(auth.settings.registration).toBe("open")
    expect(await eventsOf(auth, { type: "settings.changed" })).toEqual([])
  })
})
