import { ada, browserOf, navigation, root, type WireRequest, webRequest } from "@latchkey/conformance/adapter"
import { admin, type Identity, type Policy } from "@latchkey/core"
import { headOf, type MessageView } from "@latchkey/http"
import { expect, test } from "vitest"
import { textOf, withAda } from "./answers.ts"
import { adas, openBasic } from "./basic-site.ts"
import { openSite } from "./site.ts"
import { ruledStore } from "./stores.ts"

/** A site whose message page shows nothing, and the view that it was last given. */
const watched = async (...[options, surface]: Parameters<typeof openSite>) => {
  const views: Array<MessageView> = []
  const message = (view: MessageView) => {
    views.push(view)
    return "seen" as never
  }
  const site = await openSite(options, { ...surface, pages: { message } })
  await site.auth.users.create(ada)
  const cookies = { cookie: await browserOf(site.auth), "sec-fetch-site": "same-origin" }
  /** What the page for a browser says to ada, or to nobody. */
  const shown = async (request: WireRequest, who: "ada" | "nobody" = "ada") => {
    await site.ask({ ...request, headers: { ...navigation, ...(who === "ada" ? cookies : {}), ...request.headers } })
    const { code, loggedInAs, navigation: menu, actions } = views.pop() as MessageView
    return { code, loggedInAs, menu: menu.map(({ label }) => label), actions: actions.map(({ href }) => href) }
  }
  return { ...site, shown, cookies, views }
}

const ofAda = { loggedInAs: "ada", menu: ["Profile", "Tokens", "Log out"] }
const ofNobody = { loggedInAs: null, menu: ["Log in"] }
const ofUnknown = { loggedInAs: null, menu: [] }

test("ERR-06 a page for a problem keeps the menu and who is logged in, also where no handler ran", async () => {
  const { shown } = await watched()
  const asked: Readonly<Record<string, WireRequest>> = {
    "not-found": { target: "/nowhere" },
    "method-not-allowed": { method: "DELETE", target: "/login" },
    "invalid-body": { target: "/profile/details", body: "{", headers: { "content-type": "application/xml" } },
    validation: { target: "/profile/details", form: { is_superuser: "1" } },
    "setup-done": { target: "/setup/" }
  }
  for (const [code, request] of Object.entries(asked)) {
    expect(await shown(request), code).toEqual({ ...ofAda, code, actions: ["/"] })
  }
  expect(await shown({ target: "/nowhere" }, "nobody")).toEqual({ ...ofNobody, code: "not-found", actions: ["/"] })
})

test("ERR-06 a code of the host's that every object of JavaScript has leads home like any other", async () => {
  const { surface, views } = await watched()
  const head = headOf(webRequest({ target: "/reports/7", headers: navigation }), null)
  await surface.problem(head, { status: 404, code: "constructor" })
  expect(views.map(({ actions }) => actions.map(({ href }) => href))).toEqual([["/"]])
})

test("ERR-06 a forged request is never taken for its user, and neither is one with two credentials", async () => {
  const ruled = ruledStore()
  const { shown } = await watched({ store: ruled.store })
  ruled.calls.length = 0
  const foreign = { "sec-fetch-site": "cross-site" }
  expect(await shown({ method: "POST", target: "/login", headers: foreign })).toMatchObject({
    ...ofUnknown,
    code: "forged-request"
  })
  expect(await shown({ method: "POST", target: "/nowhere", headers: foreign })).toMatchObject(ofUnknown)
  expect(await shown({ target: "/profile/", headers: { authorization: "Basic a, Bearer b" } })).toMatchObject(ofUnknown)
  expect(ruled.calls.filter((call) => call.startsWith("lookup"))).toEqual([])
})

test("ERR-06 during an outage a page has no menu, and the store is not asked a second time for it", async () => {
  const ruled = ruledStore()
  const { shown } = await watched({ store: ruled.store })
  ruled.rule = (operation) => (operation.startsWith("lookup") ? "fail" : "pass")
  for (const target of ["/profile/", "/nowhere"]) {
    ruled.calls.length = 0
    expect(await shown({ target }), target).toMatchObject(ofUnknown)
    expect(
      ruled.calls.filter((call) => call.startsWith("lookup")),
      target
    ).toHaveLength(1)
  }
  expect(await shown({ target: "/profile/" })).toEqual({
    ...ofUnknown,
    code: "unavailable",
    actions: ["/profile/", "/"]
  })
})

