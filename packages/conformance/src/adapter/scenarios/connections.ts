import { headerOf } from "../answer.ts"
import { expectSame } from "../expect.ts"
import { ada, programOf, registerAda } from "../people.ts"
import type { WireRequest } from "../request.ts"
import type { Scenario } from "../scenario.ts"

/** Several requests on one connection, and connections that end too soon. */
export const connectionScenarios: ReadonlyArray<Scenario> = [
  {
    states: "a connection outlives a refusal: a body that nobody read does not stand before the next request",
    check: async ({ auth, talk }) => {
      await registerAda(auth)
      const large = { a: "x".repeat(70_000) }
      const refused: ReadonlyArray<readonly [status: number, request: WireRequest]> = [
        [401, { method: "PATCH", target: "/users/me", json: large }],
        [401, { target: "/host/signed-in", json: large }],
        [403, { target: "/host/admin", json: large, headers: { authorization: await programOf(auth) } }],
        [403, { target: "/login", json: large, headers: { "sec-fetch-site": "cross-site" } }],
        [405, { method: "PUT", target: "/login", json: large }],
        [413, { target: "/login", json: large }],
        [415, { target: "/login", body: "x".repeat(1_000), headers: { "content-type": "text/plain" } }],
        [400, { target: "/auth/jwt/login", form: { username: "ada", password: "wrong" } }]
      ]
      for (const [status, request] of refused) {
        const conversation = talk()
        await conversation.say(request)
        const answer = await conversation.answer()
        expectSame(answer.status, status, request.target)
        if (headerOf(answer, "connection") === "close") continue // also honest: the next request goes elsewhere
        await conversation.say({ target: "/setup/check" })
        expectSame((await conversation.answer()).status, 200, `the request after ${status}`)
      }
    }
  },
  {
    states:
      "after a body that was given up half-way, the next request is answered or the connection ends; nothing waits",
    isAboutBytes: true,
    check: async ({ talk }) => {
      const conversation = talk()
      const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`
      const head =
        "POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      await conversation.say(`${head}${chunk.repeat(20)}0\r\n\r\n`)
      expectSame((await conversation.answer()).status, 413, "the body")
      await conversation.say({ target: "/setup/check" })
      const next = await conversation.answer().catch(() => null) // the server may close; the client then asks again on another connection
      if (next !== null) expectSame(next.status, 200, "the next request")
    }
  },
  {
    states: "requests on one connection are apart: each has its own credential, body and answer",
    check: async ({ auth, talk }) => {
      await registerAda(auth)
      const conversation = talk()
      const asked: ReadonlyArray<readonly [status: number, request: WireRequest]> = [
        [200, { target: "/users/me", headers: { authorization: await programOf(auth) } }],
        [401, { target: "/users/me" }],
        [200, { target: "/auth/jwt/login", form: { username: ada.username, password: ada.password } }],
        [422, { target: "/auth/jwt/login", form: {} }],
        [401, { target: "/host/signed-in" }]
      ]
      for (const [status, request] of asked) {
        await conversation.say(request)
        expectSame((await conversation.answer()).status, status, request.target)
      }
      await conversation.say({ method: "HEAD", target: "/login" })
      expectSame((await conversation.answer("HEAD")).body, "", "HEAD")
      await conversation.say({ target: "/setup/check" })
      expectSame((await conversation.answer()).status, 200, "the request after HEAD")
    }
  },
  {
    states: "who hangs up before the answer breaks nothing, and what they asked for is done or not, never half",
    check: async ({ auth, talk, ask }) => {
      await registerAda(auth)
      for (const at of [1, 2, 3, 4, 5]) {
        const conversation = talk()
        await conversation.say({ target: "/auth/register", json: { username: `eve${at}`, password: ada.password } })
        await conversation.hangUp()
        const other = talk()
        await other.say({ target: "/profile/", headers: { authorization: await programOf(auth) } })
        await other.hangUp()
      }
      expectSame((await ask({ target: "/setup/check" })).status, 200, "the next request")
      const { items } = await auth.users.list()
      for (const { username } of items.filter((user) => user.username?.startsWith("eve"))) {
        const form = { username: username ?? "", password: ada.password }
        expectSame((await ask({ target: "/auth/jwt/login", form })).status, 200, `a log-in of ${username}`)
      }
    }
  }
]
