import { createAuth } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { memoryStoreOver, type Tables } from "@latchkey/core/testing"
import { makeSurface } from "@latchkey/http"
import * as Layer from "effect/Layer"
import { expect, it } from "vitest"
import { objectsOf, type TestWorld, testWorld } from "../../test/test-world.ts"

const url = "https://app.example.org"

const env = {
  NODE_ENV: "production",
  LATCHKEY_PUBLIC_URL: url,
  LATCHKEY_REQUESTS_STRICT_TRANSPORT_SECURITY: "true",
  LATCHKEY_SESSIONS_TRUSTED_PROXIES: "10.0.0.0/8",
  LATCHKEY_SMTP_URL: "smtp://localhost:2525",
  LATCHKEY_MAIL_FROM: "no-reply@example.org"
}

interface Served {
  readonly publicUrl?: string
  readonly trusted?: ReadonlyArray<string>
  readonly tables?: Tables
  readonly isStrict?: boolean
  /** What the proxy does to a request and to its answer. */
  readonly forward?: (headers: Headers) => void
  readonly answer?: (response: Response) => Response
}

/** A world with a server behind a proxy that has the address 10.0.0.7. The command has another, 198.51.100.7. */
const served = async ({
  publicUrl = url,
  trusted = ["10.0.0.0/8"],
  isStrict = true,
  forward = (headers) => headers.set("x-forwarded-for", `${headers.get("x-forwarded-for")}, 198.51.100.7`),
  answer = (response) => response,
  tables
}: Served = {}) => {
  const world: TestWorld = testWorld({
    env,
    input: ["a quiet lantern over grey water\n"],
    fetch: async (target, init) => {
      const headers = new Headers(init?.headers)
      forward(headers)
      headers.set("host", new URL(String(target)).host)
      const request = new Request(String(target), { method: init?.method ?? "GET", headers, body: init?.body ?? null })
      const response = answer(await surface.handle(request, "10.0.0.7"))
      response.headers.set("date", new Date().toUTCString())
      return response
    }
  })
  await world.run("create-admin", "--username", "root", "--password-stdin")
  const auth = await createAuth({
    store: Layer.sync(Store, () => memoryStoreOver(tables ?? world.tables)),
    publicUrl,
    sessions: { trustedProxies: trusted },
    requests: { strictTransportSecurity: isStrict },
    setup: { announce: false }
  })
  const surface = makeSurface(auth)
  return { ...world, [Symbol.asyncDispose]: auth.close }
}

const check = async (world: TestWorld, address = url) => {
  const { code, out } = await world.run("doctor", "--json", "--url", address)
  const found = objectsOf(out)
  const troubles = found.flatMap(({ level, code }) =>
    level === "error" || level === "warning" ? [`${level} ${code}`] : []
  )
  return { code, troubles, codes: found.map(({ code }) => code) }
}

it("a server that is as it should be has nothing wrong, and says what cannot be seen from outside", async () => {
  await using world = await served()
  const { code, troubles, codes } = await check(world)
  expect([code, troubles]).toEqual([0, []])
  expect(codes).toEqual(expect.arrayContaining(["https", "headers", "proxy", "clock", "not-seen"]))
})

it.each<[string, Served, string]>([
  ["another address", { publicUrl: "https://old.example.org" }, "error other-address"],
  ["no order to use https", { isStrict: false }, "warning https-not-required"],
  [
    "a header that the proxy takes away",
    {
      answer: (response) => {
        response.headers.delete("content-security-policy")
        return response
      }
    },
    "warning headers-changed"
  ],
  [
    "a cookie that scripts can read",
    {
      answer: (response) => {
        response.headers.append("set-cookie", "lb=1; Path=/")
        return response
      }
    },
    "warning weak-cookie"
  ],
  ["a proxy that lets visitors choose their address", { forward: () => undefined }, "error address-believed"],
  ["a proxy that is not trusted", { trusted: [] }, "warning address-of-proxy"],
  ["a page that is elsewhere", { answer: () => new Response("", { status: 404 }) }, "warning no-login-page"]
])("OPR-06 tells %s", async (_, how, expected) => {
  await using world = await served(how)
  expect((await check(world)).troubles).toContain(expected)
})

it("OPR-06 tells that the server works on another store", async () => {
  await using other = await served()
  await using world = await served({ tables: other.tables })
  expect((await check(world)).troubles).toContain("error other-store")
})

it("a server that cannot be reached, and an address that is none", async () => {
  const world = testWorld({ env })
  expect((await check(world)).troubles).toContain("error not-reached")
  for (const address of ["app.example.org", "ftp://a.example", "https://a:b@app.example.org"])
    expect(await world.run("doctor", "--url", address)).toMatchObject({ code: 2, out: "" })
})

it("a server without encryption is told, unless it is asked on its own machine", async () => {
  await using world = await served()
  expect((await check(world, "http://app.example.org")).troubles).toContain("error no-encryption")
  expect((await check(world, "http://localhost:3000")).codes).toContain("loopback")
})