test("ERR-06 a program's refusal costs no look-up of who is asking", async () => {
  const ruled = ruledStore()
  const { ask, cookies } = await watched({ store: ruled.store })
  ruled.calls.length = 0
  for (const target of ["/nowhere", "/setup/"]) await ask({ target, headers: cookies })
  await ask({ method: "DELETE", target: "/login", headers: cookies })
  expect(ruled.calls.filter((call) => call.startsWith("lookup"))).toEqual([])
})

test("ERR-06 whom a guard refused is known already, so the page comes at once and costs no look-up", async () => {
  const ruled = ruledStore()
  const { surface, cookies } = await watched({ store: ruled.store })
  ruled.calls.length = 0
  const request = new Request("http://localhost:3000/reports", { headers: { ...navigation, ...cookies } })
  const refuses = (policy: Policy<Identity | null>) => surface.guard(policy)(headOf(request, null))
  expect(refuses(admin)).toMatchObject({ isAllowed: false })
  expect(ruled.calls.filter((call) => call.startsWith("lookup"))).toHaveLength(1)
})

test("ERR-06 each problem leads to what helps with it", async () => {
  const closed = await watched({ registration: "closed", tokens: { enabled: false } })
  const register = {
    target: "/register",
    form: { username: "eve", password: ada.password, password_confirm: ada.password }
  }
  expect(await closed.shown(register, "nobody")).toMatchObject({
    code: "registration-closed",
    actions: ["/login", "/"]
  })
  // A log-in would come back to the same refusal.
  expect(await closed.shown({ target: "/register" }, "nobody")).toMatchObject({
    code: "registration-closed",
    actions: ["/login", "/"]
  })
  expect(await closed.shown({ target: "/setup/" }, "nobody")).toMatchObject({
    code: "setup-done",
    actions: ["/login", "/"]
  })
  expect(await closed.shown({ target: "/tokens/" })).toMatchObject({ code: "tokens-disabled", actions: ["/profile/"] })
})

test("RED-01 the link to try again stays on this site, whatever the path looks like", async () => {
  const ruled = ruledStore()
  const { surface, cookies, views } = await watched({ store: ruled.store })
  ruled.rule = () => "fail"
  const actionsAt = async (target: string) => {
    const head = {
      method: "GET",
      target,
      peer: null,
      header: (name: string) => ({ ...navigation, ...cookies })[name] ?? null
    }
    await surface.guard(admin)(head)
    return (views.pop() as MessageView).actions.map(({ href }) => href)
  }
  expect(await actionsAt("/reports?year=2026")).toEqual(["/reports?year=2026", "/"])
  expect(await actionsAt("//evil.example/x")).toEqual(["/"])
})

test("ERR-06 who lacks a right may log in as somebody else; without such a page the way home is left", async () => {
  const may = async (routes?: { readonly login: false }) => {
    const { auth, surface } = await withAda({}, { ...(routes === undefined ? {} : { routes }) })
    const headers = { ...navigation, cookie: await browserOf(auth) }
    const verdict = await surface.guard(admin)(headOf(new Request("http://localhost:3000/reports", { headers }), null))
    return verdict.isAllowed ? "" : (await verdict.response.text()).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")
  }
  expect(await may()).toContain("Only an administrator can do this. Log in as somebody else Go to Latchkey")
  expect(await may({ login: false })).toContain("Only an administrator can do this. Go to Latchkey")
})

test("SES-25 somebody who must verify an address first can log out from the page that says so", async () => {
  const site = await openSite({ sessions: { requireVerified: true } })
  const user = await site.auth.users.create({
    ...root,
    username: "grace",
    email: "grace@example.org",
    isVerified: true
  })
  const headers = { ...navigation, cookie: await browserOf(site.auth, { ...root, username: "grace" }) }
  await site.auth.users.change(user.id, { isVerified: false })
  const page = await site.ask({ target: "/profile/", headers })
  expect(textOf(page)).toContain("Logged in as grace Log out Error 403")
})

test("in mode basic a page for a problem knows who is asking too, and offers no log-out", async () => {
  const site = await openBasic()
  const page = await site.ask({ target: "/nowhere", headers: { ...navigation, ...adas } })
  expect(textOf(page)).toContain("Logged in as ada Profile Tokens Error 404")
})
