import { honoAuth } from "@latchkey/adapter-hono"
import { type Auth, scope } from "@latchkey/core"
import { Hono } from "hono"
import { answerOf, headersOf, type IndexRoute, readAtMost } from "./index-route.ts"
import { npmLogin } from "./npm-login.ts"
import { openAnswerOf, openHeadersOf } from "./open-route.ts"

/** The index on Hono. */
export const honoApp = (auth: Auth, index: ReadonlyArray<IndexRoute>): Hono => {
  const { routes, guard, site, securityHeaders, clientOf } = honoAuth(auth)
  const app = new Hono()
  app.route("/", routes)
  for (const route of npmLogin(auth, site)) {
    app.on(route.method, route.path, async (c) => {
      const answer = await openAnswerOf(route, {
        method: c.req.method,
        parameters: c.req.param(),
        query: new URL(c.req.url).searchParams,
        client: clientOf(c),
        body: (largest) => readAtMost(c.req.raw.body ?? ReadableStream.from([]), largest)
      })
      const { status, body } = answer
      return new Response(JSON.stringify(body), { status, headers: openHeadersOf(answer, securityHeaders) })
    })
  }
  for (const route of index) {
    app.on(route.method, `${route.prefix}*`, guard(scope(route.scope)), async (c) => {
      const answer = await answerOf(route, {
        identity: c.var.identity,
        rest: new URL(c.req.url).pathname.slice(route.prefix.length),
        contentType: c.req.header("content-type") ?? "",
        body: () => readAtMost(c.req.raw.body ?? ReadableStream.from([]))
      })
      const { status, body } = answer
      const headers = headersOf(answer, securityHeaders)
      return new Response(typeof body === "string" ? body : new Uint8Array(body), { status, headers })
    })
  }
  app.get("/", (c) => c.redirect("/tokens/"))
  return app
}
