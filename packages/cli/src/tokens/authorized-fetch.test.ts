import { join } from "node:path"
import { expect, it } from "vitest"
import { startFakeServer, TOKEN } from "../../test/fake-server.ts"
import { temporaryFolder } from "../../test/temporary-folder.ts"
import { authorizedFetch } from "./authorized-fetch.ts"
import { tokenFile } from "./token-file.ts"

const REJECTED = { "www-authenticate": 'Basic realm="latchkey", Bearer realm="latchkey", error="invalid_token"' }

const loggedIn = async (folder: { path: string }, server: string, token = TOKEN) => {
  const tokens = tokenFile({ app: "harbour", path: join(folder.path, "tokens.json") })
  await tokens.set({ server, token, expiresAt: null, scopes: [] })
  return tokens
}

it("the token goes to its server, with paths and whole addresses, beside what the caller sends", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.on("/jobs", ({ form }) => ({ body: form }))
  const api = authorizedFetch({ tokens: await loggedIn(folder, server.url), server: server.url })
  const answer = await api("/jobs", { method: "POST", headers: { "x-a": "b" }, body: new URLSearchParams({ a: "b" }) })
  expect(await answer.json()).toEqual({ a: "b" })
  await api(new URL("/jobs", server.url))
  await api(new Request(`${server.url}/jobs`))
  expect(server.received.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Bearer ${TOKEN}`))
  expect(server.received[0]).toMatchObject({ method: "POST", headers: { "x-a": "b" } })
})

it("a relative address begins below the server's", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer("/app")
  const api = authorizedFetch({ tokens: await loggedIn(folder, server.url), server: server.url })
  await api("users/me")
  await api("/users/me")
  expect(server.received.map(({ path }) => path)).toEqual(["/app/users/me", "/users/me"])
})

it("it goes to no other origin", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  await using elsewhere = await startFakeServer()
  const api = authorizedFetch({ tokens: await loggedIn(folder, server.url), server: server.url })
  await api(`${elsewhere.url}/users/me`)
  expect(elsewhere.received.map(({ headers }) => headers.authorization)).toEqual([undefined])
})

it("it goes along on a redirect of its server, and not to another origin", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  await using elsewhere = await startFakeServer()
  server.on("/old", () => ({ status: 307, headers: { location: "/new" } }))
  server.on("/out", () => ({ status: 307, headers: { location: `${elsewhere.url}/users/me` } }))
  const tokens = await loggedIn(folder, server.url)
  const api = authorizedFetch({ tokens, server: server.url })
  await api("/old")
  expect(server.received.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill(`Bearer ${TOKEN}`))
  const answer = await api("/out")
  expect(elsewhere.received.map(({ headers }) => headers.authorization)).toEqual([undefined])
  // The 401 of another server says nothing about the token.
  expect(answer.status).toBe(401)
  expect(await tokens.get(server.url)).not.toBeNull()
})

it("a header of the caller's own is kept", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const api = authorizedFetch({ tokens: await loggedIn(folder, server.url), server: server.url })
  await api("/users/me", { headers: { Authorization: "Bearer other" } })
  expect(server.received[0]?.headers.authorization).toBe("Bearer other")
})

it("without a token nothing is sent", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const tokens = tokenFile({ app: "harbour", path: join(folder.path, "tokens.json") })
  const api = authorizedFetch({ tokens, server: server.url })
  await expect(api("/users/me")).rejects.toMatchObject({ _tag: "NotLoggedIn", server: server.url })
  expect(server.received).toEqual([])
})

it("a token that the server rejects is forgotten, and told", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const tokens = await loggedIn(folder, server.url, "lk_pat_dead")
  const api = authorizedFetch({ tokens, server: server.url })
  await expect(api("/users/me")).rejects.toMatchObject({ _tag: "TokenRejected", server: server.url })
  expect(await tokens.get(server.url)).toBeNull()
})

it("with a callback the answer is returned", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const told: unknown[] = []
  const tokens = await loggedIn(folder, server.url, "lk_pat_dead")
  const api = authorizedFetch({ tokens, server: server.url, onUnauthorized: (error) => void told.push(error._tag) })
  expect((await api("/users/me")).status).toBe(401)
  expect(told).toEqual(["TokenRejected"])
})

it("a token of a log-in that happened meanwhile is not forgotten", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const tokens = await loggedIn(folder, server.url, "lk_pat_dead")
  server.on("/jobs", async () => {
    await tokens.set({ server: server.url, token: TOKEN, expiresAt: null, scopes: [] })
    return { status: 401, headers: REJECTED }
  })
  await expect(authorizedFetch({ tokens, server: server.url })("/jobs")).rejects.toMatchObject({
    _tag: "TokenRejected"
  })
  expect(await tokens.get(server.url)).toMatchObject({ token: TOKEN })
})

it("a 401 that does not name the token leaves it, and one that asks for no token is the caller's", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const tokens = await loggedIn(folder, server.url)
  const api = authorizedFetch({ tokens, server: server.url })
  server.on("/jobs", () => ({ status: 401, headers: { "www-authenticate": "Bearer" } }))
  await expect(api("/jobs")).rejects.toMatchObject({ _tag: "TokenRejected" })
  server.on("/jobs", () => ({ status: 401 }))
  expect((await api("/jobs")).status).toBe(401)
  server.on("/jobs", () => ({ status: 403, headers: REJECTED }))
  expect((await api("/jobs")).status).toBe(403)
  expect(await tokens.get(server.url)).not.toBeNull()
})

it("a token that fits into no header is told without being quoted", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const api = authorizedFetch({ tokens: await loggedIn(folder, server.url, "lk_pat_a\nb"), server: server.url })
  const error = await api("/jobs").catch((error: Error) => error)
  expect(error).toMatchObject({ _tag: "TokenRejected" })
  expect(String(error)).not.toContain("lk_pat_a")
})

it("no token is sent without encryption to another machine", async () => {
  using folder = temporaryFolder()
  const tokens = await loggedIn(folder, "http://example.org")
  expect(() => authorizedFetch({ tokens, server: "http://example.org" })).toThrow("https://")
})
