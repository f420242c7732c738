import { cookieSetBy, headerOf, navigation, root } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { bodyOf, leadsTo, textOf, withAda } from "../../test/answers.ts"
import type { Site } from "../../test/site.ts"
import { SESSIONS_SHOWN } from "./sessions-view.ts"

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"

/** The headers of a browser that shows a page or posts a form of it. */
const person = async ({ browser }: Site) => ({ ...(await browser()), ...navigation })

const idOf = async (site: Site, { cookie = "" }: Readonly<Record<string, string>>): Promise<string> => {
  const sessions = bodyOf(await site.ask({ target: "/sessions", headers: { cookie } }))
  return sessions.find(({ current }: { readonly current: boolean }) => current).id
}

const statusOf = async ({ ask }: Site, headers: Readonly<Record<string, string>>) =>
  (await ask({ target: "/users/me", headers: { cookie: headers.cookie ?? "" } })).status

test("CSR-15 ending a session asks first: the page says which one it is and what will happen, and changes nothing", async () => {
  const site = await withAda({ sessions: { collectIp: true, collectUserAgent: true } })
  const mine = await person(site)
  const form = { username: "ada", password: "seven quiet herons at dusk" }
  const opened = await site.ask({ target: "/login", form, headers: { "user-agent": firefox } }, "203.0.113.7")
  const other = { cookie: `latchkey_session=${cookieSetBy(opened, "latchkey_session")}` }
  const target = `/sessions/${await idOf(site, other)}/revoke`
  const page = await site.ask({ target, headers: mine })
  expect(page.status).toBe(200)
  expect(textOf(page)).toContain("End the session of Firefox on Linux, 203.0.113.7?")
  expect(textOf(page)).toContain("Last seen 1 Jan 2026, 00:00 UTC")
  expect(textOf(page)).toContain(`User agent ${firefox}`)
  expect(textOf(page)).toContain("Whoever uses it is logged out at once.")
  expect(await statusOf(site, other)).toBe(200)
  for (const _ of ["the first time", "the second"]) {
    expect(leadsTo(await site.ask({ method: "POST", target, headers: mine }))).toEqual([303, "/profile/?done=session"])
  }
  expect(await statusOf(site, other)).toBe(401)
  expect((await site.ask({ method: "POST", target, headers: await site.program() })).status).toBe(404)
})

test("SES-11 ending the session that one came with asks whether to log out here, and logs out", async () => {
  const site = await withAda()
  const mine = await person(site)
  const target = `/sessions/${await idOf(site, mine)}/revoke`
  const page = await site.ask({ target, headers: mine })
  expect(textOf(page)).toContain("Log out here? ")
  expect(textOf(page)).toContain("You will be logged out in this browser.")
  const ended = await site.ask({ method: "POST", target, headers: mine })
  expect(leadsTo(ended)).toEqual([303, "/login?done=logged-out"])
  expect(cookieSetBy(ended, "latchkey_session")).toBe("")
  expect(await statusOf(site, mine)).toBe(401)
  const login = await site.ask({ target: headerOf(ended, "location") ?? "", headers: navigation })
  expect(textOf(login)).toContain("You are logged out.")
})

test("CSR-15 ending all others asks first, and then they end", async () => {
  const site = await withAda()
  const [mine, other] = [await person(site), await person(site)]
  const target = "/sessions/revoke-others"
  const page = await site.ask({ target, headers: mine })
  expect(textOf(page)).toContain("End all other sessions?")
  expect(await statusOf(site, other)).toBe(200)
  expect(leadsTo(await site.ask({ method: "POST", target, headers: mine }))).toEqual([303, "/profile/?done=sessions"])
  expect([await statusOf(site, mine), await statusOf(site, other)]).toEqual([200, 401])
})

test("SES-11 a question about a session that has ended, or another's, leads back to the list and says so; programs get 404", async () => {
  const site = await withAda()
  const headers = await person(site)
  const roots = await site.browser(root)
  for (const id of [await idOf(site, roots), "never", "%00", "..%2f..", "*", "%zz"]) {
    const target = `/sessions/${id}/revoke`
    expect(leadsTo(await site.ask({ target, headers })), target).toEqual([303, "/profile/?done=gone"])
    expect((await site.ask({ target, headers: await site.program() })).status, target).toBe(404)
  }
  expect(await statusOf(site, roots)).toBe(200)
  expect(textOf(await site.ask({ target: "/profile/?done=gone", headers }))).toContain("This is not in your account.")
})

test("SES-24 the session that one came with stands first, however old it is, and on no other page", async () => {
  const site = await withAda()
  const mine = await person(site)
  await site.clock.advance("1 minute")
  for (let n = 0; n < 15; n++) await site.program()
  const namesOn = async (target: string) => {
    const { body } = await site.ask({ target, headers: mine })
    const older = /href="(\/profile\/\?before=[^"#]+)#sessions"/.exec(body)?.[1] ?? null
    return { names: Array.from(body.matchAll(/<h3[^>]*><span[^>]*>([^<]*)/g), ([, name = ""]) => name.trim()), older }
  }
  const first = await namesOn("/profile/")
  expect([first.names.length, first.names[0]]).toEqual([SESSIONS_SHOWN + 1, "Browser"])
  const second = await namesOn(first.older ?? "")
  expect(second.names).toEqual(Array.from({ length: 7 }, () => "Program"))
})

test("a query that no page of sessions has leads a browser to the first page", async () => {
  const site = await withAda()
  const headers = await person(site)
  for (const query of ["before=junk", "limit=0", "before=", "limit=x"]) {
    expect(leadsTo(await site.ask({ target: `/profile/?${query}`, headers }))).toEqual([303, "/profile/"])
  }
})
