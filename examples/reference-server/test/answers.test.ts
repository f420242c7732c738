import { once } from "node:events"
import { createServer, request } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import type { Auth } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { Application } from "../src/application.ts"
import { expressApp } from "../src/express-app.ts"
import { honoApp } from "../src/hono-app.ts"
import { jsonLog, type Log } from "../src/log.ts"

const adapters: Readonly<Record<string, (auth: Auth, log: Log) => Application>> = { hono: honoApp, express: expressApp }

/** The application in this process, on a port. */
const serve = async (adapter: string, log: Log = () => {}): Promise<number> => {
  const { auth } = await createTestAuth()
  const app = adapters[adapter]?.(auth, log)
  const server = createServer(app?.listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await auth.close()
  })
  return (server.address() as AddressInfo).port
}

interface Answer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-mode": "navigate" }

/** The same, asked by a path as it stands in the request line. */
const open = async (adapter: string, log?: Log) => {
  const port = await serve(adapter, log)
  return async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const asked = request({ port, host: "127.0.0.1", path, headers, agent: false }).end()
    const [answer] = await once(asked, "response")
    return { statusCode: answer.statusCode, headers: answer.headers, body: await text(answer) }
  }
}

describe.each(Object.keys(adapters))("on %s", (adapter) => {
  test("HTM-02 HTM-03 HTM-07 the home page has the headers of our own pages: nothing runs, nothing frames it", async () => {
    const ask = await open(adapter)
    const { "content-length": _, date: __, ...ours } = (await ask("/login")).headers
    const { statusCode, headers } = await ask("/")
    expect(statusCode).toBe(200)
    expect(headers["content-security-policy"]).toContain("default-src 'none'")
    const about = [
      "content-security-policy",
      "x-frame-options",
      "x-content-type-options",
      "referrer-policy",
      "cache-control"
    ]
    for (const name of [...about, "cross-origin-opener-policy", "vary", "content-type"]) {
      expect(headers[name]?.toLowerCase(), name).toBe(ours[name]?.toLowerCase())
    }
  })

  test("the pages are in German for a browser that prefers it, and in English for all others", async () => {
    const port = await serve(adapter)
    const languageFor = async (languages: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/login`, { headers: { "accept-language": languages } })
      return /<html lang="(\w+)">/.exec(await answer.text())?.[1]
    }
    expect(await languageFor("de-AT,de;q=0.9,en;q=0.5")).toBe("de")
    expect(await languageFor("fr")).toBe("en")
  })

  test("INP-13 a client of HTTP/1.0 need not name a host, nor say more than that it is empty", async () => {
    const port = await serve(adapter)
    for (const head of ["GET / HTTP/1.0", "GET / HTTP/1.1\r\nHost:\r\nConnection: close"]) {
      const socket = connect(port, "127.0.0.1").setEncoding("latin1")
      socket.write(`${head}\r\n\r\n`)
      const [answer] = await once(socket, "data")
      socket.destroy()
      expect(answer.split("\r\n", 1)[0], head).toContain(" 200 ")
    }
  })

  test("HTM-03 every other answer has the headers of our data, also a refusal and what is not found", async () => {
    const ask = await open(adapter)
    for (const [path, status] of Object.entries({
      "/demo/optional": 200,
      "/demo/admin": 401,
      "/nothing": 404,
      "/favicon.ico": 204
    })) {
      const { statusCode, headers } = await ask(path)
      expect([statusCode, headers["x-content-type-options"], headers["cache-control"]], path).toEqual([
        status,
        "nosniff",
        "no-store"
      ])
    }
  })

  test("ERR-07 what is not found is a problem for a program, and for a browser a styled page that leads home", async () => {
    const ask = await open(adapter)
    const program = await ask("/nothing")
    expect([program.statusCode, JSON.parse(program.body).code]).toEqual([404, "not-found"])
    const page = await ask("/nothing", browser)
    expect([page.statusCode, page.headers["content-security-policy"]]).toEqual([
      404,
      expect.stringContaining("default-src 'none'")
    ])
    expect(page.body).toMatch(/rel="stylesheet"[\s\S]*Go to Latchkey/)
  })

  test("a guarded route answers a program with JSON, and a browser with a page that leads home", async () => {
    const ask = await open(adapter)
    expect(JSON.parse((await ask("/demo/optional")).body)).toEqual({ user_id: null, username: null, email: null })
    const page = await ask("/demo/optional", browser)
    expect([page.statusCode, page.headers["x-frame-options"]]).toEqual([200, "DENY"])
    expect(page.body).toContain("<p>You are not logged in.</p>")
    expect(page.body).toContain('href="/">Go to the home page</a>')
  })

  test("AUD-03 a path that could forge or hide a line of the log is written out in it", async () => {
    const written: Array<string> = []
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation((line) => written.push(String(line)) > 0)
    const ask = await open(adapter, jsonLog)
    await ask("/%E2%80%AEgnp.exe%0A%C2%9B31m")
    await ask(`/${"a".repeat(10_000)}`)
    await vi.waitUntil(() => written.length === 2) // Express logs once the connection is done
    stderr.mockRestore()
    for (const line of written) {
      expect(line.slice(0, -1)).not.toMatch(/[\p{C}\u2028\u2029]/u)
      expect(JSON.parse(line)).toMatchObject({ message: "request", status: 404 })
      expect(line.length).toBeLessThan(5_000)
    }
  })

  test("DEV-19 the user code in a path is not written to the log", async () => {
    const paths: Array<unknown> = []
    const ask = await open(adapter, (_level, _message, fields) => void paths.push(fields?.path))
    await ask("/auth/cli-login/BCDFGHJK?secret=x")
    await ask("/auth/cli-login/bcdf%2Dghjk")
    await vi.waitUntil(() => paths.length === 2) // Express logs once the connection is done
    expect(paths).toEqual(["/auth/cli-login/:code", "/auth/cli-login/:code"])
  })
})
