/** Tests hand a request to Express that never came over a socket. This package changes Express' own objects, so it has a file alone. */
import inject from "light-my-request"
import { describe, expect, test } from "vitest"
import { appWithGuard, form, majors } from "./site.ts"

const headers = { host: "localhost:3000", "content-type": "application/x-www-form-urlencoded" }
const payload = form.body.toString()

describe.each(majors)("%s", (_, makeApp) => {
  test("light-my-request logs in, is let in, and reaches the host's routes", async () => {
    const app = await appWithGuard(makeApp)
    const ask = (options: inject.InjectOptions) => inject(app as inject.DispatchFunc, options)
    const login = await ask({ method: "POST", url: "/auth/jwt/login", headers, payload })
    expect(login.statusCode).toBe(200)
    const authorization = `Bearer ${JSON.parse(login.payload).access_token}`
    expect((await ask({ url: "/me", headers: { authorization } })).payload).toBe("in")
    expect((await ask({ url: "/me" })).statusCode).toBe(401)
    expect((await ask({ url: "/host" })).payload).toBe("host")
  })
})
