import { beforeAll, expect, test, vi } from "vitest"
import { basic, bearer, cookieFor, goodPassword, jsonOf, makeToken, statusOfMe, tokenFor } from "./client.ts"
import { newPlace } from "./combinations.ts"
import { type Server, startServer } from "./server.ts"

const page = { accept: "text/html" }

let hono: Server
let express: Server
let root: { readonly cookie: string }
let token: { readonly authorization: string }
/** An access token, in both ways that it may come. */
let access: { readonly bearer: { readonly authorization: string }; readonly basic: { readonly authorization: string } }
beforeAll(async () => {
  const env = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
  const place = newPlace()
  hono = await startServer({ place, env: { ...env, LATCHKEY_ADAPTER: "hono" } })
  express = await startServer({ place, env: { ...env, LATCHKEY_ADAPTER: "express" } })
  root = { cookie: await cookieFor(hono, "root") }
  const session = await tokenFor(express, "root")
  token = bearer(session)
  const made = await makeToken(express, session)
  access = { bearer: bearer(made.token), basic: basic("__token__", made.token) }
  // The first use is written beside its request; both servers leave it at that for a minute.
  const isNoted = async () => {
    const listed = await fetch(`${express.url}/tokens/`, { headers: token })
    return (await jsonOf<[{ last_used_at: string | null }]>(listed))[0].last_used_at !== null
  }
  await statusOfMe(hono, access.bearer)
  await vi.waitUntil(isNoted, { timeout: 30_000 })
})

/** What is about the connection, and when it was. */
const PASSING = ["date", "connection", "keep-alive", "content-length", "transfer-encoding"]

/** What a form names its submission by. */
const KEY = /(name="idempotency_key" value=")[0-9a-f]+/

/** All that an answer means to a client: JSON is UTF-8 whether that is said or not. */
const answerOf = async ({ url, port }: Server, path: string, init: RequestInit) => {
  const response = await fetch(`${url}${path}`, { redirect: "manual", ...init })
  const { "content-type": type = "", ...headers } = Object.fromEntries(response.headers)
  for (const name of PASSING) delete headers[name]
  const anywhere = (text: string): string => text.replaceAll(String(port), "PORT")
  return {
    status: response.status,
    type: type.toLowerCase().replace("json; charset=utf-8", "json"),
    headers: Object.entries(headers).map(([name, value]) => [name, anywhere(value)]),
    body: anywhere(await response.text()).replace(KEY, "$1")
  }
}

const paths = [
  ...["/", "/?token=1", "/index", "/favicon.ico", "/%zz", "/login", "/profile/", "/users/me", "/openapi.json"],
  ...["/demo/optional", "/demo/signed-in", "/demo/verified", "/demo/admin", "/demo/signed-in/", "/DEMO/signed-in"],
  ...["/demo/scope", "/tokens", "/tokens/", "/tokens/unknown", "/tokens/unknown/rotate", "/tokens/unknown/revoke"]
]

test.each(paths)("%s is answered alike on Hono and on Express, whoever asks and however", async (path) => {
  const asking: ReadonlyArray<RequestInit> = [
    {},
    { headers: page },
    { headers: root },
    { headers: { ...page, ...root } },
    { headers: token },
    { headers: access.bearer },
    { headers: { ...page, ...access.basic } },
    { headers: basic("root", goodPassword) },
    { headers: { authorization: "Bearer no-token" } },
    { headers: { ...root, "if-none-match": "*" } },
    ...["HEAD", "OPTIONS", "PUT", "DELETE", "POST"].map((method) => ({ method, headers: token }))
  ]
  for (const init of asking) {
    const [one, other] = await Promise.all([answerOf(hono, path, init), answerOf(express, path, init)])
    expect(other, JSON.stringify(init)).toEqual(one)
  }
})
