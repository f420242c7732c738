import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/** What the fake answers: an object becomes JSON, a text is sent as it is, and null breaks the connection. */
export type Reply = {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
} | null

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  /** The fields of a form. */
  readonly form: Readonly<Record<string, string>>
}

type Handler = (request: Received) => Reply | Promise<Reply>

export interface FakeServer extends AsyncDisposable {
  /** Its address and issuer. */
  readonly url: string
  readonly received: ReadonlyArray<Received>
  /** The polls that it has received, as forms. */
  readonly polls: () => ReadonlyArray<Received["form"]>
  /** Answers a path in place of the fake. */
  readonly on: (path: string, handler: Handler) => void
  /** Answers the polls, one after the other; the last answer repeats. */
  readonly answerPolls: (...replies: ReadonlyArray<Reply>) => void
  /** Seconds between two polls, for the log-ins that begin from now on. */
  readonly pace: (interval: number) => void
  readonly metadata: () => Record<string, unknown>
  readonly close: () => Promise<void>
}

export const TOKEN = "lk_pat_FakeTokenThatNothingMayPrint0123456789"
export const DEVICE_CODE = "lk_dev_FakeDeviceCodeThatNothingMayPrint"

export const pending: Reply = { status: 400, body: { error: "authorization_pending" } }
export const granted: Reply = {
  body: { access_token: TOKEN, token_type: "Bearer", expires_in: 3600, scope: "jobs:read jobs:write" }
}
export const numberWanted = (left: number): Reply => ({
  status: 400,
  body: { error: "authorization_pending", confirmation_required: true, confirmation_attempts_left: left }
})
export const refusal = (error: string, more: object = {}): Reply => ({ status: 400, body: { error, ...more } })

/** A server that speaks the wire of the log-in for programs, in this process. `path` is where its issuer is mounted. */
export const startFakeServer = async (path = ""): Promise<FakeServer> => {
  const received: Received[] = []
  let interval = 5
  const handlers = new Map<string, Handler>()
  const server = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)))
    const { method = "", url = "", headers } = request
    const here = { method, path: url, headers, form }
    received.push(here)
    send(response, await (handlers.get(url.split("?")[0] ?? "") ?? notFound)(here))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

  const metadata = () => ({
    issuer: url,
    device_authorization_endpoint: `${url}/oauth/device_authorization`,
    token_endpoint: `${url}/oauth/token`,
    revocation_endpoint: `${url}/oauth/revoke`,
    grant_types_supported: ["urn:ietf:params:oauth:grant-type:device_code"],
    latchkey_user_endpoint: `${url}/users/me`
  })
  handlers.set(`/.well-known/oauth-authorization-server${path}`, () => ({ body: metadata() }))
  handlers.set(`${path}/oauth/device_authorization`, ({ form }) => ({
    body: {
      device_code: DEVICE_CODE,
      user_code: "BCDF-GHJK",
      verification_uri: `${url}/auth/cli`,
      verification_uri_complete: `${url}/auth/cli?code=BCDFGHJK`,
      expires_in: 300,
      interval,
      ...(form.confirmation === "number" && { confirmation: "number" })
    }
  }))
  handlers.set(`${path}/oauth/token`, () => granted)
  handlers.set(`${path}/oauth/revoke`, () => ({}))
  handlers.set(`${path}/users/me`, ({ headers }) =>
    headers.authorization === `Bearer ${TOKEN}`
      ? { body: { id: "01a2", email: "ada@example.org", username: "ada", is_active: true } }
      : {
          status: 401,
          headers: { "www-authenticate": 'Basic realm="latchkey", Bearer realm="latchkey", error="invalid_token"' }
        }
  )

  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, "close")
  }
  return {
    url,
    received,
    polls: () => received.filter(({ path: to }) => to === `${path}/oauth/token`).map(({ form }) => form),
    on: (to, handler) => void handlers.set(`${path}${to}`, handler),
    answerPolls: (...replies) => {
      let next = 0
      handlers.set(`${path}/oauth/token`, () => replies[Math.min(next++, replies.length - 1)] ?? null)
    },
    pace: (seconds) => {
      interval = seconds
    },
    metadata,
    close,
    [Symbol.asyncDispose]: async () => (server.listening ? close() : undefined)
  }
}

const notFound: Handler = () => ({ status: 404, headers: { "content-type": "text/html" }, body: "<h1>Not here</h1>" })

const send = (response: ServerResponse, reply: Reply): void => {
  if (reply === null) return void response.destroy()
  const { status = 200, headers = {}, body = "" } = reply
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(typeof body === "string" ? body : JSON.stringify(body))
}
