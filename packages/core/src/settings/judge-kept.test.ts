import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { type GivenSettings, judgeKept, lockedPaths } from "./judge-kept.ts"
import { keptText, MOST_KEPT_BYTES, readKeptValues } from "./kept-values.ts"
import { resolveSettings } from "./resolve-settings.ts"
import type { AuthSettings } from "./settings-table.ts"

const minute = 60_000
const hour = 60 * minute

const given = (settings: AuthSettings = {}): GivenSettings => ({
  settings: Effect.runSync(resolveSettings(settings)),
  locked: lockedPaths(settings)
})

const nothing = given()

test("without anything that is kept, the settings are those that were given", () => {
  expect(judgeKept(nothing, {})).toEqual({ settings: nothing.settings, leftOut: [] })
})

test("a kept value takes the place of the default, and no other setting changes", () => {
  const { settings, leftOut } = judgeKept(nothing, { "sessions.idle": "30 minutes", registration: "closed" })
  expect(leftOut).toEqual([])
  expect(settings).toEqual({
    ...nothing.settings,
    registration: "closed",
    sessions: { ...nothing.settings.sessions, idle: 30 * minute }
  })
})

test("SET-15 what code or the environment says wins, without a word", () => {
  const fixed = given({ registration: "open", sessions: { idle: "20 minutes" } })
  expect([...fixed.locked]).toEqual(["registration", "sessions.idle"])
  const kept = { registration: "closed", "sessions.idle": "30 minutes", "sessions.absolute": "2 hours" }
  const { settings, leftOut } = judgeKept(fixed, kept)
  expect(leftOut).toEqual([])
  expect(settings).toMatchObject({ registration: "open", sessions: { idle: 20 * minute, absolute: 2 * hour } })
})

test("SET-15 a setting that was left out, or is undefined or null, is not locked", () => {
  const written = { name: undefined, mode: null, tokens: undefined, sessions: { perUser: undefined } }
  expect(lockedPaths(written as unknown as AuthSettings)).toEqual(new Set())
})

describe("SET-17 of what is kept", () => {
  test.each([
    ["an option of another version", { "sessions.color": "red" }, "sessions.color"],
    ["an option that never changes at run time", { unsafeDevMode: true }, "unsafeDevMode"],
    ["a value that this version refuses", { "sessions.perUser": 0 }, "sessions.perUser"],
    ["a value of another type", { name: { first: "x" } }, "name"],
    ["a value that is no more than nothing", { "sessions.idle": null }, "sessions.idle"],
    ["a name of JavaScript's own", JSON.parse('{ "__proto__": 1 }'), "__proto__"]
  ])("%s is left out, and the rest is used", (_, kept, name) => {
    const { settings, leftOut } = judgeKept(nothing, { ...kept, registration: "closed" })
    expect(leftOut).toEqual([{ setting: name, problem: expect.any(String) }])
    expect(settings).toEqual({ ...nothing.settings, registration: "closed" })
  })

  test("values that contradict one another are left out together, and the rest is used", () => {
    const kept = { "sessions.idle": "3 hours", "sessions.absolute": "2 hours", "sessions.perUser": 3 }
    expect(judgeKept(nothing, kept)).toEqual({
      settings: { ...nothing.settings, sessions: { ...nothing.settings.sessions, perUser: 3 } },
      leftOut: [
        { setting: "sessions.idle", problem: "must not exceed sessions.absolute" },
        { setting: "sessions.absolute", problem: "does not fit: sessions.idle must not exceed sessions.absolute" }
      ]
    })
  })

  test("a value that contradicts the program's own is left out, whichever of the two is named", () => {
    const short = given({ sessions: { absolute: "90 minutes" } })
    expect(judgeKept(short, { "sessions.idle": "2 hours" }).leftOut).toEqual([
      { setting: "sessions.idle", problem: "must not exceed sessions.absolute" }
    ])
    const slow = given({ cliLogin: { interval: "1 minute" } })
    expect(judgeKept(slow, { "cliLogin.lifetime": "1 minute" })).toEqual({
      settings: slow.settings,
      leftOut: [
        {
          setting: "cliLogin.lifetime",
          problem: "does not fit: cliLogin.interval must be shorter than cliLogin.lifetime"
        }
      ]
    })
  })

  test("two values that only fit together are used together", () => {
    const kept = { "sessions.idle": "2 days", "sessions.absolute": "3 days" }
    expect(judgeKept(nothing, kept)).toMatchObject({
      settings: { sessions: { idle: 48 * hour, absolute: 72 * hour } },
      leftOut: []
    })
  })

  test.each(["null", "7", "[]", '"x"', "{", "\u0000"])("the text %j cannot be read, which is no failure", (text) => {
    expect(readKeptValues(text)).toBeNull()
  })

  test("the text of a store in which nothing was written is no values", () => {
    expect(readKeptValues("")).toEqual({})
  })
})

test("more than a store must keep is refused before it is written", () => {
  const fits = { name: "x".repeat(MOST_KEPT_BYTES - '{"name":""}'.length) }
  expect(keptText(fits)).toHaveLength(MOST_KEPT_BYTES)
  expect(keptText({ name: `${fits.name}x` })).toBeNull()
  expect(keptText({ name: `${fits.name.slice(1)}\u00E9` })).toBeNull()
})
