import { headerOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { NOBODY, openAdminSite } from "../../../test/administration-site.ts"
import { bodyOf } from "../../../test/answers.ts"

test("an administrator reads the trail, newest first, with exactly the keys of an event", async () => {
  const { as, rootId, user } = await openAdminSite()
  await as("PATCH", `/users/${user.id}`, { is_superuser: true })
  const answer = await as("GET", "/admin/audit")
  const [newest, ...older] = bodyOf(answer)
  expect(newest).toEqual({
    sequence: expect.any(Number),
    type: "user.changed",
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    actor: rootId,
    subject: user.id,
    credential: null,
    acted_with: expect.stringMatching(/^session:/),
    request: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ip: "192.0.2.7",
    user_agent: null,
    details: { changes: [{ field: "isSuperuser", from: false, to: true }] }
  })
  expect(older[0].sequence).toBeLessThan(newest.sequence)
  expect(bodyOf(await as("GET", `/admin/audit?request=${newest.request}`))).toEqual([newest])
})

test("events are found by type and by user, and come in pages that Link joins", async () => {
  const { as, user } = await openAdminSite()
  for (const name of ["grace", "mary", "joan"]) await as("PATCH", `/users/${user.id}`, { username: name })
  const found = bodyOf(await as("GET", `/admin/audit?type=user.changed&user=${user.id}`))
  expect(found.map(({ type }: { type: string }) => type)).toEqual(Array(3).fill("user.changed"))
  expect(bodyOf(await as("GET", `/admin/audit?user=${NOBODY}`))).toEqual([])
  const first = await as("GET", "/admin/audit?type=user.changed&limit=2")
  const [, next = ""] = /^<(.+)>; rel="next"$/.exec(headerOf(first, "link") ?? "") ?? []
  const second = await as("GET", next)
  expect([...bodyOf(first), ...bodyOf(second)]).toEqual(found)
  expect(headerOf(second, "link")).toBeNull()
  expect(bodyOf(await as("GET", `/admin/audit?before=${found[0].sequence}&type=user.changed`))).toEqual(found.slice(1))
})

test.each([
  ["?type=never", "type"],
  ["?type=toString", "type"],
  ["?type=", "type"],
  ["?user=x", "user"],
  ["?user=", "user"],
  ["?request=", "request"],
  ["?request=urn:uuid:0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab010", "request"],
  [`?request=${"a".repeat(65)}`, "request"],
  ["?before=-1", "before"],
  ["?before=1e3", "before"],
  [`?before=${"9".repeat(16)}`, "before"],
  ["?limit=0", "limit"],
  ["?limit=101", "limit"],
  ["?limit=x", "limit"],
  ["?type=user.changed&type=user.created", "type"],
  ["?actor=x", "actor"],
  ["?hash=ab", "hash"],
  ["?details=x", "details"]
])("the trail is found by a closed list of names and values, and %s is 422", async (query, name) => {
  const { as } = await openAdminSite()
  const answer = await as("GET", `/admin/audit${query}`)
  expect([answer.status, bodyOf(answer).detail]).toMatchObject([422, [{ loc: ["query", name] }]])
})
