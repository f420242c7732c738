/**
 * A program may have two copies of Hono: a host of CommonJS gets another file than our `import` does, and a workspace of pnpm one
 * for each version and each set of peers. Hono's own helpers find nothing in a context of another copy.
 */
import { honoAuth } from "@latchkey/adapter-hono"
import { AMBIGUOUS, anyone, isStoreError, StoreError, signedIn } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { type Context, Hono } from "hono"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { copies } from "./copies.ts"

const ada = { username: "ada", password: "seven quiet herons at dusk" }
const form = { method: "POST", body: new URLSearchParams(ada) }

const openSite = async () => {
  const { auth } = await createTestAuth()
  onTestFinished(() => auth.close())
  await auth.users.create(ada)
  return honoAuth(auth)
}

test("the copies of this test are not one", () => {
  expect(new Set(copies.map(([, Copy]) => Copy)).size).toBe(3)
})

describe.each(copies)("a host with %s of Hono", (_, Host) => {
  test("serves the surface, its own routes behind a guard, and what passes through", async () => {
    const { routes, guard, problem, clientOf } = await openSite()
    const app = new Host()
    app.get("/before", (c) => c.text("before"))
    app.route("/", routes)
    app.get("/behind", (c) => c.text(String(clientOf(c).ip)))
    app.get("/me", guard(signedIn), (c) => c.text(c.var.identity.user.username ?? ""))
    app.get("/gone", (c) => problem(c, { status: 410 }))
    const answer = await app.request("/auth/jwt/login", form)
    expect(answer.headers.get("cache-control")).toBe("no-store")
    const headers = { authorization: `Bearer ${JSON.parse(await answer.text()).access_token}` }
    expect(await (await app.request("/me", { headers })).text()).toBe("ada")
    const statuses = ["/before", "/behind", "/me", "/gone", "/nowhere", "/setup/check", "/login"].map(
      async (path) => (await app.request(path)).status
    )
    expect(await Promise.all(statuses)).toEqual([200, 200, 401, 410, 404, 200, 200])
  })

  test("keeps its own answers for what its own handlers throw and for what is nowhere", async () => {
    const { routes } = await openSite()
    const app = new Host()
    app.route("/", routes)
    app.onError((error, c) => c.text(`told: ${error.message}`, 500))
    app.notFound((c) => c.text("the host has nothing here", 404))
    app.get("/broken", () => {
      throw new Error("broken")
    })
    expect(await (await app.request("/broken")).text()).toBe("told: broken")
    expect(await (await app.request("/nowhere")).text()).toBe("the host has nothing here")
  })

  test("is told of routes under a path without a basePath, and may mount them where basePath says", async () => {
    const { routes } = await openSite()
    vi.spyOn(console, "error").mockReturnValue() // with which Hono tells what nobody handles
    onTestFinished(() => void vi.restoreAllMocks())
    expect((await new Host().route("/api", routes).request("/api/login")).status).toBe(500)
    const { auth } = await createTestAuth()
    onTestFinished(() => auth.close())
    const app = new Host().route("/api", honoAuth(auth, { basePath: "/api" }).routes)
    expect((await app.request("/api/setup/check")).status).toBe(200)
  })

  test("may read a body in front of the routes, in every way that Hono has", async () => {
    const { routes } = await openSite()
    const json = { method: "POST", body: JSON.stringify(ada), headers: { "content-type": "application/json" } }
    const multipart = { method: "POST", body: new FormData() }
    for (const [name, value] of Object.entries(ada)) multipart.body.append(name, value)
    const readers: Readonly<Record<string, (c: Context) => Promise<unknown>>> = {
      text: (c) => c.req.text(),
      arrayBuffer: (c) => c.req.arrayBuffer(),
      blob: (c) => c.req.blob(),
      json: (c) => c.req.json(),
      formData: (c) => c.req.formData(),
      parseBody: (c) => c.req.parseBody(),
      "text and formData": async (c) => [await c.req.text(), await c.req.formData()],
      "formData and text": async (c) => [await c.req.formData(), await c.req.text()]
    }
    for (const [name, read] of Object.entries(readers)) {
      const app = new Host()
      app.use(async (c, next) => {
        await read(c).catch(() => null)
        await next()
      })
      app.route("/", routes)
      const isForJson = !name.startsWith("formData") // which loses a body of JSON, and is a mistake of the host's
      for (const init of [form, multipart, ...(isForJson ? [json] : [])])
        expect([name, (await app.request("/auth/jwt/login", init)).status]).toEqual([name, 200])
      const twice = { method: "POST", body: new URLSearchParams([...form.body, ["username", "root"]]) }
      expect([name, (await app.request("/auth/jwt/login", twice)).status]).toEqual([name, 422])
    }
  })
})

describe("with an Auth of another copy of core", () => {
  /** Core as a second copy; Effect stays one, because there is one for each version. */
  const openOther = async () => {
    vi.resetModules()
    const core = await import("@latchkey/core")
    const { createTestAuth: create } = await import("@latchkey/core/testing")
    expect(core.StoreError).not.toBe(StoreError)
    const { auth } = await create()
    onTestFinished(() => auth.close())
    await auth.users.create(ada)
    const { routes, guard } = honoAuth(auth)
    const app = new Hono().route("/", routes)
    return { core, app, guard }
  }

  test("the routes and guards work, whichever copy the policies are of", async () => {
    const { core, app, guard } = await openOther()
    app.get("/me", guard(signedIn), (c) => c.text(c.var.identity.user.username ?? ""))
    app.get("/too", guard(core.signedIn), (c) => c.text(c.var.identity.user.username ?? ""))
    const { access_token } = JSON.parse(await (await app.request("/auth/jwt/login", form)).text())
    const headers = { authorization: `Bearer ${access_token}` }
    expect(await (await app.request("/me", { headers })).text()).toBe("ada")
    expect(await (await app.request("/too", { headers })).text()).toBe("ada")
  })

  test("COO-03 two cookies of our name are nobody's, and not a failure", async () => {
    const { core, app, guard } = await openOther()
    expect(core.AMBIGUOUS).toBe(AMBIGUOUS)
    app.get("/me", guard(signedIn), (c) => c.text("in"))
    const login = { ...form, headers: { "sec-fetch-site": "same-origin" } }
    const set = (await app.request("/login", login)).headers.getSetCookie()
    const name = set.map((cookie) => cookie.split("=", 1)[0]).find((each) => each?.endsWith("session"))
    expect(name).toBeDefined()
    expect((await app.request("/me", { headers: { cookie: `${name}=a; ${name}=b` } })).status).toBe(401)
  })

  test("an outage that a check of the host's passes on is 503", async () => {
    const { core, app, guard } = await openOther()
    const away = new core.StoreError({ operation: "users.find", cause: "SQLITE_BUSY" })
    expect([isStoreError(away), isStoreError(new Error("StoreError"))]).toEqual([true, false])
    app.get(
      "/mine",
      guard(anyone, () => Promise.reject(away)),
      (c) => c.text("in")
    )
    expect((await app.request("/mine")).status).toBe(503)
  })
})
