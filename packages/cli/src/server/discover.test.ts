import { expect, it } from "vitest"
import { startFakeServer } from "../../test/fake-server.ts"
import { discover, metadataAddresses } from "./discover.ts"
import type { Link } from "./exchange.ts"

const link: Link = { fetch: globalThis.fetch, signal: null, timeout: 30_000 }

it("a server below a path has its metadata at the root of the host, or below the path", async () => {
  expect(metadataAddresses("https://h.example/app")).toEqual([
    "https://h.example/.well-known/oauth-authorization-server/app",
    "https://h.example/app/.well-known/oauth-authorization-server"
  ])
  expect(metadataAddresses("https://h.example")).toEqual(["https://h.example/.well-known/oauth-authorization-server"])
})

it("the form of RFC 8414 is asked first", async () => {
  await using server = await startFakeServer("/app")
  expect(await discover(link, server.url)).toMatchObject({ tokenEndpoint: `${server.url}/oauth/token` })
  expect(server.received.map(({ path }) => path)).toEqual(["/.well-known/oauth-authorization-server/app"])
})

it("the other form is asked if the root is somebody else's", async () => {
  await using server = await startFakeServer("/app")
  server.on("/.well-known/oauth-authorization-server", () => ({ body: server.metadata() }))
  const root = { ...server.metadata(), issuer: "https://somebody.example" }
  const fetch: typeof globalThis.fetch = async (url, init) =>
    String(url).endsWith("/app") ? Response.json(root) : globalThis.fetch(url, init)
  expect(await discover({ ...link, fetch }, server.url)).toMatchObject({ issuer: server.url })
  const away: typeof globalThis.fetch = async (url, init) =>
    String(url).endsWith("/app") ? new Response("", { status: 502 }) : globalThis.fetch(url, init)
  expect(await discover({ ...link, fetch: away }, server.url)).toMatchObject({ issuer: server.url })
})

it("what is wrong with the metadata is told, and a website without any is told apart", async () => {
  await using server = await startFakeServer()
  server.on("/.well-known/oauth-authorization-server", () => ({
    body: { ...server.metadata(), issuer: "https://b.example" }
  }))
  await expect(discover(link, server.url)).rejects.toMatchObject({
    _tag: "NotAnAuthorizationServer",
    reason: "it calls itself https://b.example. If you trust that address, use it."
  })
  await expect(discover(link, `${server.url}/blog`)).rejects.toMatchObject({
    _tag: "NotAnAuthorizationServer",
    reason: "its metadata are not there (http 404)."
  })
})

it("a redirect is not followed", async () => {
  await using elsewhere = await startFakeServer()
  await using server = await startFakeServer()
  const location = `${elsewhere.url}/.well-known/oauth-authorization-server`
  server.on("/.well-known/oauth-authorization-server", () => ({ status: 302, headers: { location } }))
  await expect(discover(link, server.url)).rejects.toMatchObject({ reason: "it answers with a redirect." })
  expect(elsewhere.received).toEqual([])
})

it("a server that is away is no other server", async () => {
  await using server = await startFakeServer()
  server.on("/.well-known/oauth-authorization-server", () => ({ status: 503, headers: { "retry-after": "9" } }))
  await expect(discover(link, server.url)).rejects.toMatchObject({
    _tag: "ServerUnreachable",
    reason: "http 503",
    retryAfter: 9
  })
  await server.close()
  await expect(discover(link, server.url)).rejects.toMatchObject({ _tag: "ServerUnreachable" })
})

it("a server that gives no answer is not asked in the other form", async () => {
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = (url) => {
    asked.push(String(url))
    return Promise.reject(new TypeError("fetch failed"))
  }
  await expect(discover({ ...link, fetch }, "https://h.example/app")).rejects.toMatchObject({
    _tag: "ServerUnreachable"
  })
  expect(asked).toHaveLength(1)
})
