import { Redis } from "ioredis"
import { createClient } from "redis"
import { afterAll, beforeAll, describe } from "vitest"
import { lawsHold } from "./laws.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { hasRedis } from "./stores.ts"

describe.runIf(hasRedis)("STO-01 the laws hold on one server", () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis({ appendonly: true })
  })
  afterAll(() => server.close())

  describe("with a client of node-redis", () => lawsHold(() => createClient({ url: server.url }), {}))
  describe("with a client of ioredis", () => lawsHold(() => new Redis(server.url, { lazyConnect: true }), {}))
})
