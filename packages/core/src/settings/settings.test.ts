import { inspect } from "node:util"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { afterEach, describe, expect, expectTypeOf, it, test, vi } from "vitest"
import { createAuth } from "../auth/create-auth.ts"
import { hashesAtOnce } from "../password/hashes-at-once.ts"
import { memoryStore } from "../testing/memory-store.ts"
import { invalid } from "../vocabulary/read.ts"
import { ConfigurationError, isConfigurationError } from "./configuration-error.ts"
import { isLoopback } from "./contradictions.ts"
import { resolveSettings } from "./resolve-settings.ts"
import { settingEntries } from "./setting-entries.ts"
import { authSettingsFromEnv } from "./settings-from-env.ts"
import type { AuthSettings, ResolvedSettings } from "./settings-table.ts"

const resolve = (settings: AuthSettings): ResolvedSettings => Effect.runSync(resolveSettings(settings))

/** The options that are named as wrong; what a program without types may pass is passed as it comes. */
const problemsOf = (settings: unknown): ReadonlyArray<string> => {
  const error = Effect.runSync(Effect.flip(resolveSettings(settings as AuthSettings)))
  return error.problems.map(({ setting }) => setting)
}

const defaults = resolve({})

describe("every option", () => {
  it.each(settingEntries)("$path says what it does, in a sentence", ({ setting }) => {
    expect(setting.about).toMatch(/^[A-Z].{10,}\.$/)
    expect(setting.type.length).toBeGreaterThan(0)
  })

  it.each(settingEntries.filter(({ setting }) => setting.fallback !== null))(
    "$path has a default that it accepts",
    (entry) => {
      expect(entry.setting.read(entry.setting.fallback)).toHaveProperty("value")
    }
  )

  it.each(settingEntries)("$path refuses what is of no type it knows, without repeating it", ({ setting }) => {
    const read = setting.read(Object("canary"))
    expect(read).toEqual(invalid(expect.stringMatching(/^must be /)))
    expect(JSON.stringify(read)).not.toContain("canary")
  })

  test("has a variable of its own", () => {
    const variables = settingEntries.map(({ variable }) => variable)
    expect(new Set(variables).size).toBe(variables.length)
    expect(variables.filter((variable) => !/^LATCHKEY(?:_[A-Z0-9]+)+$/.test(variable))).toEqual([])
    expect(variables).toContain("LATCHKEY_SESSIONS_COLLECT_USER_AGENT")
    expect(settingEntries.length).toBeGreaterThan(30)
  })

  test("OPS-03 that makes things unsafe is called so, and is off", () => {
    const risky = settingEntries.filter(({ path }) => /unsafe/i.test(path))
    expect(risky.map(({ path }) => path)).toEqual(["setup.unsafeOpen", "cookies.unsafeInsecure", "unsafeDevMode"])
    expect(risky.map(({ setting }) => setting.fallback)).toEqual([false, false, false])
  })

  test("OPS-03 switches nothing off by a name that begins with a no", () => {
    expect(settingEntries.filter(({ path }) => /(?:^|\.)(?:disable|no[A-Z]|skip)/.test(path))).toEqual([])
  })

  test("SES-04 PWD-01 PWD-04 PWD-10 has the default that the requirements ask for", () => {
    expect(defaults).toMatchObject({
      registration: "open",
      sessions: {
        idle: 3_600_000,
        absolute: 43_200_000,
        collectIp: true,
        collectUserAgent: true,
        trustedProxies: []
      },
      passwords: {
        minimum: 15,
        maximum: 256,
        waiting: 64,
        concurrency: hashesAtOnce(),
        argon2: { memory: 19456, passes: 2, lanes: 1 }
      },
      setup: { token: null, lifetime: 86_400_000, unsafeOpen: false },
      admin: { username: null, email: null, password: null, promoteExisting: false, mustChangePassword: true },
      throttle: { longestDelay: 900_000 },
      publicUrl: null,
      unsafeDevMode: false
    })
  })

  test("PAT-05 PAT-08 PAT-10 BAS-02 has for tokens, and for the mode, the default that the requirements ask for", () => {
    const day = 86_400_000
    expect(defaults.mode).toBe("session")
    expect(defaults.tokens).toEqual({
      enabled: true,
      scopes: {},
      lifetime: 90 * day,
      longest: 365 * day,
      mayBeEndless: false,
      perUser: 50,
      overlap: day,
      acceptImported: false
    })
  })

  test("DEV-03 DEV-04 DEV-12 DEV-13 DEV-20 has for CLI logins the default that the requirements ask for", () => {
    const day = 86_400_000
    expect(defaults.cliLogin).toEqual({
      enabled: true,
      lifetime: 300_000,
      interval: 5_000,
      result: "token",
      codeResult: "session",
      tokenLifetime: 30 * day,
      number: "offered",
      approvers: "everyone",
      otherNetwork: "warn",
      mostOpen: 10_000,
      retention: 30 * day
    })
    expect(defaults.throttle).toMatchObject({ cliLogins: 100, userCodes: 5 })
  })
})

