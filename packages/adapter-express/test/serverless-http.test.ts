/** AWS Lambda hands an event to Express, of which serverless-http makes a request that has its headers in `req.headers` alone. */
import serverless from "serverless-http"
import { describe, expect, test } from "vitest"
import { appWithGuard, form, majors } from "./site.ts"

const headers = { host: "localhost:3000", "content-type": "application/x-www-form-urlencoded" }
const payload = form.body.toString()

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
