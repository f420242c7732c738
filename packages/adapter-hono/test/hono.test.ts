import { honoAuth } from "@latchkey/adapter-hono"
import { admin, anyone, type Identity, StoreError, signedIn } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { createTestAuth, memoryStore, type TestAuthOptions } from "@latchkey/core/testing"
import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import * as Services from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Context, Hono } from "hono"
import { expect, expectTypeOf, onTestFinished, test } from "vitest"

const ada = { username: "ada", password: "seven quiet herons at dusk" }
const form = { method: "POST", body: new URLSearchParams(ada) }

/** What a browser says when a person follows a link. */
const navigation = { accept: "text/html", "sec-fetch-mode": "navigate" }

const openAuth = async (options: TestAuthOptions = {}) => {
  const { auth } = await createTestAuth(options)
  onTestFinished(() => auth.close())
  await auth.users.create(ada)
  return auth
}

/** The headers of a program that has logged in. */
const loggedIn = async (app: Hono): Promise<Record<string, string>> => {
  const answer = await app.request("/auth/jwt/login", form)
  return { authorization: `Bearer ${JSON.parse(await answer.text()).access_token}` }
}

test("a handler behind a guard has the identity that the policy promises, by its type", async () => {
  const { routes, guard } = honoAuth(await openAuth())
  const app = new Hono()
  app.route("/", routes)
  app.get("/me", guard(signedIn), (c) => {
    expectTypeOf(c.var.identity).toEqualTypeOf<Identity>()
    return c.text(c.var.identity.user.username ?? "")
  })
  app.get("/maybe", guard(anyone), (c) => {
    expectTypeOf(c.var.identity).toEqualTypeOf<Identity | null>()
    return c.text(c.var.identity?.user.username ?? "nobody")
  })
  const headers = await loggedIn(app)
  expect(await (await app.request("/me", { headers })).text()).toBe("ada")
  expect(await (await app.request("/maybe", { headers })).text()).toBe("ada")
  expect(await (await app.request("/maybe")).text()).toBe("nobody")
})

test("ADM-09 a check that a program looked up in vain fails when the guard is made, and is not left out", async () => {
  const { guard } = honoAuth(await openAuth())
  const checks: Readonly<Record<string, () => boolean>> = { editor: () => true }
  expect(() => guard(signedIn, checks.editr)).toThrow("The check of a guard is undefined.")
  expect(() => guard(signedIn, checks.editor)).not.toThrow()
})

test("a guard can stand before a whole part of an app, and only there", async () => {
  const { routes, guard } = honoAuth(await openAuth())
  const app = new Hono()
  app.route("/", routes)
  app.use("/admin/*", guard(admin))
  app.get("/admin/reports", (c) => c.text("secret"))
  app.get("/reports", (c) => c.text("open"))
  const headers = await loggedIn(app)
  const statuses = ["/admin/reports", "/admin/other", "/reports"].map(
    async (path) => (await app.request(path, { headers })).status
  )
  expect(await Promise.all(statuses)).toEqual([403, 403, 200])
  expect((await app.request("/admin/reports")).status).toBe(401)
})

test("a host's own layout speaks the language of the request, with or without a guard, and so does its menu", async () => {
  const { routes, guard, navigation, textsOf } = honoAuth(await openAuth(), { texts: [english, german] })
  const app = new Hono()
  app.route("/", routes)
  app.get("/open", (c) => c.text(textsOf(c).language))
  app.get("/menu", guard(signedIn), (c) => {
    const labels = navigation(c.var.identity, undefined, textsOf(c)).map(({ label }) => label)
    return c.json([textsOf(c).language, ...labels])
  })
  const speaking = { "accept-language": "de-AT, en;q=0.5" }
  expect(await (await app.request("/open", { headers: speaking })).text()).toBe("de")
  expect(await (await app.request("/open")).text()).toBe("en")
  const menu = await app.request("/menu", { headers: { ...(await loggedIn(app)), ...speaking } })
  expect(await menu.json()).toEqual(["de", "Profil", "Token", "Abmelden"])
})

test("a host's own handler learns the address behind a trusted proxy, and only there", async () => {
  const whereFrom = async (trustedProxies: ReadonlyArray<string>) => {
    const { clientOf } = honoAuth(await openAuth({ sessions: { trustedProxies } }))
    const app = new Hono().get("/open", (c) => c.json(clientOf(c)))
    const headers = { "x-forwarded-for": "203.0.113.9", "user-agent": "acme/1" }
    return (await app.request("/open", { headers })).json()
  }
  expect(await whereFrom(["no-address"])).toEqual({ ip: "203.0.113.9", userAgent: "acme/1" })
  expect(await whereFrom([])).toEqual({ ip: null, userAgent: "acme/1" })
})

test("AUD-11 a host's middleware, its guards and Latchkey's own routes know one request by one id", async () => {
  const auth = await openAuth()
  const { routes, guard, clientOf } = honoAuth(auth)
  const app = new Hono()
  const seen: Array<unknown> = []
  app.use((c, next) => {
    seen.push(clientOf(c).request)
    return next()
  })
  app.route("/", routes)
  app.get("/host", guard(signedIn), (c) => c.json(clientOf(c).request))
  await app.request("/login", {
    method: "POST",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
    body: JSON.stringify({ username: "nobody", password: "a wrong guess" })
  })
  const [refused] = await auth.audit.list({ type: "login.refused" })
  expect(seen).toEqual([refused?.event.request])
  const told = await (await app.request("/host", { headers: await loggedIn(app) })).json()
  expect(told).toBe(seen.at(-1))
})

