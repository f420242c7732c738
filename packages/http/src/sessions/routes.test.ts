import { ada, navigation, root } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { bodyOf, leadsTo, refusal, textOf, withAda } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"
import { script } from "../page/script.ts"
import { stylesheet } from "../page/stylesheet.ts"

const logInByBearer = { target: "/auth/jwt/login", form: { username: ada.username, password: ada.password } }

test("POST /sessions/{id}/revoke and /sessions/revoke-others end sessions from the profile page (SES-11)", async () => {
  const site = await withAda()
  const [mine, second, third, foreign] = [
    await site.browser(),
    await site.browser(),
    await site.program(),
    await site.browser(root)
  ]
  const page = await site.ask({ target: "/profile/", headers: { ...mine, ...navigation } })
  const links = Array.from(page.body.matchAll(/href="(\/sessions\/[^"]+)"/g), ([, link = ""]) => link)
  expect(links).toContain("/sessions/revoke-others")
  const statuses = () =>
    Promise.all(
      [mine, second, third, foreign].map(async (headers) => (await site.ask({ target: "/users/me", headers })).status)
    )
  const sessions = bodyOf(await site.ask({ target: "/sessions", headers: third }))
  const one = sessions.find(({ current }: { current: boolean }) => current).id
  expect(links).toContain(`/sessions/${one}/revoke`)
  const ended = await site.ask({
    method: "POST",
    target: `/sessions/${one}/revoke`,
    headers: { ...mine, ...navigation }
  })
  expect(leadsTo(ended)).toEqual([303, "/profile/?done=session"])
  expect(await statuses()).toEqual([200, 200, 401, 200])
  expect((await site.ask({ method: "POST", target: `/sessions/${one}/revoke`, headers: mine })).status).toBe(404)
  const others = await site.ask({ method: "POST", target: "/sessions/revoke-others", headers: mine })
  expect(leadsTo(others)).toEqual([303, "/profile/?done=sessions"])
  expect(await statuses()).toEqual([200, 401, 401, 200])
})

test("SES-11 GET /sessions lists one's own live sessions, newest first, and no secret", async () => {
  const site = await withAda({ sessions: { collectIp: true, collectUserAgent: true } })
  const agent = { "user-agent": "Mozilla/5.0 (X11)" }
  await site.ask({ target: "/login", form: logInByBearer.form, headers: agent }, "198.51.100.4")
  await site.clock.advance("5 minutes")
  const headers = await site.program()
  await site.browser(root)
  const answer = await site.ask({ target: "/sessions", headers })
  const instant = expect.stringMatching(/^2026-01-01T\d\d:\d\d:\d\d\.\d{3}Z$/)
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
  const common = { id, created_at: instant, last_seen_at: instant, expires_at: instant }
  expect(bodyOf(answer)).toEqual([
    { ...common, kind: "bearer", current: true, ip: null, user_agent: null },
    { ...common, kind: "browser", current: false, ip: "198.51.100.4", user_agent: "Mozilla/5.0 (X11)" }
  ])
  expect(bodyOf(answer)[1]).toMatchObject({
    created_at: "2026-01-01T00:00:00.000Z",
    expires_at: "2026-01-01T01:00:00.000Z"
  })
})

test("SES-11 DELETE /sessions/{id} ends one of one's own; another's id, and one that never was, are 404 and nothing ends", async () => {
  const site = await withAda()
  const [mine, other, foreign] = [await site.program(), await site.browser(), await site.browser(root)]
  const listed = async (headers: Readonly<Record<string, string>>) =>
    bodyOf(await site.ask({ target: "/sessions", headers }))
  const [{ id: rootsId }] = await listed(foreign)
  const end = (id: string, headers = mine) => site.ask({ method: "DELETE", target: `/sessions/${id}`, headers })
  for (const id of [
    rootsId,
    "never",
    "%00",
    "%ED%A0%80",
    "..%2f..",
    "00000000-0000-0000-0000-000000000000",
    "*",
    "_"
  ]) {
    expect(refusal(await end(id)), id).toEqual([404, "Not Found"])
  }
  expect((await site.ask({ target: "/users/me", headers: foreign })).status).toBe(200)
  const [, { id }] = [...(await listed(mine))].sort((a, b) => Number(b.current) - Number(a.current))
  expect(await end(id)).toMatchObject({ status: 204, body: "" })
  expect((await site.ask({ target: "/users/me", headers: other })).status).toBe(401)
  expect((await end(id)).status).toBe(404)
  const [{ id: last }] = await listed(mine)
  expect((await end(last)).status).toBe(204)
  expect((await site.ask({ target: "/users/me", headers: mine })).status).toBe(401)
})

