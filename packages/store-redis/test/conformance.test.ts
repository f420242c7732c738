import { afterAll, beforeAll, describe } from "vitest"
import { inMemory, lawsHold } from "./laws.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { givenUrl, hasRedis } from "./stores.ts"

describe.runIf(hasRedis)("STO-01 the laws hold on one server", () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis({ appendonly: true })
  })
  afterAll(() => server.close())

  describe("by its url", () => lawsHold(() => server.url, {}))
})

if (givenUrl !== "") {
  describe("STO-01 the laws hold on the server that LATCHKEY_TEST_REDIS_URL names", () =>
    lawsHold(() => givenUrl, inMemory))
}
