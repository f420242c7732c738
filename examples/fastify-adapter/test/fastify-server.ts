import { type AddressInfo, connect } from "node:net"
import { Duplex } from "node:stream"
import {
  HOST_CONTENT_HEADER,
  HOST_HEADER,
  HOST_PROBLEM_PATH,
  hostAnswer,
  hostProblem,
  hostRoutes,
  type StartServer
} from "@latchkey/conformance/adapter"
import fastify, { type FastifyRequest } from "fastify"
import { fastifyAuth, rewriteUrl } from "../src/fastify-auth.ts"

/** A Fastify app as the guide shows it, on a free port. */
export const start: StartServer = async (auth, options) => {
  const { routes, guard, problem, findIdentity } = fastifyAuth(auth, options)
  const app = fastify({ rewriteUrl })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body))
  app.addHook("onRequest", routes)
  for (const { path, policy, check } of hostRoutes) {
    app.route({
      method: ["GET", "HEAD", "POST"],
      url: path,
      onRequest: guard(policy, check && ((identity, request) => check(identity, parameterOf(request, "say")))),
      handler: (request, reply) =>
        reply.header(...HOST_HEADER).send(hostAnswer(findIdentity(request), String(request.body ?? "")))
    })
  }
  app.route({
    method: ["GET", "HEAD", "POST"],
    url: HOST_PROBLEM_PATH,
    handler: (request, reply) =>
      problem(request, reply.header(...HOST_CONTENT_HEADER), hostProblem(parameterOf(request, "name")))
  })
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .header(...HOST_HEADER)
      .send("The host has nothing here.")
  )
  await app.listen({ host: "127.0.0.1", port: 0 })
  const { port } = app.server.address() as AddressInfo
  const close = async () => {
    app.server.closeAllConnections()
    await app.close()
  }
  return { connect: () => Duplex.toWeb(connect(port, "127.0.0.1")), close }
}

const parameterOf = ({ params }: FastifyRequest, name: string): string =>
  (params as Readonly<Record<string, string>>)[name] ?? ""
