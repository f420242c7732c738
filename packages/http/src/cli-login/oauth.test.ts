import { ada, headerOf, valuesOf, type WireAnswer, type WireRequest } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { describe, expect, it, test } from "vitest"
import { allTogether, bodyOf, type CliSite, openCliSite, tally } from "../../test/cli-site.ts"

const DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
const FORM = "application/x-www-form-urlencoded"

const authorize = (site: CliSite, form: Readonly<Record<string, string>> = {}) =>
  site.ask({ target: "/oauth/device_authorization", form: { client_id: "acme", ...form } })

interface Begun {
  readonly code: string
  readonly secret: string
}

const begin = async (site: CliSite, form: Readonly<Record<string, string>> = {}): Promise<Begun> => {
  const { device_code: secret, user_code: code } = bodyOf(await authorize(site, form))
  return { code, secret }
}

const poll = ({ ask }: CliSite, { secret }: Pick<Begun, "secret">, form: Readonly<Record<string, string>> = {}) =>
  ask({ target: "/oauth/token", form: { grant_type: DEVICE, device_code: secret, client_id: "acme", ...form } })

/** An error's status and word. */
const errorIn = (answer: WireAnswer) => [answer.status, bodyOf(answer).error]

const seconds = (count: number) => count * 1_000

describe("where a program begins (RFC 8628 §3.1)", () => {
  it("answers with both codes, the page and the pace, in one no-store answer (DEV-17)", async () => {
    const site = await openCliSite()
    const answer = await authorize(site, { scope: "packages:read  packages:write", other: "ignored" })
    const { user_code } = bodyOf(answer)
    expect(user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(bodyOf(answer)).toEqual({
      device_code: expect.stringMatching(/^lk_cli_[0-9A-Za-z]{71}$/),
      user_code,
      verification_uri: "http://localhost:3000/auth/cli",
      verification_uri_complete: `http://localhost:3000/auth/cli?code=${user_code.replace("-", "")}`,
      expires_in: 300,
      interval: 5
    })
    expect([answer.status, valuesOf(answer, "cache-control")]).toEqual([200, ["no-store"]])
  })

  it("says whether the number will be asked for: if the program can ask, unless the settings say never (DEV-20)", async () => {
    const confirmationOn = async (number: "offered" | "never", confirmation: string) => {
      const site = await openCliSite({ cliLogin: { number } })
      return bodyOf(await authorize(site, { confirmation })).confirmation
    }
    expect(await confirmationOn("offered", "number")).toBe("number")
    expect(await confirmationOn("offered", "")).toBeUndefined()
    expect(await confirmationOn("never", "number")).toBeUndefined()
  })

  it("names the scope that it does not grant, if that looks like a scope (DEV-16)", async () => {
    const site = await openCliSite()
    const told = async (scope: string) => bodyOf(await authorize(site, { scope })).error_description
    expect(await told("jobs:never")).toBe("This server does not grant the scope jobs:never.")
    for (const scope of ["<b>never</b>", "x".repeat(101), "jobs(never)"])
      expect(await told(scope)).toBe("This server does not grant such a scope.")
  })

  it("refuses what it cannot begin with the word for it (DEV-16)", async () => {
    const site = await openCliSite()
    const named = (client_id: string) => authorize(site, { client_id })
    expect(errorIn(await named(""))).toEqual([400, "invalid_request"])
    expect(errorIn(await named("x".repeat(101)))).toEqual([400, "invalid_request"])
    expect(errorIn(await named("a\u202eb"))).toEqual([400, "invalid_request"])
    expect(errorIn(await authorize(site, { scope: "never" }))).toEqual([400, "invalid_scope"])
    expect(errorIn(await authorize(site, { confirmation: "often" }))).toEqual([400, "invalid_request"])
    const strict = await openCliSite({ cliLogin: { number: "always" } })
    expect(errorIn(await authorize(strict))).toEqual([400, "unauthorized_client"])
    expect((await authorize(strict, { confirmation: "number" })).status).toBe(200)
    const off = await openCliSite({ cliLogin: { enabled: false } })
    expect(errorIn(await authorize(off))).toEqual([400, "unauthorized_client"])
    const tokenless = await openCliSite({ tokens: { enabled: false } })
    expect(errorIn(await authorize(tokenless))).toEqual([400, "unauthorized_client"])
  })

  it("answers 429 with slow_down when a network begins too often, or too many programs wait (DEV-13)", async () => {
    const often = await openCliSite({ throttle: { cliLogins: 1 } })
    await authorize(often)
    const full = await openCliSite({ cliLogin: { mostOpen: 1 } })
    await authorize(full)
    for (const site of [often, full]) {
      const answer = await authorize(site)
      expect([...errorIn(answer), Number(headerOf(answer, "retry-after")) > 0]).toEqual([429, "slow_down", true])
    }
  })
})

describe("where a program polls (RFC 8628 §3.4)", () => {
  it("says authorization_pending until the user decides, and then gives the token once (DEV-06, DEV-08, DEV-16)", async () => {
    const site = await openCliSite()
    const begun = await begin(site, { scope: "packages:read" })
    expect(errorIn(await poll(site, begun))).toEqual([400, "authorization_pending"])
    await site.approve(begun.code)
    const answer = await poll(site, begun)
    expect([answer.status, valuesOf(answer, "cache-control"), bodyOf(answer)]).toEqual([
      200,
      ["no-store"],
      {
        access_token: expect.stringMatching(/^lk_pat_[0-9A-Za-z]{71}$/),
        token_type: "Bearer",
        expires_in: 30 * 86_400,
        scope: "packages:read"
      }
    ])
    expect(errorIn(await poll(site, begun))).toEqual([400, "invalid_grant"])
    const headers = { authorization: `Bearer ${bodyOf(answer).access_token}` }
    expect(bodyOf(await site.ask({ target: "/users/me", headers })).username).toBe("ada")
    expect(await site.auth.tokens.list(site.user.id)).toMatchObject([{ name: "acme", scopes: ["packages:read"] }])
  })

  it("gives a bearer session where the settings say so", async () => {
    const site = await openCliSite({ cliLogin: { result: "session" } })
    const begun = await begin(site)
    await site.approve(begun.code)
    expect(bodyOf(await poll(site, begun))).toEqual({
      access_token: expect.stringMatching(/^lk_ses_/),
      token_type: "Bearer",
      expires_in: expect.any(Number),
      scope: ""
    })
  })

  it("slows a hasty program down by five seconds each time, and for good (DEV-05)", async () => {
    const site = await openCliSite()
    const begun = await begin(site)
    expect(errorIn(await poll(site, begun))).toEqual([400, "authorization_pending"])
    for (const interval of [10, 15]) {
      const answer = await poll(site, begun)
      expect([...errorIn(answer), bodyOf(answer).interval]).toEqual([400, "slow_down", interval])
    }
    await site.clock.advance(seconds(15))
    expect(errorIn(await poll(site, begun))).toEqual([400, "authorization_pending"])
    await site.clock.advance(seconds(10))
    expect(bodyOf(await poll(site, begun)).interval).toBe(20)
  })

  it("never tells a program to slow down that has been approved (DEV-05)", async () => {
    const site = await openCliSite()
    const begun = await begin(site)
    for (let times = 0; times < 3; times++) await poll(site, begun)
    await site.approve(begun.code)
    expect((await poll(site, begun)).status).toBe(200)
  })

  it("gives one token to 16 polls at once, and invalid_grant to the rest (DEV-06)", async () => {
    const site = await openCliSite()
    const begun = await begin(site)
    await site.approve(begun.code)
    site.ruled.rule = allTogether("challenges.redeem", 16)
    const answers = await Promise.all(Array.from({ length: 16 }, () => poll(site, begun)))
    expect(tally(answers.map((answer) => bodyOf(answer).error ?? "token"))).toEqual({ token: 1, invalid_grant: 15 })
  })

  it("tells a denial, an end of time, and a change of the approver's account (DEV-07, DEV-16)", async () => {
    const site = await openCliSite()
    const [denied, past, changed] = [await begin(site), await begin(site), await begin(site)]
    const { id } = await site.auth.cliLogins.lookUp({ user: site.user }, denied.code)
    await site.auth.cliLogins.deny({ user: site.user }, id)
    expect(errorIn(await poll(site, denied))).toEqual([400, "access_denied"])
    await site.approve(changed.code)
    await site.auth.users.change(site.user.id, { isActive: false })
    expect(errorIn(await poll(site, changed))).toEqual([400, "access_denied"])
    await site.clock.advance("5 minutes")
    expect(errorIn(await poll(site, past))).toEqual([400, "expired_token"])
  })

  it("answers alike for a device code that is wrong, unknown, used, or another program's (DEV-02)", async () => {
    const site = await openCliSite()
    const [begun, used] = [await begin(site), await begin(site)]
    for (const { code } of [begun, used]) await site.approve(code)
    await poll(site, used)
    const answers = [
      await poll(site, { secret: "x" }),
      await poll(site, { secret: begun.secret.replace(/.$/, (last) => (last === "x" ? "y" : "x")) }),
      await poll(site, used),
      await poll(site, begun, { client_id: "another" }),
      await poll(site, begun, { client_id: `${"x".repeat(500)}` })
    ]
    for (const answer of answers)
      expect([...errorIn(answer), answer.body]).toEqual([400, "invalid_grant", answers[0]?.body])
    expect((await poll(site, begun)).status).toBe(200)
  })

  it("takes the device code from the body alone (DEV-02)", async () => {
    const site = await openCliSite()
    const { code, secret } = await begin(site)
    await site.approve(code)
    const form = { grant_type: DEVICE, client_id: "acme" }
    const elsewhere: ReadonlyArray<Partial<WireRequest>> = [
      { target: `/oauth/token?device_code=${secret}` },
      { headers: { authorization: `Bearer ${secret}` } },
      { headers: { "latchkey-secret": secret } },
      { headers: { cookie: `device_code=${secret}` } }
    ]
    for (const request of elsewhere)
      expect(errorIn(await site.ask({ target: "/oauth/token", form, ...request }))).toEqual([400, "invalid_request"])
    expect((await poll(site, { secret })).status).toBe(200)
  })

  it("says of a grant that it does not know that it is none, and names what is missing of the one that it knows", async () => {
    const { ask } = await openCliSite()
    const error = async (form: Readonly<Record<string, string>>) => errorIn(await ask({ target: "/oauth/token", form }))
    expect(await error({ grant_type: "password", username: "ada" })).toEqual([400, "unsupported_grant_type"])
    expect(await error({})).toEqual([400, "invalid_request"])
    expect(await error({ grant_type: DEVICE, client_id: "acme" })).toEqual([400, "invalid_request"])
    expect(await error({ grant_type: DEVICE, device_code: "x" })).toEqual([400, "invalid_request"])
  })

  it("asks for the number that the page shows; the third wrong one ends it (DEV-20)", async () => {
    const site = await openCliSite()
    const begun = await begin(site, { confirmation: "number" })
    const { number } = await site.approve(begun.code)
    if (number === null) throw new Error("there is no number")
    const shown = reveal(number)
    const wrong = shown === "000000" ? "000001" : "000000"
    const needs = (left: number) => ({
      error: "authorization_pending",
      error_description: expect.any(String),
      confirmation_required: true,
      confirmation_attempts_left: left
    })
    expect(bodyOf(await poll(site, begun))).toEqual(needs(3))
    expect(bodyOf(await poll(site, begun, { confirmation: "" }))).toEqual(needs(3))
    expect(bodyOf(await poll(site, begun, { confirmation: wrong }))).toEqual(needs(2))
    expect((await poll(site, begun, { confirmation: `${shown.slice(0, 3)} - ${shown.slice(3)}` })).status).toBe(200)
    const again = await begin(site, { confirmation: "number" })
    await site.approve(again.code)
    for (const left of [2, 1]) expect(bodyOf(await poll(site, again, { confirmation: "x" }))).toEqual(needs(left))
    for (let times = 0; times < 2; times++)
      expect(errorIn(await poll(site, again, { confirmation: "x" }))).toEqual([400, "access_denied"])
  })

  it("ends the wait of a program when CLI logins cannot give anything any more", async () => {
    const site = await openCliSite({ tokens: { perUser: 1 } })
    const [first, second] = [await begin(site), await begin(site)]
    await site.approve(first.code)
    await site.approve(second.code)
    expect((await poll(site, first)).status).toBe(200)
    expect(errorIn(await poll(site, second))).toEqual([400, "access_denied"])
    const off = await openCliSite({ cliLogin: { enabled: false } })
    expect(errorIn(await poll(off, { secret: "x" }))).toEqual([400, "access_denied"])
  })
})

describe("where a program ends its token (RFC 7009)", () => {
  const revoke = ({ ask }: CliSite, form: Readonly<Record<string, string>>) => ask({ target: "/oauth/revoke", form })
  const opens = async ({ ask }: CliSite, secret: string) =>
    (await ask({ target: "/users/me", headers: { authorization: `Bearer ${secret}` } })).status

  it("ends a personal access token and a bearer session by what they are, and both are on record", async () => {
    const site = await openCliSite()
    const { secret: token } = await site.auth.tokens.issue({ user: site.user, scopes: "all" }, { name: "ci" })
    const { secret: session } = await site.auth.sessions.logIn(ada, { kind: "bearer" })
    for (const secret of [reveal(token), reveal(session)]) {
      expect(await opens(site, secret)).toBe(200)
      const answer = await revoke(site, { token: secret, token_type_hint: "refresh_token", client_id: "acme" })
      expect([answer.status, answer.body]).toEqual([200, "{}"])
      expect(await opens(site, secret)).toBe(401)
      expect((await revoke(site, { token: secret })).body).toBe(answer.body)
    }
    const byAda = { actor: site.user.id, subject: site.user.id }
    expect(await site.auth.audit.list({ type: "token.revoked" })).toMatchObject([{ event: byAda }])
    expect(await site.auth.audit.list({ type: "session.closed" })).toMatchObject([{ event: byAda }])
  })

  it("answers 200 for what it does not know, without asking the store about junk", async () => {
    const site = await openCliSite()
    const unknown = reveal((await site.auth.cliLogins.begin()).secret)
    const calls = site.ruled.calls.length
    for (const token of ["x", "lk_pat_x", "x".repeat(10_000), unknown])
      expect((await revoke(site, { token })).status).toBe(200)
    expect(site.ruled.calls.slice(calls)).toEqual([])
    expect(errorIn(await revoke(site, {}))).toEqual([400, "invalid_request"])
    expect(errorIn(await revoke(site, { token: "" }))).toEqual([400, "invalid_request"])
  })

  it("leaves the session of a browser alone, and every other credential of the user", async () => {
    const site = await openCliSite()
    const { cookie = "", ...headers } = await site.browser()
    const { secret } = await site.auth.tokens.issue({ user: site.user, scopes: "all" }, { name: "ci" })
    await revoke(site, { token: cookie.slice(cookie.indexOf("=") + 1) })
    await revoke(site, { token: reveal((await site.auth.sessions.logIn(ada, { kind: "bearer" })).secret) })
    expect((await site.ask({ target: "/users/me", headers: { ...headers, cookie } })).status).toBe(200)
    expect(await opens(site, reveal(secret))).toBe(200)
  })
})

describe("what is no request of OAuth", () => {
  const ok = { client_id: "acme", grant_type: "password", token: "x" }
  const encoded = new URLSearchParams(ok).toString()
  const typed = (body: string | Uint8Array, type = FORM): Partial<WireRequest> => ({
    method: "POST",
    body,
    headers: { "content-type": type }
  })

  it.each<[string, Partial<WireRequest>, number, string]>([
    ["a parameter twice (RFC 6749 §3.2)", typed(`${encoded}&client_id=b&grant_type=c&token=d`), 400, "invalid_request"],
    ["JSON", { json: ok }, 400, "invalid_request"],
    ["a multipart form", typed(`--x\r\n\r\n--x--`, "multipart/form-data; boundary=x"), 400, "invalid_request"],
    ["plain text", typed(encoded, "text/plain"), 400, "invalid_request"],
    ["another charset", typed(encoded, `${FORM}; charset=utf-16`), 400, "invalid_request"],
    ["no body", { method: "POST" }, 400, "invalid_request"],
    ["an empty form", typed(""), 400, "invalid_request"],
    ["broken encoding", typed("client_id=%"), 400, "invalid_request"],
    ["bytes that are no UTF-8", typed(new Uint8Array([0x61, 0x3d, 0xff])), 400, "invalid_request"],
    ["a lone surrogate", typed("client_id=%ED%A0%80"), 400, "invalid_request"],
    ["a name of JavaScript's", typed(`${encoded}&__proto__=x`), 400, "invalid_request"],
    ["a name with a quote", typed(`${encoded}&a"\\=1&a"\\=2`), 400, "invalid_request"],
    ["too large a body", typed("x".repeat(70_000)), 413, "invalid_request"],
    ["GET", { method: "GET" }, 405, "invalid_request"],
    ["PUT", { method: "PUT", body: "" }, 405, "invalid_request"],
    ["a page of another site", { form: ok, headers: { "sec-fetch-site": "cross-site" } }, 403, "invalid_request"],
    ["another origin", { form: ok, headers: { origin: "https://evil.example" } }, 403, "invalid_request"]
  ])("is refused in OAuth's form: %s (DEV-16)", async (_, request, status, error) => {
    const site = await openCliSite()
    for (const target of ["/oauth/device_authorization", "/oauth/token", "/oauth/revoke"]) {
      for (const accept of ["*/*", "text/html"]) {
        const answer = await site.ask({ ...request, target, headers: { accept, ...request.headers } })
        expect([...errorIn(answer), headerOf(answer, "content-type")], target).toEqual([
          status,
          error,
          "application/json; charset=utf-8"
        ])
        expect([valuesOf(answer, "cache-control"), valuesOf(answer, "access-control-allow-origin")]).toEqual([
          ["no-store"],
          []
        ])
      }
    }
  })

  it("and an outage or a mistake of ours is told in OAuth's form too, without a secret in the log (DEV-02, DEV-16)", async () => {
    const site = await openCliSite()
    const begun = await begin(site)
    await site.approve(begun.code)
    const { secret } = await site.auth.tokens.issue({ user: site.user, scopes: "all" }, { name: "ci" })
    const all = async () => [
      await authorize(site),
      await poll(site, begun),
      await site.ask({ target: "/oauth/revoke", form: { token: reveal(secret) } })
    ]
    site.ruled.rule = () => "fail"
    for (const answer of await all())
      expect([...errorIn(answer), headerOf(answer, "retry-after")]).toEqual([503, "temporarily_unavailable", "2"])
    site.ruled.rule = () => "throw"
    for (const answer of await all()) expect(errorIn(answer)).toEqual([500, "server_error"])
    expect(site.log.length).toBeGreaterThan(2)
    expect(site.log.join("\n")).not.toMatch(/lk_(?:cli|pat|ses)_/)
    site.ruled.rule = () => "pass"
    expect((await poll(site, begun)).status).toBe(200)
  })

  it("an Authorization header, whatever it holds, changes nothing", async () => {
    const site = await openCliSite()
    for (const authorization of ["Basic YWNtZTo=", "Bearer lk_pat_junk", "Bearer a, Bearer b", "Basic x:y"]) {
      const headers = { authorization }
      expect(
        (await site.ask({ target: "/oauth/device_authorization", form: { client_id: "acme" }, headers })).status
      ).toBe(200)
    }
  })
})

describe("where programs find the rest (RFC 8414)", () => {
  const PATH = "/.well-known/oauth-authorization-server"
  const metadata = async (...options: Parameters<typeof openCliSite>) =>
    bodyOf(await (await openCliSite(...options)).ask({ target: PATH }))

  it("names the issuer, the endpoints, and what they support", async () => {
    expect(await metadata()).toEqual({
      issuer: "http://localhost:3000",
      device_authorization_endpoint: "http://localhost:3000/oauth/device_authorization",
      token_endpoint: "http://localhost:3000/oauth/token",
      revocation_endpoint: "http://localhost:3000/oauth/revoke",
      grant_types_supported: [DEVICE],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ["none"],
      revocation_endpoint_auth_methods_supported: ["none"],
      scopes_supported: ["packages:read", "packages:write"],
      latchkey_user_endpoint: "http://localhost:3000/users/me"
    })
  })

  it("has the path of publicUrl in every address, and follows what the host moves, itself staying where it is", async () => {
    expect(
      await metadata(
        { publicUrl: "https://example.org/app" },
        { basePath: "/v1", routes: { oauth: "/grants", users: "/people", "cli-login": "/codes" } }
      )
    ).toMatchObject({
      issuer: "https://example.org/app",
      token_endpoint: "https://example.org/app/v1/grants/token",
      latchkey_user_endpoint: "https://example.org/app/v1/people/me"
    })
  })

  it("is not there without the group, without its feature, in mode basic, and while CLI logins are turned off", async () => {
    const statusOf = async (...options: Parameters<typeof openCliSite>) =>
      (await (await openCliSite(...options)).ask({ target: PATH })).status
    expect(await statusOf({}, { routes: { oauth: false } })).toBe(404)
    expect(await statusOf({}, { routes: { "cli-login": false } })).toBe(404)
    expect(await statusOf({ mode: "basic" })).toBe(404)
    expect(await statusOf({ cliLogin: { enabled: false } })).toBe(404)
    expect(await metadata({}, { routes: { users: false } })).not.toHaveProperty("latchkey_user_endpoint")
  })
})

test("without the group `cli` the address of the page stays in all that programs get, for a page of the host's", async () => {
  const site = await openCliSite({}, { routes: { cli: false } })
  expect(bodyOf(await authorize(site)).verification_uri).toBe("http://localhost:3000/auth/cli")
})

test("in mode basic no route of CLI logins is there, because nobody has a log-in to approve with", async () => {
  const site = await openCliSite({ mode: "basic" })
  const paths = ["/auth/cli", "/auth/cli-login", "/auth/cli-login/BCDFGHJK", "/oauth/token", "/oauth/revoke"]
  expect(paths.map((path) => site.surface.owns(`http://localhost:3000${path}`))).toEqual(paths.map(() => false))
})
