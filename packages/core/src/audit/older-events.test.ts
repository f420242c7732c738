import { expect, test } from "vitest"
import { storeOver } from "../../test/store-around.ts"
import { UserId } from "../secret/user-id.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import type { AuditEvent } from "./audit-event.ts"
import { checkLink, linkHash } from "./hash-chain.ts"

/** An event as versions before the fields `actedWith` and `request` wrote it, with the hash that they gave it. */
const older = {
  type: "login.refused",
  details: { method: "form", reason: "wrong-password" },
  at: 1_767_225_600_000,
  actor: null,
  subject: UserId("019b76da-a800-7451-a8ef-b2f4bb9392c1"),
  credential: null,
  ip: "192.0.2.1",
  userAgent: null
} as unknown as AuditEvent
const hash = "1ae00f707e69e7a12351c6a1b15361c8c95d91fcdba7213a418bc5a6889928ee"

test("AUD-12 the link of an older event holds, whether its store gives the later fields as null or not at all", () => {
  const whole = { ...older, actedWith: null, request: null }
  expect([linkHash(null, older), linkHash(null, whole)]).toEqual([hash, hash])
})

test("AUD-12 a link is of the later fields too, once they say something", () => {
  const whole = { ...older, actedWith: "token:1", request: "r1" }
  const record = { sequence: 1, event: whole, hash: linkHash(null, whole) }
  expect(record.hash).not.toBe(hash)
  const changes = [{ actedWith: null }, { actedWith: "token:2" }, { request: null }, { request: "r2" }]
  for (const change of changes) expect(checkLink(null, { ...record, event: { ...whole, ...change } })).toBe(false)
})

test("AUD-12 a trail that an older version began goes on, and its events have the later fields as null", async () => {
  const tables = emptyTables()
  tables.audit.push({ sequence: 1, event: older, hash })
  const quiet = { admin: null, setup: { announce: false } } as const
  const { auth } = await createTestAuth({ store: storeOver(tables), audit: { chain: true }, ...quiet })
  const client = { ip: null, userAgent: null, request: "r1" }
  await auth.audit.append("session.confirmed", { details: {}, actedWith: "session:1", client })
  expect(await auth.audit.verifyChain()).toMatchObject({ holds: true, count: 2 })
  const events = (await auth.audit.list()).map(({ event }) => [event.actedWith, event.request])
  expect(events).toEqual([
    ["session:1", "r1"],
    [null, null]
  ])
})
