import { reveal } from "@latchkey/core"
import { headerOf, valuesOf, type WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { browserOf, registerAda } from "../people.ts"
import type { RunningServer, Scenario } from "../scenario.ts"
import { tokenOptions } from "./tokens.ts"

export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
const FORM = "application/x-www-form-urlencoded"

const bodyOf = ({ body }: WireAnswer) => JSON.parse(body)

/** What ada's browser does with a program's code. */
const decide = async ({ auth, ask }: RunningServer, method: "PATCH" | "DELETE", code: string): Promise<WireAnswer> =>
  ask({
    method,
    target: `/auth/cli-login/${code}`,
    headers: { cookie: await browserOf(auth), "sec-fetch-site": "same-origin" }
  })

const poll = ({ ask }: RunningServer, secret: string): Promise<WireAnswer> =>
  ask({ target: "/oauth/token", form: { grant_type: DEVICE_GRANT, device_code: secret, client_id: "acme" } })

/** Programs that log in through a browser. */
export const cliLoginScenarios: ReadonlyArray<Scenario> = [
  {
    states:
      "DEV-06 DEV-17 a program logs in by a code, with its secret in a header, and of 16 polls one gets the token",
    check: async (server) => {
      const { auth, ask } = server
      await registerAda(auth)
      const begun = await ask({ target: "/auth/cli-login", json: { client: "acme" } })
      expectSame([begun.status, valuesOf(begun, "cache-control")], [200, ["no-store"]], "the begin")
      const { code, secret } = bodyOf(begun)
      const headers = { "Latchkey-Secret": secret }
      const waiting = await ask({ target: `/auth/cli-login/${code}`, headers })
      expectSame(waiting.body, '{"status":"pending","token":null}', "while it waits")
      expectSame((await decide(server, "PATCH", code)).body, '{"status":"approved"}', "the approval")
      const answers = await Promise.all(
        Array.from({ length: 16 }, () => ask({ target: `/auth/cli-login/${code}`, headers }))
      )
      const [approved, ...more] = answers.filter(({ status }) => status === 200)
      expectSame([approved?.status, more.length], [200, 0], "the polls")
      const authorization = `Bearer ${bodyOf(approved as WireAnswer).token}`
      expectSame((await ask({ target: "/host/signed-in", headers: { authorization } })).status, 200, "the token")
    }
  },
  {
    states: "DEV-05 who asks more than once a second is answered 429 with `status` and `token`, and when to come again",
    check: async ({ ask }) => {
      const { code, secret } = bodyOf(await ask({ method: "POST", target: "/auth/cli-login" }))
      const target = `/auth/cli-login/${code}?secret=${secret}`
      expectSame((await ask({ target })).status, 200, "the first")
      const early = await ask({ target })
      expectSame(
        [early.status, early.body, headerOf(early, "retry-after")],
        [429, '{"status":"pending","token":null}', "1"],
        "the second"
      )
    }
  },
  {
    states: "DEV-16 a program finds OAuth's endpoints, logs in, and ends its token, which opens nothing from then on",
    auth: tokenOptions,
    check: async (server) => {
      const { auth, ask } = server
      await registerAda(auth)
      const metadata = bodyOf(await ask({ target: "/.well-known/oauth-authorization-server" }))
      const pathOf = (url: string) => new URL(url).pathname
      const asked = await ask({
        target: pathOf(metadata.device_authorization_endpoint),
        form: { client_id: "acme", scope: "packages:read" }
      })
      const { device_code: secret, user_code: code } = bodyOf(asked)
      expectSame(bodyOf(await poll(server, secret)).error, "authorization_pending", "while it waits")
      expectSame(bodyOf(await poll(server, secret)).error, "slow_down", "at once again")
      expectSame((await decide(server, "PATCH", code)).status, 200, "the approval")
      const { access_token: token, scope } = bodyOf(await poll(server, secret))
      expectSame(scope, "packages:read", "the scope")
      const opened = async () =>
        (await ask({ target: "/host/scoped", headers: { authorization: `Bearer ${token}` } })).status
      expectSame(await opened(), 200, "the token")
      expectSame((await ask({ target: pathOf(metadata.revocation_endpoint), form: { token } })).status, 200, "its end")
      expectSame(await opened(), 401, "the token afterwards")
    }
  },
  {
    states:
      "DEV-16 what is no request of OAuth is refused in OAuth's form, for programs and browsers, and lets no origin in",
    check: async ({ ask }) => {
      for (const target of ["/oauth/token", "/oauth/device_authorization", "/oauth/revoke"]) {
        for (const request of [
          { json: { client_id: "acme" } },
          { method: "POST" },
          { form: { client_id: "acme" }, headers: { origin: "https://a.example", accept: "text/html" } },
          { method: "GET", headers: { accept: "text/html" } }
        ]) {
          const answer = await ask({ target, ...request })
          expectThat(answer.status >= 400 && answer.status < 500, `${target} ${answer.status}`)
          expectSame(bodyOf(answer).error, "invalid_request", target)
          expectSame(headerOf(answer, "access-control-allow-origin"), null, "no origin is let in")
        }
      }
    }
  },
  {
    states: "REG-09 a form that is too large is refused in OAuth's form before it has arrived",
    isAboutBytes: true,
    check: async ({ talk }) => {
      const conversation = talk()
      const head = `POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: 50000000`
      await conversation.say(`${head}\r\n\r\ngrant_type=`)
      const answer = await conversation.answer()
      expectSame([answer.status, bodyOf(answer).error], [413, "invalid_request"], "the answer")
      await conversation.hangUp()
    }
  },
  {
    states: "DEV-14 a token can neither approve nor deny, and whoever denies ends the program's wait",
    auth: tokenOptions,
    check: async (server) => {
      const { auth, ask } = server
      const user = await registerAda(auth)
      const { secret: text } = await auth.tokens.issue({ user, scopes: "all" }, { name: "ci" })
      const { code, secret } = bodyOf(await ask({ method: "POST", target: "/auth/cli-login" }))
      const target = `/auth/cli-login/${code}`
      const headers = { authorization: `Bearer ${reveal(text)}` }
      for (const method of ["PATCH", "DELETE"])
        expectSame(bodyOf(await ask({ method, target, headers })).code, "session-required", method)
      expectSame((await decide(server, "DELETE", code)).status, 204, "the denial")
      expectSame((await ask({ target: `${target}?secret=${secret}` })).status, 404, "the program")
    }
  },
  {
    states: "where the host leaves the group `oauth` out, its endpoints and its metadata are the host's",
    surface: { routes: { oauth: false } },
    check: async ({ ask }) => {
      const paths = ["/oauth/token", "/oauth/revoke", "/.well-known/oauth-authorization-server"]
      for (const target of paths) expectSame((await ask({ target })).body, "The host has nothing here.", target)
      expectSame((await ask({ method: "POST", target: "/auth/cli-login" })).status, 200, "the rest stays")
    }
  }
]