test("paths that are not the surface's pass through, before it and behind it", async () => {
  const { routes } = honoAuth(await openAuth(), { routes: { register: false } })
  const app = new Hono()
  app.get("/before", (c) => c.text("before"))
  app.route("/", routes)
  app.get("/behind", (c) => c.text("behind"))
  app.get("/register", (c) => c.text("the host's own"))
  const texts = ["/before", "/behind", "/register"].map(async (path) => (await app.request(path)).text())
  expect(await Promise.all(texts)).toEqual(["before", "behind", "the host's own"])
  expect((await app.request("/nowhere")).status).toBe(404)
})

test("routes that are mounted under a path without saying so fail at the first request, and say what to change", async () => {
  const { routes } = honoAuth(await openAuth())
  const app = new Hono()
  app.onError((error, c) => c.text(`told: ${error.message}`, 500))
  const root = new Hono().route("/", routes)
  app.route("/", root)
  app.route("/api", routes)
  app.route("/v1", root)
  expect((await app.request("/setup/check")).status).toBe(200)
  expect((await app.request("/elsewhere")).status).toBe(404)
  for (const [path, mount] of [
    ["/api/login", "/api"],
    ["/api/setup/check", "/api"],
    ["/v1/login", "/v1"]
  ] as const) {
    expect(await (await app.request(path)).text()).toContain(`told: Latchkey's routes are mounted under ${mount}`)
  }
})

test.each(["/", "/auth", "/auth/ui"])(
  "with a basePath the routes may be mounted at %s, which leads there",
  async (path) => {
    const { routes, guard, site } = honoAuth(await openAuth(), { basePath: "/auth/ui" })
    const app = new Hono()
    app.route(path, routes)
    app.get("/me", guard(signedIn), (c) => c.text("in"))
    expect((await app.request("/auth/ui/setup/check")).status).toBe(200)
    expect((await app.request("/setup/check")).status).toBe(404)
    const sent = await app.request("/me", { headers: navigation })
    expect([sent.status, sent.headers.get("location")]).toEqual([303, `${site.paths.login}?next=%2Fme`])
    expect(site.paths.login).toBe("/auth/ui/login")
  }
)

test("the answer of a guard goes through the host's own middleware, and may be added to", async () => {
  const { guard } = honoAuth(await openAuth())
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header("x-request-id", "7")
  })
  app.get("/me", guard(signedIn), (c) => c.text("me"))
  const answer = await app.request("/me")
  expect([answer.status, answer.headers.get("x-request-id"), answer.headers.get("cache-control")]).toEqual([
    401,
    "7",
    "no-store"
  ])
})

test("a body that a middleware in front has read is read all the same", async () => {
  const { routes } = honoAuth(await openAuth())
  const json = { method: "POST", body: JSON.stringify(ada), headers: { "content-type": "application/json" } }
  const multipart = { method: "POST", body: new FormData() }
  for (const [name, value] of Object.entries(ada)) multipart.body.append(name, value)
  const readers: ReadonlyArray<(c: Context) => Promise<unknown>> = [
    (c) => c.req.text(),
    (c) => c.req.parseBody(),
    (c) => c.req.arrayBuffer(),
    (c) => c.req.json().catch(() => null)
  ]
  for (const read of readers) {
    const app = new Hono()
    app.use(async (c, next) => {
      await read(c)
      await next()
    })
    app.route("/", routes)
    for (const init of [form, json, multipart]) expect((await app.request("/auth/jwt/login", init)).status).toBe(200)
    const twice = { ...json, body: '{"username":"ada","username":"root","password":"x"}' }
    expect((await app.request("/auth/jwt/login", twice)).status).toBe(422)
  }
})

test("a body that was read past Hono is a mistake of the host: 500, and nothing else", async () => {
  const { routes } = honoAuth(await openAuth())
  const app = new Hono()
  app.use(async (c, next) => {
    await c.req.raw.text()
    await next()
  })
  app.route("/", routes)
  const answer = await app.request("/auth/jwt/login", form)
  expect([answer.status, answer.headers.get("content-type")]).toEqual([500, "application/problem+json; charset=utf-8"])
})

test("without a socket no address is known, and nothing breaks (PRX-04)", async () => {
  const auth = await openAuth({ sessions: { collectIp: true } })
  const { routes } = honoAuth(auth)
  const app = new Hono()
  app.route("/", routes)
  const headers = { "x-forwarded-for": "203.0.113.9" }
  await app.request("/auth/jwt/login", { ...form, headers })
  const [record] = await auth.audit.list({ type: "login.succeeded" })
  expect(record?.event.ip).toBe(null)
})

test("SES-13 a guard answers 503 while the store is away, also one for anyone, and the handler does not run", async () => {
  let isAway = false
  const store = Layer.effect(
    Store,
    Effect.map(Layer.build(memoryStore()), (context) => {
      const whole = Services.get(context, Store)
      const away = new StoreError({ operation: "lookupSession", cause: "SQLITE_BUSY" })
      return {
        ...whole,
        lookupSession: (...args: Parameters<typeof whole.lookupSession>) =>
          Effect.suspend(() => (isAway ? Effect.fail(away) : whole.lookupSession(...args)))
      }
    })
  )
  const { routes, guard } = honoAuth(await openAuth({ store }))
  const app = new Hono()
  app.route("/", routes)
  let runs = 0
  app.get("/maybe", guard(anyone), (c) => c.text(String(++runs)))
  app.get("/me", guard(signedIn), (c) => c.text(String(++runs)))
  const headers = await loggedIn(app)
  isAway = true
  for (const path of ["/maybe", "/me", "/users/me"]) {
    const answer = await app.request(path, { headers })
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"])
    expect(await answer.text()).not.toContain("SQLITE")
  }
  expect(runs).toBe(0)
})
