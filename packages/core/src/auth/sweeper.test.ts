import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { capturedLog, loggedLines } from "../../test/captured-log.ts"
import { ada, from } from "../../test/people.ts"
import { type Around, noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import type { NewAuditRecord } from "../audit/audit-store.ts"
import { Store } from "../store/store.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { manualClock } from "../testing/manual-clock.ts"
import { memoryStoreOver } from "../testing/memory-store.ts"
import { emptyTables } from "../testing/memory-tables.ts"

const minute = 60_000

const quiet = { admin: null, setup: { announce: false } } as const

const eventAt = (at: number): NewAuditRecord => {
  const nobody = {
    actor: null,
    subject: null,
    credential: null,
    actedWith: null,
    ip: null,
    userAgent: null,
    request: null
  }
  return { event: { type: "session.confirmed", details: {}, at, ...nobody }, link: null }
}

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

test("AUD-09 removes events that are older than audit.retention, and no younger ones", async () => {
  const tables = emptyTables()
  const { auth, clock } = await createTestAuth({ store: storeOver(tables), audit: { retention: "30 minutes" } })
  const types = () => tables.audit.map(({ event }) => event.type)
  await auth.audit.append("session.confirmed", { details: {} })
  await clock.advance(1)
  await auth.audit.append("session.confirm-refused", { details: {} })
  await clock.advance(30 * minute - 2)
  expect(types()).toContain("session.confirmed")
  await clock.advance(1)
  expect(types()).toEqual(["session.confirm-refused"])
  await clock.advance(10 * minute)
  expect(types()).toEqual([])
  expect(await auth.audit.verifyChain()).toMatchObject({ holds: true, count: 0, start: { hash: null } })
})

test("AUD-09 keeps events for 365 days unless it is told otherwise, and removes them in small steps", async () => {
  const asked: Array<string> = []
  const tables = emptyTables()
  const now = manualClock().now() // every test's clock starts there
  const at = (age: number) => Effect.runPromise(memoryStoreOver(tables).audit.append(eventAt(now - age)))
  for (let n = 0; n < 450; n++) await at(365 * 24 * 60 * minute)
  await at(365 * 24 * 60 * minute - 1)
  const { clock } = await createTestAuth({ store: storeAround(noting(asked), tables), ...quiet })
  await clock.advance(0)
  expect(tables.audit.map(({ sequence }) => sequence)).toEqual([451])
  expect(asked.filter((operation) => operation === "audit.removeExpired")).toHaveLength(3)
})

test("AUD-09 removes nothing when it keeps events for longer than time has been", async () => {
  const tables = emptyTables()
  await Effect.runPromise(memoryStoreOver(tables).audit.append(eventAt(1)))
  const asked: Array<unknown> = []
  const sound = memoryStoreOver(tables)
  const removeExpired = (before: number, limit: number) => {
    asked.push(before)
    return sound.audit.removeExpired(before, limit)
  }
  const store = Layer.succeed(Store)({ ...sound, audit: { ...sound.audit, removeExpired } })
  const { clock } = await createTestAuth({ store, audit: { retention: "36500 days" }, ...quiet })
  await clock.advance(0)
  expect(asked).toEqual([0])
  expect(tables.audit).toHaveLength(1)
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

test("SES-19 AUD-09 removes from the other parts what has ended, while parts are away, and names each that is", async () => {
  const { layer, lines } = loggedLines()
  const tables = emptyTables()
  const away = ["sessions.removeExpired", "codes.removeExpired"]
  const store = storeAround(
    outage((operation) => away.includes(operation)),
    tables
  )
  const { auth, clock } = await createTestAuth({ store, ambient: layer, audit: { retention: "30 minutes" } })
  const user = await auth.users.register(ada)
  await auth.sessions.open(user)
  await auth.tokens.issue({ user, scopes: "all" }, { name: "short", lifetime: "19 minutes" })
  lines.length = 0
  await clock.advance("30 minutes")
  expect([tables.tokens.size, tables.audit.length]).toEqual([0, 0])
  expect(lines.slice(-2)).toEqual(
    away.map((operation) => ({
      level: "Warn",
      text: "a sweep failed and will be tried again",
      fields: { operation }
    }))
  )
})

test("SES-19 a sweep that is asked for removes what has ended at once, and says how much of what", async () => {
  const tables = emptyTables()
  let isDown = false
  const store = storeAround(
    outage((operation) => isDown && operation === "tokens.removeExpired"),
    tables
  )
  const { auth, clock } = await createTestAuth({ store, sessions: { idle: "3 minutes" } })
  const user = await auth.users.register(ada)
  await auth.sessions.open(user)
  await auth.sessions.open(user)
  await clock.advance(5 * minute)
  isDown = true
  expect(await auth.sweep()).toMatchObject({ sessions: 2, tokens: null, codes: 0 })
  expect(tables.sessions.size).toBe(0)
})

test("SES-19 sweeps again after a part of the store has thrown, and the others at once", async () => {
  const { layer, lines } = loggedLines()
  const tables = emptyTables()
  let isBroken = true
  const around: Around = (operation, call) =>
    isBroken && operation === "sessions.removeExpired" ? Effect.die(new TypeError("lk_ses_secret")) : call
  const { auth, clock } = await createTestAuth({ store: storeAround(around, tables), ambient: layer })
  const user = await auth.users.register(ada)
  await auth.sessions.open(user)
  await auth.tokens.issue({ user, scopes: "all" }, { name: "short", lifetime: "19 minutes" })
  await clock.advance("2 hours")
  expect([tables.sessions.size, tables.tokens.size]).toEqual([1, 0])
  expect(lines.at(-1)).toEqual({
    level: "Error",
    text: "a sweep failed and will be tried again",
    fields: { part: "sessions", name: "TypeError" }
  })
  isBroken = false
  await clock.advance("10 minutes")
  expect(tables.sessions.size).toBe(0)
})
