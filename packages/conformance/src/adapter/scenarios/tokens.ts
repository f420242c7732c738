import { ownScopes } from "@latchkey/core"
import type { TestAuthOptions } from "@latchkey/core/testing"
import { headerOf, valuesOf, type WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { ada, basicOf, browserOf, navigation, registerAda, root, tokenOf } from "../people.ts"
import { isFromHost, type Scenario } from "../scenario.ts"

/** The scopes of tokens on servers under test: the scope of the host's scoped route, and Latchkey's own. */
export const tokenOptions: TestAuthOptions = {
  tokens: {
    scopes: {
      "packages:read": "Download packages",
      [ownScopes.tokens]: "Make and revoke tokens",
      [ownScopes.admin]: "Administer"
    }
  }
}

/** Every way in which a program may send a token of ada's. */
const waysOf = (text: string): ReadonlyArray<string> => [
  `Bearer ${text}`,
  `bearer ${text}`,
  basicOf("__token__", text),
  basicOf("x-access-token", text),
  basicOf("oauth2", text),
  basicOf("ada", text),
  basicOf(text, ""),
  basicOf("__token__", text).replace("Basic", "BASIC")
]

const statusAndCode = (answer: WireAnswer): unknown => [answer.status, JSON.parse(answer.body).code]

/** Personal access tokens, on the surface and on a host's own routes. */
export const tokenScenarios: ReadonlyArray<Scenario> = [
  {
    states: "BAS-06 a token opens the same as Bearer and as each form of Basic, through a guard and on the surface",
    auth: tokenOptions,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const { text } = await tokenOf(auth, { scopes: ["packages:read", ownScopes.tokens] })
      for (const authorization of waysOf(text)) {
        for (const target of ["/host/signed-in", "/host/anyone", "/host/scoped", "/host/scoped?a=b"]) {
          const answer = await ask({ target, headers: { authorization } })
          expectSame(answer.status, 200, `${target} ${authorization}`)
          expectSame(JSON.parse(answer.body), { user: "ada", via: "token", received: "" }, target)
        }
        for (const target of ["/users/me", "/profile/", "/tokens/"]) {
          expectSame((await ask({ target, headers: { authorization } })).status, 200, `${target} ${authorization}`)
        }
      }
    }
  },
  {
    states: "PAT-07 a token that was revoked opens nothing from the next request on, however it comes",
    auth: tokenOptions,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const { token, text } = await tokenOf(auth, { scopes: ["packages:read"] })
      const headers = { authorization: `Bearer ${text}` }
      expectSame((await ask({ target: "/host/scoped", headers })).status, 200, "before")
      const cookie = { cookie: await browserOf(auth), "sec-fetch-site": "same-origin" }
      const gone = await ask({ method: "DELETE", target: `/tokens/${token.id}`, headers: cookie })
      expectSame([gone.status, gone.body], [204, ""], "the revocation")
      for (const authorization of waysOf(text)) {
        for (const target of ["/host/scoped", "/host/signed-in", "/users/me", "/tokens/"]) {
          expectSame(
            statusAndCode(await ask({ target, headers: { authorization } })),
            [401, "unauthorized"],
            `${target} ${authorization}`
          )
        }
        const anyone = await ask({ target: "/host/anyone", headers: { authorization } })
        expectSame(JSON.parse(anyone.body).user, null, "for anyone")
      }
    }
  },
  {
    states:
      "PAT-10 PAT-04 a token without the scope is 403 on a guarded route, and an administrator's is one without the right",
    auth: tokenOptions,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const status = async (text: string, target: string): Promise<number> =>
        (await ask({ target, headers: { authorization: `Bearer ${text}` } })).status
      const plain = await tokenOf(auth)
      expectSame(await status(plain.text, "/host/scoped"), 403, "without the scope")
      expectSame(await status(plain.text, "/host/fresh"), 403, "a token is never fresh")
      expectSame(await status(plain.text, "/tokens/"), 403, "a token manages no tokens")
      const chief = await tokenOf(auth, { scopes: ["packages:read"] }, root)
      expectSame(await status(chief.text, "/host/scoped"), 200, "with the scope")
      expectSame(await status(chief.text, "/host/admin"), 403, "an administrator's token")
      const admin = await tokenOf(auth, { scopes: [ownScopes.admin] }, root)
      expectSame(await status(admin.text, "/host/admin"), 200, "an administrator's token for it")
      const cookie = await browserOf(auth)
      expectSame((await ask({ target: "/host/scoped", headers: { cookie } })).status, 200, "a session has every scope")
      expectSame((await ask({ target: "/host/scoped" })).status, 401, "nobody")
    }
  },
  {
    states: "PAT-12 HDR-05 a token counts in the Authorization header alone, and a bad one excludes the cookie",
    auth: tokenOptions,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const { text } = await tokenOf(auth, { scopes: ["packages:read"] })
      for (const target of ["/host/scoped", "/users/me"]) {
        for (const name of ["access_token", "token"]) {
          expectSame((await ask({ target: `${target}?${name}=${text}` })).status, 401, `${target} ${name}`)
        }
        const cookie = `latchkey_session=${text}`
        expectSame((await ask({ target, headers: { cookie } })).status, 401, `${target} as a cookie`)
        const junk = { authorization: "Bearer lk_pat_junk", cookie: await browserOf(auth) }
        expectSame((await ask({ target, headers: junk })).status, 401, `${target} beside a cookie`)
        const own = { authorization: `Bearer ${text}`, cookie: await browserOf(auth, root) }
        expectSame(/"ada"/.test((await ask({ target, headers: own })).body), true, `${target} with another's cookie`)
      }
      const form = { name: "a", access_token: text }
      expectSame((await ask({ target: "/tokens/", form })).status, 401, "in a form")
    }
  },
  {
    states:
      "PAT-03 a new token's text comes in one answer, in the body of a no-store 201: not in a header, a cookie or a redirect",
    auth: tokenOptions,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = { cookie: await browserOf(auth), "sec-fetch-site": "same-origin" }
      const form = { name: "Laptop", expires_in_days: "7", "scope:packages:read": "on" }
      for (const each of [headers, { ...headers, ...navigation }]) {
        const answer = await ask({ target: "/tokens/", form, headers: each })
        expectSame([answer.status, valuesOf(answer, "cache-control")], [201, ["no-store"]], "the answer")
        expectSame([headerOf(answer, "location"), headerOf(answer, "set-cookie")], [null, null], "its headers")
        expectThat(!/lk_pat_/.test(JSON.stringify(answer.headers)), "a header has the token's text")
        const [text, ...more] = new Set(answer.body.match(/lk_pat_\w{71}/g))
        expectSame(more, [], "other texts")
        const opened = await ask({ target: "/host/scoped", headers: { authorization: `Bearer ${text}` } })
        expectSame(opened.status, 200, "what was made opens what it says")
        const again = await ask({ target: "/tokens/", headers: each })
        expectSame([again.status, /lk_pat_/.test(again.body)], [200, false], "the page once more")
      }
    }
  },
  {
    states: "a token is judged before the body behind it: 401 and 403 come while a large upload is still on its way",
    auth: tokenOptions,
    isAboutBytes: true,
    check: async ({ auth, talk }) => {
      await registerAda(auth)
      const { text } = await tokenOf(auth)
      const heads: ReadonlyArray<readonly [status: number, line: string, authorization: string]> = [
        [401, "POST /host/scoped", basicOf("__token__", "lk_pat_junk")],
        [401, "POST /host/scoped", "Bearer lk_pat_junk"],
        [401, "POST /tokens/", basicOf("__token__", "lk_pat_junk")],
        [403, "POST /host/scoped", basicOf("__token__", text)],
        [403, "POST /host/scoped", `Bearer ${text}`],
        [403, "POST /tokens/", `Bearer ${text}`]
      ]
      const type = "multipart/form-data; boundary=x"
      for (const [status, line, authorization] of heads) {
        const conversation = talk()
        const rest = `Host: a\r\nContent-Type: ${type}\r\nContent-Length: 50000000\r\nAuthorization: ${authorization}`
        await conversation.say(`${line} HTTP/1.1\r\n${rest}\r\n\r\n--x\r\n`)
        const answer = await conversation.answer()
        expectSame(answer.status, status, `${line} ${authorization}`)
        expectSame(valuesOf(answer, "www-authenticate").length, 1, "the challenge, which names a scope that lacks")
        expectSame(headerOf(answer, "location"), null, "no redirect of an upload")
        await conversation.hangUp()
      }
    }
  },
  {
    states: "an upload with a token arrives whole at the host's handler",
    auth: tokenOptions,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const { text } = await tokenOf(auth, { scopes: ["packages:read"] })
      const body = "x".repeat(200_000)
      const headers = { authorization: basicOf("__token__", text), "content-type": "text/plain" }
      const answer = await ask({ method: "POST", target: "/host/scoped", headers, body })
      expectThat(isFromHost(answer) && JSON.parse(answer.body).received === body, "the host received another body")
    }
  },
  {
    states: "BAS-04 in mode `basic` every 401 is one Basic challenge, for people and programs, and the password opens",
    auth: { mode: "basic" },
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const credentials = [{}, { authorization: basicOf("__token__", "x") }, { authorization: "Bearer x" }]
      const callers = [{}, navigation, { "sec-fetch-mode": "cors" }]
      for (const target of ["/host/signed-in", "/profile/", "/users/me", "/tokens/"]) {
        for (const headers of callers.flatMap((one) => credentials.map((other) => ({ ...one, ...other })))) {
          const answer = await ask({ target, headers })
          expectSame(
            [answer.status, valuesOf(answer, "www-authenticate")],
            [401, ['Basic realm="latchkey", charset="UTF-8"']],
            target
          )
        }
        const cookie = await browserOf(auth)
        expectSame((await ask({ target, headers: { cookie } })).status, 401, `${target} with a cookie`)
        const authorization = basicOf("ada", ada.password)
        expectSame((await ask({ target, headers: { authorization } })).status, 200, `${target} with the password`)
      }
      const known = await ask({ target: "/host/scoped", headers: { authorization: basicOf("ada", ada.password) } })
      expectSame(JSON.parse(known.body), { user: "ada", via: "basic", received: "" }, "the host's handler")
      expectSame((await ask({ target: "/login" })).status, 404, "no log-in page")
    }
  }
]
