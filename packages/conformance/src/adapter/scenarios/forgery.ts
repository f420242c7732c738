import { cookieSetBy } from "../answer.ts"
import { expectSame } from "../expect.ts"
import { ada, browserOf, programOf, registerAda } from "../people.ts"
import type { WireRequest } from "../request.ts"
import type { Scenario } from "../scenario.ts"

const OWN = "http://localhost:3000"

/** `Sec-Fetch-Site` against `Origin`: for each of the first, the origins with which a request passes. */
const SITES = ["same-origin", "none", "same-site", "cross-site", "unknown", ""] as const
const ORIGINS = [
  null,
  OWN,
  "https://trusted.example",
  "http://evil.example",
  "http://localhost:3001",
  "https://localhost:3000",
  "null"
]

const passes = (site: string, origin: string | null): boolean => {
  const isTrusted = origin === "https://trusted.example"
  if (site === "same-origin" || site === "none") return true
  if (site !== "") return isTrusted
  return origin === null || origin === OWN || isTrusted
}

const headersFor = (site: string, origin: string | null): Readonly<Record<string, string>> => ({
  ...(site === "" ? {} : { "sec-fetch-site": site }),
  ...(origin === null ? {} : { origin })
})

const trusting = { requests: { trustedOrigins: ["https://trusted.example"] } }

