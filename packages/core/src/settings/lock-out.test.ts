import { describe, expect, test } from "vitest"
import { loggedLines } from "../../test/captured-log.ts"
import { storeOver } from "../../test/store-around.ts"
import { reveal } from "../secret/secret-text.ts"
import { createTestAuth, testAdmin } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { millisOf, type Span } from "../vocabulary/time.ts"
import type { Written } from "./field.ts"
import { type RuntimeEntry, runtimeEntries } from "./runtime-paths.ts"

const spans = runtimeEntries.filter(({ setting }) => setting.field.kind === "duration")

/** A value of a span in milliseconds. */
const millis = (least: string | null): number => millisOf(String(least) as Span)

/** A setting as low, as short and as closed as an administrator may set it; of passwords as long as it goes. */
const lowestOf = ({ path, setting: { field, least } }: RuntimeEntry): Written => {
  switch (field.kind) {
    case "duration":
      return least ?? ""
    case "count":
      return path === "passwords.minimum" ? field.most : field.least
    case "flag":
      return false
    case "choice":
      return field.choices.at(-1) ?? ""
    case "text":
      return "."
  }
}

const lowest = Object.fromEntries(runtimeEntries.map((entry) => [entry.path, lowestOf(entry)]))

describe("an administrator", () => {
  test("SET-21 finds a least for every span of time that can be set", async () => {
    expect(spans.filter(({ setting }) => setting.least === null)).toEqual([])
    const { auth } = await createTestAuth()
    const { settings } = await auth.runtimeSettings.list()
    expect(settings.find(({ name }) => name === "sessions.idle")?.least).toBe("5 minutes")
    expect(settings.find(({ name }) => name === "name")?.least).toBeNull()
  })

  test.each(spans.map(({ path, setting }) => [path, setting.least] as const))(
    "SET-21 is refused when %s would be less than %s, and code is not",
    async (path, least) => {
      const { auth } = await createTestAuth()
      const short = `${millis(least) - 1} millis` as const
      await expect(auth.runtimeSettings.change({ version: 0, values: { [path]: short } })).rejects.toMatchObject({
        problems: [{ setting: path, problem: `must be at least ${least}` }]
      })
      const entry = runtimeEntries.find((each) => each.path === path)
      expect(entry?.setting.read(short)).toEqual({ ok: true, value: millis(least) - 1 })
      expect(entry?.setting.readKept(least)).toEqual({ ok: true, value: millis(least) })
    }
  )

  test("SET-21 who sets everything as low as it goes still logs in, and sets it back", async () => {
    const tables = emptyTables()
    const running = await createTestAuth({ store: storeOver(tables) })
    const { auth } = running
    const { version } = await auth.runtimeSettings.change({ version: 0, values: lowest })
    expect(auth.settings).toMatchObject({ registration: "closed", sessions: { idle: 300_000, perUser: 1 } })
    const started = await createTestAuth({ store: storeOver(tables) })
    expect(started.auth.settings.mode).toBe("basic")
    for (const each of [running, started]) {
      const { secret } = await each.auth.sessions.logIn(testAdmin)
      await each.clock.advance("4 minutes")
      const presented = { authorization: `Bearer ${reveal(secret)}`, sessionCookie: null }
      expect(await each.auth.identify(presented)).toMatchObject({ user: { isSuperuser: true } })
    }
    const values = Object.fromEntries(Object.keys(lowest).map((path) => [path, null]))
    await auth.runtimeSettings.change({ version, values })
    expect(auth.settings).toEqual((await createTestAuth()).auth.settings)
  })

  test("SET-21 is not locked out by a value that another version, or a hand, has written", async () => {
    const tables = emptyTables()
    tables.settings = { version: 1, text: '{"sessions.idle":"1 milli","registration":"closed"}' }
    const { lines, layer } = loggedLines()
    const { auth } = await createTestAuth({ store: storeOver(tables), ambient: layer })
    expect(auth.settings).toMatchObject({ registration: "closed", sessions: { idle: 3_600_000 } })
    expect(lines.map(({ fields }) => fields)).toEqual([{ settings: ["sessions.idle must be at least 5 minutes"] }])
  })

  test("SET-21 cannot make the delay after wrong passwords a lock-out, and nor can code", async () => {
    const { auth } = await createTestAuth()
    const problem = { setting: "throttle.longestDelay", problem: "must not exceed 24 hours" }
    const change = auth.runtimeSettings.change({ version: 0, values: { "throttle.longestDelay": "25 hours" } })
    await expect(change).rejects.toMatchObject({ _tag: "SettingsRefused", problems: [problem] })
    await expect(createTestAuth({ throttle: { longestDelay: "25 hours" } })).rejects.toMatchObject({
      _tag: "ConfigurationError",
      problems: [problem]
    })
  })
})
