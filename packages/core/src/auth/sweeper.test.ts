import { expect, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { ada, from } from "../../test/people.ts"
import { noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"

const minute = 60_000

test("SES-19 removes what ended a minute ago, every ten minutes, and nothing that may still live elsewhere", async () => {
  const tables = emptyTables()
  const { auth, clock } = await createTestAuth({ store: storeOver(tables), sessions: { idle: "19 minutes" } })
  const user = await auth.users.register(ada)
  await auth.sessions.open(user)
  await clock.advance(1)
  await auth.sessions.open(user)
  await clock.advance(20 * minute - 2)
  expect(tables.sessions.get(user.id)?.size).toBe(2)
  await clock.advance(1)
  expect(tables.sessions.get(user.id)?.size).toBe(1)
  await clock.advance(10 * minute)
  expect(tables.sessions.size).toBe(0)
})

test("SES-19 PAT-05 removes tokens that ended a minute ago, and never one without an end", async () => {
  const tables = emptyTables()
  const { auth, clock } = await createTestAuth({ store: storeOver(tables), tokens: { mayBeEndless: true } })
  const maker = { user: await auth.users.register(ada), scopes: "all" } as const
  await auth.tokens.issue(maker, { name: "short", lifetime: "19 minutes" })
  await auth.tokens.issue(maker, { name: "long", lifetime: 19 * minute + 1 })
  await auth.tokens.issue(maker, { name: "endless", lifetime: "endless" })
  const names = () => [...(tables.tokens.get(maker.user.id)?.values() ?? [])].map(({ token }) => token.name)
  await clock.advance(20 * minute - 1)
  expect(names()).toEqual(["short", "long", "endless"])
  await clock.advance(1)
  expect(names()).toEqual(["long", "endless"])
  await clock.advance("10 days")
  expect(names()).toEqual(["endless"])
})

test("SES-19 forgets attempts and devices whose time has passed", async () => {
  const tables = emptyTables()
  const { auth, clock } = await createTestAuth({ store: storeOver(tables) })
  await auth.users.register(ada, { client: from("192.0.2.1") })
  await auth.sessions.logIn({ ...ada, password: "a wrong guess" }).catch(() => {})
  expect(tables.buckets.size).toBeGreaterThan(2)
  await clock.advance("2 hours")
  expect(tables.buckets.size).toBe(0)
})

test("SES-19 goes in small steps until nothing is left", async () => {
  const asked: Array<string> = []
  const tables = emptyTables()
  const { auth, clock } = await createTestAuth({
    store: storeAround(noting(asked), tables),
    sessions: { perUser: 1_000 }
  })
  const user = await auth.users.register(ada)
  await Promise.all(Array.from({ length: 450 }, () => auth.sessions.open(user)))
  await clock.advance("69 minutes")
  asked.length = 0
  await clock.advance("1 minute")
  expect(tables.sessions.size).toBe(0)
  expect(asked.filter((operation) => operation === "sessions.removeExpired")).toHaveLength(3)
})

test("tries again after an outage, and says that it failed", async () => {
  let isDown = true
  const log = capturedLog()
  const tables = emptyTables()
  const store = storeAround(
    outage((operation) => isDown && operation === "sessions.removeExpired"),
    tables
  )
  const { auth, clock } = await createTestAuth({ store, ambient: log.layer })
  await auth.sessions.open(await auth.users.register(ada))
  await clock.advance("2 hours")
  expect(tables.sessions.size).toBe(1)
  expect(log.lines.join("\n")).toContain("a sweep failed and will be tried again")
  isDown = false
  await clock.advance("10 minutes")
  expect(tables.sessions.size).toBe(0)
})
