import { rmSync } from "node:fs"
import { join } from "node:path"
import { expect, vi } from "vitest"
import {
  basic,
  bearer,
  cookieFor,
  goodPassword,
  type MadeToken,
  makeToken,
  postForm,
  requestToken,
  sendJson,
  statusOfMe,
  tokenFor
} from "../client.ts"
import { redis } from "../redis-place.ts"
import type { Server } from "../server.ts"

/** Somebody who is logged in with a browser and with a program, and has an access token. */
export interface Visitor {
  readonly name: string
  readonly cookie: string
  readonly token: string
  readonly access: MadeToken
}

export const visit = async (server: Server, name = "root"): Promise<Visitor> => {
  const token = await tokenFor(server, name)
  return { name, cookie: await cookieFor(server, name), token, access: await makeToken(server, token) }
}

type Requests = Readonly<Record<string, () => Promise<Response>>>

/** Requests of every kind that present a session, of people and of programs, to Latchkey's routes and to the host's. */
const withSession = (server: Server, { cookie, token }: Visitor): Requests => {
  const ask = (path: string, headers: Record<string, string>) => () =>
    fetch(`${server.url}${path}`, { redirect: "manual", headers })
  return {
    "a program's own user": ask("/users/me", bearer(token)),
    "a program's sessions": ask("/sessions", bearer(token)),
    "a guarded route, by a program": ask("/demo/admin", bearer(token)),
    "a guarded route, by a browser": ask("/demo/signed-in", { cookie, accept: "text/html" }),
    "a route for everyone": ask("/demo/optional", { cookie }),
    "the home page": ask("/", { cookie, accept: "text/html" }),
    "the profile": ask("/profile/", { cookie, accept: "text/html" }),
    "a change": () => sendJson(server, "PATCH", "/users/me", { username: "other" }, token),
    "ending the others": () => sendJson(server, "DELETE", "/sessions", undefined, token),
    "the tokens": ask("/tokens/", { cookie, accept: "text/html" }),
    "a new token": () => sendJson(server, "POST", "/tokens/", { name: "new" }, token),
    "a log-out": () => postForm(server, "/logout", {}, { cookie })
  }
}

/** Requests that present an access token, in each way that it may come. */
const withToken = (server: Server, { name, access }: Visitor): Requests => {
  const ask = (path: string, headers: Record<string, string>) => () =>
    fetch(`${server.url}${path}`, { redirect: "manual", headers })
  return {
    "a token's own user": ask("/users/me", bearer(access.token)),
    "a guarded route, by a token": ask("/demo/scope", basic("__token__", access.token)),
    "a guarded route, by a token under its owner's name": ask("/demo/scope", basic(name, access.token)),
    "a route for everyone, by a token": ask("/demo/optional", basic(access.token, "")),
    "a page, by a token": ask("/demo/scope", { ...bearer(access.token), accept: "text/html" })
  }
}

/** Requests that present a password. */
const withPassword = (server: Server, { name }: Visitor): Requests => ({
  "a log-in by form": () => postForm(server, "/login", { username: name, password: goodPassword }),
  "a log-in by a program": () => requestToken(server, name, goodPassword)
})

/** Every request with a session says in time that it is not to be had now: nobody is logged out, or sent to log in (ERR-04). */
export const expectSessionsAway = (server: Server, visitor: Visitor) => expectAway(withSession(server, visitor))

/** The same of access tokens: none is taken for one that opens nothing. */
export const expectTokensAway = (server: Server, visitor: Visitor) => expectAway(withToken(server, visitor))

export const expectLoginsAway = (server: Server, visitor: Visitor) => expectAway(withPassword(server, visitor))

export const expectAway = async (requests: Requests): Promise<void> => {
  const told = await Promise.all(
    Object.entries(requests).map(async ([name, send]) => {
      const start = performance.now()
      const response = await send()
      const body = await response.text()
      return {
        name,
        status: response.status,
        mayComeBack: /^[1-9]\d*$/.test(response.headers.get("retry-after") ?? ""),
        cookies: response.headers.getSetCookie(),
        isQuiet: !/redis|ECONN|socket|EVAL|OOM|latchkey:/i.test(body),
        isInTime: performance.now() - start < 2_500
      }
    })
  )
  const away = { status: 503, mayComeBack: true, cookies: [], isQuiet: true, isInTime: true }
  expect(told).toEqual(Object.keys(requests).map((name) => ({ name, ...away })))
}

/** Waits until the server is itself again, which takes it a few seconds, and nobody's help. */
export const untilBack = (server: Server, headers: Readonly<Record<string, string>>, status = 200): Promise<boolean> =>
  vi.waitUntil(async () => (await statusOfMe(server, headers)) === status, { timeout: 10_000, interval: 100 })

/** Starts Redis again without anything that was in it. */
export const restartEmpty = async (): Promise<void> => {
  await redis().kill()
  rmSync(join(redis().folder, "appendonlydir"), { recursive: true, force: true })
  await redis().restart()
}