describe("checking", () => {
  test("OPS-03 names every problem at once, by path, with what would do", () => {
    const error = Effect.runSync(
      Effect.flip(
        resolveSettings({
          publicUrl: "app.example.org",
          sessions: { idle: "0 seconds" },
          passwords: { minimum: 7, argon2: { lanes: 17 } },
          sesions: {}
        } as AuthSettings)
      )
    )
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error.message).toBe(
      [
        "Did you mean sessions where it says sesions?",
        "Latchkey cannot start:",
        "  sesions is not an option of Latchkey",
        '  publicUrl must be an address such as "https://app.example.org" or "https://example.org/app", with plain characters in the path and without a slash, a query or a fragment at the end',
        '  sessions.idle must be a duration such as "30 days"',
        "  passwords.minimum must be a whole number from 8 to 64",
        "  passwords.argon2.lanes must be a whole number from 1 to 16"
      ].join("\n")
    )
  })

  test("SES-26 users of whom none can have an e-mail address cannot be asked to verify one", () => {
    expect(problemsOf({ logins: "username", sessions: { requireVerified: true } })).toEqual([
      "sessions.requireVerified"
    ])
    for (const logins of ["both", "email"] as const) {
      expect(resolve({ logins, sessions: { requireVerified: true } }).logins).toBe(logins)
    }
  })

  it.each([
    [{ sesion: {} }, "sesion"],
    [{ sessions: { iddle: "1 hour" } }, "sessions.iddle"],
    [{ passwords: { argon2: { m: 1 } } }, "passwords.argon2.m"],
    [{ toString: 1 }, "toString"],
    [{ sessions: { constructor: 1 } }, "sessions.constructor"],
    [JSON.parse('{"__proto__": {"unsafeDevMode": true}}'), "__proto__"],
    [{ sessions: 5 }, "sessions"],
    [{ sessions: null }, "sessions"],
    [{ sessions: "1 hour" }, "sessions"],
    [{ sessions: ["1 hour"] }, "sessions.0"]
  ])("OPS-03 an option that does not exist is refused: %j", (settings, named) => {
    expect(problemsOf(settings)).toEqual([named])
  })

  it.each([
    ["publicUrl", "https://app.example.org/auth/"],
    ["publicUrl", "https://app.example.org//auth"],
    ["publicUrl", "https://app.example.org/a/../auth"],
    ["publicUrl", "https://app.example.org/%2e%2e/auth"],
    ["publicUrl", "https://app.example.org/a%20b"],
    ["publicUrl", "https://app.example.org/auth#x"],
    ["publicUrl", "https://ada@app.example.org/auth"],
    ["publicUrl", "https://app.example.org/?x"],
    ["publicUrl", "ftp://app.example.org"],
    ["publicUrl", "javascript:alert(1)"],
    ["publicUrl", ""],
    ["name", ""],
    ["prefix", "LK"],
    ["prefix", "lk_"],
    ["prefix", ""],
    ["prefix", "a".repeat(17)],
    ["logins", "phone"],
    ["registration", "Open"],
    ["registration", true],
    ["unsafeDevMode", 1],
    ["unsafeDevMode", "yes"],
    ["sessions.idle", 3_600_000],
    ["sessions.idle", "an hour"],
    ["sessions.idle", "-1 hour"],
    ["sessions.idle", "0 seconds"],
    ["sessions.idle", "Infinity"],
    ["sessions.idle", "1500 micros"],
    ["sessions.idle", "200 years"],
    ["sessions.absolute", "40000 days"],
    ["sessions.trustedProxies", "10.0.0.1/8"],
    ["sessions.trustedProxies", ["10.0.0.0/8", "localhost"]],
    ["sessions.trustedProxies", [1]],
    ["sessions.trustedProxies", "unix"],
    ["sessions.trustedProxies", { length: 0 }],
    ["mode", "Basic"],
    ["mode", "bearer"],
    ["tokens.enabled", "off"],
    ["tokens.lifetime", 90],
    ["tokens.lifetime", "endless"],
    ["tokens.longest", "Infinity"],
    ["tokens.overlap", "-1 day"],
    ["tokens.mayBeEndless", 1],
    ["tokens.perUser", 0],
    ["tokens.perUser", 1_001],
    ["tokens.perUser", 1.5],
    ["tokens.acceptImported", "yes"],
    ["tokens.scopes", 5],
    ["tokens.scopes", ["packages:read"]],
    ["tokens.scopes", { "packages:read": "" }],
    ["tokens.scopes", { "packages:read": 1 }],
    ["tokens.scopes", { "packages:read": null }],
    ["tokens.scopes", { "packages read": "Download packages" }],
    ["tokens.scopes", { "": "Download packages" }],
    ["tokens.scopes", { "latchkey:root": "Everything" }],
    ["tokens.scopes", JSON.parse('{"__proto__": "Everything"}')],
    ["tokens.scopes", "packages:read"],
    ["tokens.scopes", "packages:read="],
    ["tokens.scopes", "=Download packages"],
    ["tokens.scopes", "packages:read=Download packages,"],
    ["tokens.scopes", "packages:read=Download packages,packages:read=Again"],
    ["tokens.scopes", "packages:read=Download packages, and more"],
    ["cookies.name", "a;b"],
    ["cookies.name", "a b"],
    ["cookies.name", "__Host-é"],
    ["cookies.name", "__Host-a"],
    ["cookies.name", "1a"],
    ["cookies.name", "a".repeat(58)],
    ["cookies.name", "a\r\nSet-Cookie: x"],
    ["requests.trustedOrigins", "https://a.example.org/x"],
    ["requests.trustedOrigins", ["null"]],
    ["requests.trustedOrigins", "*"],
    ["passwords.minimum", 7],
    ["passwords.minimum", 15.5],
    ["passwords.minimum", Number.NaN],
    ["passwords.minimum", "0x0f"],
    ["passwords.minimum", "1e1"],
    ["passwords.maximum", 257],
    ["passwords.concurrency", 0],
    ["passwords.deadline", "0 seconds"],
    ["cliLogin.enabled", "off"],
    ["cliLogin.lifetime", 300],
    ["cliLogin.lifetime", "0 seconds"],
    ["cliLogin.interval", "5"],
    ["cliLogin.result", "pat"],
    ["cliLogin.result", ""],
    ["cliLogin.codeResult", "bearer"],
    ["cliLogin.tokenLifetime", "endless"],
    ["cliLogin.number", true],
    ["cliLogin.number", "Always"],
    ["cliLogin.approvers", "all"],
    ["cliLogin.otherNetwork", "allow"],
    ["cliLogin.mostOpen", 0],
    ["cliLogin.mostOpen", 100_001],
    ["cliLogin.mostOpen", 1.5],
    ["cliLogin.retention", "0 days"],
    ["throttle.cliLogins", 0],
    ["throttle.cliLogins", 1_000_001],
    ["throttle.userCodes", 0],
    ["throttle.userCodes", 6],
    ["throttle.perAccount", 0],
    ["throttle.perAccount", Number.POSITIVE_INFINITY],
    ["throttle.longestDelay", "0 millis"]
  ])("%s may not be %j", (path, value) => {
    const [group = "", key] = path.split(".")
    expect(problemsOf({ [group]: key === undefined ? value : { [key]: value } })).toEqual([path])
  })

  it.each<[object, string]>([
    [{ tokens: { scopes: { "notes:read": "Read", "notes write": "Write" } } }, 'unlike "notes write"'],
    [{ tokens: { scopes: { "notes:read": "Read", "notes:write": "" } } }, '"notes:write" has no description'],
    [{ tokens: { scopes: "notes:read=Read,notes:read=Again" } }, '"notes:read" is there twice'],
    [{ tokens: { scopes: { "latchkey:root": "All" } } }, 'unlike "latchkey:root"'],
    [{ roles: { "an editor": "Edits" } }, 'unlike "an editor"'],
    [{ sessions: { trustedProxies: ["10.0.0.0/8", "localhost"] } }, 'unlike "localhost"'],
    [{ requests: { trustedOrigins: ["https://a.example.org", "b.example.org"] } }, '"b.example.org" is none'],
    [{ requests: { trustedOrigins: [5] } }, "unlike a number"],
    [{ requests: { trustedOrigins: [undefined] } }, "unlike undefined"],
    [{ requests: { trustedOrigins: [{}] } }, "unlike object"],
    [{ roles: { [`${"x".repeat(5_000)}\n`]: "Edits" } }, `unlike "${"x".repeat(100)}…"`]
  ])("OPS-03 of a list the bad entry is named: %j", (settings, named) => {
    const error = Effect.runSync(Effect.flip(resolveSettings(settings as AuthSettings)))
    expect(error.message).toContain(named)
    expect(error.message.split("\n")).toHaveLength(2)
  })

  it.each<object>([
    { requests: { trustedOrigins: ["https://u:topsecret@a.org"] } },
    { requests: { trustedOrigins: [`https://u:topsecret${"x".repeat(200)}@a.org`] } },
    { sessions: { trustedProxies: ["redis://:top/topsecret@10.0.0.1"] } },
    { roles: { "u:topsecret@a.org": "Edits" } }
  ])("OPS-03 what stands before an @ may be a password, and no message repeats it: %j", (settings) => {
    const { message } = Effect.runSync(Effect.flip(resolveSettings(settings as AuthSettings)))
    expect(message).toMatch(/"…@(?:a\.org|10\.0\.0\.1)"/)
    expect(message).not.toContain("topsecret")
  })

  it.each(["https://app.example.org", "https://example.org/app", "http://localhost:3000/a/b.c"])(
    "publicUrl may be %j: a path is what a proxy in front takes off",
    (publicUrl) => {
      expect(resolve({ publicUrl })).toMatchObject({ publicUrl })
    }
  )

  it("COO-06 a cookie's name begins with a letter and leaves room for the longer name of the device's cookie", () => {
    expect(problemsOf({ cookies: { name: "_app" } })).toEqual(["cookies.name"])
    expect(problemsOf({ cookies: { name: "a".repeat(58) } })).toEqual(["cookies.name"])
    expect(resolve({ cookies: { name: "a".repeat(57) } }).cookies.name).toHaveLength(57)
  })

  it.each([
    ["sessions.idle", { sessions: { idle: "2 days", absolute: "1 day" } }],
    ["tokens.lifetime", { tokens: { lifetime: "2 days", longest: "1 day" } }],
    ["tokens.lifetime", { tokens: { longest: "89 days" } }],
    ["cliLogin.lifetime", { cliLogin: { lifetime: "601 seconds" } }],
    ["cliLogin.interval", { cliLogin: { interval: "61 seconds" } }],
    ["cliLogin.interval", { cliLogin: { lifetime: "5 seconds" } }],
    ["cliLogin.retention", { cliLogin: { retention: "14 minutes" } }],
    ["cliLogin.retention", { cliLogin: { retention: "19 minutes", lifetime: "10 minutes" } }],
    ["cliLogin.approvers", { cliLogin: { approvers: "verified" }, logins: "username" }],
    ["cliLogin.otherNetwork", { cliLogin: { otherNetwork: "refuse" }, sessions: { collectIp: false } }],
    ["passwords.argon2", { passwords: { argon2: { memory: 12288, passes: 2 } } }],
    ["passwords.argon2", { passwords: { argon2: { memory: 19456, passes: 1 } } }],
    ["recovery.resetLifetime", { recovery: { resetLifetime: "25 hours" } }],
    ["recovery.verifyLifetime", { recovery: { verifyLifetime: "31 days" } }],
    ["recovery.changeEmailLifetime", { recovery: { changeEmailLifetime: "31 days" } }],
    ["recovery.undoLifetime", { recovery: { undoLifetime: "31 days" } }],
    ["recovery.inviteLifetime", { recovery: { inviteLifetime: "31 days" } }],
    ["admin", { admin: { password: "a quiet lantern over grey water" } }]
  ])("PWD-01 %s is refused when parts do not go together: %j", (option, settings) => {
    expect(problemsOf(settings)).toEqual([option])
  })

  it.each([
    { cliLogin: { lifetime: "10 minutes", interval: "1 minute", retention: "20 minutes" } },
    { cliLogin: { retention: "15 minutes", mostOpen: 100_000 }, throttle: { userCodes: 1, cliLogins: 1_000_000 } },
    { cliLogin: { approvers: "verified", otherNetwork: "refuse", number: "always" }, logins: "email" },
    { cliLogin: { enabled: false, result: "session", codeResult: "token", number: "never" } }
  ] as const)("DEV-03 DEV-12 what CLI logins may be is bounded, and each bound itself is allowed: %j", (settings) => {
    expect(Object.keys(resolve(settings).cliLogin)).toHaveLength(11)
  })

  test("REC-01 the lifetimes of codes are bounded, and each bound itself is allowed", () => {
    const longest = "30 days"
    const recovery = {
      resetLifetime: "24 hours",
      verifyLifetime: longest,
      changeEmailLifetime: longest,
      undoLifetime: longest,
      inviteLifetime: longest
    } as const
    expect(resolve({ recovery }).recovery.resetLifetime).toBe(Duration.toMillis("24 hours"))
  })

  it.each([
    "short",
    "changeme-changeme-changeme",
    "CHANGE-ME-IN-PRODUCTION",
    "change me in production",
    "aaaaaaaaaaaaaaaaaaaaaaaa",
    "fifteen letters"
  ])("SET-09 the setup token %j is too weak to start with", (token) => {
    expect(problemsOf({ setup: { token } })).toEqual(["setup.token"])
  })

  test("SET-09 a setup token of 16 characters that nobody left in from an example will do", () => {
    expect(Redacted.value(resolve({ setup: { token: "k3vQ-9xTz-81mNw0" } }).setup.token ?? Redacted.make(""))).toBe(
      "k3vQ-9xTz-81mNw0"
    )
  })
})

