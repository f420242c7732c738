import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { type Auth, reveal } from "@latchkey/core"
import { Hono } from "hono"

/** A server to measure: an application whose `/me` answers `ok`, and the headers that a logged-in client sends. */
export interface Contender {
  /** Serves it on a free port. */
  readonly listen: () => Promise<number>
  readonly headers: Readonly<Record<string, string>>
}

/** What is at hand: a folder of its own, and a Redis server where one is needed. */
export interface Surroundings {
  readonly folder: string
  readonly redisUrl: string
}

export type MakeContender = (surroundings: Surroundings) => Promise<Contender>

export const password = "a quiet lantern over grey water"
export const publicUrl = "http://127.0.0.1:3000"

/** What a browser sends beside the session: two cookies of others. */
export const withOthers = (cookie: string): string => `theme=dark; ${cookie}; consent=yes`

export const onHono =
  (app: { readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response> }): Contender["listen"] =>
  () =>
    new Promise(
      (resolve) => void serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => resolve(port))
    )

export const onExpress =
  (app: RequestListener): Contender["listen"] =>
  () =>
    new Promise((resolve) => {
      const server = createServer(app).listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port))
    })

/** Hono with no check at all. */
export const bareHono: MakeContender = async () => ({
  listen: onHono(new Hono().get("/me", (c) => c.text("ok"))),
  headers: { cookie: withOthers("session=none") }
})

/** The headers of a browser, and of a program, that has logged in. */
export const browserHeaders = async (auth: Auth): Promise<Contender["headers"]> => {
  const { secret } = await auth.sessions.logIn({ username: "ada", password }, { kind: "browser" })
  return { cookie: withOthers(`latchkey_session=${reveal(secret)}`) }
}

export const programHeaders = async (auth: Auth): Promise<Contender["headers"]> => {
  const { secret } = await auth.sessions.logIn({ username: "ada", password })
  return { authorization: `Bearer ${reveal(secret)}` }
}

/** The headers of a program with an access token: as Bearer, and as package clients send it. */
export const tokenHeaders = async (auth: Auth): Promise<Contender["headers"]> => ({
  authorization: `Bearer ${await newToken(auth)}`
})

export const basicHeaders = async (auth: Auth): Promise<Contender["headers"]> => ({
  authorization: `Basic ${Buffer.from(`__token__:${await newToken(auth)}`).toString("base64")}`
})

const newToken = async (auth: Auth): Promise<string> => {
  const { user } = await auth.sessions.logIn({ username: "ada", password })
  const { secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "a program" })
  return reveal(secret)
}

/** A credential that nobody has: refused, without a store call. */
export const junkHeaders: Contender["headers"] = { authorization: `Bearer lk_ses_${"0".repeat(71)}` }

/** A signed token whose signature is wrong: refused, without a store call, but only after the signature was tried. */
export const forgedHeaders = async (auth: Auth): Promise<Contender["headers"]> => {
  const { authorization = "" } = await programHeaders(auth)
  return { authorization: `${authorization.slice(0, -4)}AAAA` }
}
