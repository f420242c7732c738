import { createTestAuth } from "@latchkey/core/testing"
import { redisStore } from "@latchkey/store-redis"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { makeKeys } from "../src/keys.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { hasRedis, newPrefix } from "./stores.ts"

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

/** A chain of five events, with an anchor at its end. */
const anchored = async () => {
  const prefix = newPrefix()
  const { auth } = await createTestAuth({
    store: redisStore(server.url, { prefix, unsafeNoPersistence: true }),
    audit: { chain: true },
    admin: null,
    setup: { announce: false }
  })
  onTestFinished(() => auth.close())
  for (let n = 0; n < 5; n++) await auth.audit.append("session.confirmed", { details: {}, actedWith: "session:1" })
  const anchor = (await auth.audit.anchor()) ?? undefined
  expect(anchor?.sequence).toBe(5)
  return { auth, anchor, keys: makeKeys(prefix).audit }
}

/** Cuts the last two records off, with the end that the store keeps: what somebody does who can write to Redis. */
const cutOff = async ({ auth, keys }: Awaited<ReturnType<typeof anchored>>) => {
  const [third] = await auth.audit.list({ before: 4, limit: 1 })
  await server.command("XDEL", keys.records, "4-0", "5-0")
  await server.command("XSETID", keys.records, "3-0")
  await server.command("SET", keys.end, third?.hash ?? "")
}

describe.runIf(hasRedis)("a trail whose end was cut off in Redis", () => {
  test("AUD-14 holds by itself, and the anchor tells", async () => {
    const made = await anchored()
    expect(await made.auth.audit.verifyChain(made.anchor)).toMatchObject({ holds: true, count: 5, anchor: "kept" })
    await cutOff(made)
    expect(await made.auth.audit.verifyChain()).toMatchObject({ holds: true, count: 3 })
    expect(await made.auth.audit.verifyChain(made.anchor)).toMatchObject({ holds: false, brokenAt: null })
  })

  test("AUD-14 and was written anew holds by itself, and the anchor tells", async () => {
    const made = await anchored()
    await cutOff(made)
    for (let n = 0; n < 4; n++) await made.auth.audit.append("session.confirm-refused", { details: {} })
    expect(await made.auth.audit.verifyChain()).toMatchObject({ holds: true, count: 7 })
    expect(await made.auth.audit.verifyChain(made.anchor)).toMatchObject({ holds: false, brokenAt: 5 })
  })

  test("AUD-11 the index of a request goes with its events", async () => {
    const { auth, keys } = await anchored()
    const client = { ip: null, userAgent: null, request: "r1" }
    await auth.audit.append("session.confirmed", { details: {}, client })
    expect(await server.command("EXISTS", keys.ofRequest("r1"))).toBe(1)
    expect(await auth.audit.list({ request: "r1" })).toHaveLength(1)
  })
})
