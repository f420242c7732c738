import { expressAuth, findIdentity } from "@latchkey/adapter-express"
import { type Auth, anyone, signedIn } from "@latchkey/core"
import { english, recordedPath } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import express, { type NextFunction, type Request, type RequestHandler, type Response } from "express"
import type { Application } from "./application.ts"
import { failureOf } from "./failure.ts"
import { homePage } from "./home.ts"
import type { Log } from "./log.ts"
import { probePage, wantsPage } from "./probe-page.ts"
import { probesFor, whoami } from "./probes.ts"

/** The same application on Express. Its settings are there to make the two answer alike. */
export const expressApp = (auth: Auth, log: Log): Application => {
  const { routes, guard, problem, securityHeaders, ...links } = expressAuth(auth, { texts: [english, german] })
  const app = express()
  app.enable("case sensitive routing")
  app.enable("strict routing")
  app.disable("etag")
  app.disable("x-powered-by")

  app.use((req, res, next) => {
    const start = performance.now()
    // The path alone: a query may hold a setup token. A path may hold a user code, which is left out.
    const { method } = req
    const path = recordedPath(req.path)
    res.on("close", () => {
      const status = res.headersSent ? res.statusCode : 499 // the client closed the connection before the answer
      log("info", "request", { method, path, status, milliseconds: Math.round((performance.now() - start) * 10) / 10 })
    })
    next()
  })

  // Latchkey's headers on our own answers too. Among others, no answer that depends on the caller may be cached.
  app.use((_, res, next) => {
    res.set(securityHeaders.data)
    next()
  })

  app.use(routes)
  // Browsers request it for every answer that is not a page.
  app.get("/favicon.ico", (_, res) => void res.status(204).end())
  app.get("/", guard(anyone), async (req, res) => {
    res.set(securityHeaders.page).send(await homePage(auth, links, findIdentity(req)))
  })
  const tellWho: RequestHandler = (req, res) => void res.json(whoami(findIdentity(req)))
  for (const probe of probesFor(auth.settings)) {
    app.get(probe.path, guard(probe.policy), async (req, res, next) => {
      if (!wantsPage(req.get("accept"))) return tellWho(req, res, next)
      res.set(securityHeaders.page).send(await probePage(probe, links, findIdentity(req)))
    })
  }
  app.post("/demo/signed-in", guard(signedIn), tellWho)

  app.use((req, res) => problem(req, res, { status: 404 }))
  app.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
    const failure = failureOf(error, req.path, log)
    if (res.headersSent) return next(error)
    problem(req, res, failure)
  })
  return { listener: app, setupUrl: links.setupUrl }
}
