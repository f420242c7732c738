import { afterAll, beforeAll, expect, it } from "vitest"
import { redisFacts } from "../src/redis-facts.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { hasRedis } from "./stores.ts"

let server: RedisServer
if (hasRedis) {
  beforeAll(async () => {
    server = await startRedis({ appendonly: true, maxmemory: "100mb" })
  })
  afterAll(() => server.close())
}

it.skipIf(!hasRedis)(
  "a server tells its version, its clock, its memory, and whether its disk takes what it writes",
  async () => {
    const [facts, ...others] = await redisFacts(server.url)
    expect(others).toEqual([])
    expect(facts).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      memory: { used: expect.any(Number), most: 104_857_600 },
      diskProblem: null
    })
    expect(Math.abs(facts?.clockAhead ?? Number.NaN)).toBeLessThan(1_000)
    expect(facts?.roundTrip).toBeGreaterThan(0)
  }
)
