import { once } from "node:events"
import { createServer, request } from "node:http"
import { afterAll } from "vitest"
import { basic } from "./client.ts"

/** Who may pass the proxy. */
export const proxyUser = { username: "staff", password: "of the proxy" } as const

/** A proxy that asks for a user and password itself, as nginx does with `auth_basic`. */
export interface PasswordProxy {
  readonly url: string
  /** Whether it passes its own credential on: a proxy does unless it is told to keep it. */
  passesOn: boolean
}

/** Opens such a proxy in front of a server, until the file's tests are over. */
export const openPasswordProxy = async (server: { readonly port: number }): Promise<PasswordProxy> => {
  const { authorization: expected } = basic(proxyUser.username, proxyUser.password)
  const listening = createServer((from, to) => {
    if (from.headers.authorization !== expected) {
      to.writeHead(401, { "WWW-Authenticate": 'Basic realm="Staff only"' }).end("Staff only.")
      return
    }
    const { authorization, ...rest } = from.headers
    const headers = proxy.passesOn ? { ...rest, authorization } : rest
    const { method, url: path } = from
    const onward = request({ host: "127.0.0.1", port: server.port, method, path, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(to)
    })
    onward.on("error", () => to.destroy())
    from.pipe(onward)
  }).listen(0, "127.0.0.1")
  afterAll(() => {
    listening.close()
    listening.closeAllConnections()
  })
  await once(listening, "listening")
  const address = listening.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const proxy: PasswordProxy = { url: `http://127.0.0.1:${port}`, passesOn: true }
  return proxy
}
