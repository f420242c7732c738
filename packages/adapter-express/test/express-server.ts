import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { Duplex } from "node:stream"
import { text } from "node:stream/consumers"
import { type ExpressMiddleware, expressAuth, findIdentity } from "@latchkey/adapter-express"
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

/** An error handler of Express, which knows it by its four parameters. */
export type ErrorMiddleware = (error: Error, req: IncomingMessage, res: ServerResponse, next: unknown) => void

/** What an application of either major has, in types that both of them fit. */
export interface App extends RequestListener {
  readonly set: (setting: string, value: unknown) => unknown
  use(...handlers: ReadonlyArray<ExpressMiddleware>): unknown
  use(path: string, ...handlers: ReadonlyArray<ExpressMiddleware>): unknown
  use(handler: ErrorMiddleware): unknown
  readonly all: (path: string, ...handlers: ReadonlyArray<ExpressMiddleware>) => unknown
}

/** An Express app as the guide shows it, on a free port, with middleware of the host's in front. */
export const expressServer =
  (makeApp: () => App, ...inFront: ReadonlyArray<ExpressMiddleware>): StartServer =>
  (auth, options) => {
    const { routes, guard, problem } = expressAuth(auth, options)
    const app = makeApp()
    app.set("x-powered-by", false)
    for (const middleware of inFront) app.use(middleware)
    app.use(routes)
    for (const { path, policy, check } of hostRoutes) {
      const guarded = guard(policy, check && ((identity, req) => check(identity, parameterOf(req, "say"))))
      app.all(path, guarded, async (req, res) => {
        const received = req.readableDidRead ? JSON.stringify(req.body) : await text(req)
        res.setHeader(...HOST_HEADER).end(hostAnswer(findIdentity(req), received))
      })
    }
    app.all(HOST_PROBLEM_PATH, (req, res) => {
      res.setHeader(...HOST_CONTENT_HEADER)
      problem(req, res, hostProblem(parameterOf(req, "name")))
    })
    app.use((_req, res) => res.writeHead(404, [...HOST_HEADER]).end("The host has nothing here."))
    return listening(app)
  }

/** A parameter of the path, whatever the major. */
const parameterOf = (req: IncomingMessage & { readonly params?: Readonly<Record<string, string>> }, name: string) =>
  req.params?.[name] ?? ""

/** Serves an app on a free port. */
export const listening = (app: RequestListener): Promise<StartedServer> => {
  const server = createServer(app)
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      resolve({ connect: () => Duplex.toWeb(connect(port, "127.0.0.1")), close })
    })
  })
}
