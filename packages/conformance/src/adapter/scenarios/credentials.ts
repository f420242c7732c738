import { headerOf, valuesOf } from "../answer.ts"
import { expectSame } from "../expect.ts"
import { ada, browserOf, programOf, registerAda, root, tokenOf } from "../people.ts"
import type { Scenario } from "../scenario.ts"

const BASIC = 'Basic realm="latchkey", charset="UTF-8"'

/** Every address that identifies the caller, of the surface and of the host. */
const GUARDED = ["/users/me", "/profile/", "/sessions", "/host/signed-in"]

/** Which credential counts, and the answer without one. */
export const credentialScenarios: ReadonlyArray<Scenario> = [
  {
    states: "HDR-02 one space or several follow `Bearer` and `Basic`, and a tab does not",
    isAboutBytes: true,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const { text } = await tokenOf(auth)
      const basic = btoa(`__token__:${text}`)
      for (const target of ["/users/me", "/host/signed-in"]) {
        for (const authorization of [`Bearer  ${text}`, `bearer     ${text}`, `Basic  ${basic}`, `BASIC   ${basic}`])
          expectSame((await ask({ target, headers: { authorization } })).status, 200, `${target} ${authorization}`)
        for (const authorization of [`Bearer\t${text}`, `Bearer \t${text}`, `Basic\t${basic}`])
          expectSame((await ask({ target, headers: { authorization } })).status, 401, `${target} ${authorization}`)
      }
    }
  },
  {
    states: "BAS-10 a user name in Latin-1 is the owner's, as in UTF-8, and bytes of neither are 401",
    check: async ({ auth, ask }) => {
      const zoe = { username: "zoë", password: ada.password }
      await auth.users.register(zoe)
      const { text } = await tokenOf(auth, {}, zoe)
      const basic = (bytes: string) => ({ authorization: `Basic ${btoa(`${bytes}:${text}`)}` })
      for (const bytes of ["zo\xeb", "zo\xc3\xab", "ZO\xcb"])
        expectSame((await ask({ target: "/users/me", headers: basic(bytes) })).status, 200, JSON.stringify(bytes))
      for (const bytes of ["zo\x80", "zo\xe9", "zo\xc3\xeb"])
        expectSame((await ask({ target: "/users/me", headers: basic(bytes) })).status, 401, JSON.stringify(bytes))
    }
  },
  {
    states: "HDR-01 two Authorization headers are 400, in either order, alike or not, on one line or two",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const bearer = await programOf(auth)
      const basic = `Basic ${btoa("ada:x")}`
      const cookie = await browserOf(auth)
      const pairs = [
        [bearer, "Bearer other"],
        ["Bearer other", bearer],
        [bearer, bearer],
        [basic, bearer],
        [bearer, basic]
      ]
      for (const target of [...GUARDED, "/host/anyone"]) {
        for (const pair of pairs) {
          const lines = pair.map((value) => ["Authorization", value] as const)
          const two = await ask({ target, headers: [...lines, ["Cookie", cookie]] })
          expectSame([two.status, JSON.parse(two.body).code], [400, "invalid-request"], `${target} two lines`)
          const one = await ask({ target, headers: { authorization: pair.join(", "), cookie } })
          expectSame(one.status, 400, `${target} one line`)
        }
      }
    }
  },
  {
    states: "HDR-05 an Authorization header counts alone: beside one that opens nothing, the cookie is not tried",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const bearer = await programOf(auth, root)
      const refused = [
        "Bearer nothing",
        "Bearer %",
        "Bearer",
        "Basic",
        `Basic ${btoa("ada:x")}`,
        "Digest a=b",
        "Negotiate x"
      ]
      for (const target of GUARDED) {
        for (const authorization of refused) {
          expectSame(
            (await ask({ target, headers: { authorization, cookie } })).status,
            401,
            `${target} ${authorization}`
          )
        }
      }
      const both = await ask({ target: "/users/me", headers: { authorization: bearer, cookie } })
      expectSame(JSON.parse(both.body).username, "root", "who the bearer token is for")
    }
  },
  {
    states:
      "HDR-06 BAS-04 the challenge is one line: Basic and Bearer for programs, Bearer alone for a browser's own request",
    check: async ({ ask }) => {
      for (const target of GUARDED) {
        const program = await ask({ target })
        expectSame(valuesOf(program, "www-authenticate"), [`${BASIC}, Bearer realm="latchkey"`], target)
        for (const mode of ["cors", "no-cors", "same-origin"]) {
          const fetched = await ask({ target, headers: { "sec-fetch-mode": mode } })
          expectSame(valuesOf(fetched, "www-authenticate"), ['Bearer realm="latchkey"'], `${target} ${mode}`)
        }
      }
    }
  },
  {
    states: "HDR-06 a bearer token that opens nothing is called invalid; a cookie or Basic that opens nothing is not",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const asBearer = cookie.replace("latchkey_session=", "Bearer ")
      const invalid = 'Bearer realm="latchkey", error="invalid_token"'
      for (const target of GUARDED) {
        for (const authorization of ["Bearer nothing", "bearer nothing", "Bearer %%%", asBearer]) {
          const program = await ask({ target, headers: { authorization } })
          expectSame(headerOf(program, "www-authenticate"), `${BASIC}, ${invalid}`, `${target} ${authorization}`)
          const fetched = await ask({ target, headers: { authorization, "sec-fetch-mode": "cors" } })
          expectSame(headerOf(fetched, "www-authenticate"), invalid, `${target} ${authorization} fetched`)
        }
        for (const headers of [{ cookie: "latchkey_session=x" }, { authorization: `Basic ${btoa("a:b")}` }]) {
          const answer = await ask({ target, headers })
          expectSame(
            headerOf(answer, "www-authenticate"),
            `${BASIC}, Bearer realm="latchkey"`,
            `${target} without bearer`
          )
        }
      }
    }
  },
  {
    states: "HDR-07 nothing of a request comes back in a challenge or a refusal",
    check: async ({ ask }) => {
      const canary = 'zq",realm="canary'
      const headers = { authorization: `Bearer ${canary}`, origin: "https://canary.example", "x-canary": canary }
      for (const target of [...GUARDED, "/sessions/canary", "/login?next=//canary"]) {
        for (const more of [{}, { authorization: `Basic ${btoa(`canary:${canary}`)}` }, { "sec-fetch-mode": "cors" }]) {
          for (const method of ["GET", "DELETE"]) {
            const answer = await ask({ method, target, headers: { ...headers, ...more } })
            if (answer.status >= 400) expectSame(/canary/.test(JSON.stringify(answer)), false, `${method} ${target}`)
          }
        }
      }
    }
  },
  {
    states: "HDR-02 the scheme counts in any case, spaces follow it, and nothing is trimmed or repaired",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const token = (await programOf(auth)).slice("Bearer ".length)
      for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR"]) {
        expectSame(
          (await ask({ target: "/users/me", headers: { AUTHORIZATION: `${scheme} ${token}` } })).status,
          200,
          scheme
        )
      }
      const broken = [
        `Bearer\t${token}`,
        `Bearer \t${token}`,
        `Bearer ${token}x`,
        `Bearer ${token}=`,
        `Bearer "${token}"`
      ]
      for (const authorization of [...broken, `Token ${token}`, `Bearer ${token} ${token}`]) {
        expectSame((await ask({ target: "/users/me", headers: { authorization } })).status, 401, authorization)
      }
    }
  },
  {
    states: "HDR-04 a credential of nine thousand characters is 401, whatever its scheme",
    check: async ({ ask }) => {
      const long = "A".repeat(9_000)
      for (const authorization of [
        `Bearer ${long}`,
        `Basic ${long}`,
        `Other ${long}`,
        `Basic ${btoa(`a:${long.slice(0, 6_000)}`)}`
      ]) {
        expectSame(
          (await ask({ target: "/users/me", headers: { authorization } })).status,
          401,
          authorization.slice(0, 6)
        )
      }
    }
  },
  {
    states: "BAS-02 a user name and password over Basic are 401, right or wrong",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      for (const pair of [`ada:${ada.password}`, "ada:wrong", "__token__:x", ":", "ada:", `:${ada.password}`]) {
        for (const target of GUARDED) {
          const answer = await ask({ target, headers: { authorization: `Basic ${btoa(pair)}` } })
          expectSame(answer.status, 401, `${target} ${pair}`)
        }
      }
    }
  },
  {
    states: "SES-17 a session's secret works only in the transport it was opened for",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const bearer = await programOf(auth)
      const status = async (headers: Readonly<Record<string, string>>) =>
        (await ask({ target: "/users/me", headers })).status
      expectSame(await status({ cookie }), 200, "the cookie as a cookie")
      expectSame(await status({ authorization: bearer }), 200, "the bearer token as one")
      expectSame(
        await status({ authorization: cookie.replace("latchkey_session=", "Bearer ") }),
        401,
        "cookie as bearer"
      )
      expectSame(await status({ cookie: bearer.replace("Bearer ", "latchkey_session=") }), 401, "bearer as cookie")
      const secret = bearer.slice("Bearer ".length)
      for (const target of [`/users/me?access_token=${secret}`, `/users/me?token=${secret}`]) {
        expectSame((await ask({ target })).status, 401, "in the query")
      }
    }
  }
]
