/** AWS Lambda hands an event to Express, of which serverless-http makes a request that has its headers in `req.headers` alone. */
import type { RequestListener } from "node:http"
import serverless from "serverless-http"
import { describe, expect, test } from "vitest"
import { appWithGuard, form, loggedIn, majors, served } from "./site.ts"

const headers = { host: "localhost:3000", "content-type": "application/x-www-form-urlencoded" }
const payload = form.body.toString()

/** `light-my-request`, with which tests ask Fastify and Express, changes the objects of Node for good. So this is what it gives. */
const withoutDistinct =
  (handler: RequestListener): RequestListener =>
  (req, res) => {
    Object.defineProperty(req, "headersDistinct", { value: undefined })
    handler(req, res)
  }

test.each(majors)("%s: a request whose lines of headers nobody kept is served as well", async (_, makeApp) => {
  const ask = await served(withoutDistinct(await appWithGuard(makeApp)))
  expect((await ask("/me", { headers: await loggedIn(ask) })).status).toBe(200)
  expect((await ask("/me")).status).toBe(401)
  expect(await (await ask("/host")).text()).toBe("host")
})

describe.each(majors)("%s", (_, makeApp) => {
  test("serverless-http logs in, is let in, and reaches the host's routes", async () => {
    const handle = serverless((await appWithGuard(makeApp)) as serverless.Application)
    const ask = async (httpMethod: string, path: string, more: Readonly<Record<string, string>> = {}, body = "") =>
      (await handle({ httpMethod, path, headers: { ...headers, ...more }, body, requestContext: {} }, {})) as {
        readonly statusCode: number
        readonly body: string
      }
    const login = await ask("POST", "/auth/jwt/login", {}, payload)
    expect(login.statusCode).toBe(200)
    const authorization = `Bearer ${JSON.parse(login.body).access_token}`
    expect((await ask("GET", "/me", { authorization })).body).toBe("in")
    expect((await ask("GET", "/me")).statusCode).toBe(401)
    expect((await ask("GET", "/host")).body).toBe("host")
  })
})
