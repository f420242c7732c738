import { headerOf } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { HOST_CONTENT_HEADER } from "../host-routes.ts"
import { browserOf, navigation, registerAda } from "../people.ts"
import { isFromHost, type Scenario } from "../scenario.ts"

/** Problems of the host's own, and the menu on the pages of all problems. */
export const problemScenarios: ReadonlyArray<Scenario> = [
  {
    states: "ERR-07 a problem of the host's own is answered as ours are, whatever the method",
    check: async ({ ask }) => {
      const expected = {
        missing: [404, "not-found"],
        "not-yours": [403, "not-yours"],
        unknown: [401, "unauthorized"],
        failed: [500, "internal"],
        busy: [503, "unavailable"]
      }
      for (const [name, [status, code]] of Object.entries(expected)) {
        for (const method of ["GET", "POST"]) {
          const answer = await ask({ method, target: `/host/problem/${name}` })
          expectThat(!isFromHost(answer), `${name} is answered by the surface`)
          expectSame(headerOf(answer, HOST_CONTENT_HEADER[0]), null, "what a handler had begun")
          expectSame([answer.status, JSON.parse(answer.body).code], [status, code], `${method} ${name}`)
        }
      }
    }
  },
  {
    states: "ERR-07 for a browser it is a page with the menu of whoever is calling, and the way on that the host gives",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const target = "/host/problem/not-yours"
      const headers = { ...navigation, cookie: await browserOf(auth) }
      const known = await ask({ target, headers })
      expectSame([known.status, headerOf(known, "content-type")], [403, "text/html; charset=utf-8"], "the page")
      for (const part of ["This report belongs to somebody else.", 'href="/reports"', ">ada<", 'action="/logout"'])
        expectThat(known.body.includes(part), `the page has ${part}`)
      const unknown = await ask({ target, headers: navigation })
      expectThat(!unknown.body.includes(">ada<") && unknown.body.includes('href="/login"'), "the page for nobody")
      const forged = await ask({ method: "POST", target, headers: { ...headers, "sec-fetch-site": "cross-site" } })
      expectThat(!forged.body.includes(">ada<"), "ERR-06 a forged request is not taken for its user")
    }
  },
  {
    states: "ERR-06 the pages of our own problems have the menu too",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = { ...navigation, cookie: await browserOf(auth), "sec-fetch-site": "same-origin" }
      const asked = [
        [403, { target: "/host/admin" }],
        [404, { target: "/setup/" }],
        [405, { method: "DELETE", target: "/login" }],
        [415, { target: "/profile/details", body: "x", headers: { "content-type": "text/plain" } }]
      ] as const
      for (const [status, request] of asked) {
        const own = "headers" in request ? request.headers : {}
        const answer = await ask({ ...request, headers: { ...headers, ...own } })
        expectSame(answer.status, status, request.target)
        for (const part of [">ada<", 'action="/logout"'])
          expectThat(answer.body.includes(part), `${status} of ${request.target} has ${part}`)
      }
    }
  },
  {
    states: "RAT-09 a page for a problem that passes says how long, and leads to the same address",
    check: async ({ ask }) => {
      const answer = await ask({ target: "/host/problem/busy?a=b", headers: navigation })
      expectSame([answer.status, headerOf(answer, "retry-after")], [503, "120"], "the answer")
      expectThat(answer.body.includes("2 minutes"), "the page says how long")
      expectThat(answer.body.includes('href="/host/problem/busy?a=b"'), "the page leads to the same address")
    }
  }
]
