import {
  ada,
  basicOf,
  headerOf,
  navigation,
  root,
  tokenOf,
  valuesOf,
  type WireAnswer
} from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { bodyOf, openTokenSite, problemIn, type TokenSite } from "../../test/token-site.ts"

const BASIC = 'Basic realm="latchkey", charset="UTF-8"'
const BEARER = 'Bearer realm="latchkey"'
const INVALID = `${BEARER}, error="invalid_token"`

const me = (site: TokenSite, headers: Readonly<Record<string, string>>) => site.ask({ target: "/users/me", headers })

/** Every way in which a program may bring a token of ada's. */
const waysOf = (text: string): Readonly<Record<string, string>> => ({
  bearer: `Bearer ${text}`,
  "bearer in small letters": `bearer ${text}`,
  "bearer in capitals": `BEARER ${text}`,
  "pip and twine": basicOf("__token__", text),
  "pip with the token as the user": basicOf(text, ""),
  "git, as one host names it": basicOf("x-access-token", text),
  "git, as another host names it": basicOf("oauth2", text),
  "the owner's name": basicOf("ada", text),
  "the owner's name in capitals": basicOf("ADA", text),
  "the owner's address": basicOf("ada@example.org", text),
  "basic in small letters": basicOf("__token__", text).replace("Basic", "basic"),
  "basic in capitals": basicOf("__token__", text).replace("Basic", "BASIC")
})

test("BAS-06 HDR-02 a token opens the same as Bearer and as Basic under each user name of the contract, in any case of the scheme", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth)
  const expected = bodyOf(await me(site, { authorization: `Bearer ${text}` }))
  expect(expected.username).toBe("ada")
  for (const [way, authorization] of Object.entries(waysOf(text))) {
    const answer = await me(site, { authorization })
    expect([answer.status, bodyOf(answer)], way).toEqual([200, expected])
  }
  expect(site.verifications()).toBe(0)
})

test("BAS-06 PAT-07 a token that was revoked is refused alike in every way that it may come", async () => {
  const site = await openTokenSite()
  const { token, text } = await tokenOf(site.auth)
  await site.auth.tokens.revoke({ owner: site.user.id, id: token.id })
  for (const [way, authorization] of Object.entries(waysOf(text))) {
    expect(problemIn(await me(site, { authorization })), way).toEqual([401, "unauthorized"])
  }
})

test("BAS-02 a token under any other user name is 401, and so is one that is not alone", async () => {
  const site = await openTokenSite()
  await site.auth.users.create({ username: "grace", password: ada.password })
  const { text } = await tokenOf(site.auth)
  const refused: ReadonlyArray<readonly [user: string, password: string]> = [
    ["root", text],
    ["grace", text],
    ["nobody", text],
    ["__TOKEN__", text],
    ["__token__ ", text],
    ["X-Access-Token", text],
    ["oauth", text],
    ["grace@example.org", text],
    ["", text],
    [text, text],
    [text, "x"],
    [text, ada.password],
    ["__token__", `${text}\n`],
    ["__token__", ` ${text}`],
    ["__token__", `${text}:`],
    [`${text}\n`, ""],
    ["__token__", ""]
  ]
  for (const [user, password] of refused) {
    const answer = await me(site, { authorization: basicOf(user, password) })
    expect(problemIn(answer), JSON.stringify([user, password])).toEqual([401, "unauthorized"])
  }
})

test("BAS-02 HDR-08 in session mode a user and password over Basic are 401 without a hash and without a store call", async () => {
  const site = await openTokenSite()
  site.ruled.calls.length = 0
  for (const [user, password] of [
    ["ada", ada.password],
    ["root", root.password],
    ["ada@example.org", ada.password],
    ["nobody", "x"],
    ["__token__", ada.password]
  ] as const) {
    for (const target of ["/users/me", "/profile/", "/tokens/", "/sessions"]) {
      expect((await site.ask({ target, headers: { authorization: basicOf(user, password) } })).status).toBe(401)
    }
  }
  expect([site.verifications(), site.ruled.calls]).toEqual([0, []])
})

test("PAT-01 junk for a token is 401 without a store call, however it comes", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth)
  const swapped = (at: number) => text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1)
  const junk = [
    swapped(8),
    swapped(30),
    swapped(text.length - 1),
    text.slice(0, -1),
    `${text}a`,
    text.toUpperCase(),
    text.replace("lk_", "gh_"),
    text.replace("pat", "ses"),
    text.replace("pat", "dev"),
    "lk_pat_",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAw",
    "x",
    "a".repeat(5_000)
  ]
  site.ruled.calls.length = 0
  for (const each of junk) {
    for (const authorization of [
      `Bearer ${each}`,
      basicOf("__token__", each),
      basicOf(each, ""),
      basicOf("ada", each)
    ]) {
      expect((await me(site, { authorization })).status, authorization.slice(0, 60)).toBe(401)
    }
  }
  expect(site.ruled.calls).toEqual([])
})

