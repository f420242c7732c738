import { createHash } from "node:crypto"
import { EventEmitter } from "node:events"
import { type IncomingMessage, request } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { type ServerType, serve, upgradeWebSocket, type WebSocketLike } from "@hono/node-server"
import { honoAuth } from "@latchkey/adapter-hono"
import { reveal, signedIn } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { Hono } from "hono"
import { expect, onTestFinished, test } from "vitest"

const ada = { username: "ada", password: "seven quiet herons at dusk" }

/** As much of `ws` as Hono asks of it: the handshake of RFC 6455 §4.2.2, and text frames to the client. */
class SocketServer extends EventEmitter {
  readonly options = { noServer: true }
  readonly clients = new Set<WebSocketLike>()

  handleUpgrade(req: IncomingMessage, socket: Duplex, _head: Buffer, done: (ws: WebSocketLike) => void): void {
    const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    const key = createHash("sha1").update(`${req.headers["sec-websocket-key"]}${guid}`).digest("base64")
    const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    socket.write(`${[...head, `Sec-WebSocket-Accept: ${key}`].join("\r\n")}\r\n\r\n`)
    const send = (text: string) => socket.end(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]))
    done(Object.assign(new EventEmitter(), { protocol: "", readyState: 1, send, close: () => socket.end() }) as never)
  }

  close(): void {}
}

/** Opens a WebSocket as a browser does: what it says first, or the status of the refusal. */
const open = (port: number, headers: Readonly<Record<string, string>>): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const handshake = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="
    }
    const asked = request({ host: "127.0.0.1", port, path: "/live", headers: { ...handshake, ...headers } })
    asked.on("error", reject)
    asked.on("upgrade", (answer, socket, first) => {
      expect(answer.headers["sec-websocket-accept"]).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
      const chunks: Array<Buffer> = [first]
      socket.on("data", (chunk: Buffer) => chunks.push(chunk))
      socket.on("end", () => resolve(Buffer.concat(chunks).subarray(2).toString()))
    })
    asked.on("response", (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.end()
  })

/** A server that guards its WebSocket as the guide shows. */
const openServer = async () => {
  const { auth } = await createTestAuth()
  await auth.users.create(ada)
  const { routes, guard } = honoAuth(auth)
  const app = new Hono()
  app.route("/", routes)
  app.get(
    "/live",
    guard(signedIn),
    upgradeWebSocket((c) => ({ onOpen: (_event, ws) => ws.send(c.get("identity").user.username ?? "") }))
  )
  const websocket = { server: new SocketServer() as never }
  const server: ServerType = await new Promise((resolve) => {
    const started = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0, websocket }, () => resolve(started))
  })
  onTestFinished(async () => {
    server.close()
    await auth.close()
  })
  const { secret } = await auth.sessions.logIn(ada, { kind: "browser" })
  return { port: (server.address() as AddressInfo).port, cookie: `latchkey_session=${reveal(secret)}` }
}

test("CSR-12 a WebSocket of our own page opens, and the host knows whose it is", async () => {
  const { port, cookie } = await openServer()
  expect(await open(port, { cookie, origin: "http://localhost:3000" })).toBe("ada")
  expect(await open(port, { cookie, origin: "http://localhost:3000", "sec-fetch-site": "same-origin" })).toBe("ada")
  expect(await open(port, { cookie }), "a program").toBe("ada")
})

test("CSR-12 a WebSocket that a page of another site opens with our cookie is refused", async () => {
  const { port, cookie } = await openServer()
  for (const from of [{ origin: "http://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }]) {
    expect(await open(port, { cookie, ...from }), JSON.stringify(from)).toBe(403)
  }
  expect(await open(port, { origin: "http://localhost:3000" })).toBe(401)
})
