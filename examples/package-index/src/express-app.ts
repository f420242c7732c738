import { expressAuth, identityOf } from "@latchkey/adapter-express"
import { type Auth, scope } from "@latchkey/core"
import express, { type Express, type RequestHandler } from "express"
import { answerOf, type IndexRoute, readAtMost } from "./index-route.ts"

/** The same index on Express. */
export const expressApp = (auth: Auth, index: ReadonlyArray<IndexRoute>): Express => {
  const { routes, guard } = expressAuth(auth)
  const app = express()
  app.disable("x-powered-by")
  app.use(routes)
  for (const route of index) {
    const answer: RequestHandler = async (req, res) => {
      const { status, type, body } = await answerOf(route, {
        identity: identityOf(req),
        rest: req.path.slice(route.prefix.length),
        contentType: req.headers["content-type"] ?? "",
        body: () => readAtMost(req)
      })
      res.status(status).set("content-type", type).end(body)
    }
    const method = route.method.toLowerCase() as "get" | "post" | "put"
    app[method](new RegExp(`^${route.prefix}`), guard(scope(route.scope)), answer)
  }
  app.get("/", (_, res) => res.redirect("/tokens/"))
  return app
}
