import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { UserId } from "../secret/user-id.ts"
import type { AuditEvent } from "./audit-event.ts"
import type { AuditRecord } from "./audit-store.ts"
import { checkLink, linkHash } from "./hash-chain.ts"

const event: AuditEvent = {
  type: "login.refused",
  details: { method: "form", reason: "wrong-password" },
  at: 1_767_225_600_000,
  actor: null,
  subject: UserId("019b76da-a800-7451-a8ef-b2f4bb9392c1"),
  credential: null,
  actedWith: null,
  ip: "192.0.2.1",
  userAgent: null,
  request: null
}

const record = (previous: string | null, of: AuditEvent = event): AuditRecord => ({
  sequence: 1,
  event: of,
  hash: linkHash(previous, of)
})

test("AUD-06 a link is of the event and of all before it", () => {
  const first = linkHash(null, event)
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(linkHash(first, event)).not.toBe(first)
  expect(linkHash(null, event)).toBe(first)
})

test("AUD-06 a link does not depend on the order of keys, for stores keep none", () => {
  const turned = Object.fromEntries(Object.entries(event).reverse()) as unknown as AuditEvent
  expect(linkHash(null, JSON.parse(JSON.stringify(turned)))).toBe(linkHash(null, event))
})

test("AUD-06 a link does not depend on what is undefined, for stores keep none of it", () => {
  const told = { ...event, details: { ...event.details, more: undefined } } as AuditEvent
  expect(linkHash(null, told)).toBe(linkHash(null, JSON.parse(JSON.stringify(told))))
})

test("AUD-06 a change of any field breaks the link", () => {
  const changes: ReadonlyArray<Partial<AuditEvent>> = [
    { type: "login.succeeded", details: { method: "form" } },
    { details: { method: "form", reason: "inactive" } },
    { at: event.at + 1 },
    { actor: event.subject },
    { subject: null },
    { credential: "session:1" },
    { ip: null },
    { userAgent: "" }
  ]
  const broken = changes.map((change) =>
    checkLink(null, { ...record(null), event: { ...event, ...change } as AuditEvent })
  )
  expect(broken).toEqual(changes.map(() => false))
})

test("AUD-06 two values that differ never make one text: the separators cannot be forged from inside (F17)", () => {
  const detail = fc.string({ unit: fc.constantFrom('"', ":", ",", "{", "}", "\\", "\n", "a") })
  const denied = (policy: string, path: string): AuditEvent => ({
    ...event,
    type: "access.denied",
    details: { policy, path, count: 1, networks: "one" }
  })
  fc.assert(
    fc.property(detail, detail, detail, detail, (a, b, c, d) => {
      const isSame = a === c && b === d
      expect(linkHash(null, denied(a, b)) === linkHash(null, denied(c, d))).toBe(isSame)
    })
  )
})

describe("what follows what", () => {
  it.each<[string, string | null, AuditRecord, boolean]>([
    ["the first after nothing", null, record(null), true],
    ["the second after the first", linkHash(null, event), record(linkHash(null, event)), true],
    ["the second without the first", null, record(linkHash(null, event)), false],
    ["the first once more after itself", linkHash(null, event), record(null), false],
    ["one without a link before the chain begins", null, { ...record(null), hash: null }, true],
    ["one without a link inside the chain", linkHash(null, event), { ...record(null), hash: null }, false]
  ])("AUD-06 %s", (_, previous, next, holds) => {
    expect(checkLink(previous, next)).toBe(holds)
  })
})
