import { expect, it } from "vitest"
import { objectsOf, testWorld } from "../../test/test-world.ts"

const chained = { LATCHKEY_AUDIT_CHAIN: "true" }

const withEvents = async (env = chained) => {
  const world = testWorld({ env, input: ['{"id":1,"username":"ada"}\n{"id":2,"username":"grace"}\n'] })
  await world.run("import", "-", "--source", "old", "--yes")
  await world.run("token", "ada", "--name", "runner")
  await world.run("revoke", "ada")
  return world
}

it("lists events, newest first, of a user, a type, a request, and from a time on", async () => {
  const world = await withEvents()
  const typesOf = async (...args: ReadonlyArray<string>) =>
    objectsOf((await world.run("audit", "list", "--json", ...args)).out).map(
      ({ event }) => (event as { readonly type: string }).type
    )
  const all = ["token.revoked", "session.closed", "token.issued", "user.imported"]
  expect(await typesOf()).toEqual(all)
  expect(await typesOf("--limit", "1")).toEqual(all.slice(0, 1))
  expect(await typesOf("--user", "ada")).toEqual(all.slice(0, 3))
  expect(await typesOf("--user", "grace")).toEqual([])
  expect(await typesOf("--type", "token.issued")).toEqual(["token.issued"])
  expect(await typesOf("--request", "none")).toEqual([])
  expect(await typesOf("--since", "2020-01-01")).toEqual(all)
  expect(await typesOf("--since", "2090-01-01T12:00Z")).toEqual([])
  for (const wrong of [
    ["--since", "yesterday"],
    ["--since", "2026-11-30 noon"],
    ["--since", "2026-11-31"],
    ["--since", "2026-11-30T25:00Z"],
    ["--limit", "0"]
  ])
    expect(await world.run("audit", "list", ...wrong)).toMatchObject({ code: 2, out: "" })
  const { out } = await world.run("audit", "list", "--type", "token.issued")
  expect(out).toMatch(/^PLACE +WHEN +WHAT +WHO +WITH +WHOM +DETAILS\n\d+ .* token\.issued +- +operator +[0-9a-f-]{36} /)
})

it("a type of event that is none is told with the nearest, or all of them", async () => {
  const world = await withEvents()
  const errorOf = async (type: string) => {
    const { code, out, err } = await world.run("audit", "list", "--type", type)
    expect([code, out]).toEqual([2, ""])
    return err
  }
  expect(await errorOf("login.refusd")).toContain("is no type of event: did you mean login.refused?")
  expect(await errorOf("logins")).toMatch(/It is one of: login\.succeeded login\.refused .*settings\.changed/)
})

it("verify tells whether the trail holds, against an anchor too, by exit code 7", async () => {
  const world = await withEvents()
  const anchor = (await world.run("audit", "anchor")).out.trim()
  expect(anchor).toMatch(/^\d+:[0-9a-f]{64}$/)
  expect(await world.run("audit", "verify", "--anchor", anchor)).toMatchObject({
    code: 0,
    out: "",
    err: "4 events hold together. The anchor is one of them.\n"
  })
  expect(await world.run("audit", "verify", "--anchor", "1:2")).toMatchObject({ code: 2 })
  const record = world.tables.audit[1]
  if (record !== undefined) world.tables.audit[1] = { ...record, event: { ...record.event, at: 7 } }
  const { code, err } = await world.run("audit", "verify")
  expect([code, err]).toEqual([7, expect.stringMatching(/does not hold: event \d+ was changed/)])
  world.tables.audit.pop()
  expect(await world.run("audit", "verify", "--anchor", anchor, "--json")).toMatchObject({ code: 7 })
})

it("a trail without links has no anchor, and verify says that", async () => {
  const world = await withEvents({ LATCHKEY_AUDIT_CHAIN: "false" })
  expect(await world.run("audit", "anchor")).toMatchObject({ code: 2, out: "" })
  expect((await world.run("audit", "verify")).err).toContain("New events are not linked")
})

it("OPR-04 only sweep removes what has ended, and says how much", async () => {
  const world = testWorld({ input: ['{"id":1,"username":"ada"}\n'] })
  await world.run("import", "-", "--source", "old", "--yes")
  await world.run("token", "ada", "--name", "runner", "--expires", "1 second")
  for (const tokens of world.tables.tokens.values())
    for (const [hash, row] of tokens) tokens.set(hash, { ...row, token: { ...row.token, expiresAt: 1 } })
  await world.run("users", "list")
  await world.run("audit", "list")
  const { out } = await world.run("sweep", "--json")
  expect(objectsOf(out)).toMatchObject([{ tokens: 1, sessions: 0 }])
  expect((await world.run("sweep")).out).toMatch(/^PART +REMOVED\nsessions +0\ntokens +0\n/)
})
