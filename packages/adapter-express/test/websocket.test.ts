import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, request, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { identityOf } from "@latchkey/adapter-express"
import { reveal, signedIn } from "@latchkey/core"
import { describe, expect, onTestFinished, test } from "vitest"
import { ada, majors, openSite } from "./site.ts"

/** RFC 6455 §4.2.2: what a library such as `ws` answers. Then it sends one text frame. */
const accept = (req: IncomingMessage, socket: Duplex, says: string): void => {
  const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
  const key = createHash("sha1").update(`${req.headers["sec-websocket-key"]}${guid}`).digest("base64")
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
  socket.write(`${[...head, `Sec-WebSocket-Accept: ${key}`].join("\r\n")}\r\n\r\n`)
  socket.end(Buffer.concat([Buffer.from([0x81, says.length]), Buffer.from(says)]))
}

/** Opens a WebSocket as a browser does: what it says first, or the status and code of the refusal. */
const open = (port: number, headers: Readonly<Record<string, string>>): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const handshake = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="
    }
    const asked = request({ host: "127.0.0.1", port, path: "/live?room=1", headers: { ...handshake, ...headers } })
    asked.on("error", reject)
    asked.on("upgrade", (answer, socket, first) => {
      expect(answer.headers["sec-websocket-accept"]).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
      const chunks: Array<Buffer> = [first]
      socket.on("data", (chunk: Buffer) => chunks.push(chunk))
      socket.on("end", () => resolve(Buffer.concat(chunks).subarray(2).toString()))
    })
    asked.on("response", async (answer) => {
      const chunks = await answer.toArray()
      resolve([answer.statusCode, JSON.parse(Buffer.concat(chunks).toString()).code])
    })
    asked.end()
  })

describe.each(majors)("%s", (_, makeApp) => {
  /** A server that guards its WebSocket as the guide shows. */
  const openServer = async () => {
    const { auth, routes, guard } = await openSite()
    const app = makeApp()
    app.use(routes)
    const server = createServer(app)
    const guardLive = guard(signedIn)
    server.on("upgrade", (req: IncomingMessage, socket: Duplex) => {
      socket.on("error", () => socket.destroy()) // a client that goes away must not end the process
      const res = new ServerResponse(req)
      res.assignSocket(req.socket)
      res.shouldKeepAlive = false // the socket ends with a refusal
      res.on("finish", () => socket.end())
      guardLive(req, res, () => {
        res.detachSocket(req.socket)
        accept(req, socket, identityOf(req).user.username ?? "")
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    onTestFinished(() => void server.close().closeAllConnections())
    const { secret } = await auth.sessions.logIn(ada, { kind: "browser" })
    return { server, port: (server.address() as AddressInfo).port, cookie: `latchkey_session=${reveal(secret)}` }
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
      expect(await open(port, { cookie, ...from }), JSON.stringify(from)).toEqual([403, "forged-request"])
    }
    expect(await open(port, { origin: "http://localhost:3000" })).toEqual([401, "unauthorized"])
  })

  test("a client that resets its connection while the guard decides does not end the process", async () => {
    const { server, port } = await openServer()
    const upgraded = once(server, "upgrade")
    open(port, {}).catch(() => {}) // it gets no answer
    const [, socket] = await upgraded
    expect(() => socket.emit("error", new Error("read ECONNRESET"))).not.toThrow()
    expect(socket.destroyed).toBe(true)
  })
})
