import { afterEach, expect, test } from "vitest"
import { freePort } from "../../../../packages/store-redis/test/launched.ts"
import { setUp } from "../client.ts"
import { newPlace } from "../combinations.ts"
import { redis } from "../redis-place.ts"
import { startInVain, startServer } from "../server.ts"
import { visit } from "./outage.ts"

const configure = (name: string, value: string) => redis().command("CONFIG", "SET", name, value)

afterEach(async () => {
  await configure("appendonly", "yes")
  await configure("maxmemory-policy", "noeviction")
})

const expectRefusal = async (store: string, ...words: ReadonlyArray<string>) => {
  const { code, output, log } = await startInVain({ env: { LATCHKEY_STORE: store } })
  expect({ code, output }).toEqual({ code: 1, output: "" })
  for (const word of ["the store failed at open: ", ...words]) expect(log).toContain(word)
  expect(log.trim().split("\n")).toHaveLength(1)
}

test("a Redis that is not there is told with where it was looked for", async () => {
  const port = await freePort()
  const words = [`connect ECONNREFUSED 127.0.0.1:${port}`, "check that it is running"]
  await expectRefusal(`redis://127.0.0.1:${port}`, ...words)
  await expectRefusal(`${redis().url}/1001`, "DB index is out of range")
})

test("RDS-05 X06 a Redis that forgets users or tokens when it restarts, or evicts them, is refused with what to change", async () => {
  await configure("appendonly", "no")
  await expectRefusal(redis().url, "users live here", "set appendonly yes")
  await expectRefusal(`memory;tokens=${redis().url}`, "tokens live here", "set appendonly yes")
  await configure("appendonly", "yes")
  await configure("maxmemory-policy", "allkeys-lru")
  await expectRefusal(redis().url, "may evict any key (allkeys-lru)", "set maxmemory-policy noeviction")
  await expectRefusal(`memory;audit=${redis().url}`, "set maxmemory-policy noeviction")
})

test("RDS-05 a Redis that evicts sessions alone is told, and may stay so", async () => {
  await configure("maxmemory-policy", "volatile-ttl")
  const server = await startServer({ env: { LATCHKEY_STORE: `memory;sessions=${redis().url}` } })
  expect(server.log()).toContain(
    "the server may evict sessions, CLI logins and limits when its memory is full (volatile-ttl)"
  )
})

test("AUD-02 the password in the url is used, and shown nowhere", async () => {
  const secret = "canary;of=Redis"
  const rights = ["~{latchkey*", "+@all", "-@dangerous", "+info"]
  await redis().command("ACL", "SETUSER", "latchkey", "on", `>${secret}`, ...rights)
  const place = newPlace()
  const withPassword = (text: string) => place.store.replace("//", `//latchkey:${encodeURIComponent(text)}@`)
  const store = (url: string) => `${url};sessions=${url};audit=memory`
  const server = await startServer({ env: { LATCHKEY_STORE: store(withPassword(secret)) } })
  expect(server.output()).toContain(`(express, ${store(place.store)})`)
  await setUp(server)
  await visit(server)
  const { output, log } = await server.stop()
  const wrong = "canary that is wrong"
  const refused = await startInVain({ env: { LATCHKEY_STORE: withPassword(wrong) } })
  expect(refused.log).toContain("cannot connect to Redis (WRONGPASS")
  expect(output + log + refused.output + refused.log).not.toContain("canary")
})
