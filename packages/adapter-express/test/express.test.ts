import { type ExpressMiddleware, expressAuth, findIdentity, identityOf } from "@latchkey/adapter-express"
import { admin, anyone, type Identity, signedIn } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import express from "express"
import express4 from "express4"
import { describe, expect, expectTypeOf, test } from "vitest"
import type { ErrorMiddleware } from "./express-server.ts"
import { form, loggedIn, majors, navigation, openSite, served, shakyStore } from "./site.ts"

const saying = (words: string): ExpressMiddleware => {
  return (_req, res) => void res.end(words)
}

/** Answers with the message of what went wrong, as a host's own error handler may. */
const telling: ErrorMiddleware = (error, _req, res, _next) => {
  res.statusCode = 500
  res.end(`told: ${error.message}`)
}

test("ADM-09 a check that a program looked up in vain fails when the guard is made, and is not left out", async () => {
  const { guard } = await openSite()
  const checks: Readonly<Record<string, () => boolean>> = { editor: () => true }
  expect(() => guard(signedIn, checks.editr)).toThrow("The check of a guard is undefined.")
  expect(() => guard(signedIn, checks.editor)).not.toThrow()
})

test("routes and guards fit the types of both majors, and what handlers ask for is typed", async () => {
  const { routes, guard } = await openSite()
  const app = express()
  app.use(routes)
  app.use("/api", guard(admin))
  app.get("/me/:id", guard(signedIn), (req, res) => {
    expectTypeOf(req.params.id).toEqualTypeOf<string>()
    expectTypeOf(identityOf(req)).toEqualTypeOf<Identity>()
    expectTypeOf(findIdentity(req)).toEqualTypeOf<Identity | null>()
    res.json({})
  })
  express
    .Router()
    .use(guard(anyone))
    .post("/a", guard(signedIn), async (_req, res) => void res.json({}))
  const old = express4()
  old.use(routes)
  old.use("/api", guard(admin))
  old.get("/me/:id", guard(signedIn), (req, res) => {
    expectTypeOf(req.params.id).toEqualTypeOf<string>()
    expectTypeOf(identityOf(req)).toEqualTypeOf<Identity>()
    res.json({})
  })
  express4
    .Router()
    .use(guard(anyone))
    .post("/a", guard(signedIn), async (_req, res) => void res.json({}))
})

