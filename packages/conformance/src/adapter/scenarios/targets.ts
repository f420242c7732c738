import { createTestAuth } from "@latchkey/core/testing"
import { plainTarget, readTarget } from "@latchkey/http"
import { diceOf } from "../../store/equivalence/dice.ts"
import { headerOf, meaningOf, valuesOf, type WireAnswer } from "../answer.ts"
import { askDirectly, directHandler } from "../direct.ts"
import { expectSame, expectThat } from "../expect.ts"
import { hostRoutes } from "../host-routes.ts"
import { browserOf, registerAda } from "../people.ts"
import type { WireRequest } from "../request.ts"
import { isFromHost, type RunningServer, type Scenario } from "../scenario.ts"

/** What no honest client asks for: two programs may read it differently. */
const malformedTargets = [
  ...["/users\\me", "/host\\anyone", "/host/anyone\\", "/\\evil.test/login", "http://evil.test\\login", "*"],
  ...["http://evil.test:99999/login", "http://evil.test:99999/host/anyone"],
  ...["HTTP://evil.test/login", "ftp://evil.test/login", "ftp://evil.test/host/anyone"]
]

const malformedHosts = [
  ...["[::1", "a@b", "a b", "a:", "a:b", "a:99999", "a/b", "a?b", "a#b", "a\\b", "a%41", "\xff", "a, b"],
  ...["1.2.3.999", "127.1", "127.1:80", "0x7f.1", "[::0001]"]
]

const soundHosts = [
  "latchkey.test",
  "localhost:3000",
  "127.0.0.1:80",
  "[::1]:3000",
  "A.example",
  "a_b",
  "xn--bcher-kva.test",
  ""
]

/** How a request line and a Host header are read: by Latchkey, and by the framework that leads to the host's own routes. */
export const targetScenarios: ReadonlyArray<Scenario> = [
  {
    states: "INP-13 a target that is no path, and one with a backslash, is 400 on every path, and the server goes on",
    check: async (server) => {
      for (const target of malformedTargets) {
        expectSame((await exchange(server, { target })).status, 400, target)
        const posted = await exchange(server, { method: "POST", target, json: {} })
        expectSame([posted.status, valuesOf(posted, "set-cookie")], [400, []], `POST ${target}`)
      }
      expectSame((await server.ask({ target: "/setup/check" })).status, 200, "the next request")
    }
  },
  {
    states: "INP-13 a Host header that is no host is 400 on every path, and any other means nothing",
    isAboutBytes: true,
    check: async (server) => {
      for (const target of ["/login", "/host/anyone", "/nowhere", "http://latchkey.test/login"]) {
        const should = (await exchange(server, { target })).status
        for (const host of malformedHosts)
          expectSame((await exchange(server, { target, headers: { host } })).status, 400, `${target} of ${host}`)
        for (const host of soundHosts)
          expectSame((await exchange(server, { target, headers: { host } })).status, should, `${target} of ${host}`)
        const twice = [["Host", "latchkey.test"] as const, ["Host", "evil.test"] as const]
        expectSame((await exchange(server, { target, headers: twice })).status, 400, `${target} of two hosts`)
      }
      const posted = await exchange(server, { target: "/auth/jwt/login", json: {}, headers: { host: "1.2.3.999" } })
      expectSame(posted.status, 400, "a body for a host that no url can have")
    }
  },
  {
    states: "INP-13 a client of HTTP/1.0 need not name a host",
    check: async ({ talk }) => {
      for (const [target, status] of [
        ["/login", 200],
        ["/host/anyone", 200],
        ["/users/me", 401]
      ] as const) {
        const conversation = talk()
        await conversation.say(`GET ${target} HTTP/1.0\r\n\r\n`)
        expectSame((await conversation.answer()).status, status, target)
      }
    }
  },
  {
    states: "INP-14 of an absolute target only the path counts, for Latchkey's routes and the host's",
    isAboutBytes: true, // a parser in front of Latchkey may itself fail at such a target
    check: async (server) => {
      await registerAda(server.auth)
      const cookie = await browserOf(server.auth)
      const requests: ReadonlyArray<WireRequest> = [
        ...["/users/me", "/login", "/host/signed-in", "/host/anyone?a=b", "/nowhere"].map((target) => ({ target })),
        { target: "/host/signed-in", headers: { cookie } },
        { target: "/auth/jwt/login", json: { username: "nobody", password: "nothing" } },
        { target: "/host/anyone", body: "a text", headers: { "content-type": "text/plain" } }
      ]
      for (const request of requests) {
        const plain = shown(await server.ask(request))
        for (const origin of [
          "http://evil.test",
          "https://evil.test:8443",
          "http://a:b@evil.test",
          "http://a@evil.test"
        ]) {
          const target = `${origin}${request.target}`
          expectSame(shown(await server.ask({ ...request, target })), plain, target)
        }
      }
    }
  },
  {
    states: "INP-15 every spelling of a guarded path leads to its guard, or to nothing",
    check: async (server) => {
      const plain = await server.ask({ target: "/host/signed-in" })
      const same = [
        ...[
          "/host/%73igned-in",
          "/h%6fst/signed%2Din",
          "/host/x/../signed-in",
          "/x/%2e%2E/host/./signed-in",
          "/../host/signed-in"
        ],
        ...[
          "/host/signed-in?",
          "/host/signed-in#x",
          "/./host/%73igned-in?a=%2F..%2F",
          "http://evil.test/x/../host/signed-in"
        ]
      ]
      for (const target of same) expectSame(shown(await server.ask({ target })), shown(plain), target)
      const none = [
        ...[
          "//host/signed-in",
          "/host//signed-in",
          "/host/signed-in%2f",
          "/host%2fsigned-in",
          "/host/x%2f..%2fsigned-in"
        ],
        ...[
          "/host/signed-in%00",
          "/host/signed-in;x",
          "/host/%2573igned-in",
          "/host/%5csigned-in",
          "/host/signed-in%20"
        ]
      ]
      for (const target of none) {
        const answer = await server.ask({ target })
        expectSame([answer.status, isFromHost(answer)], [404, true], target)
      }
    }
  },
  {
    states: "INP-13 INP-14 INP-15 200 random request lines are answered as without a server",
    isAboutBytes: true,
    check: async (server) => {
      const twin = await createTestAuth()
      const handler = directHandler(twin.auth, {})
      const dice = diceOf(20_261_129)
      try {
        for (let at = 0; at < 200; at++) {
          const target = `${dice.pick(origins)}${dice.pick(fronts)}${dice.pick(ends)}${dice.pick(tails)}`
          const host = dice.percent(80) ? "latchkey.test" : dice.pick([...malformedHosts, ...soundHosts])
          const content = dice.percent(30) ? { json: {} } : {}
          if (isFrameworksOwn(target)) continue
          const request: WireRequest = { target, headers: { host }, ...content }
          const isMalformed = readTarget(target) === null
          const should = isMalformed ? MALFORMED : outcomeOf(await askDirectly(handler)(request))
          expectSame(
            outcomeOf(await exchange(server, request)),
            should,
            `request ${at + 1}, ${JSON.stringify(request)}`
          )
        }
      } finally {
        await twin.auth.close()
      }
    }
  }
]