describe("what is only for this machine", () => {
  afterEach(() => vi.unstubAllEnvs())

  const switches: AuthSettings = { unsafeDevMode: true, setup: { unsafeOpen: true } }
  const both = ["unsafeDevMode", "setup.unsafeOpen"]

  it.each([
    "https://localhost",
    "https://app.example.org",
    "http://app.example.org",
    "http://192.168.0.7:3000",
    "http://0.0.0.0",
    "http://localhost.example.org",
    "http://127.0.0.1.example.org"
  ])("SET-08 SET-01 development mode and open setup are refused at %s", (publicUrl) => {
    expect(problemsOf({ ...switches, publicUrl })).toEqual(both)
  })

  it.each([undefined, "http://localhost:3000", "http://127.0.0.1", "http://[::1]:3000", "http://app.localhost"])(
    "SET-08 SET-01 development mode and open setup are taken at %s",
    (publicUrl) => {
      expect(resolve({ ...switches, publicUrl })).toMatchObject(switches)
    }
  )

  test("SET-08 SET-01 development mode and open setup are refused in production, wherever", () => {
    vi.stubEnv("NODE_ENV", "production")
    expect(problemsOf({ ...switches, publicUrl: "http://localhost" })).toEqual(both)
    expect(problemsOf(switches)).toEqual(both)
    expect(resolve({ publicUrl: "http://localhost" }).unsafeDevMode).toBe(false)
  })

  it.each([
    ["localhost", true],
    ["a.localhost", true],
    ["127.8.9.10", true],
    ["[::1]", true],
    ["localhost.", false],
    ["128.0.0.1", false],
    ["xlocalhost", false],
    ["", false]
  ])("the host name %j always means this machine: %j", (hostname, isLocal) => {
    expect(isLoopback(hostname)).toBe(isLocal)
  })
})

