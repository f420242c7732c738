import { getRequestListener } from "@hono/node-server"
import { honoAuth } from "@latchkey/adapter-hono"
import { type Auth, anyone, signedIn } from "@latchkey/core"
import { english, recordedPath } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import { Hono } from "hono"
import type { Application } from "./application.ts"
import { failureOf } from "./failure.ts"
import { homePage } from "./home.ts"
import type { Log } from "./log.ts"
import { probePage, wantsPage } from "./probe-page.ts"
import { probesFor, whoami } from "./probes.ts"

/** An application on Hono, as a host would write one: a home page, some guarded routes, and Latchkey's own. */
export const honoApp = (auth: Auth, log: Log): Application => {
  const { routes, guard, problem, securityHeaders, ...links } = honoAuth(auth, { texts: [english, german] })
  const app = new Hono()

  app.use(async (c, next) => {
    const start = performance.now()
    await next()
    // The path alone: a query may hold a setup token. A path may hold a user code, which is left out.
    log("info", "request", {
      method: c.req.method,
      path: recordedPath(c.req.path),
      status: c.res.status,
      milliseconds: Math.round((performance.now() - start) * 10) / 10
    })
  })
  app.onError((error, c) => problem(c, failureOf(error, c.req.path, log)))
  app.notFound((c) => problem(c, { status: 404 }))

  // Latchkey's headers on our own answers too. Among others, no answer that depends on the caller may be cached.
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(securityHeaders.data))
      if (!c.res.headers.has(name)) c.header(name, value)
  })

  app.route("/", routes)
  // Browsers request it for every answer that is not a page.
  app.get("/favicon.ico", (c) => c.body(null, 204))
  app.get("/", guard(anyone), async (c) =>
    c.html(await homePage(auth, links, c.var.identity), 200, securityHeaders.page)
  )
  for (const probe of probesFor(auth.settings)) {
    app.get(probe.path, guard(probe.policy), async (c) => {
      const { identity } = c.var
      if (!wantsPage(c.req.header("accept"))) return c.json(whoami(identity))
      return c.html(await probePage(probe, links, identity), 200, securityHeaders.page)
    })
  }
  app.post("/demo/signed-in", guard(signedIn), (c) => c.json(whoami(c.var.identity)))
  return { listener: getRequestListener(app.fetch, { hostname: HOST_UNTOLD }), setupUrl: links.setupUrl }
}

/** For clients of HTTP/1.0 that name no host, such as the health check of a load balancer. Without it they get 400. */
const HOST_UNTOLD = "localhost"
