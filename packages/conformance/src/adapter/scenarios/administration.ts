import type { Auth } from "@latchkey/core"
import { headerOf, type WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { ada, browserOf, programOf, registerAda, root, tokenOf } from "../people.ts"
import type { RunningServer, Scenario } from "../scenario.ts"

const bodyOf = (answer: WireAnswer) => JSON.parse(answer.body)

const statusAndDetail = (answer: WireAnswer): unknown => [answer.status, bodyOf(answer).detail]

const statusAndCode = (answer: WireAnswer): unknown => [answer.status, bodyOf(answer).code]

/** Ada, and the headers of an administrator's program. */
const begin = async ({ auth }: Pick<RunningServer, "auth">) => ({
  user: await registerAda(auth),
  headers: { authorization: await programOf(auth, root) }
})

/** The headers of an administrator's program that acts as ada. */
const actingOf = async ({ ask }: RunningServer, { user, headers }: Awaited<ReturnType<typeof begin>>) => {
  const opened = await ask({
    method: "POST",
    target: `/admin/users/${user.id}/token`,
    json: { reason: "Ticket 7" },
    headers
  })
  expectSame(opened.status, 200, "acting as ada")
  return { authorization: `Bearer ${bodyOf(opened).access_token}` }
}

const idOf = async (auth: Auth, name: string) => (await auth.users.list({ query: name })).items[0]?.id

/** Administrators and the users that they look after, as programs see it. */
export const administrationScenarios: ReadonlyArray<Scenario> = [
  {
    states: "ADM-01 a user is found, changed and removed by administrators alone, as older clients ask for it",
    check: async ({ auth, ask }) => {
      const { user, headers } = await begin({ auth })
      const target = `/users/${user.id}`
      for (const method of ["GET", "PATCH", "DELETE"]) {
        const json = method === "PATCH" ? { json: { is_superuser: true } } : {}
        expectSame(
          statusAndDetail(await ask({ method, target, ...json })),
          [401, "Unauthorized"],
          `${method} of nobody`
        )
        const own = { authorization: await programOf(auth) }
        const refused = await ask({ method, target, ...json, headers: own })
        expectSame(statusAndCode(refused), [403, "admin-required"], `${method} of ada`)
      }
      const found = await ask({ target, headers })
      const shown = {
        id: user.id,
        email: null,
        is_active: true,
        is_superuser: false,
        is_verified: false,
        username: "ada"
      }
      expectSame([found.status, bodyOf(found)], [200, shown], "the user")
      const json = { username: "ada.l", hashed_password: "x", is_active: null }
      const changed = await ask({ method: "PATCH", target, json, headers })
      expectSame([changed.status, bodyOf(changed)], [200, { ...shown, username: "ada.l" }], "the change")
      const removed = await ask({ method: "DELETE", target, headers })
      expectSame([removed.status, removed.body], [204, ""], "the removal")
      expectSame(statusAndDetail(await ask({ target, headers })), [404, "Not Found"], "afterwards")
      expectSame(statusAndDetail(await ask({ target: "/users/x", headers })), [404, "Not Found"], "an id that is none")
    }
  },
  {
    states: "ADM-02 of ten requests at once that take the last administrator's right away none does, and all are 409",
    check: async ({ auth, ask }) => {
      const { headers } = await begin({ auth })
      const target = `/users/${await idOf(auth, root.username)}`
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, at) => {
          const method = at % 2 === 0 ? "DELETE" : "PATCH"
          return ask({ method, target, headers, ...(method === "PATCH" ? { json: { is_superuser: false } } : {}) })
        })
      )
      for (const answer of answers) expectSame(statusAndDetail(answer), [409, "LAST_SUPERUSER"], "an answer")
      expectSame((await ask({ target, headers })).status, 200, "the administrator")
    }
  },
  {
    states: "ADM-15 of five changes at once over one ETag one is made, and the others are 412",
    check: async ({ auth, ask }) => {
      const { user, headers } = await begin({ auth })
      const target = `/users/${user.id}`
      const tag = headerOf(await ask({ target, headers }), "etag")
      expectThat(tag !== null && /^"[0-9a-f]{64}"$/.test(tag), `the tag is ${tag}`)
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, at) =>
          ask({
            method: "PATCH",
            target,
            json: { username: `ada${at}` },
            headers: { ...headers, "if-match": tag ?? "" }
          })
        )
      )
      const statuses = answers.map(({ status }) => status).toSorted()
      expectSame(statuses, [200, 412, 412, 412, 412], "the answers")
      const lost = answers.find(({ status }) => status === 412)
      expectSame(lost === undefined ? null : statusAndCode(lost), [412, "edit-conflict"], "who was late")
    }
  },
  {
    states: "ADM-08 what an administrator ends of a user's has an address of its own: no id that is left out means all",
    check: async ({ auth, ask }) => {
      const { user, headers } = await begin({ auth })
      const own = { authorization: await programOf(auth) }
      const { token, text } = await tokenOf(auth)
      const target = `/admin/users/${user.id}`
      for (const path of ["sessions/", "tokens/"])
        expectSame((await ask({ method: "DELETE", target: `${target}/${path}`, headers })).status, 405, path)
      for (const path of ["sessions/*", "tokens/*"])
        expectSame((await ask({ method: "DELETE", target: `${target}/${path}`, headers })).status, 404, path)
      expectSame((await ask({ target: "/users/me", headers: own })).status, 200, "so far")
      const listed = bodyOf(await ask({ target: `${target}/tokens`, headers }))
      expectSame(
        listed.map(({ id }: { id: string }) => id),
        [token.id],
        "the tokens"
      )
      const revoked = await ask({ method: "DELETE", target: `${target}/tokens/${token.id}`, headers })
      expectSame(revoked.status, 204, "the token's end")
      const asked = { target: "/users/me", headers: { authorization: `Bearer ${text}` } }
      expectSame((await ask(asked)).status, 401, "the token")
      expectSame((await ask({ method: "DELETE", target: `${target}/credentials`, headers })).status, 204, "all of them")
      expectSame((await ask({ target: "/users/me", headers: own })).status, 401, "ada's session")
      expectSame((await ask({ target: "/users/me", headers })).status, 200, "the administrator's")
    }
  },
  {
    states:
      "IMP-01 IMP-04 an administrator in a user's place may look and log out, and change nothing, here and at a guard for who acts in person",
    check: async (server) => {
      const { auth, ask } = server
      const begun = await begin(server)
      const headers = await actingOf(server, begun)
      const me = bodyOf(await ask({ target: "/users/me", headers }))
      expectSame([me.username, me.impersonated_by], ["ada", await idOf(auth, root.username)], "who it is")
      expectSame((await ask({ target: "/host/signed-in", headers })).status, 200, "a host's own route")
      expectSame((await ask({ target: "/host/fresh", headers })).status, 403, "a host's route for a recent log-in")
      for (const request of [
        { method: "PATCH", target: "/users/me", json: { username: "eve" } },
        { method: "GET", target: "/sessions" },
        { method: "DELETE", target: "/sessions" },
        { method: "POST", target: "/tokens/", json: { name: "robot" } },
        { method: "POST", target: "/auth/cli", form: { code: "BCDFGHJK" } },
        { method: "POST", target: `/admin/users/${begun.user.id}/token`, json: {} },
        { method: "DELETE", target: `/users/${begun.user.id}` }
      ])
        expectSame(
          statusAndCode(await ask({ ...request, headers })),
          [403, "impersonation-forbidden"],
          `${request.method} ${request.target}`
        )
      const cookie = { cookie: await browserOf(auth), "sec-fetch-site": "same-origin" }
      const [theirs] = bodyOf(await ask({ target: "/sessions", headers: cookie })).filter(
        (each: { current: boolean }) => !each.current
      )
      expectSame(theirs?.reason, "Ticket 7", "what ada sees")
      expectSame((await ask({ method: "POST", target: "/auth/jwt/logout", headers })).status, 204, "the log-out")
      expectSame((await ask({ target: "/users/me", headers })).status, 401, "afterwards")
    }
  },
  {
    states:
      "IMP-05 an impersonation opens nothing from the next request on once the administrator has logged out everywhere",
    check: async (server) => {
      const begun = await begin(server)
      const headers = await actingOf(server, begun)
      const id = await idOf(server.auth, root.username)
      const ended = await server.ask({
        method: "DELETE",
        target: `/admin/users/${id}/credentials`,
        headers: begun.headers
      })
      expectSame(ended.status, 204, "the log-out")
      for (const target of ["/users/me", "/host/signed-in"])
        expectSame((await server.ask({ target, headers })).status, 401, target)
      expectSame(
        (await server.ask({ target: "/users/me", headers: { authorization: await programOf(server.auth, ada) } }))
          .status,
        200,
        "ada"
      )
    }
  },
  {
    states:
      "IMP-09 an impersonation opens nothing once the administrator has logged out of the session that it began from",
    check: async (server) => {
      const begun = await begin(server)
      const headers = await actingOf(server, begun)
      const ended = await server.ask({ method: "POST", target: "/auth/jwt/logout", headers: begun.headers })
      expectSame(ended.status, 204, "the log-out")
      for (const target of ["/users/me", "/host/signed-in"])
        expectSame((await server.ask({ target, headers })).status, 401, target)
    }
  },
  {
    states:
      "ADM-04 a malformed id is 422 where older clients mint tokens, in the words that they know, and nobody's is 404",
    check: async (server) => {
      const { headers } = await begin(server)
      const mint = (id: string) => server.ask({ method: "POST", target: `/admin/users/${id}/token`, json: {}, headers })
      const problem = { type: "uuid_parsing", loc: ["path", "user_id"], msg: "Input should be a valid UUID" }
      expectSame(statusAndDetail(await mint("x")), [422, [problem]], "no id")
      expectSame(
        statusAndDetail(await mint("00000000-0000-7000-8000-000000000000")),
        [404, "User not found"],
        "nobody's"
      )
    }
  }
]
