import type { WireRequest } from "@latchkey/conformance/adapter"
import {
  answerOf,
  basicOf,
  checkEveryAnswer,
  headerOf,
  navigation,
  root,
  tokenOf,
  valuesOf,
  type WireAnswer,
  webRequest
} from "@latchkey/conformance/adapter"
import { admin, anyone, recently, signedIn, viaSession } from "@latchkey/core"
import { expect, test } from "vitest"
import { headOf } from "../src/surface/head.ts"
import { adas, as, GUARDED, type Headers, me, openBasic, rightPassword } from "./basic-site.ts"
import { bodyOf, problemIn, secretsIn, type TokenSite, textOf } from "./token-site.ts"

const NEW_PASSWORD = "nine slow otters by the weir"
const BASIC = 'Basic realm="latchkey", charset="UTF-8"'

const person = { ...navigation, "sec-fetch-site": "same-origin" }

const challenged = (answer: WireAnswer) => [
  answer.status,
  ...valuesOf(answer, "www-authenticate"),
  headerOf(answer, "location")
]

test("BAS-04 every 401 is exactly one Basic challenge, for programs, for people who navigate and for what their pages fetch; never a redirect", async () => {
  const site = await openBasic({ throttle: { perAccountAndNetwork: 1_000, perAccount: 1_000 } })
  const callers: Readonly<Record<string, Headers>> = {
    program: {},
    person: navigation,
    "an old browser": { accept: "text/html,*/*;q=0.8" },
    fetch: { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" },
    image: { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
    pip: { accept: "application/vnd.pypi.simple.v1+json, text/html; q=0.01" }
  }
  const credentials: ReadonlyArray<Headers> = [
    {},
    as("ada", "wrong"),
    as("__token__", "lk_pat_junk"),
    { authorization: "Bearer lk_pat_junk" },
    { authorization: "Digest x" },
    { authorization: "Basic %" },
    { cookie: "latchkey_session=x" },
    { cookie: "latchkey_session=x; latchkey_session=y" }
  ]
  for (const [name, headers] of Object.entries(callers)) {
    for (const credential of credentials) {
      for (const target of GUARDED) {
        const answer = await site.ask({ target, headers: { ...headers, ...credential } })
        expect(challenged(answer), `${name} ${target} ${JSON.stringify(credential)}`).toEqual([401, BASIC, null])
      }
    }
  }
  const page = await site.ask({ target: "/profile/", headers: navigation })
  expect([headerOf(page, "content-type"), textOf(page).includes("You are not logged in.")]).toEqual([
    "text/html; charset=utf-8",
    true
  ])
  for (const request of [
    { target: "/tokens/", form: { name: "a" } },
    { target: "/profile/password", form: {} }
  ]) {
    expect(challenged(await site.ask({ ...request, headers: person }))).toEqual([401, BASIC, null])
  }
})

test("a guard of the host's challenges with Basic too, and lets pass whom the password makes known", async () => {
  const site = await openBasic()
  const judged = async (policy: Parameters<TokenSite["surface"]["guard"]>[0], headers: Headers) => {
    const verdict = await site.surface.guard(policy)(headOf(webRequest({ target: "/reports", headers }), "192.0.2.7"))
    if (verdict.isAllowed) return verdict.identity?.via ?? "nobody"
    const answer = await answerOf(verdict.response)
    checkEveryAnswer(answer, "basic")
    return [answer.status, headerOf(answer, "location")]
  }
  for (const headers of [{}, navigation, as("ada", "wrong"), { ...navigation, ...as("ada", "wrong") }]) {
    expect(await judged(signedIn, headers)).toEqual([401, null])
    expect(await judged(anyone, headers)).toBe("nobody")
  }
  expect([await judged(signedIn, adas), await judged(anyone, adas)]).toEqual(["basic", "basic"])
  expect(await judged(admin, { ...navigation, ...adas })).toEqual([403, null])
  expect(await judged(viaSession, { ...navigation, ...adas })).toEqual([403, null])
  expect(await judged(recently("30 seconds"), adas)).toBe("basic")
  await site.clock.advance("31 seconds")
  expect(await judged(recently("30 seconds"), { ...navigation, ...adas })).toEqual([403, null])
  await site.clock.advance("30 seconds")
  expect(await judged(recently("30 seconds"), adas)).toBe("basic")
})

test("user and password are taken as they stand: any script, a colon in the password, any spelling of the name, the address", async () => {
  const site = await openBasic()
  const password = "zwölf: Boxkämpfer jagen Viktor 🥊"
  await site.auth.users.create({ username: "zwölf", email: "z@example.org", password })
  for (const user of ["zwölf", "ZWÖLF", "z@example.org", "Z@Example.org"]) {
    const answer = await me(site, as(user, password))
    expect([answer.status, bodyOf(answer).username], user).toEqual([200, "zwölf"])
  }
  const spoiled = [`${password}\n`, ` ${password}`, `${password} `, password.toUpperCase(), password.slice(0, -2)]
  for (const each of spoiled) expect((await me(site, as("zwölf", each))).status).toBe(401)
  const latin1 = { authorization: `Basic ${btoa("zw\xf6lf:x")}` }
  expect((await me(site, latin1)).status).toBe(401)
})

test("HDR-01 two credentials are 400 without a hash", async () => {
  const site = await openBasic()
  const lines = [adas.authorization, adas.authorization].map((value = "") => ["authorization", value] as const)
  expect(problemIn(await site.ask({ target: "/users/me", headers: lines }))).toEqual([400, "invalid-request"])
  expect(site.verifications()).toBe(0)
})

test("there is no log-in page and no log-out, and no page leads to one", async () => {
  const site = await openBasic()
  for (const target of ["/login", "/login/", "/logout"]) {
    for (const method of ["GET", "POST"]) {
      for (const headers of [{}, person, adas, { ...person, ...adas }]) {
        const answer = await site.ask({ method, target, headers })
        expect([answer.status, headerOf(answer, "location")], `${method} ${target}`).toEqual([404, null])
      }
    }
    expect(site.surface.owns(`http://localhost:3000${target}`)).toBe(false)
  }
  const form = { username: "ada", password: rightPassword }
  expect((await site.ask({ target: "/login", form })).status).toBe(404)
})

/** Where a page's links and forms lead, with the method. */
const waysOn = ({ body }: WireAnswer): ReadonlyArray<WireRequest> => [
  ...Array.from(body.matchAll(/<a [^>]*href="(\/[^"]*)"/g), ([, target = ""]) => ({ target })),
  ...Array.from(body.matchAll(/<form [^>]*action="([^"]*)"/g), ([, target = ""]) => ({ target, form: {} }))
]

test("whatever a page links to or posts to is there, for someone with a password and for nobody", async () => {
  const unset = await openBasic({ admin: null, setup: { token: "a-setup-token-for-tests" } })
  const site = await openBasic()
  for (const _ of [1, 2]) await site.program() // so that the profile has sessions to show
  await tokenOf(site.auth)
  const pages: ReadonlyArray<readonly [TokenSite, string, Headers]> = [
    [unset, "/setup/", {}],
    [site, "/register", {}],
    [site, "/register?next=%2Freports", {}],
    [site, "/profile/", {}],
    [site, "/profile/", adas],
    [site, "/tokens/", adas],
    [site, "/nothing", adas]
  ]
  for (const [{ ask }, target, headers] of pages) {
    const page = await ask({ target, headers: { ...person, ...headers } })
    expect(headerOf(page, "content-type"), target).toBe("text/html; charset=utf-8")
    for (const way of waysOn(page).filter((each) => each.target !== "/")) {
      const answer = await ask({ ...way, headers: { ...person, ...adas } })
      const lost = target === "/setup/" ? [404, 405] : [403, 404, 405] // an empty form has no setup token, which is 403
      expect(lost, `${target} leads to ${way.target}: ${answer.status}`).not.toContain(answer.status)
    }
    expect(page.body).not.toMatch(/"\/log(?:in|out)/)
  }
})

test("the menu has the profile and the tokens for who is known, and the way in for who is not; no log-out", async () => {
  const site = await openBasic()
  const menuOf = async (target: string, headers: Headers) =>
    waysOn(await site.ask({ target, headers: { ...person, ...headers } }))
      .map(({ target }) => target)
      .filter((each) => !each.startsWith("#"))
  expect((await menuOf("/tokens/", adas)).slice(0, 3)).toEqual(["/", "/profile/", "/tokens/"])
  expect((await menuOf("/register", {})).slice(0, 2)).toEqual(["/", "/profile/"])
  const { surface } = site
  const known = await surface.guard(signedIn)(headOf(webRequest({ target: "/", headers: adas }), null))
  const identity = known.isAllowed ? known.identity : null
  const forHosts = [surface.navigation(identity, "/profile/"), surface.navigation(null)]
  expect(forHosts.map((entries) => entries.map(({ label, href }) => [label, href]))).toEqual([
    [
      ["Profile", "/profile/"],
      ["Tokens", "/tokens/"]
    ],
    [["Log in", "/profile/"]]
  ])
})

test("a session's cookie is ignored: it opens nothing, stands in nobody's way, and is not removed", async () => {
  const site = await openBasic()
  const { cookie = "" } = await site.browser()
  const another = await site.browser(root)
  for (const each of [cookie, `${cookie}; latchkey_session=x`]) {
    for (const target of GUARDED) {
      expect((await site.ask({ target, headers: { cookie: each } })).status, target).toBe(401)
      expect((await site.ask({ target, headers: { cookie: each, ...navigation } })).status, target).toBe(401)
    }
    expect((await me(site, { cookie: each, ...adas })).status).toBe(200)
  }
  expect(bodyOf(await me(site, { ...adas, cookie: another.cookie ?? "" })).username).toBe("ada")
  await site.clock.advance("1 minute")
  const ambiguous = await site.auth.audit.list({ type: "cookie.ambiguous" })
  expect(ambiguous).toEqual([])
})

test("the profile's page shows no session that is not there and no log-out; details are changed as ever", async () => {
  const site = await openBasic()
  const page = await site.ask({ target: "/profile/", headers: { ...person, ...adas } })
  expect([page.status, textOf(page).includes("Logged in as ada")]).toEqual([200, true])
  expect(page.body).not.toContain("Log out")
  const form = { username: "ada.l", email: "ada@example.org" }
  const saved = await site.ask({ target: "/profile/details", form, headers: { ...person, ...adas } })
  expect([saved.status, headerOf(saved, "location")]).toEqual([303, "/profile/?done=details"])
  expect([(await me(site, adas)).status, (await me(site, as("ada.l", rightPassword))).status]).toEqual([401, 200])
})

test("a password is changed from the page, without a cookie; the old one is dead at once, and the new one works", async () => {
  const site = await openBasic()
  const change = (current: string) =>
    site.ask({
      target: "/profile/password",
      form: { current_password: current, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD },
      headers: { ...person, ...adas }
    })
  const wrong = await change("wrong")
  expect([wrong.status, textOf(wrong).includes("This is not your current password. Try again.")]).toEqual([422, true])
  const changed = await change(rightPassword)
  expect([changed.status, headerOf(changed, "location"), valuesOf(changed, "set-cookie")]).toEqual([
    303,
    "/profile/?done=password",
    []
  ])
  expect(challenged(await site.ask({ target: "/profile/?done=password", headers: { ...person, ...adas } }))).toEqual([
    401,
    BASIC,
    null
  ])
  const again = await site.ask({
    target: "/profile/?done=password",
    headers: { ...person, ...as("ada", NEW_PASSWORD) }
  })
  expect([again.status, textOf(again).includes("Your password was changed.")]).toEqual([200, true])
})

test("whoever registers or makes the first administrator is sent to a page that is there, and is asked for the password", async () => {
  const site = await openBasic()
  const eve = { username: "eve", password: NEW_PASSWORD }
  const registered = await site.ask({ target: "/register", form: eve, headers: person })
  expect([registered.status, headerOf(registered, "location")]).toEqual([303, "/profile/"])
  const onward = await site.ask({
    target: "/register?next=/reports",
    form: { ...eve, username: "mallory" },
    headers: person
  })
  expect([onward.status, headerOf(onward, "location")]).toEqual([303, "/reports"])
  expect(await site.contents()).toMatchObject({ sessions: [[], [], [], []] })
  expect(challenged(await site.ask({ target: "/profile/", headers: person }))).toEqual([401, BASIC, null])
  expect((await site.ask({ target: "/profile/", headers: { ...person, ...as("eve", NEW_PASSWORD) } })).status).toBe(200)
  const known = await site.ask({ target: "/register", headers: { ...person, ...adas } })
  expect([known.status, headerOf(known, "location")]).toEqual([303, "/profile/"])
  const token = "a-setup-token-for-tests"
  const unset = await openBasic({ admin: null, setup: { token } })
  const form = { ...eve, password_confirm: NEW_PASSWORD, token }
  const made = await unset.ask({ target: "/setup/", form, headers: person })
  expect(made.status).toBe(303)
  const next = { target: headerOf(made, "location") ?? "", headers: { ...person, ...as("eve", NEW_PASSWORD) } }
  expect((await unset.ask(next)).status).toBe(200)
})

test("tokens are made with the password and open as ever, by Bearer and by Basic; they never stand for the password", async () => {
  const site = await openBasic()
  const made = await site.ask({ target: "/tokens/", form: { name: "Laptop" }, headers: { ...person, ...adas } })
  const [text = ""] = secretsIn(made)
  expect(made.status).toBe(201)
  const hashes = site.verifications()
  for (const authorization of [`Bearer ${text}`, basicOf("__token__", text), basicOf("ada", text), basicOf(text, "")]) {
    expect(bodyOf(await me(site, { authorization })).username).toBe("ada")
    expect((await site.ask({ target: "/tokens/", headers: { authorization } })).status).toBe(403)
  }
  expect((await me(site, as("root", text))).status).toBe(401)
  expect(site.verifications()).toBe(hashes)
})

test("a program may still log in for a bearer token and log out of it; a password has no session to end", async () => {
  const site = await openBasic()
  const form = { username: "ada", password: rightPassword }
  const { access_token: secret } = bodyOf(await site.ask({ target: "/auth/jwt/login", form }))
  const bearer = { authorization: `Bearer ${secret}` }
  expect((await me(site, bearer)).status).toBe(200)
  expect(problemIn(await site.ask({ method: "POST", target: "/auth/jwt/logout", headers: adas }))).toEqual([
    403,
    "session-required"
  ])
  expect((await site.ask({ method: "POST", target: "/auth/jwt/logout", headers: bearer })).status).toBe(204)
  expect((await me(site, bearer)).status).toBe(401)
})

test("the document of this mode names what is there: no log-in page, no cookie, and a password by Basic", async () => {
  const { ask } = await openBasic()
  const { paths, components } = bodyOf(await ask({ target: "/openapi.json" }))
  expect(Object.keys(paths)).not.toContain("/login")
  expect(Object.keys(components.securitySchemes).sort()).toEqual(["basic", "bearer"])
  expect(paths["/users/me"].get.security).toEqual([{ bearer: [] }, { basic: [] }])
  expect(paths["/users/me"].get.responses["303"].description).toContain("the one for a new password")
})

test("over plain http browsers do not say that they navigate: whoever asks for text/html first gets pages all the same", async () => {
  const site = await openBasic()
  const headers = { ...adas, accept: "text/html,application/xhtml+xml,*/*;q=0.8" }
  for (const [target, status] of [
    ["/profile/", 200],
    ["/tokens/", 200],
    ["/password/never", 404]
  ] as const) {
    const page = await site.ask({ target, headers })
    expect([page.status, headerOf(page, "content-type")]).toEqual([status, "text/html; charset=utf-8"])
  }
})
