import { createServer, type RequestListener, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NO_ADDRESS } from "@latchkey/core"
import { expect, onTestFinished, test } from "vitest"
import { majors, openSite } from "./site.ts"

/** Serves an app on a Unix socket until the test ends, and asks it as a proxy does for a client. */
const onUnixSocket = async (app: RequestListener) => {
  const socketPath = join(tmpdir(), `latchkey-${crypto.randomUUID()}.sock`)
  const server = createServer(app)
  await new Promise<void>((resolve) => void server.listen(socketPath, resolve))
  onTestFinished(() => void server.close())
  return (client: string, body: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { "x-forwarded-for": client, "content-type": "application/x-www-form-urlencoded" }
      const asked = request({ socketPath, method: "POST", path: "/auth/jwt/login", headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.on("error", reject).end(body)
    })
}

test.each(majors)(
  "%s: two clients behind a proxy on a Unix socket have two limits (PRX-07, RAT-12)",
  async (_, makeApp) => {
    const attempts = async (trustedProxies: ReadonlyArray<string>) => {
      const { routes } = await openSite({ sessions: { trustedProxies }, throttle: { perNetwork: 5 } })
      const app = makeApp()
      app.use(routes)
      const ask = await onUnixSocket(app)
      const statuses: Array<number | undefined> = []
      for (let at = 1; at <= 6; at++) statuses.push(await ask("203.0.113.9", `username=nobody${at}&password=nothing`))
      return [...statuses, await ask("198.51.100.1", "username=nobody7&password=nothing")]
    }
    expect(await attempts([])).toEqual([400, 400, 400, 400, 400, 429, 429])
    expect(await attempts([NO_ADDRESS])).toEqual([400, 400, 400, 400, 400, 429, 400])
  }
)

test.each(majors)(
  "%s: a peer on TCP that has gone before it was asked for is no proxy without an address (PRX-07)",
  async (_, makeApp) => {
    const { auth, routes } = await openSite({ sessions: { collectIp: true, trustedProxies: [NO_ADDRESS] } })
    const app = makeApp()
    app.use((req, _res, next) => {
      req.socket.destroy()
      Object.defineProperty(req.socket, "remoteAddress", { value: undefined }) // as when nobody asked while it was open
      next()
    })
    app.use(routes)
    const ask = await onUnixSocket(app)
    await expect(ask("203.0.113.9", "username=nobody&password=nothing")).rejects.toThrow()
    await expect.poll(() => auth.audit.list({ type: "login.refused" })).toMatchObject([{ event: { ip: null } }])
  }
)