describe.each(majors)("%s", (_, makeApp) => {
  test("a handler behind a guard knows who is calling, or that nobody is known", async () => {
    const { routes, guard } = await openSite()
    const app = makeApp()
    app.use(routes)
    app.all("/me", guard(signedIn), (req, res) => void res.end(identityOf(req).user.username))
    app.all("/maybe", guard(anyone), (req, res) => void res.end(findIdentity(req)?.user.username ?? "nobody"))
    app.all("/both", guard(anyone), guard(signedIn), (req, res) => void res.end(identityOf(req).user.username))
    const ask = await served(app)
    const headers = await loggedIn(ask)
    const texts = ["/me", "/maybe", "/both"].map(async (path) => (await ask(path, { headers })).text())
    expect(await Promise.all(texts)).toEqual(["ada", "ada", "ada"])
    expect(await (await ask("/maybe")).text()).toBe("nobody")
    expect((await ask("/me")).status).toBe(401)
  })

  test("a host's own layout speaks the language of the request, with or without a guard, and so does its menu", async () => {
    const { routes, guard, navigation: menuFor, textsOf } = await openSite({}, { texts: [english, german] })
    const app = makeApp()
    app.use(routes)
    app.all("/open", (req, res) => void res.end(textsOf(req).language))
    app.all("/menu", guard(signedIn), (req, res) => {
      const labels = menuFor(identityOf(req), undefined, textsOf(req)).map(({ label }) => label)
      res.end([textsOf(req).language, ...labels].join())
    })
    const ask = await served(app)
    const speaking = { "accept-language": "de-AT, en;q=0.5" }
    expect(await (await ask("/open", { headers: speaking })).text()).toBe("de")
    expect(await (await ask("/open")).text()).toBe("en")
    const menu = await ask("/menu", { headers: { ...(await loggedIn(ask)), ...speaking } })
    expect(await menu.text()).toBe("de,Profil,Token,Abmelden")
  })

  test("a host's own handler learns the address behind a trusted proxy, and only there", async () => {
    const whereFrom = async (trustedProxies: ReadonlyArray<string>) => {
      const { clientOf } = await openSite({ sessions: { trustedProxies } })
      const app = makeApp()
      app.all("/open", (req, res) => void res.end(JSON.stringify(clientOf(req))))
      const ask = await served(app)
      return (await ask("/open", { headers: { "x-forwarded-for": "203.0.113.9", "user-agent": "acme/1" } })).json()
    }
    expect(await whereFrom(["127.0.0.0/8", "::1"])).toEqual({ ip: "203.0.113.9", userAgent: "acme/1" })
    expect(await whereFrom([])).toMatchObject({ ip: expect.stringMatching(/127\.0\.0\.1|::1/), userAgent: "acme/1" })
  })

  test("AUD-11 a host's middleware, its guards and Latchkey's own routes know one request by one id", async () => {
    const { auth, routes, guard, clientOf } = await openSite()
    const app = makeApp()
    const seen: Array<unknown> = []
    app.use((req, _res, next) => {
      seen.push(clientOf(req).request)
      next()
    })
    app.use(routes)
    app.all("/host", guard(signedIn), (req, res) => void res.end(clientOf(req).request))
    const ask = await served(app)
    await ask("/login", {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ username: "nobody", password: "a wrong guess" })
    })
    const [refused] = await auth.audit.list({ type: "login.refused" })
    expect(seen).toEqual([refused?.event.request])
    const told = await (await ask("/host", { headers: await loggedIn(ask) })).text()
    expect(told).toBe(seen.at(-1))
  })

  test("a handler that asks who is calling without a guard is a mistake of the host, and is told so: never 401", async () => {
    const { routes, guard } = await openSite()
    const app = makeApp()
    app.use(routes)
    app.all("/open", (req, res) => void res.end(identityOf(req).user.username))
    app.all("/open-too", (req, res) => void res.end(findIdentity(req)?.user.username))
    app.all("/maybe", guard(anyone), (req, res) => void res.end(identityOf(req).user.username))
    app.use(telling)
    const ask = await served(app)
    const headers = await loggedIn(ask)
    const told = async (path: string, init = {}) => {
      const answer = await ask(path, init)
      return [answer.status, await answer.text()]
    }
    const forgotten = (path: string) =>
      `told: No guard ran for GET ${path}, so the caller is not identified. Put guard(…) before its handler.`
    expect(await told("/open?token=secret", { headers })).toEqual([500, forgotten("/open")])
    expect(await told("/open-too", { headers })).toEqual([500, forgotten("/open-too")])
    expect(await told("/maybe")).toEqual([
      500,
      "told: The guard of GET /maybe also allows callers who are not logged in. Use findIdentity(req) here."
    ])
  })

  test("a guard can stand before a part of an app, and sends browsers back to the address that they asked for", async () => {
    const { routes, guard } = await openSite()
    const app = makeApp()
    const part = makeApp()
    part.use(guard(admin))
    part.all("/reports", saying("secret"))
    app.use(routes)
    app.use("/admin", part)
    app.all("/reports", saying("open"))
    const ask = await served(app)
    const headers = await loggedIn(ask)
    const statuses = ["/admin/reports", "/admin/other", "/reports"].map(
      async (path) => (await ask(path, { headers })).status
    )
    expect(await Promise.all(statuses)).toEqual([403, 403, 200])
    expect((await ask("/admin/reports")).status).toBe(401)
    const opened = await ask("/admin/reports?year=2026", { headers: { accept: "text/html" } })
    expect([opened.status, opened.headers.get("location")]).toEqual([
      303,
      "/login?next=%2Fadmin%2Freports%3Fyear%3D2026"
    ])
  })

  test("paths that are not the surface's pass through, before it and behind it", async () => {
    const { auth } = await openSite()
    const { routes } = expressAuth(auth, { routes: { register: false } })
    const app = makeApp()
    app.all("/before", saying("before"))
    app.use(routes)
    app.all("/behind", saying("behind"))
    app.all("/register", saying("the host's own"))
    const ask = await served(app)
    const texts = ["/before", "/behind", "/register"].map(async (path) => (await ask(path)).text())
    expect(await Promise.all(texts)).toEqual(["before", "behind", "the host's own"])
    expect((await ask("/nowhere")).status).toBe(404)
  })

  test("routes that are mounted under a path without saying so fail at the first request, and say what to change", async () => {
    const { routes } = await openSite()
    const app = makeApp()
    const root = makeApp()
    root.use(routes)
    app.use("/", root)
    app.use("/api", root)
    app.use(telling)
    const ask = await served(app)
    expect((await ask("/setup/check")).status).toBe(200)
    for (const path of ["/api/login", "/api/setup/check", "/api"]) {
      expect(await (await ask(path)).text()).toContain("told: Latchkey's routes are mounted under /api")
    }
  })

  test.each(["/", "/auth", "/auth/ui"])(
    "with a basePath the routes may be mounted at %s, which leads there",
    async (path) => {
      const { routes, guard, site } = await openSite({}, { basePath: "/auth/ui" })
      const app = makeApp()
      app.use(path, routes)
      app.all("/me", guard(signedIn))
      const ask = await served(app)
      expect((await ask("/auth/ui/setup/check")).status).toBe(200)
      expect((await ask("/AUTH/UI/setup/check")).status).toBe(404)
      expect((await ask("/setup/check")).status).toBe(404)
      const sent = await ask("/me", { headers: navigation, redirect: "manual" })
      expect([sent.status, sent.headers.get("location")]).toEqual([303, `${site.paths.login}?next=%2Fme`])
      expect(site.paths.login).toBe("/auth/ui/login")
    }
  )

  test("PRX-02 the address of the peer is the socket's, whatever the app trusts", async () => {
    const { auth, routes } = await openSite({ sessions: { collectIp: true } })
    const app = makeApp()
    app.set("trust proxy", true)
    app.use(routes)
    const ask = await served(app)
    await ask("/auth/jwt/login", { ...form, headers: { "x-forwarded-for": "203.0.113.9" } })
    const [record] = await auth.audit.list({ type: "login.succeeded" })
    expect(record?.event.ip).toBe("127.0.0.1")
  })

  test("what the host's own middleware puts on an answer stays on it, its cookies beside ours", async () => {
    const { routes, guard } = await openSite()
    const app = makeApp()
    app.use((_req, res, next) => {
      res.setHeader("x-request-id", "7")
      res.setHeader("set-cookie", "host=1")
      next()
    })
    app.use(routes)
    app.all("/me", guard(signedIn), saying("me"))
    const ask = await served(app)
    const login = await ask("/login", form)
    expect(login.headers.getSetCookie().map((line) => line.split("=")[0])).toEqual([
      "host",
      "latchkey_session",
      "latchkey_session_device"
    ])
    const refused = await ask("/me")
    expect([refused.status, refused.headers.get("x-request-id"), refused.headers.get("cache-control")]).toEqual([
      401,
      "7",
      "no-store"
    ])
  })

  test("SES-13 a guard answers 503 while the store is away, also one for anyone, and the handler does not run", async () => {
    const shaky = shakyStore()
    const { routes, guard } = await openSite({ store: shaky.store })
    const app = makeApp()
    app.use(routes)
    let runs = 0
    app.all("/maybe", guard(anyone), (_req, res) => void res.end(String(++runs)))
    app.all("/me", guard(signedIn), (_req, res) => void res.end(String(++runs)))
    const ask = await served(app)
    const headers = await loggedIn(ask)
    for (const rule of ["fail", "fail later"] as const) {
      shaky.rule = rule
      for (const path of ["/maybe", "/me", "/users/me"]) {
        const answer = await ask(path, { headers })
        expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"])
        expect(await answer.text()).not.toContain("SQLITE")
      }
    }
    expect(runs).toBe(0)
  })

  test("what goes wrong while answering goes to the app's error handler, and never stays unanswered", async () => {
    const { routes, guard } = await openSite()
    const app = makeApp()
    app.use((_req, res, next) => {
      res.appendHeader = res.setHeader = () => {
        throw new Error("broken middleware")
      }
      next()
    })
    app.use(routes)
    app.all("/me", guard(signedIn), saying("me"))
    app.use(telling)
    const ask = await served(app)
    for (const path of ["/login", "/me"]) expect(await (await ask(path)).text()).toBe("told: broken middleware")
  })

  test("a host that has answered meanwhile, as a time limit does, is not answered over", async () => {
    const shaky = shakyStore()
    const { routes, guard } = await openSite({ store: shaky.store })
    const app = makeApp()
    app.use((req, res, next) => {
      next()
      if (req.url !== "/auth/jwt/login") res.writeHead(408).end("too late")
    })
    app.use(routes)
    app.all("/me", guard(signedIn), saying("me"))
    const errors: Array<string> = []
    app.use(((error, _req, res, _next) => {
      errors.push(error.message)
      res.end()
    }) satisfies ErrorMiddleware)
    const ask = await served(app)
    const headers = await loggedIn(ask)
    shaky.rule = "fail later"
    for (const path of ["/users/me", "/me"]) {
      const answer = await ask(path, { headers })
      expect([answer.status, await answer.text()]).toEqual([408, "too late"])
    }
    await ask("/late")
    expect(errors).toEqual([])
  })
})

test("without publicUrl nothing is mounted, and the error says what is missing", async () => {
  const { auth } = await createTestAuth({ publicUrl: undefined as never })
  expect(() => expressAuth(auth)).toThrow("publicUrl")
})
