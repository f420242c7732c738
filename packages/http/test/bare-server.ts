import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { Duplex } from "node:stream"
import { makeSurface } from "@latchkey/http"
import { HOST_HEADER, hostAnswer, hostRoutes, type StartServer } from "@latchkey/http/testing"
import { headOf } from "../src/surface/head.ts"

export type Handler = (request: Request, peer: string | null) => Promise<Response>

/** The surface without any framework: a function from Request to Response. */
export const bareHandler = (...[auth, options]: Parameters<StartServer>): Handler => {
  const surface = makeSurface(auth, options)
  return async (request, peer) => {
    if (surface.owns(request.url)) return surface.handle(request, peer)
    const row = hostRoutes.find(({ path }) => path === new URL(request.url).pathname)
    if (row === undefined)
      return new Response("The host has nothing here.", { status: 404, headers: [[...HOST_HEADER]] })
    const verdict = await surface.guard(row.policy)(headOf(request, peer))
    if (!verdict.isAllowed) return verdict.response
    return new Response(hostAnswer(verdict.identity, await request.text()), { headers: [[...HOST_HEADER]] })
  }
}

/** The same on the plainest server there is. */
export const bareServer: StartServer = (auth, options) => listening(bareHandler(auth, options))

/** Serves a handler on a free port. */
export const listening = (handler: Handler): ReturnType<StartServer> => {
  const server = createServer((incoming, outgoing) => void answer(handler, incoming, outgoing))
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

const answer = async (handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const request = requestFrom(incoming)
  const response = await handler(request, incoming.socket.remoteAddress ?? null)
  const body = Buffer.from(await response.arrayBuffer())
  const cookies = response.headers.getSetCookie()
  const headers = [...response.headers].filter(([name]) => name !== "set-cookie")
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(headers),
    ...(cookies.length > 0 ? { "set-cookie": cookies } : {})
  })
  outgoing.end(body)
  incoming.resume()
}

const requestFrom = (incoming: IncomingMessage): Request => {
  const { method = "GET", url = "/", rawHeaders } = incoming
  const headers = new Headers()
  rawHeaders.forEach((name, at) => {
    if (at % 2 === 0) headers.append(name, rawHeaders[at + 1] ?? "")
  })
  const address = url.startsWith("/") ? `http://latchkey.test${url}` : url
  if (method === "GET" || method === "HEAD") return new Request(address, { method, headers })
  const body = new ReadableStream({
    start: (controller) => {
      incoming.on("data", (chunk: Buffer) => controller.enqueue(Uint8Array.from(chunk)))
      incoming.on("end", () => controller.close())
      incoming.on("error", (error) => controller.error(error))
    }
  })
  return new Request(address, { method, headers, body, duplex: "half" })
}