/** Requests that a page of another site made a browser send. */
export const forgeryScenarios: ReadonlyArray<Scenario> = [
  {
    states: "CSR-01 what a page of another site sends is 403 on every route that changes something, the host's own too",
    auth: trusting,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const requests: ReadonlyArray<readonly [allowed: number, request: WireRequest]> = [
        [400, { target: "/login", form: { username: "ada", password: "wrong" } }],
        [200, { method: "POST", target: "/host/signed-in", headers: { cookie }, body: "{}" }],
        [200, { method: "POST", target: "/host/anyone" }],
        [200, { method: "PATCH", target: "/users/me", headers: { cookie }, json: {} }]
      ]
      for (const [allowed, request] of requests) {
        for (const site of SITES) {
          for (const origin of ORIGINS) {
            const headers = { ...request.headers, ...headersFor(site, origin) }
            const answer = await ask({ ...request, headers })
            const wanted = passes(site, origin) ? allowed : 403
            expectSame(answer.status, wanted, `${request.target} Sec-Fetch-Site ${site} Origin ${origin}`)
            if (wanted === 403) expectSame(JSON.parse(answer.body).code, "forged-request", "the code")
          }
        }
      }
    }
  },
  {
    states:
      "CSR-12 a GET that opens a WebSocket passes a guard only from where a POST would, but any other GET from anywhere",
    auth: trusting,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" }
      for (const target of ["/host/signed-in", "/host/anyone"]) {
        for (const site of SITES) {
          for (const origin of ORIGINS) {
            const headers = { cookie, ...headersFor(site, origin) }
            const opened = await ask({ target, headers: { ...headers, ...upgrade } })
            const from = `${target} Sec-Fetch-Site ${site} Origin ${origin}`
            expectSame(opened.status, passes(site, origin) ? 200 : 403, from)
            if (opened.status === 403) expectSame(JSON.parse(opened.body).code, "forged-request", "the code")
            expectSame((await ask({ target, headers })).status, 200, `${from}, without an upgrade`)
          }
        }
      }
      const evil = { ...upgrade, origin: "http://evil.example", "sec-fetch-site": "cross-site" }
      for (const name of ["WebSocket", "h2c, websocket", "websocket/13"]) {
        const headers = { ...evil, cookie, upgrade: name }
        expectSame((await ask({ target: "/host/signed-in", headers })).status, 403, `Upgrade: ${name}`)
      }
      const bearer = { ...evil, authorization: await programOf(auth) }
      expectSame((await ask({ target: "/host/signed-in", headers: bearer })).status, 200, "a bearer token (CSR-04)")
    }
  },
  {
    states: "CSR-03 a log-in, registration, setup or log-out from another site is 403 and sets no cookie (CSR-11)",
    check: async ({ auth, ask, clock }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const requests: ReadonlyArray<WireRequest> = [
        { target: "/login", form: { username: "ada", password: ada.password } },
        { target: "/register", form: { username: "eve", password: "a password of five words" } },
        { target: "/auth/jwt/login", form: { username: "ada", password: ada.password } },
        { target: "/auth/register", json: { username: "eve", password: "a password of five words" } },
        { target: "/setup/", form: { username: "eve", password: "a password of five words" } },
        { method: "POST", target: "/logout" },
        { method: "DELETE", target: "/sessions" },
        { method: "POST", target: "/sessions/revoke-others" },
        { target: "/profile/details", form: { username: "eve" } },
        { target: "/profile/password", form: { password: "a password of five words" } }
      ]
      for (const request of requests) {
        const headers = { cookie, "sec-fetch-site": "cross-site", origin: "https://evil.example" }
        const answer = await ask({ ...request, headers })
        expectSame([answer.status, JSON.parse(answer.body).detail], [403, "Forbidden"], request.target)
        expectSame(cookieSetBy(answer, "latchkey_session"), null, `${request.target} sets a cookie`)
      }
      expectSame((await ask({ target: "/users/me", headers: { cookie } })).status, 200, "the session lives on")
      expectSame((await auth.users.count()).total, 2, "users")
      await clock.advance("1 minute")
      const records = await auth.audit.list({ type: "request.forged" })
      const told = records.map(({ event }) => (event.type === "request.forged" ? event.details.count : null))
      expectSame(told, [requests.length], "how many of them are on record (CSR-11)")
    }
  },
  {
    states: "CSR-04 Basic, which browsers repeat by themselves, protects from nothing; a bearer token does",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
      const cookie = await browserOf(auth)
      const targets: ReadonlyArray<WireRequest> = [
        { method: "POST", target: "/host/signed-in" },
        { method: "PATCH", target: "/users/me", json: {} }
      ]
      for (const request of targets) {
        for (const authorization of [`Basic ${btoa("ada:x")}`, "Digest x", "Bearer", "bearerx y"]) {
          const answer = await ask({ ...request, headers: { ...foreign, authorization, cookie } })
          expectSame(answer.status, 403, `${request.target} ${authorization}`)
        }
        const bearer = await ask({ ...request, headers: { ...foreign, authorization: await programOf(auth), cookie } })
        expectSame(bearer.status, 200, `${request.target} with a bearer token`)
        const wrong = await ask({ ...request, headers: { ...foreign, authorization: "Bearer x", cookie } })
        expectSame(wrong.status, 401, `${request.target} with a wrong one, beside the cookie`)
      }
    }
  },
  {
    states:
      "CSR-02 a form with a session cookie that says nothing of where it comes from is refused; JSON and uploads pass",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const statusOf = async (type: string, headers: Readonly<Record<string, string>> = { cookie }) =>
        (await ask({ target: "/host/signed-in", body: "{}", headers: { ...headers, "content-type": type } })).status
      const forms = [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "text/plain",
        "TEXT/PLAIN;a=b"
      ]
      for (const type of forms) expectSame(await statusOf(type), 403, type)
      for (const type of ["application/json", "application/octet-stream"]) expectSame(await statusOf(type), 200, type)
      const basic = { authorization: `Basic ${btoa("__token__:x")}` }
      expectSame(
        await statusOf("multipart/form-data; boundary=a", basic),
        401,
        "an upload with Basic, as twine sends it"
      )
    }
  },
  {
    states: "CSR-06 nothing that GET or HEAD asks for changes anything, from wherever it is asked",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const before = JSON.stringify([await auth.users.list(), await auth.audit.list()])
      const targets = [
        "/login",
        "/logout",
        "/register",
        "/setup/",
        "/profile/",
        "/sessions",
        "/users/me",
        "/setup/check"
      ]
      for (const target of targets) {
        for (const method of ["GET", "HEAD"]) {
          await ask({ method, target, headers: { cookie, "sec-fetch-site": "cross-site", accept: "text/html" } })
        }
      }
      expectSame(
        (await ask({ target: "/users/me", headers: { cookie } })).status,
        200,
        "the session, after GET /logout (CSR-05)"
      )
      expectSame(JSON.stringify([await auth.users.list(), await auth.audit.list()]), before, "users and records")
    }
  },
  {
    states: "CSR-10 no answer lets another origin read it, whatever it asks for",
    check: async ({ ask }) => {
      const headers = { origin: "https://evil.example", "access-control-request-method": "PATCH" }
      for (const method of ["OPTIONS", "GET"]) {
        const answer = await ask({ method, target: "/users/me", headers })
        const allowed = answer.headers.filter(([name]) => name.startsWith("access-control-"))
        expectSame(allowed, [], method)
      }
    }
  }
]