describe("what comes out", () => {
  test("OPS-03 is frozen through and through", () => {
    const parts = (value: object): ReadonlyArray<object> => [
      value,
      ...Object.values(value).flatMap((inner) =>
        typeof inner === "object" && inner !== null && !Redacted.isRedacted(inner) ? parts(inner) : []
      )
    ]
    const resolved = resolve({ sessions: { trustedProxies: ["10.0.0.0/8"] } })
    expect(parts(resolved).length).toBeGreaterThan(10)
    expect(parts(resolved).filter((part) => !Object.isFrozen(part))).toEqual([])
  })

  test("OPS-03 does not change with the caller's own objects, nor with another instance", () => {
    const trustedOrigins = ["https://a.example.org"]
    const resolved = resolve({ requests: { trustedOrigins } })
    trustedOrigins.push("https://evil.example")
    expect(resolved.requests.trustedOrigins).toEqual(["https://a.example.org"])
    expect(() =>
      (resolve({ requests: { trustedOrigins } }).requests.trustedOrigins as Array<string>).push("x")
    ).toThrow(TypeError)
    expect(() => (resolve({}).requests.trustedOrigins as Array<string>).push("https://evil.example")).toThrow(TypeError)
    expect(resolve({}).requests.trustedOrigins).toEqual([])
  })

  test("OPS-03 PAT-10 has scopes that do not change with the caller's own object", () => {
    const scopes: Record<string, string> = { "packages:read": "Download packages" }
    const resolved = resolve({ tokens: { scopes } })
    scopes["packages:write"] = "Upload packages"
    expect(resolved.tokens.scopes).toEqual({ "packages:read": "Download packages" })
    expect(() => Object.assign(resolved.tokens.scopes, { "packages:write": "Upload packages" })).toThrow(TypeError)
  })

  test("PAT-10 has scopes under any name that may be declared, also one that all objects have", () => {
    const scopes = { constructor: "Build", toString: "Print", "latchkey:tokens": "Make tokens" }
    expect(Object.entries(resolve({ tokens: { scopes } }).tokens.scopes)).toEqual(Object.entries(scopes))
  })

  test("does not change what it was given", () => {
    const settings = Object.freeze({ sessions: Object.freeze({ idle: "1 hour" as const }) })
    expect(resolve(settings).sessions.idle).toBe(3_600_000)
  })

  test("SET-10 PWD-20 has its secrets wrapped, whether they came so or as text", () => {
    const password = "a quiet lantern over grey water"
    const resolved = resolve({
      admin: { username: "root", password },
      setup: { token: Redacted.make("k3vQ-9xTz-81mNw0") }
    })
    const shown = [
      inspect(resolved, { depth: 20, showHidden: true }),
      JSON.stringify(resolved),
      String(resolved.admin.password)
    ]
    expect(shown.join("\n")).not.toMatch(/lantern|k3vQ/)
    expect(Redacted.value(resolved.admin.password ?? Redacted.make(""))).toBe(password)
  })

  test("PWD-20 a refusal does not repeat the secret that it refuses", () => {
    const error = Effect.runSync(
      Effect.flip(resolveSettings({ setup: { token: "canary" }, admin: { password: "canary" } }))
    )
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("canary")
  })

  test("takes durations in words and as such, and tells milliseconds", () => {
    expect(resolve({ sessions: { idle: Duration.minutes(5), absolute: "2 days" } }).sessions).toMatchObject({
      idle: 300_000,
      absolute: 172_800_000
    })
    expectTypeOf<number>().not.toExtend<NonNullable<NonNullable<AuthSettings["sessions"]>["idle"]>>()
    expectTypeOf(defaults.sessions.idle).toBeNumber()
    expectTypeOf(defaults.admin.password).toEqualTypeOf<Redacted.Redacted<string> | null>()
  })
})

