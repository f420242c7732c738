import { type AddressInfo, connect } from "node:net"
import { Duplex } from "node:stream"
import { type ServerType, serve } from "@hono/node-server"
import { honoAuth } from "@latchkey/adapter-hono"
import {
  HOST_CONTENT_HEADER,
  HOST_HEADER,
  HOST_PROBLEM_PATH,
  hostAnswer,
  hostProblem,
  hostRoutes,
  type StartedServer,
  type StartServer
} from "@latchkey/conformance/adapter"
import { Hono, type MiddlewareHandler } from "hono"

/** A Hono app as the guide shows it, on a free port, with middleware of the host's in front. */
export const honoServer = (...inFront: ReadonlyArray<MiddlewareHandler>): StartServer => serverOf(Hono, ...inFront)

/** The same with another copy of Hono in the host. */
export const serverOf =
  (Host: typeof Hono, ...inFront: ReadonlyArray<MiddlewareHandler>): StartServer =>
  (auth, options) => {
    const { routes, guard, problem } = honoAuth(auth, options)
    const app = new Host()
    for (const middleware of inFront) app.use(middleware)
    app.route("/", routes) // also with a base path, so that every request passes it
    for (const { path, policy, check } of hostRoutes) {
      const guarded = check ? guard(policy, (identity, c) => check(identity, c.req.param("say") ?? "")) : guard(policy)
      app.on(["GET", "POST"], path, guarded, async (c) => {
        c.header(...HOST_HEADER)
        return c.body(hostAnswer(c.var.identity, await c.req.text()))
      })
    }
    app.on(["GET", "POST"], HOST_PROBLEM_PATH, (c) => {
      c.res.headers.set(...HOST_CONTENT_HEADER)
      return problem(c, hostProblem(c.req.param("name")))
    })
    app.notFound((c) => c.text("The host has nothing here.", 404, { [HOST_HEADER[0]]: HOST_HEADER[1] }))
    return listening(app)
  }

/** Serves an app on a free port. */
export const listening = (app: Pick<Hono, "fetch">): Promise<StartedServer> =>
  new Promise((resolve) => {
    const server: ServerType = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }: AddressInfo) => {
      resolve({ connect: () => Duplex.toWeb(connect(port, "127.0.0.1")), close: () => closed(server) })
    })
  })

const closed = (server: ServerType): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    if ("closeAllConnections" in server) server.closeAllConnections()
  })