test("ADM-04 no malformed id makes more than a 404", async () => {
  const site = await withAda()
  const headers = await site.program()
  const ids = ["%", "%zz", "%C0%AF", "a".repeat(4_000), "'; DROP TABLE users; --", "{{7*7}}", "%F0%9F%94%91"]
  for (const id of ids) {
    const target = `/sessions/${id.replaceAll(" ", "%20")}`
    expect((await site.ask({ method: "DELETE", target, headers })).status, id).toBe(404)
    expect((await site.ask({ method: "POST", target: `${target}/revoke`, headers })).status, id).toBe(404)
  }
})

test("SES-11 DELETE /sessions ends all of one's own but this one, and nobody else's", async () => {
  const site = await withAda()
  const [mine, other, foreign] = [await site.program(), await site.browser(), await site.browser(root)]
  expect(await site.ask({ method: "DELETE", target: "/sessions", headers: mine })).toMatchObject({
    status: 204,
    body: ""
  })
  const statuses = await Promise.all(
    [mine, other, foreign].map(async (headers) => (await site.ask({ target: "/users/me", headers })).status)
  )
  expect(statuses).toEqual([200, 401, 200])
})

test("GET and DELETE /sessions without a credential are 401", async () => {
  const { ask } = await openSite()
  for (const [method, target] of [
    ["GET", "/sessions"],
    ["DELETE", "/sessions"],
    ["DELETE", "/sessions/x"]
  ] as const) {
    expect(refusal(await ask({ method, target }))).toEqual([401, "Unauthorized"])
  }
})

/** The pages of a list, one after the other. */
const pagesOf = async (site: Awaited<ReturnType<typeof withAda>>, first: string, headers: Record<string, string>) => {
  const pages: Array<ReadonlyArray<{ readonly id: string }>> = []
  for (let target: string | undefined = first; target !== undefined && pages.length < 9; ) {
    const answer = await site.ask({ target, headers })
    pages.push(bodyOf(answer))
    const links: ReadonlyArray<string> = answer.headers.filter(([name]) => name === "link").map(([, value]) => value)
    target = /^<([^>]+)>; rel="next"$/.exec(links[0] ?? "")?.[1]
  }
  return pages
}

test("SES-24 GET /sessions answers in pages, and Link leads through all of them", async () => {
  const site = await withAda()
  const headers = await site.program()
  for (let n = 0; n < 4; n++) await site.program()
  const [all = []] = await pagesOf(site, "/sessions", headers)
  const pages = await pagesOf(site, "/sessions?limit=2", headers)
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
  expect(pages.flat()).toEqual(all)
  expect(all).toHaveLength(5)
})

test("SES-24 a place or a limit that cannot be read is 422, and says which", async () => {
  const site = await withAda()
  const headers = await site.program()
  const bad = ["limit=0", "limit=101", "limit=1e1", "limit=", "before=", "before=x.y", "before=9999999999999999.x"]
  for (const query of bad) {
    const answer = await site.ask({ target: `/sessions?${query}`, headers })
    expect(answer.status, query).toBe(422)
    const type = /^limit=(?!\d+$)/.test(query) ? "int_type" : "value_error" // no number at all, or one that is not allowed (INP-11)
    expect(bodyOf(answer).detail, query).toMatchObject([{ type, loc: ["query", query.split("=")[0]] }])
  }
})

test("SES-24 the profile shows seven sessions and this one, leads to the older ones and back, and stays light", async () => {
  const site = await withAda()
  const mine = { ...(await site.browser()), ...navigation }
  await site.clock.advance("1 minute")
  for (let n = 0; n < 13; n++) await site.program()
  const shown = (body: string) => body.match(/href="\/sessions\/[^"]+\/revoke"/g)?.length
  const { body } = await site.ask({ target: "/profile/", headers: mine })
  expect([shown(body), body.match(/This session/g)?.length]).toEqual([8, 1])
  expect(body.length + stylesheet.length + script.length).toBeLessThan(30_000)
  expect(body).toContain("/sessions/revoke-others")
  const older = /href="(\/profile\/\?before=[^"#]+)#sessions"/.exec(body)?.[1] ?? ""
  const last = await site.ask({ target: older, headers: mine })
  expect([shown(last.body), last.body.match(/This session/g)]).toEqual([6, null])
  expect(last.body).not.toContain("before=")
  expect(textOf(last)).toContain("Newest sessions")
})
