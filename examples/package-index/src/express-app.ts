import { expressAuth, identityOf } from "@latchkey/adapter-express"
import { type Auth, scope } from "@latchkey/core"
import express, { type Express, type RequestHandler } from "express"
import { answerOf, headersOf, type IndexRoute, readAtMost } from "./index-route.ts"
import { npmLogin } from "./npm-login.ts"
import { openAnswerOf, openHeadersOf } from "./open-route.ts"

/** The same index on Express. */
export const expressApp = (auth: Auth, index: ReadonlyArray<IndexRoute>): Express => {
  const { routes, guard, site, securityHeaders, clientOf } = expressAuth(auth)
  const app = express()
  app.disable("x-powered-by")
  app.use(routes)
  for (const route of npmLogin(auth, site)) {
    const method = route.method.toLowerCase() as "get" | "post" | "delete"
    app[method](route.path, async (req, res) => {
      const answer = await openAnswerOf(route, {
        method: req.method,
        parameters: { token: String(req.params.token ?? "") },
        query: new URL(req.originalUrl, "http://localhost").searchParams,
        client: clientOf(req),
        body: (largest) => readAtMost(req, largest)
      })
      res.status(answer.status).set(openHeadersOf(answer, securityHeaders)).end(JSON.stringify(answer.body))
    })
  }
  for (const route of index) {
    const handle: RequestHandler = async (req, res) => {
      const answer = await answerOf(route, {
        identity: identityOf(req),
        rest: req.path.slice(route.prefix.length),
        contentType: req.headers["content-type"] ?? "",
        body: () => readAtMost(req)
      })
      res.status(answer.status).set(headersOf(answer, securityHeaders)).end(answer.body)
    }
    const method = route.method.toLowerCase() as "get" | "post" | "put"
    app[method](new RegExp(`^${route.prefix}`), guard(scope(route.scope)), handle)
  }
  app.get("/", (_, res) => res.redirect("/tokens/"))
  return app
}
