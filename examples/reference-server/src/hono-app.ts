import { honoAuth } from "@latchkey/adapter-hono"
import { type Auth, admin, anyone, type Identity, signedIn, verified } from "@latchkey/core"
import { Hono } from "hono"
import { secureHeaders } from "hono/secure-headers"
import { homePage } from "./home.ts"
import type { Log } from "./log.ts"

/** What a probe answers: who is calling, with nulls for nobody. */
const whoami = (identity: Identity | null) => ({
  user_id: identity?.user.id ?? null,
  username: identity?.user.username ?? null,
  email: identity?.user.email ?? null
})

/** An application on Hono, as a host would write one: a home page, some guarded routes, and Latchkey's own. */
export const honoApp = (auth: Auth, log: Log) => {
  const { routes, guard } = honoAuth(auth)
  const app = new Hono()

  app.use(async (c, next) => {
    const start = performance.now()
    await next()
    // The path alone: a query may hold a setup token.
    log("info", "request", {
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      milliseconds: Math.round((performance.now() - start) * 10) / 10
    })
  })
  app.onError((error, c) => {
    log("error", "unexpected", { path: c.req.path, error: error.name })
    return c.text("Internal Server Error", 500)
  })

  // What differs by who is calling belongs in no cache, nor behind the back button after a log-out.
  app.use(async (c, next) => {
    await next()
    if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store")
  })

  app.route("/", routes)
  // Browsers ask for it beside every answer that is no page.
  app.get("/favicon.ico", (c) => c.body(null, 204))
  app.get("/", secureHeaders(), guard(anyone), async (c) => {
    const { name, registration } = auth.settings
    const { identity } = c.var
    const needsSetup = identity === null && (await auth.setup.needed())
    return c.html(homePage({ name, identity, needsSetup, registrationOpen: registration === "open", now: Date.now() }))
  })
  app.get("/demo/optional", guard(anyone), (c) => c.json(whoami(c.var.identity)))
  app.get("/demo/signed-in", guard(signedIn), (c) => c.json(whoami(c.var.identity)))
  app.get("/demo/verified", guard(verified), (c) => c.json(whoami(c.var.identity)))
  app.get("/demo/admin", guard(admin), (c) => c.json(whoami(c.var.identity)))
  app.post("/demo/signed-in", guard(signedIn), (c) => c.json(whoami(c.var.identity)))
  return app
}
