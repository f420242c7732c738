import { ada, browserOf, cookieSetBy, headerOf, navigation } from "@latchkey/conformance/adapter"
import { anyone, signedIn } from "@latchkey/core"
import { expect, test } from "vitest"
import { bodyOf, leadsTo, textOf, withAda } from "../../test/answers.ts"
import { headOf } from "./head.ts"

/** What a proxy in front asked for and passes on: nothing that this site knows. */
const foreign = { authorization: `Basic ${btoa("staff:secret of the proxy")}` }
const browser = { ...navigation, "sec-fetch-site": "same-origin" }
const MEND = 'proxy_set_header Authorization ""'

const logIn = { target: "/login", form: { username: ada.username, password: ada.password } }

test("BAS-11 a log-in behind a proxy that passes its own Basic on ends at a page that names the mend, not in a loop", async () => {
  const site = await withAda()
  const headers = { ...browser, ...foreign }
  expect(leadsTo(await site.ask({ target: "/profile/", headers }))).toEqual([303, "/login?next=%2Fprofile%2F"])
  const page = await site.ask({ target: "/login?next=%2Fprofile%2F", headers })
  expect([page.status, textOf(page)]).toEqual([200, expect.stringContaining("a log-in has no effect")])
  expect(page.body.replaceAll("&quot;", '"')).toContain(MEND)
  const opened = await site.ask({ ...logIn, headers })
  expect(leadsTo(opened)).toEqual([303, "/profile/"])
  const cookie = `latchkey_session=${cookieSetBy(opened, "latchkey_session")}`
  for (const target of ["/profile/", "/login", "/register", "/logout", "/tokens/", "/sessions"]) {
    const told = await site.ask({ target, headers: { ...headers, cookie } })
    expect([told.status, headerOf(told, "location"), headerOf(told, "www-authenticate")], target).toEqual([
      400,
      null,
      null
    ])
    expect(textOf(told).replaceAll("&quot;", '"'), target).toContain(MEND)
    expect(told.body).not.toContain("secret of the proxy")
  }
  // Once the proxy keeps its credential to itself, the session is there.
  expect((await site.ask({ target: "/profile/", headers: { ...browser, cookie } })).status).toBe(200)
})

test("SES-27 each round of such a log-in ends the session of the round before, so one is left", async () => {
  const site = await withAda()
  let cookie = ""
  for (let round = 0; round < 4; round++) {
    const opened = await site.ask({ ...logIn, headers: { ...browser, ...foreign, cookie } })
    expect(leadsTo(opened)).toEqual([303, "/profile/"])
    cookie = `latchkey_session=${cookieSetBy(opened, "latchkey_session")}`
    expect(await site.auth.sessions.list(site.id)).toHaveLength(1)
  }
})

test("BAS-11 whatever the header is, if it opens nothing, the browser is told; also where it is too old to say that it navigates", async () => {
  const site = await withAda()
  const cookie = await browserOf(site.auth)
  const { "sec-fetch-mode": _, ...old } = navigation
  for (const authorization of [
    foreign.authorization,
    "Basic  %",
    "Bearer of-a-proxy",
    "Negotiate YTpi",
    "Digest a=b"
  ]) {
    for (const kind of [navigation, old]) {
      const answer = await site.ask({ target: "/profile/", headers: { ...kind, authorization, cookie } })
      expect([answer.status, textOf(answer)], authorization).toEqual([400, expect.stringContaining(MEND.slice(0, 30))])
    }
  }
})

test("BAS-11 a post of such a browser is told so too, and changes nothing; a log-out still works", async () => {
  const site = await withAda()
  const cookie = await browserOf(site.auth)
  const headers = { ...browser, ...foreign, cookie }
  const before = await site.contents()
  const form = { current_password: ada.password, password: "a b c d e f g h i", password_confirm: "a b c d e f g h i" }
  expect((await site.ask({ target: "/profile/password", form, headers })).status).toBe(400)
  expect(await site.contents()).toEqual(before)
  expect(leadsTo(await site.ask({ method: "POST", target: "/logout", headers }))).toEqual([
    303,
    "/login?done=logged-out"
  ])
  expect(await site.auth.sessions.list(site.id)).toEqual([])
})

test("HDR-05 for a program an Authorization header goes on excluding the cookie, and says nothing about it", async () => {
  const site = await withAda()
  const cookie = await browserOf(site.auth)
  for (const accept of ["*/*", "application/json", "application/json, text/html", ""]) {
    const answer = await site.ask({ target: "/profile/", headers: { ...foreign, cookie, accept } })
    expect([answer.status, bodyOf(answer).detail], accept).toEqual([401, "Unauthorized"])
  }
})

test("BAS-11 without a live session of ours there is nothing to tell: the way to the login page is as before", async () => {
  const site = await withAda()
  const cookie = await browserOf(site.auth)
  await site.clock.advance("13 hours")
  const leads = async (more: Readonly<Record<string, string>>) =>
    leadsTo(await site.ask({ target: "/profile/", headers: { ...browser, ...foreign, ...more } }))
  expect(await leads({})).toEqual([303, "/login?next=%2Fprofile%2F"])
  expect(await leads({ cookie })).toEqual([303, "/login?next=%2Fprofile%2F&done=ended"])
})

test("BAS-11 a guard of the host's tells too, but where anybody may come, the host's own page is shown", async () => {
  const site = await withAda()
  const headers = { ...browser, ...foreign, cookie: await browserOf(site.auth) }
  const head = headOf(new Request("http://localhost:3000/reports", { headers }), "192.0.2.7")
  expect(await site.surface.guard(signedIn)(head)).toMatchObject({ isAllowed: false, response: { status: 400 } })
  expect(await site.surface.guard(anyone)(head)).toEqual({ isAllowed: true, identity: null })
})

test("BAS-11 a token over Basic is ours, so the browser that sends it is whose it is", async () => {
  const site = await withAda()
  const { authorization } = await site.token()
  const headers = { ...browser, authorization, cookie: await browserOf(site.auth) }
  expect((await site.ask({ target: "/profile/", headers })).status).toBe(200)
})
