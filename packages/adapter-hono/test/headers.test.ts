import { honoAuth } from "@latchkey/adapter-hono"
import { signedIn } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { Hono, type MiddlewareHandler } from "hono"
import { compress } from "hono/compress"
import { cors } from "hono/cors"
import { secureHeaders } from "hono/secure-headers"
import { expect, onTestFinished, test } from "vitest"

const ada = { username: "ada", password: "seven quiet herons at dusk" }
const navigation = { accept: "text/html", "sec-fetch-mode": "navigate" }

const openApp = async (...inFront: ReadonlyArray<MiddlewareHandler>) => {
  const { auth } = await createTestAuth({ publicUrl: "http://app.test:3000", cookies: { unsafeInsecure: true } })
  onTestFinished(() => auth.close())
  await auth.users.create(ada)
  const { routes, guard } = honoAuth(auth)
  const app = new Hono()
  for (const middleware of inFront) app.use(middleware)
  app.route("/", routes)
  app.get("/me", guard(signedIn), (c) => c.text("me"))
  return app
}

/** A host's headers for its own pages, of which each would weaken or break ours. */
const hostile = {
  "cache-control": "public, max-age=3600",
  "content-security-policy": "default-src *",
  "cross-origin-opener-policy": "unsafe-none",
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "none",
  "x-frame-options": "SAMEORIGIN"
}

const middleware: Readonly<Record<string, MiddlewareHandler>> = {
  "secureHeaders()": secureHeaders({ contentSecurityPolicy: { defaultSrc: ["*"] } }),
  "c.header before": async (c, next) => {
    for (const [name, value] of Object.entries(hostile)) c.header(name, value)
    await next()
  },
  "c.res.headers before": async (c, next) => {
    for (const [name, value] of Object.entries(hostile)) c.res.headers.set(name, value)
    await next()
  },
  "c.header after": async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(hostile)) c.header(name, value)
  },
  "c.res.headers after": async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(hostile)) c.res.headers.set(name, value)
  },
  "removal after": async (c, next) => {
    await next()
    for (const name of Object.keys(hostile)) c.res.headers.delete(name)
  },
  "a new response after": async (c, next) => {
    await next()
    c.res = new Response(c.res.body, { status: c.res.status, headers: hostile })
  }
}

/** The headers that count, of a page, of data, of a redirect and of a guard's refusal. */
const seenBy = async (app: Hono): Promise<ReadonlyArray<unknown>> => {
  const requests = [
    ["/login", {}],
    ["/setup/check", {}],
    ["/profile/", navigation],
    ["/me", {}]
  ] as const
  return Promise.all(
    requests.map(async ([path, headers]) => {
      const answer = await app.request(path, { headers })
      return [answer.status, ...Object.keys(hostile).map((name) => answer.headers.get(name))]
    })
  )
}

test.each(Object.entries(middleware))("CSR-14 our answers keep their own security headers: %s", async (_, inFront) => {
  const [plain, behind] = [await seenBy(await openApp()), await seenBy(await openApp(inFront))]
  const policyAt = 1 + Object.keys(hostile).indexOf("content-security-policy")
  // Data have no policy of ours, and may have the host's.
  const withoutDataPolicy = (all: ReadonlyArray<unknown>) =>
    all.map((answer, at) => (at === 0 || !Array.isArray(answer) ? answer : answer.toSpliced(policyAt, 1)))
  expect(withoutDataPolicy(behind)).toEqual(withoutDataPolicy(plain))
})

test("CSR-14 middleware goes on to set everything else, and its own headers on the host's own answers", async () => {
  const app = await openApp(cors({ origin: "https://app.example.org" }), secureHeaders(), compress())
  const answer = await app.request("/login", {
    headers: { origin: "https://app.example.org", "accept-encoding": "gzip" }
  })
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example.org")
  expect(answer.headers.get("x-permitted-cross-domain-policies")).toBe("none")
  expect(answer.headers.get("vary")?.split(", ").toSorted()).toEqual([
    "Accept-Encoding",
    "Authorization",
    "Cookie",
    "Origin"
  ])
  const own = await app.request("/elsewhere")
  expect([own.status, own.headers.get("x-frame-options")]).toEqual([404, "SAMEORIGIN"])
})

test("an answer that a middleware drops and replaces is the host's own, even one whose headers cannot change (CSR-14)", async () => {
  const app = await openApp(async (c, next) => {
    await next()
    c.res = undefined
    c.res = await fetch("data:text/plain,from%20elsewhere") // as from a cache: immutable
  })
  const answer = await app.request("/login")
  expect([answer.status, await answer.text()]).toEqual([200, "from elsewhere"])
  expect(answer.headers.has("content-security-policy")).toBe(false)
})

test("CSR-13 behind secureHeaders() the right password logs in on plain http, as a browser sends the form there", async () => {
  const app = await openApp(secureHeaders())
  const shown = await app.request("http://app.test:3000/login", { headers: { accept: "text/html" } })
  expect(shown.headers.get("referrer-policy")).toBe("same-origin")
  expect(await shown.text()).toContain('<meta name="referrer" content="same-origin"/>')
  // Fetch, "append a request Origin header": under `no-referrer` it would be "null". No `Sec-Fetch-Site` on plain http.
  const origin = shown.headers.get("referrer-policy") === "no-referrer" ? "null" : "http://app.test:3000"
  const body = new URLSearchParams(ada)
  const posted = await app.request("http://app.test:3000/login", { method: "POST", headers: { origin }, body })
  expect([posted.status, posted.headers.get("location")]).toEqual([303, "/profile/"])
})
