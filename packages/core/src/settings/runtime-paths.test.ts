import { expect, expectTypeOf, test } from "vitest"
import { written } from "./field.ts"
import { type RuntimePath, runtimeEntries } from "./runtime-paths.ts"
import { atNextStart, live } from "./runtime-setting.ts"
import { origins, proxies, secret, webAddress, words } from "./setting.ts"
import { settingEntries } from "./setting-entries.ts"

const paths = runtimeEntries.map(({ path }) => path)

test("SET-14 what may change at run time is known one by one: a new option is locked until somebody says otherwise", () => {
  expect(paths).toEqual([
    "name",
    "mode",
    "registration",
    "sessions.idle",
    "sessions.absolute",
    "sessions.perUser",
    "tokens.enabled",
    "tokens.lifetime",
    "tokens.longest",
    "tokens.perUser",
    "tokens.overlap",
    "cliLogin.lifetime",
    "cliLogin.tokenLifetime",
    "passwords.minimum",
    "recovery.verifyLifetime",
    "recovery.resetLifetime",
    "recovery.changeEmailLifetime",
    "recovery.undoLifetime",
    "recovery.inviteLifetime",
    "throttle.perAccountAndNetwork",
    "throttle.perAccount",
    "throttle.perNetwork",
    "throttle.registrations",
    "throttle.cliLogins",
    "throttle.userCodes",
    "throttle.mails",
    "throttle.longestDelay"
  ])
})

test("SET-14 nothing unsafe may change at run time, no key, origin, proxy or address, and nothing of the first administrator", () => {
  const never =
    /unsafe|token$|password$|prefix|publicUrl|trusted|proxies|origins|argon2|^(?:admin|setup|cookies|requests|audit)\./
  expect(paths.filter((path) => never.test(path))).toEqual([])
  // The rule is no empty one.
  expect(settingEntries.filter(({ path }) => never.test(path)).length).toBeGreaterThan(15)
})

test("SET-14 only settings with plain values can be marked, and the compiler refuses the others", () => {
  const form = { fits: () => true, problem: "" }
  // @ts-expect-error a secret would be kept as plain text
  live(secret("", form))
  // @ts-expect-error
  live(origins(""))
  // @ts-expect-error
  live(proxies(""))
  // @ts-expect-error
  live(words("", form))
  // @ts-expect-error
  atNextStart(webAddress(""))
  expectTypeOf<"sessions.idle">().toExtend<RuntimePath>()
  expectTypeOf<"sessions.trustedProxies">().not.toExtend<RuntimePath>()
  expectTypeOf<"unsafeDevMode">().not.toExtend<RuntimePath>()
})

test.each(runtimeEntries)("$path is read as it is written", ({ setting }) => {
  const value = setting.read(setting.fallback)
  if (!value.ok) throw new Error(value.problem)
  const text = written(setting.field, value.value)
  expect(text).toEqual(setting.fallback)
  expect(setting.read(text)).toEqual(value)
})

test.each([
  [1, "1 milli"],
  [1_500, "1500 millis"],
  [1_000, "1 second"],
  [90_000, "90 seconds"],
  [5_400_000, "90 minutes"],
  [3_600_000, "1 hour"],
  [36 * 3_600_000, "36 hours"],
  [86_400_000, "24 hours"],
  [2 * 86_400_000, "2 days"],
  [100 * 366 * 86_400_000, "36600 days"]
])("%d milliseconds are written as %s", (span, text) => {
  expect(written({ kind: "duration" }, span)).toBe(text)
})