test("PAT-01 a token costs one store call, and no password is hashed for it", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth)
  await me(site, { authorization: `Bearer ${text}` })
  await new Promise((done) => setImmediate(done)) // its use is noted behind the answer, once a minute
  site.ruled.calls.length = 0
  for (const authorization of Object.values(waysOf(text))) expect((await me(site, { authorization })).status).toBe(200)
  expect(site.ruled.calls).toEqual(Object.values(waysOf(text)).map(() => "lookupToken"))
  expect(site.verifications()).toBe(0)
})

test("PAT-12 a token in the query, in a form, in JSON, in a cookie or in another header is never accepted", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth, { scopes: ["latchkey:tokens"] })
  const names = ["access_token", "token", "api_key", "authorization", "private_token"]
  for (const name of names) {
    for (const target of ["/users/me", "/tokens/", "/profile/"]) {
      expect((await site.ask({ target: `${target}?${name}=${text}` })).status, `${target} ${name}`).toBe(401)
    }
    expect((await site.ask({ target: "/tokens/", form: { name: "a", [name]: text } })).status, name).toBe(401)
    expect((await site.ask({ target: "/tokens/", json: { name: "a", [name]: text } })).status, name).toBe(401)
    expect((await me(site, { cookie: `${name}=${text}` })).status, name).toBe(401)
  }
  const headers = ["x-api-key", "x-auth-token", "private-token", "proxy-authorization", "latchkey-secret"]
  for (const name of headers) expect((await me(site, { [name]: `Bearer ${text}` })).status, name).toBe(401)
  expect((await me(site, { cookie: `latchkey_session=${text}` })).status).toBe(401)
  expect((await site.auth.tokens.list(site.user.id)).length).toBe(1)
})

test("HDR-01 two Authorization headers are 400, also when both are the same token", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth)
  const [bearer, basic] = [`Bearer ${text}`, basicOf("__token__", text)]
  for (const pair of [
    [bearer, bearer],
    [bearer, basic],
    [basic, bearer],
    [basic, basic],
    ["Bearer junk", bearer],
    [bearer, "Basic junk"]
  ]) {
    for (const target of ["/users/me", "/tokens/"]) {
      const two = pair.map((value) => ["authorization", value] as const)
      expect(problemIn(await site.ask({ target, headers: two })), `${pair}`).toEqual([400, "invalid-request"])
    }
  }
})

test("HDR-02 HDR-03 spaces follow the scheme, and a token that is cut, quoted or padded is 401", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth)
  const basic = basicOf("__token__", text)
  const refused = [
    text,
    `Token ${text}`,
    `token ${text}`,
    `Bearer\t${text}`,
    `Bearer \t ${text}`,
    `Bearer "${text}"`,
    `Bearer ${text}=`,
    `Bearer ${text} x`,
    `Bearer ${btoa(text)}`,
    `Basic ${text}`,
    `Basic ${btoa(text)}`,
    basic.replace("Basic ", "Basic\t"),
    `${basic.replace(/=+$/, "")}`.slice(0, -1),
    `${basic}=`,
    "Bearer",
    "Bearer ",
    "Basic",
    "Basic "
  ]
  for (const authorization of refused) {
    const answer = await me(site, { authorization })
    expect([400, 401], authorization.slice(0, 20)).toContain(answer.status)
    if (authorization !== text) expect(answer.status, authorization.slice(0, 20)).toBe(401)
  }
  for (const authorization of [`Bearer  ${text}`, `bearer     ${text}`, basic.replace("Basic ", "basic   ")]) {
    const answer = await me(site, { authorization })
    expect(answer.status, authorization.slice(0, 20)).toBe(200)
  }
})

test("HDR-05 a token counts alone: a bad one is 401 beside a good cookie, and a good one is whose it is", async () => {
  const site = await openTokenSite()
  const { cookie = "" } = await site.browser(root)
  const { text } = await tokenOf(site.auth)
  const gone = await tokenOf(site.auth)
  await site.auth.tokens.revoke({ owner: site.user.id, id: gone.token.id })
  for (const secret of [gone.text, "lk_pat_junk"]) {
    for (const authorization of Object.values(waysOf(secret))) {
      expect((await me(site, { authorization, cookie })).status, authorization.slice(0, 20)).toBe(401)
    }
  }
  for (const authorization of Object.values(waysOf(text))) {
    expect(bodyOf(await me(site, { authorization, cookie })).username).toBe("ada")
  }
  const twice = await me(site, { authorization: `Bearer ${text}`, cookie: "latchkey_session=a; latchkey_session=b" })
  expect([bodyOf(twice).username, valuesOf(twice, "set-cookie")]).toEqual(["ada", []])
})

