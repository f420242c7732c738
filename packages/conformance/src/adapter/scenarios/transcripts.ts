import { type Auth, reveal } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { makeSurface } from "@latchkey/http"
import { meaningOf, type WireAnswer } from "../answer.ts"
import { askDirectly, directHandler } from "../direct.ts"
import { expectSame } from "../expect.ts"
import { ada, basicOf, browserOf, navigation, type Person, programOf, registerAda, root, tokenOf } from "../people.ts"
import type { WireRequest } from "../request.ts"
import { isFromHost, type Scenario } from "../scenario.ts"
import { DEVICE_GRANT } from "./cli-logins.ts"
import { tokenOptions } from "./tokens.ts"

/** A request. One with a credential says how to get it, because each server has its own. */
type Asked = WireRequest | ((auth: Auth) => Promise<WireRequest>)

const asBrowser = (request: WireRequest, person?: Person): Asked => {
  return async (auth) => {
    const headers = { ...request.headers, cookie: await browserOf(auth, person), "sec-fetch-site": "same-origin" }
    return { ...request, headers }
  }
}

const asProgram = (request: WireRequest, person?: Person): Asked => {
  return async (auth) => ({ ...request, headers: { ...request.headers, authorization: await programOf(auth, person) } })
}

/** With a token of ada's, sent as `present` says. */
const withToken = (request: WireRequest, scopes: ReadonlyArray<string>, present = bearing): Asked => {
  return async (auth) => {
    const { text } = await tokenOf(auth, { scopes })
    return { ...request, headers: { ...request.headers, authorization: present(text) } }
  }
}

const bearing = (text: string): string => `Bearer ${text}`

/** A request about a token of ada's, by its id. */
const toToken = (method: "GET" | "DELETE" | "POST", suffix: string, request: Partial<WireRequest> = {}): Asked => {
  return async (auth) => {
    const { token } = await tokenOf(auth, { name: "Laptop", scopes: ["packages:read"] })
    return { ...request, method, target: `/tokens/${token.id}${suffix}`, headers: await asOwner(auth, request) }
  }
}

/** A request about a program's log-in that ada has approved, or that waits for her. Its code and secret are put into what is sent. */
const ofProgram = (
  state: "waiting" | "approved",
  request: (begun: { readonly code: string; readonly secret: string }) => WireRequest
): Asked => {
  return async (auth) => {
    const { code, secret } = await auth.cliLogins.begin({ program: "acme" })
    const [user] = (await auth.users.list({ query: ada.username })).items
    if (state === "approved" && user !== undefined) {
      const { id } = await auth.cliLogins.lookUp({ user }, code)
      await auth.cliLogins.approve({ user }, id)
    }
    return request({ code, secret: reveal(secret) })
  }
}

/** A request of ada's browser about a program whose code she has entered. */
const toOwnProgram = (method: "GET" | "POST", suffix: string, form: Readonly<Record<string, string>> = {}): Asked => {
  return async (auth) => {
    const { code } = await auth.cliLogins.begin({ program: "<b>zwölf</b> 💾", scopes: ["packages:read"] })
    const headers = await asOwner(auth, { headers: navigation })
    const found = await auth.sessions.resume(headers.cookie.slice(headers.cookie.indexOf("=") + 1))
    if (found === null) throw new Error("The session is gone.")
    const { id } = await auth.cliLogins.lookUp(found, code)
    const target = `/auth/cli/${id}${suffix}`
    return method === "GET" ? { target, headers } : { target, headers, form: { code, ...form } }
  }
}

const pollFor = (secret: string, more: Readonly<Record<string, string>> = {}): WireRequest => ({
  target: "/oauth/token",
  form: { grant_type: DEVICE_GRANT, device_code: secret, client_id: "acme", ...more }
})

/** A browser's request about the session that it comes with. */
const toOwnSession = (method: "GET" | "POST"): Asked => {
  return async (auth) => {
    const headers = await asOwner(auth, { headers: navigation })
    const found = await auth.sessions.resume(headers.cookie.slice(headers.cookie.indexOf("=") + 1))
    return { method, target: `/sessions/${found?.session.id}/revoke`, headers }
  }
}

const asOwner = async (auth: Auth, { headers }: Partial<WireRequest>) => ({
  ...headers,
  cookie: await browserOf(auth),
  "sec-fetch-site": "same-origin"
})