const origins = [
  ...["", "", "", "", "", ""],
  ...[
    "http://evil.test",
    "https://evil.test:8443",
    "http://a:b@evil.test",
    "http://evil.test:99999",
    "HTTP://evil.test"
  ]
]
const fronts = [
  "",
  "",
  "",
  "/x/..",
  "/.",
  "/%2e",
  "/x/%2E%2e",
  "/..",
  "/x",
  "/",
  "//evil.test/..",
  "/x;y/..",
  "/%78/.."
]
const ends = [
  ...["/host/anyone", "/host/signed-in", "/host/%61nyone", "/host/signed%2Din", "/host%2fanyone", "/host/x/../anyone"],
  ...[
    "/login",
    "/%6Cogin",
    "/LOGIN",
    "/login;a",
    "/users/me",
    "/users%2fme",
    "/users\\me",
    "/sessions/x",
    "/auth/jwt/login"
  ],
  ...["/openapi.json", "/nowhere", "/host\\anyone", "/'()[]|^`{}<>", "/%22%3C%C3%BC"]
]
const tails = [
  "",
  "",
  "",
  "",
  "?",
  "?a=b",
  "?a=\\&b=/../c",
  "?a='%20\"",
  "#x",
  "?a#b",
  "/.",
  "/..",
  "%00",
  "\\",
  "%5c",
  "%2f"
]

/** A slash at the end of a path of the host's: every framework has its own rule, and its guard goes with the handler. */
const isFrameworksOwn = (target: string): boolean => {
  const path = plainTarget(readTarget(target) ?? "").split("?", 1)[0] ?? ""
  return path.endsWith("/") && hostRoutes.some((row) => `${row.path}/` === path)
}

/** What a client learns. Of a malformed request the status: the server may refuse it before anybody else sees it. */
const outcomeOf = (answer: WireAnswer): unknown => {
  if (answer.status === 400 && (answer.body === "" || codeOf(answer) === "malformed-request")) return MALFORMED
  return [
    answer.status,
    isFromHost(answer),
    codeOf(answer),
    headerOf(answer, "location"),
    valuesOf(answer, "set-cookie")
  ]
}

const MALFORMED = "400, malformed"

const codeOf = (answer: WireAnswer): unknown =>
  headerOf(answer, "content-type")?.startsWith("application/problem+json") ? JSON.parse(answer.body).code : null

/** Asks on a connection of its own. Unlike `ask`, it takes answers from the server itself, in front of any framework. */
const exchange = async ({ talk }: RunningServer, request: WireRequest): Promise<WireAnswer> => {
  const conversation = talk()
  await conversation.say(request)
  const answer = await conversation.answer()
  await conversation.hangUp()
  expectThat(answer.status < 500, `${request.target} answers ${answer.status}`)
  return answer
}

const shown = (answer: WireAnswer): unknown => [answer.status, meaningOf(answer), answer.body]