const challengeOf = (answer: WireAnswer) => [answer.status, ...valuesOf(answer, "www-authenticate")]

test("HDR-06 HDR-09 BAS-04 programs get one line, Basic first; `invalid_token` where a bearer token was sent; a browser's fetch no Basic", async () => {
  const site = await openTokenSite()
  const fetched = { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" }
  const bad = { authorization: "Bearer lk_pat_junk" }
  for (const target of ["/users/me", "/tokens/", "/profile/", "/sessions"]) {
    const challenge = async (headers: Readonly<Record<string, string>>) =>
      challengeOf(await site.ask({ target, headers }))
    expect(await challenge({}), target).toEqual([401, `${BASIC}, ${BEARER}`])
    expect(await challenge(bad), target).toEqual([401, `${BASIC}, ${INVALID}`])
    expect(await challenge({ authorization: "BEARER lk_pat_junk" }), target).toEqual([401, `${BASIC}, ${INVALID}`])
    expect(await challenge({ authorization: basicOf("__token__", "lk_pat_junk") })).toEqual([
      401,
      `${BASIC}, ${BEARER}`
    ])
    expect(await challenge({ authorization: "Digest x" }), target).toEqual([401, `${BASIC}, ${BEARER}`])
    expect(await challenge(fetched), target).toEqual([401, BEARER])
    expect(await challenge({ ...fetched, ...bad }), target).toEqual([401, INVALID])
    expect(await challenge({ ...fetched, authorization: basicOf("__token__", "x") }), target).toEqual([401, BEARER])
  }
  expect(challengeOf(await site.ask({ target: "/tokens/", headers: await site.token() }))).toEqual([
    403,
    'Bearer realm="latchkey", error="insufficient_scope", scope="latchkey:tokens"'
  ])
})

test("HDR-07 nothing of a token that was sent comes back", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth)
  const forms = [`${text}zqcanary`, "zqcanary"]
  for (const secret of forms) {
    for (const authorization of Object.values(waysOf(secret))) {
      for (const more of [{}, navigation, { "sec-fetch-mode": "cors" }]) {
        const answer = await site.ask({ target: "/tokens/", headers: { authorization, ...more } })
        expect(JSON.stringify(answer)).not.toMatch(/zqcanary|lk_pat_/i)
      }
    }
  }
})

/** Programs as they ask, each by the headers that it sends. */
const programs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pip: {
    accept: "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01",
    "user-agent": "pip/23.0.1"
  },
  "old pip": { accept: "text/html" },
  twine: { accept: "*/*", "user-agent": "twine/6.1.0" },
  npm: { accept: "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*" },
  git: { accept: "*/*", "user-agent": "git/2.39" },
  docker: { accept: "application/vnd.oci.image.index.v1+json, */*", "user-agent": "docker/28.0" },
  curl: { accept: "*/*" }
}

test("a program with a token that opens nothing gets 401 with a challenge, never a redirect and never a page; with a good one, its answer", async () => {
  const site = await openTokenSite()
  const { text } = await tokenOf(site.auth, { scopes: ["latchkey:tokens"] })
  for (const [name, headers] of Object.entries(programs)) {
    for (const authorization of Object.values(waysOf("lk_pat_junk"))) {
      for (const [method, target] of [
        ["GET", "/users/me"],
        ["GET", "/profile/"],
        ["GET", "/tokens/"],
        ["POST", "/tokens/"]
      ] as const) {
        const answer = await site.ask({ method, target, headers: { ...headers, authorization } })
        expect([answer.status, headerOf(answer, "location")], `${name} ${target}`).toEqual([401, null])
        expect(headerOf(answer, "content-type"), name).toBe("application/problem+json; charset=utf-8")
      }
    }
    for (const target of ["/users/me", "/profile/", "/tokens/"]) {
      const answer = await site.ask({ target, headers: { ...headers, authorization: basicOf("__token__", text) } })
      expect([answer.status, headerOf(answer, "content-type")]).toEqual([200, "application/json; charset=utf-8"])
    }
  }
})

test("a person who navigates with a token that opens nothing is sent to log in, and back where they may go; a form is not posted again", async () => {
  const site = await openTokenSite()
  for (const authorization of ["Bearer lk_pat_junk", basicOf("__token__", "lk_pat_junk")]) {
    const headers = { ...navigation, authorization }
    const opened = await site.ask({ target: "/tokens/?a=b", headers })
    expect([opened.status, headerOf(opened, "location")]).toEqual([303, "/login?next=%2Ftokens%2F%3Fa%3Db"])
    const posted = await site.ask({
      target: "/tokens/",
      form: { name: "a" },
      headers: { ...headers, "sec-fetch-site": "same-origin" }
    })
    expect([posted.status, headerOf(posted, "location")]).toEqual([303, "/login?next=%2Ftokens%2F"])
    expect((await site.ask({ target: "/login", headers })).status).toBe(200)
  }
})
