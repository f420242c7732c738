import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { loggedLines } from "../../test/captured-log.ts"
import { ada, eventsOf, from } from "../../test/people.ts"
import { noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"

const forged = { method: "POST", path: "/login", site: "cross-site" }

/** Forged posts from an address each, as the gate tells them. */
const forge = async (auth: Auth, addresses: ReadonlyArray<string | null>, path = forged.path) => {
  for (const ip of addresses) {
    const client = { ip, userAgent: `agent of ${ip}` }
    await auth.audit.append("request.forged", { details: { ...forged, path }, client })
  }
}

const repeated = (count: number, address: string) => Array.from({ length: count }, () => address)

const besidesSweeps = (operation: string) => !operation.endsWith(".removeExpired")

const withTables = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const made = await createTestAuth({ store: storeOver(tables), ...options })
  return { ...made, tables, forgeries: () => eventsOf(made.auth, { type: "request.forged" }) }
}

describe("refusals that anybody can repeat", () => {
  test("AUD-07 leave one row a minute and network, with their number, however many they are", async () => {
    const { auth, clock, tables, forgeries } = await withTables()
    const before = tables.audit.length
    const at = clock.now()
    await forge(auth, repeated(17_000, "192.0.2.1"))
    await clock.advance("1 minute")
    expect(tables.audit).toHaveLength(before + 1)
    const first = { type: "request.forged", at, ip: "192.0.2.1", userAgent: "agent of 192.0.2.1" }
    expect(await forgeries()).toMatchObject([{ ...first, details: { ...forged, count: 17_000, networks: "one" } }])
  })

  test("AUD-07 touch the store not once while they are refused", async () => {
    const asked: Array<string> = []
    const { auth, clock } = await createTestAuth({ store: storeAround(noting(asked)), audit: { chain: true } })
    asked.length = 0
    await forge(auth, repeated(1_000, "192.0.2.1"))
    await clock.advance("59 seconds")
    expect(asked.filter(besidesSweeps)).toEqual([])
    await clock.advance("1 second")
    expect(asked.filter(besidesSweeps)).toEqual(["audit.lastHash", "audit.append"])
  })

  test("AUD-07 begin a new row with the next minute", async () => {
    const { auth, clock, forgeries } = await withTables()
    const start = clock.now()
    for (const count of [3, 1, 2]) {
      await forge(auth, repeated(count, "192.0.2.1"))
      await clock.advance("90 seconds")
    }
    expect((await forgeries()).map(({ at, details }) => [at - start, details])).toEqual([
      [0, { ...forged, count: 3, networks: "one" }],
      [90_000, { ...forged, count: 1, networks: "one" }],
      [180_000, { ...forged, count: 2, networks: "one" }]
    ])
  })

  test("AUD-07 are told apart by network: an IPv4 address, an IPv6 /64, and all whose address is unknown", async () => {
    const { auth, clock, forgeries } = await withTables()
    await forge(auth, ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1", null, null])
    await forge(auth, ["::ffff:192.0.2.1"])
    await clock.advance("1 minute")
    expect((await forgeries()).map(({ ip, details }) => [ip, details])).toMatchObject([
      ["192.0.2.1", { count: 2 }],
      ["192.0.2.2", { count: 1 }],
      ["2001:db8::1", { count: 2 }],
      ["2001:db8:0:1::1", { count: 1 }],
      [null, { count: 2 }]
    ])
  })

  test("AUD-07 of one user are told apart by credential and policy, not by path", async () => {
    const { auth, clock } = await withTables()
    const user = await auth.users.register(ada)
    const deny = (credential: string, policy: string, path: string) =>
      auth.audit.append("access.denied", { details: { policy, path }, actor: user.id, credential })
    for (const path of ["/users", "/users/1", "/users/2"]) await deny("token:1", "admin", path)
    await deny("token:2", "admin", "/users")
    await deny("token:2", "scope(jobs:write)", "/jobs")
    await clock.advance("1 minute")
    const found = await eventsOf(auth, { user: user.id, type: "access.denied" })
    expect(found.map(({ credential, details }) => [credential, details])).toMatchObject([
      ["token:1", { policy: "admin", path: "/users", count: 3 }],
      ["token:2", { policy: "admin", path: "/users", count: 1 }],
      ["token:2", { policy: "scope(jobs:write)", count: 1 }]
    ])
  })

  test("AUD-07 from ever more networks are at most 101 rows a minute, the last of all the others together", async () => {
    const { auth, clock, forgeries } = await withTables()
    const networks = Array.from({ length: 3_000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`)
    await forge(auth, networks)
    await forge(auth, networks, "/second")
    await clock.advance("1 minute")
    const events = await forgeries()
    expect(events).toHaveLength(101)
    expect(events.slice(0, 100).map(({ ip, details }) => [ip, details])).toEqual(
      networks.slice(0, 100).map((ip) => [ip, { ...forged, count: 2, networks: "one" }])
    )
    const nowhere = { ip: null, userAgent: null, actor: null, subject: null, credential: null }
    expect(events.at(-1)).toMatchObject({ ...nowhere, details: { ...forged, count: 5_800, networks: "many" } })
  })

  test("AUD-07 of one kind take no room from another", async () => {
    const { auth, clock } = await withTables()
    await forge(
      auth,
      Array.from({ length: 500 }, (_, n) => `10.0.${n >> 8}.${n & 255}`)
    )
    await auth.audit.append("cookie.ambiguous", { details: {}, client: from("192.0.2.1") })
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "cookie.ambiguous" })).toMatchObject([
      { ip: "192.0.2.1", details: { count: 1, networks: "one" } }
    ])
  })

  test("AUD-05 are told apart by address, and keep none with the options off", async () => {
    const { auth, clock, tables } = await withTables({ sessions: { collectIp: false, collectUserAgent: false } })
    await forge(auth, ["192.0.2.1", "192.0.2.2"])
    await clock.advance("1 minute")
    expect(tables.audit.slice(-2).map(({ event }) => event.details)).toMatchObject([{ count: 1 }, { count: 1 }])
    expect(JSON.stringify(tables.audit)).not.toContain("192.0.2")
  })

  test("AUD-06 AUD-07 are links of the chain like all others", async () => {
    const { auth, clock, tables } = await withTables({ audit: { chain: true } })
    await forge(auth, ["192.0.2.1", "192.0.2.2"])
    await auth.users.register(ada)
    await clock.advance("1 minute")
    await auth.users.register({ ...ada, username: "bob", email: null })
    expect(await auth.audit.verifyChain()).toEqual({
      holds: true,
      count: tables.audit.length,
      start: null,
      anchor: null
    })
  })

  it.each([false, true])("AUD-07 let other events in between their own (chain: %s)", async (chain) => {
    const tables = emptyTables()
    const { auth, clock } = await createTestAuth({ store: storeOver(tables), audit: { chain } })
    for (let n = 0; n < 100; n++) {
      const client = from(`10.0.0.${n}`)
      await forge(auth, [client.ip])
      await auth.audit.append("cookie.ambiguous", { details: {}, client })
      await auth.audit.append("setup.refused", { details: { reason: "closed" }, client })
    }
    const before = tables.audit.length
    const written = clock.advance("1 minute")
    while (tables.audit.length === before) await new Promise<void>((resolve) => setImmediate(resolve))
    await auth.audit.append("session.confirmed", { details: {} })
    expect(tables.audit.length - before).toBeLessThan(200)
    await written
  })
})

describe("what is counted and not yet written", () => {
  it.each([false, true])("AUD-08 is written when the layer closes (chain: %s)", async (chain) => {
    const tables = emptyTables()
    const { auth } = await createTestAuth({ store: storeOver(tables), audit: { chain } })
    await forge(auth, [...repeated(9, "192.0.2.1"), "192.0.2.2"])
    await auth.close()
    expect(tables.audit.slice(-2).map(({ event }) => event.details)).toMatchObject([{ count: 9 }, { count: 1 }])
    await auth.close()
    expect(tables.audit.filter(({ event }) => event.type === "request.forged")).toHaveLength(2)
  })

  test("AUD-08 is written to the end when the layer closes while it is written", async () => {
    const tables = emptyTables()
    const slow = Effect.repeat(Effect.yieldNow, { times: 20 })
    const store = storeAround(
      (operation, call) => (operation === "audit.append" ? Effect.andThen(slow, call) : call),
      tables
    )
    const { auth, clock } = await createTestAuth({ store })
    await forge(
      auth,
      Array.from({ length: 50 }, (_, n) => `10.0.0.${n}`)
    )
    await clock.advance("1 minute")
    expect(tables.audit.length).toBeLessThan(40)
    await auth.close()
    expect(tables.audit.filter(({ event }) => event.type === "request.forged")).toHaveLength(50)
  })

  test("AUD-08 is given up while the store is away, after one try and with a line that says how many", async () => {
    const asked: Array<string> = []
    const { lines, layer } = loggedLines()
    let isDown = false
    const store = storeAround((operation, call) => {
      asked.push(operation)
      return outage(() => isDown)(operation, call)
    })
    const { auth, clock } = await createTestAuth({ store, ambient: layer })
    await forge(
      auth,
      Array.from({ length: 50 }, (_, n) => `10.0.0.${n}`)
    )
    isDown = true
    asked.length = 0
    await clock.advance("1 minute")
    expect(asked.filter(besidesSweeps)).toEqual(["audit.append"])
    expect(lines.filter(({ level }) => level === "Error")).toEqual([
      {
        level: "Error",
        text: "audit events that count refusals were lost",
        fields: { operation: "audit.append", events: 50 }
      }
    ])
    isDown = false
    await forge(auth, ["192.0.2.1"])
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "request.forged" })).toHaveLength(1)
  })
})
