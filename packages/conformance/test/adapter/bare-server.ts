import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { Duplex } from "node:stream"
import type { StartServer } from "@latchkey/conformance/adapter"
import { readTarget } from "@latchkey/http"
import { directHandler, type Handler } from "../../src/adapter/direct.ts"

/** The surface without a framework, on the plainest server there is. */
export const bareServer: StartServer = (auth, options) => listening(directHandler(auth, options))

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
  const target = readTarget(incoming.url ?? "/")
  if (target === null) return void outgoing.writeHead(400).end() // as servers of web requests do, before any handler
  const request = requestFrom(incoming, target)
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

const requestFrom = (incoming: IncomingMessage, target: string): Request => {
  const { method = "GET", rawHeaders } = incoming
  const headers = new Headers()
  rawHeaders.forEach((name, at) => {
    if (at % 2 === 0) headers.append(name, rawHeaders[at + 1] ?? "")
  })
  const address = `http://latchkey.test${target}`
  if (method === "GET" || method === "HEAD") return new Request(address, { method, headers })
  const body = new ReadableStream({
    start: (controller) => {
      incoming.on("data", (chunk: Buffer) => controller.enqueue(Uint8Array.from(chunk)))
      incoming.on("end", () => controller.close())
      incoming.on("error", (error) => controller.error(error))
    }
  })
  // A web request cannot have TRACE, which no route takes: it is refused as OPTIONS is.
  return new Request(address, { method: method === "TRACE" ? "OPTIONS" : method, headers, body, duplex: "half" })
}