describe("the environment", () => {
  test("names every option by its path, in capitals", () => {
    const settings = authSettingsFromEnv({
      LATCHKEY_PUBLIC_URL: "https://app.example.org",
      LATCHKEY_SESSIONS_IDLE: "30 minutes",
      LATCHKEY_SESSIONS_COLLECT_IP: "true",
      LATCHKEY_SESSIONS_TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      LATCHKEY_PASSWORDS_ARGON2_MEMORY: "65536",
      LATCHKEY_ADMIN_PASSWORD: "a quiet lantern over grey water",
      LATCHKEY_ADMIN_USERNAME: "root",
      PATH: "/bin"
    })
    expect(resolve(settings)).toMatchObject({
      publicUrl: "https://app.example.org",
      sessions: { idle: 1_800_000, collectIp: true, trustedProxies: ["10.0.0.0/8", "::1"] },
      passwords: { argon2: { memory: 65536, passes: 2 } },
      admin: { username: "root" }
    })
  })

  test("PAT-10 has scopes separated by commas, each with what it means, which may have an equals sign", () => {
    const settings = authSettingsFromEnv({
      LATCHKEY_MODE: "basic",
      LATCHKEY_TOKENS_ENABLED: "false",
      LATCHKEY_TOKENS_SCOPES: "packages:read=Download packages, packages:write = Upload packages (a=b)"
    })
    expect(resolve(settings)).toMatchObject({ mode: "basic", tokens: { enabled: false } })
    expect(resolve(settings).tokens.scopes).toEqual({
      "packages:read": "Download packages",
      "packages:write": "Upload packages (a=b)"
    })
  })

  test("DEV-12 has the options of CLI logins under their names too", () => {
    const settings = authSettingsFromEnv({
      LATCHKEY_CLI_LOGIN_ENABLED: "true",
      LATCHKEY_CLI_LOGIN_LIFETIME: "4 minutes",
      LATCHKEY_CLI_LOGIN_INTERVAL: "2 seconds",
      LATCHKEY_CLI_LOGIN_RESULT: "session",
      LATCHKEY_CLI_LOGIN_CODE_RESULT: "token",
      LATCHKEY_CLI_LOGIN_TOKEN_LIFETIME: "1 day",
      LATCHKEY_CLI_LOGIN_NUMBER: "always",
      LATCHKEY_CLI_LOGIN_APPROVERS: "verified",
      LATCHKEY_CLI_LOGIN_OTHER_NETWORK: "refuse",
      LATCHKEY_CLI_LOGIN_MOST_OPEN: "50",
      LATCHKEY_CLI_LOGIN_RETENTION: "7 days",
      LATCHKEY_THROTTLE_CLI_LOGINS: "10",
      LATCHKEY_THROTTLE_USER_CODES: "3"
    })
    expect(resolve(settings)).toMatchObject({
      cliLogin: {
        enabled: true,
        lifetime: 240_000,
        interval: 2_000,
        result: "session",
        codeResult: "token",
        tokenLifetime: 86_400_000,
        number: "always",
        approvers: "verified",
        otherNetwork: "refuse",
        mostOpen: 50,
        retention: 7 * 86_400_000
      },
      throttle: { cliLogins: 10, userCodes: 3 }
    })
  })

  test("OPS-03 a variable that is misspelt is refused, all of them at once", () => {
    expect(() =>
      authSettingsFromEnv({ LATCHKEY_SESSION_IDLE: "1 hour", LATCHKEY_COOKIES_NAME: "sid", LATCHKEY_PUBLICURL: "" })
    ).toThrow(
      /LATCHKEY_SESSION_IDLE is not an option of Latchkey\n {2}LATCHKEY_PUBLICURL is not an option of Latchkey$/
    )
  })

  test("OPS-03 a misspelt variable is named with the nearest option: LATCHKEY_SESSIONS_IDLE, or a variable of the host's", () => {
    const messageOf = (name: string) => {
      try {
        authSettingsFromEnv({ [name]: "x" }, ["LATCHKEY_STORE"])
      } catch (error) {
        return String(error)
      }
      return "nothing was refused"
    }
    expect(messageOf("LATCHKEY_SESSION_IDEL")).toContain(
      "Did you mean LATCHKEY_SESSIONS_IDLE where it says LATCHKEY_SESSION_IDEL?"
    )
    expect(messageOf("LATCHKEY_STROE")).toContain("Did you mean LATCHKEY_STORE where it says LATCHKEY_STROE?")
    expect(messageOf("LATCHKEY_ZZZZ")).not.toContain("Did you mean")
  })

  test.each([
    ["LATCHKEY_STORE", "@latchkey/admin/store", "storeVariables"],
    ["LATCHKEY_SMTP_URL", "@latchkey/mail-smtp", "mailVariables"],
    ["LATCHKEY_MAIL_FROM", "@latchkey/mail-smtp", "mailVariables"],
    ["LATCHKEY_JWT_KEYS", "@latchkey/jwt", "jwtVariables"],
    ["LATCHKEY_LEGACY_PASSWORDS", "@latchkey/core/legacy-passwords", "legacyPasswordVariables"]
  ])("OPS-03 %s is a variable of %s, and the error says to give its list: %s", (name, home, list) => {
    const told = `${name} is not an option of Latchkey, but of ${home}: give its list, as in authSettingsFromEnv(process.env, ${list})`
    expect(() => authSettingsFromEnv({ [name]: "x" })).toThrow(told)
    expect(() => authSettingsFromEnv({ [`${name}S`]: "x" }, [name])).toThrow(
      `Did you mean ${name} where it says ${name}S?`
    )
  })

  test("without the environment says the right form: authSettingsFromEnv(process.env)", () => {
    for (const none of [undefined, null, "production", Promise.resolve({})])
      expect(() => authSettingsFromEnv(none as never)).toThrow(
        "authSettingsFromEnv needs the environment, such as authSettingsFromEnv(process.env), not "
      )
    expect(authSettingsFromEnv(Object.create({ hasOwnProperty: true }))).toEqual({}) // as Node's, when it is empty
    expect(() => authSettingsFromEnv({}, "LATCHKEY_STORE" as never)).toThrow("as a list, such as [...storeVariables]")
  })

  test("leaves the host's own variables alone when they are named, and other products' always", () => {
    expect(authSettingsFromEnv({ LATCHKEY_CHROMIUM: "x", MY_LATCHKEY_X: "y" }, ["LATCHKEY_CHROMIUM"])).toEqual({})
  })

  test("takes an empty variable as not set", () => {
    expect(authSettingsFromEnv({ LATCHKEY_SESSIONS_IDLE: "", LATCHKEY_NAME: undefined })).toEqual({})
  })

  it.each(["1", "yes", "TRUE", "on", " true"])("does not guess what %j means for a switch", (value) => {
    expect(problemsOf(authSettingsFromEnv({ LATCHKEY_UNSAFE_DEV_MODE: value }))).toEqual(["unsafeDevMode"])
  })

  test("can say each option's default, and then means the same", () => {
    const said = settingEntries.flatMap(({ variable, setting }) => {
      const isSaid = typeof setting.fallback !== "object"
      return isSaid ? [[variable, String(setting.fallback)]] : []
    })
    expect(said.length).toBeGreaterThan(30)
    expect(resolve(authSettingsFromEnv(Object.fromEntries(said)))).toEqual(defaults)
  })
})

test("OPS-03 createAuth refuses to start, and says all that is wrong", async () => {
  const start = createAuth({
    store: memoryStore(),
    sessions: { idle: "2 days" },
    passwords: { minimum: 30, maximum: 64 }
  })
  await expect(start).rejects.toBeInstanceOf(ConfigurationError)
})

test("a ConfigurationError is known by its tag: the package that throws it may have a copy of its own", () => {
  expect(isConfigurationError(new ConfigurationError({ problems: [] }))).toBe(true)
  expect(isConfigurationError({ _tag: "ConfigurationError", problems: [] })).toBe(true)
  for (const thrown of [new Error("Latchkey cannot start"), null, "ConfigurationError"])
    expect(isConfigurationError(thrown)).toBe(false)
})
