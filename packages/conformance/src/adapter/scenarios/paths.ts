import { headerOf, meaningOf, type WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { ada, browserOf, navigation, registerAda } from "../people.ts"
import { isFromHost, type Scenario } from "../scenario.ts"

/** Which address leads to which route, and what each accepts. */
export const pathScenarios: ReadonlyArray<Scenario> = [
  {
    states: "every address answers alike with a slash at its end and without",
    check: async ({ ask }) => {
      for (const path of ["/login", "/register", "/setup/check", "/setup", "/users/me", "/sessions", "/openapi.json"]) {
        const [plain, slashed] = await Promise.all([ask({ target: path }), ask({ target: `${path}/` })])
        expectSame(shown(slashed), shown(plain), path)
        expectThat(!isFromHost(plain), `${path} is answered by the host`)
      }
    }
  },
  {
    states: "a path is taken as it stands: in another case, doubled, or encoded it is another path, and the host's",
    check: async ({ ask }) => {
      const others = [
        "//login",
        "/login//",
        "/sessions//",
        "/sessions//revoke",
        "//sessions/x/revoke",
        "/LOGIN",
        "/login%2F",
        "/%6Cogin",
        "/login;a=1",
        "/login%00",
        "/logins",
        "/"
      ]
      for (const target of others) {
        const answer = await ask({ target })
        expectSame([answer.status, isFromHost(answer)], [404, true], target)
      }
    }
  },
  {
    states: "dot segments are resolved before anything is decided, as every URL parser resolves them",
    check: async ({ ask }) => {
      const plain = shown(await ask({ target: "/login" }))
      for (const target of ["/./login", "/host/../login", "/%2e%2e/login", "/host/%2E%2e/login", "/login/."]) {
        expectSame(shown(await ask({ target })), plain, target)
      }
      const guarded = await ask({ target: "/login/%2e%2e/host/signed-in" })
      expectThat(
        guarded.status === (isFromHost(guarded) ? 404 : 401), // 404 where the routes are moved
        `a guarded route behind dot segments: ${guarded.status}`
      )
    }
  },
  {
    states: "an address with scheme and host in the request line is that path, and its host means nothing (RED-04)",
    check: async ({ ask }) => {
      const absolute = await ask({ target: "http://evil.example/login" })
      expectSame(shown(absolute), shown(await ask({ target: "/login" })), "the absolute form")
    }
  },
  {
    states: "a path that is not the surface's is the host's with every method",
    check: async ({ ask }) => {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const answer = await ask({ method, target: "/nowhere" })
        expectThat(isFromHost(answer), `${method} /nowhere was answered by the surface`)
      }
    }
  },
  {
    states: "HEAD answers as GET, without a body (CSR-06)",
    check: async ({ ask, auth }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const requests = [
        { target: "/login" },
        { target: "/openapi.json" },
        { target: "/users/me" },
        { target: "/users/me", headers: { cookie } },
        { target: "/profile/", headers: navigation },
        { target: "/setup/" },
        { target: "/host/admin", headers: { cookie } }
      ]
      for (const request of requests) {
        const [get, head] = await Promise.all([ask(request), ask({ ...request, method: "HEAD" })])
        expectSame([head.status, meaningOf(head), head.body], [get.status, meaningOf(get), ""], request.target)
      }
    }
  },
  {
    states: "another method on a known address is 405 with Allow, OPTIONS among them",
    check: async ({ ask, auth }) => {
      await registerAda(auth)
      const cases: ReadonlyArray<readonly [method: string, target: string, allow: string]> = [
        ["OPTIONS", "/login", "GET, HEAD, POST"],
        ["PUT", "/login", "GET, HEAD, POST"],
        ["PROPFIND", "/login/", "GET, HEAD, POST"],
        ["POST", "/users/me", "GET, HEAD, PATCH, DELETE"],
        ["HEAD", "/auth/jwt/login", "POST"],
        ["GET", "/auth/register", "POST"],
        ["POST", "/sessions", "GET, HEAD, DELETE"],
        ["GET", "/sessions/some-id", "DELETE"],
        ["TRACE", "/login", "GET, HEAD, POST"]
      ]
      for (const [method, target, allow] of cases) {
        const answer = await ask({ method, target })
        expectSame([answer.status, headerOf(answer, "allow")], [405, allow], `${method} ${target}`)
      }
    }
  },
  {
    states: "CSR-09 no header and no field stands in for the method",
    check: async ({ ask, auth }) => {
      await registerAda(auth)
      const headers = { cookie: await browserOf(auth), "sec-fetch-site": "same-origin" }
      const overrides = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]
      for (const name of overrides) {
        const posted = await ask({ method: "POST", target: "/sessions", headers: { ...headers, [name]: "DELETE" } })
        expectSame(posted.status, 405, `POST with ${name}`)
        const read = await ask({ target: "/sessions?_method=DELETE", headers: { ...headers, [name]: "DELETE" } })
        expectSame(read.status, 200, `GET with ${name}`)
      }
      const field = await ask({ target: "/sessions?_method=DELETE", headers, form: { _method: "DELETE" } })
      expectSame(field.status, 405, "POST with the field _method")
      expectThat(
        (await auth.sessions.list((await auth.sessions.logIn(ada)).user.id)).length === 2,
        "a session was ended"
      )
    }
  }
]

const shown = (answer: WireAnswer): unknown => [answer.status, meaningOf(answer), answer.body]
