import { honoAuth } from "@latchkey/adapter-hono"
import { answerOf, browserOf, checkEveryAnswer, navigation, programOf } from "@latchkey/conformance/adapter"
import { anyone, type Identity, type SessionIdentity, signedIn, viaSession } from "@latchkey/core"
import { createTestAuth, memoryStore, type TestAuthOptions } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { Hono } from "hono"
import { secureHeaders } from "hono/secure-headers"
import { expect, expectTypeOf, onTestFinished, test } from "vitest"

const openAuth = async (options: TestAuthOptions = {}) => {
  const { auth } = await createTestAuth({ store: memoryStore(), ...options })
  onTestFinished(() => auth.close())
  await auth.users.create({ username: "ada", password: "seven quiet herons at dusk" })
  return auth
}

test("ADM-09 a check has the policy's identity and Hono's context; the handler keeps the identity's type", async () => {
  const auth = await openAuth()
  const { guard } = honoAuth(auth)
  const app = new Hono()
  const mine = guard(signedIn, async (identity, c) => {
    expectTypeOf(identity).toEqualTypeOf<Identity>()
    return c.req.param("name") === identity.user.username && c.req.query("page") !== "2"
  })
  app.get("/of/:name", mine, (c) => {
    expectTypeOf(c.var.identity).toEqualTypeOf<Identity>()
    return c.text(`${c.req.param("name")}: ${c.var.identity.user.username}`)
  })
  app.use("/part/:name/*", mine)
  app.get("/part/:name/reports", (c) => c.text("a part"))
  app.get(
    "/session",
    guard(viaSession, (identity) => {
      expectTypeOf(identity).toEqualTypeOf<SessionIdentity>()
      return Effect.succeed(identity.via === "session" || { code: "browser-required" })
    }),
    (c) => c.text(c.var.identity.session.id)
  )
  app.get(
    "/maybe",
    guard(anyone, (identity) => identity === null),
    (c) => {
      expectTypeOf(c.var.identity).toEqualTypeOf<Identity | null>()
      return c.text("nobody")
    }
  )
  const headers = { authorization: await programOf(auth) }
  const told = async (path: string) => {
    const answer = await app.request(path, { headers })
    return [answer.status, await answer.text()]
  }
  expect(await told("/of/ada")).toEqual([200, "ada: ada"])
  expect(await told("/part/ada/reports")).toEqual([200, "a part"])
  for (const path of ["/of/eve", "/of/ada?page=2", "/part/eve/reports", "/maybe"]) {
    expect(await told(path), path).toEqual([403, expect.stringContaining('"code":"forbidden"')])
  }
  expect(await told("/session")).toEqual([403, expect.stringContaining('"code":"browser-required"')])
})

/** An app whose own problems are answered by Latchkey, behind middleware that sets headers of its own. */
const withProblems = async () => {
  const auth = await openAuth()
  const { routes, guard, problem } = honoAuth(auth)
  const app = new Hono()
  app.use(secureHeaders({ referrerPolicy: "no-referrer", xFrameOptions: "SAMEORIGIN" }))
  app.route("/", routes)
  app.get("/reports/:id", guard(signedIn), (c) =>
    c.req.param("id") === "7" ? c.text("yours") : problem(c, { status: 403, code: "not-yours" })
  )
  app.get("/broken", () => {
    throw new RangeError("zq-canary")
  })
  app.notFound((c) => problem(c, { status: 404 }))
  app.onError((_, c) => problem(c, { status: 500 }))
  return { auth, app }
}

test("ERR-07 what an app does not find, fails at or refuses is a problem of Latchkey's, with its headers", async () => {
  const { auth, app } = await withProblems()
  const headers = { authorization: await programOf(auth) }
  const expected = { "/nowhere": [404, "not-found"], "/broken": [500, "internal"], "/reports/8": [403, "not-yours"] }
  for (const [path, [status, code]] of Object.entries(expected)) {
    const response = await app.request(path, { headers })
    expect(response.headers.get("x-frame-options"), path).toBe("DENY")
    const answer = await answerOf(response)
    expect([answer.status, JSON.parse(answer.body).code], path).toEqual([status, code])
    expect(answer.body).not.toContain("zq-canary")
  }
  expect(await (await app.request("/reports/7", { headers })).text()).toBe("yours")
})

test("ERR-07 in a browser each is a page with the menu of whoever is calling", async () => {
  const { auth, app } = await withProblems()
  const headers = { ...navigation, cookie: await browserOf(auth) }
  for (const path of ["/nowhere", "/broken", "/reports/8"]) {
    const page = await app.request(path, { headers })
    expect(page.headers.get("referrer-policy"), path).toBe("same-origin")
    expect(await page.text(), path).toMatch(/>ada<[\s\S]*action="\/logout"/)
  }
  const head = await app.request("/nowhere", { method: "HEAD", headers })
  expect([head.status, await head.text()]).toEqual([404, ""])
})

test("ERR-07 nothing that describes the answer which a handler had made stays with the problem", async () => {
  const { problem } = honoAuth(await openAuth())
  const app = new Hono()
  const ofAFile = {
    "Content-Length": "5000",
    "Content-Encoding": "gzip",
    "Content-Disposition": "attachment",
    ETag: '"7"'
  }
  app.use(async (_, next) => {
    await next()
    throw new RangeError("the log is full")
  })
  app.get("/file", (c) => c.body("file", 200, { ...ofAFile, "X-Request-Id": "7" }))
  app.onError((_, c) => problem(c, { status: 500 }))
  const answer = await app.request("/file")
  for (const name of Object.keys(ofAFile)) expect(answer.headers.has(name), name).toBe(false)
  expect([answer.headers.get("x-request-id"), JSON.parse(await answer.text()).status]).toEqual(["7", 500])
})

test("ERR-07 without other middleware a problem is exactly an answer of the surface", async () => {
  const { routes, problem } = honoAuth(await openAuth())
  const app = new Hono().route("/", routes)
  app.notFound((c) => problem(c, { status: 404 }))
  checkEveryAnswer(await answerOf(await app.request("/nowhere")))
  checkEveryAnswer(await answerOf(await app.request("/nowhere", { headers: navigation })))
})