const get = (...targets: ReadonlyArray<string>): ReadonlyArray<WireRequest> => targets.map((target) => ({ target }))

const withHeader = (name: string, ...values: ReadonlyArray<string>): NonNullable<WireRequest["headers"]> =>
  values.map((value) => [name, value] as const)

const login = { username: ada.username, password: ada.password }
const eve = { username: "eve", password: "a password of five words" }
const part = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

/**
 * Requests whose answers an adapter must not change. The server's answer is compared with the surface's answer in this process,
 * in status, headers and body. So all servers that pass answer alike.
 */
const transcripts: Readonly<Record<string, ReadonlyArray<Asked>>> = {
  "pages and documents": [
    ...get(
      "/login",
      "/login?next=%2Fa%3Fb%3Dc&x=1",
      "/register",
      "/logout",
      "/setup/",
      "/setup/check",
      "/openapi.json"
    ),
    async (auth) => ({ target: makeSurface(auth).site.stylesheet.replace(/^.*\//, "/") }),
    async (auth) => ({ target: makeSurface(auth).site.script.replace(/^.*\//, "/") }),
    ...get("/profile/", "/sessions", "/users/me"),
    ...["/login", "/profile/", "/users/me", "/setup"].map((target) => ({ target, headers: navigation })),
    ...["/login", "/profile/", "/logout", "/sessions", "/users/me"].map((target) => asBrowser({ target })),
    asBrowser({ target: "/profile/?done=password", headers: navigation }),
    asProgram({ target: "/profile/" }, root)
  ],
  "forms and JSON": [
    { target: "/login", form: login },
    { target: "/login", form: { ...login, next: "/a?b=c" }, headers: navigation },
    { target: "/login", form: { ...login, password: "wrong" }, headers: navigation },
    { target: "/auth/jwt/login", form: login },
    { target: "/auth/jwt/login", json: login },
    {
      target: "/auth/jwt/login",
      body: "username=ada&username=root&password=x",
      headers: { "content-type": "application/x-www-form-urlencoded" }
    },
    {
      target: "/auth/jwt/login",
      body: `${part("username", "ada")}${part("password", ada.password)}--x--\r\n`,
      headers: { "content-type": "multipart/form-data; boundary=x" }
    },
    { target: "/auth/jwt/login", form: {} },
    { method: "POST", target: "/auth/jwt/login" },
    { target: "/auth/register", json: eve },
    { target: "/auth/register", json: eve },
    {
      target: "/auth/register",
      json: { username: "zwölf", password: "zwölf Boxkämpfer jagen Viktor", is_superuser: true }
    },
    { target: "/auth/register", json: { username: ["a"], password: { a: [1.5, null, true] } } },
    { target: "/auth/register", json: [] },
    { target: "/auth/register", json: {} },
    {
      target: "/auth/register",
      body: '{"__proto__":{"a":1},"username":"x"}',
      headers: { "content-type": "application/json" }
    },
    { target: "/auth/register", json: { ...eve, password: "x".repeat(66_000) } },
    { target: "/auth/register", body: "a", headers: { "content-type": "text/plain" } },
    { target: "/register", form: { ...eve, username: "mallory" }, headers: navigation },
    { target: "/register", form: { ...eve, colour: "blue" } },
    asBrowser({ method: "PATCH", target: "/users/me", json: { email: "ada@example.org" } }),
    asBrowser({ method: "PATCH", target: "/users/me", json: {} }),
    asBrowser({ target: "/profile/details", form: { username: "" }, headers: navigation }),
    ...["/profile/details", "/profile/password"].map((target) => ({ target, headers: navigation })),
    ...["/sessions/revoke-others", "/sessions/unknown/revoke"].flatMap((target) => [
      asBrowser({ target, headers: navigation }),
      asBrowser({ method: "POST", target, headers: navigation })
    ]),
    toOwnSession("GET"),
    toOwnSession("POST"),
    asBrowser({ method: "POST", target: "/sessions/revoke-others" }),
    asBrowser({ method: "DELETE", target: "/sessions/unknown" }),
    asBrowser({ method: "POST", target: "/logout" }),
    asBrowser({ method: "POST", target: "/logout", headers: navigation }),
    { target: "/setup/", form: eve }
  ],
  "headers that come twice": [
    { target: "/users/me", headers: withHeader("Authorization", "Bearer a", "Bearer b") },
    { target: "/host/signed-in", headers: withHeader("authorization", "Bearer a", "Basic b") },
    { target: "/users/me", headers: withHeader("Cookie", "latchkey_session=a", "latchkey_session=b") },
    { target: "/host/signed-in", headers: withHeader("Cookie", "latchkey_session=a; c=d", "e=f; latchkey_session=b") },
    { target: "/users/me", headers: withHeader("Host", "localhost", "evil.example") },
    { target: "/users/me", headers: withHeader("Accept", "application/json", "text/html") },
    { target: "/users/me", headers: withHeader("Accept", "text/html", "application/json") },
    { target: "/users/me", headers: withHeader("Sec-Fetch-Mode", "navigate", "cors") },
    { method: "POST", target: "/host/anyone", headers: withHeader("Sec-Fetch-Site", "same-origin", "cross-site") },
    {
      method: "POST",
      target: "/host/anyone",
      headers: withHeader("Origin", "http://localhost:3000", "https://a.example")
    },
    { target: "/auth/register", body: "{}", headers: withHeader("Content-Type", "text/plain", "application/json") }
  ],
  "unusual addresses": [
    ...get(
      "/login/",
      "//login",
      "/login//",
      "/%2e%2e/login",
      "/a/../login",
      "/./login",
      "/login/.",
      "/login?",
      "/login?a#b"
    ),
    ...get(
      "/LOGIN",
      "/%6Cogin",
      "/login%2F",
      "/login;a=1",
      "/login%00",
      "/sessions/%20",
      "/sessions/a%2Fb",
      "/..//login"
    ),
    ...get("http://evil.example/login", "http://evil.example//login", "https://evil.example/a/../users/me?x=/../login"),
    ...get(
      "/login?next=//evil.example",
      "/login?next=/a&next=/b",
      "/login?next=%2F%5Cevil.example",
      "/profile/?done=x%ff"
    ),
    { target: "/host/signed-in?a=%2F..%2F&b=/../c&d=%C3%BC", headers: navigation }
  ],
  methods: [
    ...["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"].map((method) => ({ method, target: "/login" })),
    ...["HEAD", "GET", "PUT", "OPTIONS"].map((method) => ({ method, target: "/auth/jwt/login" })),
    ...["/openapi.json", "/profile/", "/users/me"].map((target) => asBrowser({ method: "HEAD", target })),
    { method: "HEAD", target: "/host/signed-in", headers: navigation },
    { method: "DELETE", target: "/users/me", headers: navigation }
  ],
  tokens: [
    ...get("/tokens/", "/tokens", "/tokens/x"),
    { target: "/tokens/", headers: navigation },
    { target: "/tokens/?access_token=lk_pat_x", headers: { authorization: "Bearer lk_pat_x" } },
    { target: "/tokens/", headers: { authorization: basicOf("__token__", "lk_pat_x"), "sec-fetch-mode": "cors" } },
    asBrowser({ target: "/tokens/" }),
    asBrowser({ target: "/tokens/", json: { name: "Laptop", expires_in_days: 7, scopes: ["packages:read"] } }),
    asBrowser({ target: "/tokens/", json: { name: "zwölf 💾 <b>", expires_in_days: null } }),
    asBrowser({ target: "/tokens/", json: { name: "x".repeat(101), expires_in_days: "0", scopes: "none" } }),
    asBrowser({ target: "/tokens/", json: { name: "", scopes: ["undeclared"] } }),
    asBrowser({ target: "/tokens/", form: { name: "Laptop", "scope:packages:read": "on" }, headers: navigation }),
    asBrowser({ target: "/tokens/", form: { name: "", expires_in_days: "400" }, headers: navigation }),
    asBrowser({ target: "/tokens/?done=revoked", headers: navigation }),
    asProgram({ target: "/tokens/", form: { name: "a", current_password: "wrong" } }),
    toToken("DELETE", ""),
    toToken("DELETE", "/"),
    toToken("GET", "/revoke", { headers: navigation }),
    toToken("GET", "/rotate", { headers: navigation }),
    toToken("GET", "/rotate"),
    toToken("POST", "/revoke", { headers: navigation }),
    toToken("POST", "/rotate", { form: { overlap_hours: "0" }, headers: navigation }),
    toToken("POST", "/rotate", { form: { current_password: "wrong" }, headers: navigation }),
    ...["/tokens/never/revoke", "/tokens/never/rotate", "/tokens/?before=junk"].map((target) =>
      asBrowser({ target, headers: navigation })
    ),
    toToken("POST", "/rotate", { json: { overlap_hours: 0 } }),
    toToken("POST", "/rotate", { headers: navigation }),
    toToken("POST", "/rotate", { json: { overlap_hours: -1 } }),
    ...["/tokens/never", "/tokens/%00"].map((target) => asBrowser({ method: "DELETE", target })),
    ...["/users/me", "/tokens/", "/sessions", "/host/signed-in", "/host/scoped", "/host/admin", "/host/fresh"].flatMap(
      (target) => [withToken({ target }, []), withToken({ target }, ["packages:read", "latchkey:tokens"])]
    ),
    ...["__token__", "x-access-token", "oauth2", "ada", "root", ""].flatMap((user) =>
      ["/users/me", "/host/scoped"].map((target) =>
        withToken({ target }, ["packages:read"], (text) => basicOf(user, text))
      )
    ),
    withToken({ target: "/host/scoped" }, ["packages:read"], (text) => basicOf(text, "")),
    withToken({ target: "/profile/", headers: navigation }, []),
    withToken({ target: "/tokens/", json: { name: "by a token" } }, ["latchkey:tokens"]),
    withToken({ method: "POST", target: "/auth/jwt/logout" }, ["latchkey:tokens"]),
    asBrowser({ method: "PUT", target: "/tokens/" }),
    asBrowser({ method: "HEAD", target: "/tokens/" })
  ],
  "CLI logins": [
    { target: "/auth/cli-login", json: { client: "acme", scopes: ["packages:read"] } },
    { target: "/auth/cli-login", json: { client: "", scopes: ["undeclared"] } },
    { method: "POST", target: "/auth/cli-login" },
    ...get(
      "/auth/cli-login/BCDFGHJK",
      "/auth/cli-login/BCDFGHJK?secret=x",
      "/auth/cli-login/bcdf-ghjk?secret=x&secret=y"
    ),
    { target: "/auth/cli-login/BCDFGHJK", headers: withHeader("Latchkey-Secret", "a", "b") },
    { target: "/auth/cli-login/BCDFGHJK?secret=x", headers: navigation },
    ...(["waiting", "approved"] as const).flatMap((state) => [
      ofProgram(state, ({ code, secret }) => ({ target: `/auth/cli-login/${code}?secret=${secret}` })),
      ofProgram(state, ({ code, secret }) => ({
        target: `/auth/cli-login/${code.toLowerCase()}/`,
        headers: { "latchkey-secret": secret }
      })),
      ofProgram(state, ({ secret }) => pollFor(secret)),
      ofProgram(state, ({ secret }) => pollFor(secret, { client_id: "another" })),
      ofProgram(state, ({ code }) => ({ method: "PATCH", target: `/auth/cli-login/${code}` }))
    ]),
    asBrowser({ method: "PATCH", target: "/auth/cli-login/BCDFGHJK" }),
    asBrowser({ method: "PATCH", target: "/auth/cli-login/BCDFGHJK", json: { current_password: 5 } }),
    asBrowser({ method: "DELETE", target: "/auth/cli-login/never", headers: navigation }),
    withToken({ method: "PATCH", target: "/auth/cli-login/BCDFGHJK" }, ["latchkey:tokens"]),
    {
      target: "/oauth/device_authorization",
      form: { client_id: "acme", scope: "packages:read", confirmation: "number" }
    },
    { target: "/oauth/device_authorization", form: { client_id: "zwölf 💾" } },
    { target: "/oauth/device_authorization", form: { scope: "undeclared", client_id: "acme" } },
    { target: "/oauth/device_authorization", form: {} },
    { target: "/oauth/device_authorization", json: { client_id: "acme" } },
    { target: "/oauth/token", form: { grant_type: "password" } },
    { target: "/oauth/token?device_code=x", form: { grant_type: DEVICE_GRANT } },
    {
      target: "/oauth/token",
      body: "grant_type=a&grant_type=b",
      headers: { "content-type": "application/x-www-form-urlencoded" }
    },
    { method: "POST", target: "/oauth/token" },
    ...["/oauth/token", "/oauth/device_authorization", "/oauth/revoke"].flatMap((target) => [
      { target },
      { target, headers: navigation },
      { target, form: { client_id: "acme" }, headers: { "sec-fetch-site": "cross-site" } },
      { method: "OPTIONS", target, headers: { origin: "https://a.example", "access-control-request-method": "POST" } }
    ]),
    { target: "/oauth/revoke", form: { token: "lk_pat_x" } },
    ...get("/auth/cli", "/auth/cli/never", "/auth/cli/never/deny"),
    { target: "/auth/cli?code=bcdf-ghjk", headers: navigation },
    ...["/auth/cli", "/auth/cli?code=bcdf-ghjk", "/auth/cli/never", "/auth/cli/never/approve"].map((target) =>
      asBrowser({ target, headers: navigation })
    ),
    ...["BCDFGHJK", "never", ""].map((code) => asBrowser({ target: "/auth/cli", form: { code }, headers: navigation })),
    toOwnProgram("GET", ""),
    toOwnProgram("POST", "/deny"),
    toOwnProgram("POST", "/approve"),
    toOwnProgram("POST", "/approve", { code: "BCDFGHJK" }),
    toOwnProgram("POST", "/approve", { current_password: "wrong" }),
    ...get("/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/")
  ],
  guards: [
    ...get("/host/anyone", "/host/signed-in", "/host/admin?a=b", "/host/fresh", "/host/nothing"),
    ...["/host/signed-in?a=b", "/host/admin"].map((target) => ({ target, headers: navigation })),
    ...["/host/anyone", "/host/signed-in", "/host/admin", "/host/fresh"].map((target) => asProgram({ target })),
    asBrowser({ target: "/host/admin", headers: navigation }),
    asProgram({ target: "/host/admin" }, root),
    asBrowser({ target: "/host/signed-in", body: "plain words", headers: { "content-type": "text/plain" } }),
    { target: "/host/signed-in", body: "a", headers: { "sec-fetch-site": "cross-site", "content-type": "text/plain" } },
    { target: "/host/signed-in", headers: { authorization: `Basic ${btoa("ada:x")}`, "sec-fetch-mode": "cors" } }
  ]
}

const scenarioOf = ([about, requests]: readonly [string, ReadonlyArray<Asked>]): Scenario => ({
  states: `an adapter adds nothing and loses nothing: ${about}`,
  auth: tokenOptions,
  check: async ({ auth, ask, clock }) => {
    const twin = await createTestAuth(tokenOptions)
    const askTwin = askDirectly(directHandler(twin.auth, {}))
    for (const each of [auth, twin.auth]) await registerAda(each)
    try {
      // What is made at one instant stands in the order of its random ids, in which two servers may differ.
      const passTime = () => Promise.all([clock.advance(1), twin.clock.advance(1)])
      for (const [at, asked] of requests.entries()) {
        const requestFor = async (owner: Auth) => (typeof asked === "function" ? asked(owner) : asked)
        const [request, requestOfTwin] = [await requestFor(auth), await requestFor(twin.auth)]
        await passTime()
        const [is, should] = [await ask(request), await askTwin(requestOfTwin)]
        await passTime()
        expectSame(shown(is), shown(should), `request ${at + 1}, ${request.method ?? ""} ${request.target}`)
      }
    } finally {
      await twin.auth.close()
    }
  }
})

/** The parts that two equal answers share: everything except ids, secrets and transport. Of the host's own answers, the body. */
const shown = (answer: WireAnswer): unknown => {
  if (isFromHost(answer)) return [answer.status, answer.status === 200 ? answer.body : "from the host"]
  const text = JSON.stringify([answer.status, meaningOf(answer), answer.body])
  return text.replace(SECRET, "$1…").replace(ID, "…").replace(HINT, "$1…").replace(KEY, "$1…").replace(CODE, "…")
}

const SECRET = /\b(lk_[a-z]+_)[0-9A-Za-z]+/g
const ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g

/** The end of a token's text, in JSON within JSON and on the page. */
const HINT = /(hint\\":\\"|<code>…|<bdi>…)[0-9A-Za-z]{4}/g

/** A program's code: as people see it, and without its dash in JSON and in the addresses for its user. */
const CODE =
  /\b[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}\b|(?<=code(?:=|\\":\\"))[BCDFGHJKLMNPQRSTVWXZ]{8}\b/g

/** Names the one submission of a form. */
const KEY = /(name=\\"idempotency_key\\" value=\\")[0-9a-f]{32}/g

export const transcriptScenarios: ReadonlyArray<Scenario> = Object.entries(transcripts).map(scenarioOf)
