import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import type { ExpressMiddleware } from "@latchkey/adapter-express"
import { signedIn } from "@latchkey/core"
import express from "express"
import express4 from "express4"
import { describe, expect, onTestFinished, test } from "vitest"
import type { App } from "./express-server.ts"
import { openSite } from "./site.ts"

const folder = mkdtempSync(join(tmpdir(), "latchkey-files-"))
mkdirSync(join(folder, "private"))
writeFileSync(join(folder, "private", "plan.txt"), "secret plan")
writeFileSync(join(folder, "open.txt"), "open to all")

interface Framework {
  (): App
  readonly static: (path: string) => ExpressMiddleware
}
const majors: ReadonlyArray<readonly [string, Framework]> = [
  ["Express 5", express as unknown as Framework],
  ["Express 4", express4 as unknown as Framework]
]

/** Asks for a target exactly as it is written. */
const asking = async (app: RequestListener) => {
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  return async (target: string): Promise<string> => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    return text(socket)
  }
}

const statusOf = (answer: string): string => answer.split(" ")[1] ?? ""

describe.each(majors)("%s", (_, framework) => {
  test("a guard before a part of an app stands before files that another path leads to (INP-15)", async () => {
    const { routes, guard } = await openSite()
    const app = framework()
    app.use(routes)
    app.use("/private", guard(signedIn))
    app.use(framework.static(folder))
    const ask = await asking(app)
    const spellings = [
      ...[
        "/private/plan.txt",
        "/%70rivate/plan.txt",
        "/x/../private/plan.txt",
        "/./private/plan.txt",
        "/%70riv%61te/pl%61n.txt"
      ],
      ...[
        "/x/%2e%2e/private/plan.txt",
        "/PRIVATE/plan.txt",
        "http://a.test/x/../%70rivate/plan.txt",
        "http://a:b@a.test/private/./plan.txt"
      ]
    ]
    for (const target of spellings) expect(statusOf(await ask(target)), target).toBe("401")
    for (const target of ["/private\\plan.txt", "/x\\..\\private/plan.txt"])
      expect(statusOf(await ask(target)), target).toBe("400")
    expect(await ask("/x/../%6Fpen.txt")).toContain("open to all")
  })

  test("a guard in one line with its handler stands before it, with two slashes too (INP-15)", async () => {
    const { routes, guard } = await openSite()
    const app = framework()
    app.use(routes)
    app.use("/private", guard(signedIn), framework.static(join(folder, "private")))
    const ask = await asking(app)
    for (const target of ["/private/plan.txt", "//private/plan.txt", "/private//plan.txt", "/x/..//private/plan.txt"])
      expect(await ask(target), target).not.toContain("secret plan")
  })

  test("handlers behind the routes see the plain path, and a host that rewrites paths itself is not overruled", async () => {
    const { routes } = await openSite()
    const app = framework()
    app.use((req, _res, next) => {
      if (req.url === "/api/thing") req.url = "/thing"
      next()
    })
    app.use(routes)
    app.use((req, res) => void res.end(`${req.url} ${req.originalUrl}`))
    const ask = await asking(app)
    const body = async (target: string) => (await ask(target)).split("\r\n\r\n")[1]
    expect(await body("/api/thing")).toBe("/thing /api/thing")
    expect(await body("/a/../%62?c=%64&e=..%2f#f")).toBe("/b?c=%64&e=..%2f /a/../%62?c=%64&e=..%2f#f")
    expect(await body("/plain?a=b")).toBe("/plain?a=b /plain?a=b")
    expect(await body("http://a:b@evil.test/x/../y")).toBe("http://a:b@evil.test/y http://a:b@evil.test/x/../y")
    expect(await body("http://evil.test?x/../y")).toContain("http://evil.test?x/../y")
  })
})
