import { identityOf } from "@latchkey/adapter-express"
import { answerOf, browserOf, checkEveryAnswer, navigation, programOf } from "@latchkey/conformance/adapter"
import { type Identity, type SessionIdentity, signedIn, viaSession } from "@latchkey/core"
import express, { type Request } from "express"
import express4, { type Request as Request4 } from "express4"
import { describe, expect, expectTypeOf, test } from "vitest"
import type { ErrorMiddleware } from "./express-server.ts"
import { loggedIn, majors, openSite, served } from "./site.ts"

test("ADM-09 a check has the policy's identity and Express's request, with the types of either major", async () => {
  const { guard } = await openSite()
  const app = express()
  const mine = guard(signedIn, async (identity, req: Request<{ name: string }>) => {
    expectTypeOf(identity).toEqualTypeOf<Identity>()
    return req.params.name === identity.user.username
  })
  app.get("/of/:name", mine, (req, res) => {
    expectTypeOf(req.params.name).toEqualTypeOf<string>()
    res.json({})
  })
  app.get(
    "/of/:name",
    guard(viaSession, (identity, req: Request) => {
      expectTypeOf(identity).toEqualTypeOf<SessionIdentity>()
      return req.params.name === "x"
    })
  )
  app.use(
    "/part",
    guard(signedIn, (_, req) => req.method === "GET")
  )
  const old = express4()
  old.get(
    "/of/:name",
    guard(signedIn, (identity, req: Request4) => req.params.name === identity.user.username),
    (req, res) => {
      expectTypeOf(identityOf(req)).toEqualTypeOf<Identity>()
      res.json({})
    }
  )
})

const ofAFile = {
  "Content-Length": "5000",
  "Content-Encoding": "gzip",
  "Content-Range": "bytes 0-4999/9000",
  "Content-Disposition": "attachment",
  ETag: '"7"'
}

const parameterOf = (req: object, name: string): string =>
  (req as { readonly params: Readonly<Record<string, string>> }).params[name] ?? ""

describe.each(majors)("%s", (_, makeApp) => {
  test("ADM-09 a check decides by the parameters of the path", async () => {
    const { routes, guard } = await openSite()
    const app = makeApp()
    app.use(routes)
    const mine = guard(signedIn, async ({ user }, req) => parameterOf(req, "name") === user.username)
    app.all("/of/:name", mine, (req, res) => void res.end(identityOf(req).user.username))
    const ask = await served(app)
    const headers = await loggedIn(ask)
    const told = async (path: string) => {
      const answer = await ask(path, { headers })
      return [answer.status, await answer.text()]
    }
    expect(await told("/of/ada")).toEqual([200, "ada"])
    expect(await told("/of/eve")).toEqual([403, expect.stringContaining('"code":"forbidden"')])
  })

  test("ERR-07 what an app does not find, fails at or refuses is a problem of Latchkey's, with its headers", async () => {
    const { auth, routes, guard, problem } = await openSite()
    const app = makeApp()
    app.set("x-powered-by", false)
    app.use((_req, res, next) => {
      res.setHeader("x-frame-options", "SAMEORIGIN")
      next()
    })
    app.use(routes)
    app.all("/reports/:id", guard(signedIn), (req, res) => problem(req, res, { status: 403, code: "not-yours" }))
    app.all("/broken", () => {
      throw new RangeError("zq-canary")
    })
    app.use((req, res) => problem(req, res, { status: 404 }))
    const broken: ErrorMiddleware = (_error, req, res, _next) => problem(req, res, { status: 500 })
    app.use(broken)
    const ask = await served(app)
    const headers = { authorization: await programOf(auth) }
    const browser = { ...navigation, cookie: await browserOf(auth) }
    const expected = { "/nowhere": [404, "not-found"], "/broken": [500, "internal"], "/reports/8": [403, "not-yours"] }
    for (const [path, [status, code]] of Object.entries(expected)) {
      const answer = await answerOf(await ask(path, { headers }))
      checkEveryAnswer(answer)
      expect([answer.status, JSON.parse(answer.body).code], path).toEqual([status, code])
      expect(answer.body).not.toContain("zq-canary")
      const page = await answerOf(await ask(path, { headers: browser }))
      checkEveryAnswer(page)
      expect(page.body, path).toMatch(/>ada<[\s\S]*action="\/logout"/)
    }
    const head = await ask("/nowhere", { method: "HEAD", headers: browser })
    expect([head.status, await head.text()]).toEqual([404, ""])
  })

  test("ERR-07 nothing that describes the answer which a handler had begun to make stays with the problem", async () => {
    const { problem } = await openSite()
    const app = makeApp()
    app.all("/file", (_req, res) => {
      res.setHeader("X-Request-Id", "7")
      for (const [name, value] of Object.entries(ofAFile)) res.setHeader(name, value)
      throw new RangeError("the disk is gone")
    })
    const broken: ErrorMiddleware = (_error, req, res, _next) => problem(req, res, { status: 500 })
    app.use(broken)
    const answer = await (await served(app))("/file", { signal: AbortSignal.timeout(2_000) })
    const { "Content-Length": _, ...others } = ofAFile
    for (const name of Object.keys(others)) expect(answer.headers.has(name), name).toBe(false)
    expect([answer.headers.get("x-request-id"), JSON.parse(await answer.text()).status]).toEqual(["7", 500])
  })

  test("ERR-07 a problem after the host has answered is not sent a second time", async () => {
    const { problem } = await openSite()
    const app = makeApp()
    app.use((req, res) => {
      res.end("answered")
      problem(req, res, { status: 500 })
    })
    const answer = await (await served(app))("/")
    expect([answer.status, await answer.text()]).toEqual([200, "answered"])
  })
})
