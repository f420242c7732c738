import { ada, headerOf, navigation, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { allTogether, bodyOf, type CliSite, grace, openCliSite, tally } from "../../test/cli-site.ts"

const MISSING_SECRET = [{ type: "missing", loc: ["query", "secret"], msg: "Field required" }]

const problemIn = (answer: WireAnswer) => [answer.status, bodyOf(answer).detail, bodyOf(answer).code]
const notFound = [404, "Challenge not found", "cli-login-not-found"]
const decided = [404, "Challenge not found", "cli-login-decided"]

interface Begun {
  readonly code: string
  readonly secret: string
  readonly target: string
}

const begin = async ({ ask }: CliSite, json: unknown = {}): Promise<Begun> => {
  const { code, secret } = bodyOf(await ask({ target: "/auth/cli-login", json }))
  return { code, secret, target: `/auth/cli-login/${code}` }
}

const poll = ({ ask }: CliSite, { target, secret }: Begun) => ask({ target, headers: { "latchkey-secret": secret } })

/** A poll as old programs send it, a second after the last one. */
const pollLater = async (site: CliSite, { target, secret }: Begun) => {
  await site.clock.advance("1 second")
  return site.ask({ target: `${target}?secret=${secret}` })
}

test("a program begins without a body, and gets a code, a secret and where to go, all in one no-store answer (DEV-17)", async () => {
  const site = await openCliSite()
  for (const request of [{ method: "POST" }, { json: {} }, { json: { client: "acme", scopes: ["packages:read"] } }]) {
    const answer = await site.ask({ target: "/auth/cli-login", ...request })
    const page = "http://localhost:3000/auth/cli"
    const { code } = bodyOf(answer)
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)
    expect(bodyOf(answer)).toEqual({
      code,
      secret: expect.stringMatching(/^lk_cli_[0-9A-Za-z]{71}$/),
      approve_url: `${page}?code=${code}`,
      verification_uri: page,
      verification_uri_complete: `${page}?code=${code}`,
      expires_in: 300,
      interval: 1
    })
    expect([answer.status, valuesOf(answer, "cache-control")]).toEqual([200, ["no-store"]])
  }
})

test("a name, a scope or a list that cannot be is 422 with its field", async () => {
  const { ask } = await openCliSite()
  const fieldOf = async (json: unknown) =>
    bodyOf(await ask({ target: "/auth/cli-login", json })).detail[0].loc.slice(0, 2)
  expect(await fieldOf({ client: "x".repeat(101) })).toEqual(["body", "client"])
  expect(await fieldOf({ client: "a\nb" })).toEqual(["body", "client"])
  expect(await fieldOf({ client: 5 })).toEqual(["body", "client"])
  expect(await fieldOf({ scopes: ["never"] })).toEqual(["body", "scopes"])
  expect(await fieldOf({ scopes: "packages:read" })).toEqual(["body", "scopes"])
  expect((await ask({ target: "/auth/cli-login", json: { client: null, scopes: null } })).status).toBe(200)
})

test("a waiting program hears pending; once approved, it gets its session in one no-store answer and never again (DEV-06, DEV-08, DEV-17)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const pending = await poll(site, begun)
  expect([pending.status, pending.body]).toEqual([200, '{"status":"pending","token":null}'])
  await site.approve(begun.code)
  const approved = await poll(site, begun)
  expect([approved.status, Object.keys(bodyOf(approved)), valuesOf(approved, "cache-control")]).toEqual([
    200,
    ["status", "token"],
    ["no-store"]
  ])
  const { token } = bodyOf(approved)
  const me = await site.ask({ target: "/users/me", headers: { authorization: `Bearer ${token}` } })
  expect([token.slice(0, 7), bodyOf(me).username]).toEqual(["lk_ses_", "ada"])
  expect(problemIn(await poll(site, begun))).toEqual(notFound)
})

test("a HEAD of the poll is refused, and loses no token (CSR-06, DEV-08)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  await site.approve(begun.code)
  const head = await site.ask({ method: "HEAD", target: `${begun.target}?secret=${begun.secret}` })
  expect([head.status, headerOf(head, "allow"), head.body]).toEqual([405, "GET, PATCH, DELETE", ""])
  expect(bodyOf(await poll(site, begun)).status).toBe("approved")
})

test("with `codeResult` token it gets a token with the scopes that it asked for, which its user can find and revoke", async () => {
  const site = await openCliSite({ cliLogin: { codeResult: "token" } })
  const begun = await begin(site, { client: "acme", scopes: ["packages:read"] })
  await site.approve(begun.code)
  expect(bodyOf(await poll(site, begun)).token).toMatch(/^lk_pat_/)
  expect(await site.auth.tokens.list(site.user.id)).toMatchObject([{ name: "acme", scopes: ["packages:read"] }])
})

test("of 16 polls at once exactly one gets the token (DEV-06)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  await site.approve(begun.code)
  site.ruled.rule = allTogether("challenges.redeem", 16)
  const answers = await Promise.all(Array.from({ length: 16 }, () => poll(site, begun)))
  expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 1, 404: 15 })
})

test("a wrong secret, an unknown code and a code of another secret have one answer (DEV-02)", async () => {
  const site = await openCliSite()
  const [begun, other] = [await begin(site), await begin(site)]
  await site.approve(begun.code)
  const wrong = [
    await poll(site, { ...begun, secret: other.secret }),
    await poll(site, { ...begun, secret: begun.secret.replace(/.$/, (last) => (last === "x" ? "y" : "x")) }),
    await poll(site, { ...begun, secret: "x" }),
    await poll(site, { ...begun, target: "/auth/cli-login/BCDFGHJK" }),
    await poll(site, { ...begun, target: "/auth/cli-login/never" })
  ]
  for (const answer of wrong) expect([...problemIn(answer), answer.body]).toEqual([...notFound, wrong[0]?.body])
  expect((await poll(site, begun)).status).toBe(200)
})

test("the secret counts in its header, or in the query for old programs, and nowhere else (DEV-02)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const { target, secret } = begun
  expect((await pollLater(site, begun)).status).toBe(200)
  await site.clock.advance("1 second")
  expect((await site.ask({ target: `${target}?secret=junk`, headers: { "latchkey-secret": secret } })).status).toBe(200)
  for (const request of [
    { target },
    { target: `${target}?secret=` },
    { target, headers: { authorization: `Bearer ${secret}` } },
    { target, headers: { cookie: `secret=${secret}` } }
  ]) {
    const answer = await site.ask(request)
    expect([answer.status, bodyOf(answer).detail]).toEqual([422, MISSING_SECRET])
  }
  const twice = await site.ask({ target: `${target}?secret=${secret}&secret=${secret}` })
  expect([twice.status, bodyOf(twice).detail[0].loc]).toEqual([422, ["query", "secret"]])
})

test("a code may be written in any case, with dashes and blanks", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const typed = `${begun.code.slice(0, 4)}-${begun.code.slice(4)}%20`.toLowerCase()
  expect((await poll(site, { ...begun, target: `/auth/cli-login/${typed}` })).status).toBe(200)
})

test("who asks more than once a second hears 429 with `status` and `token`, and need not slow down for good (DEV-05)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  expect((await poll(site, begun)).status).toBe(200)
  for (let times = 0; times < 3; times++) {
    const early = await poll(site, begun)
    expect([early.status, early.body, headerOf(early, "retry-after")]).toEqual([
      429,
      '{"status":"pending","token":null}',
      "1"
    ])
  }
  for (let times = 0; times < 3; times++) expect((await pollLater(site, begun)).status).toBe(200)
})

test("a code that is too old is 410 for the program and for its user", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const headers = await site.browser()
  await site.auth.cliLogins.lookUp({ user: site.user }, begun.code)
  await site.clock.advance("5 minutes")
  const expired = [410, "Challenge expired", "cli-login-expired"]
  expect(problemIn(await poll(site, begun))).toEqual(expired)
  expect(problemIn(await site.ask({ method: "PATCH", target: begun.target, headers }))).toEqual(expired)
  expect(problemIn(await site.ask({ method: "DELETE", target: begun.target, headers }))).toEqual(notFound)
})

/** A program of ZnDraw 0.2, as its source has it: what it cannot read ends it. It polls until there is an end. */
const znDraw = async (site: CliSite, whileWaiting: (code: string, polls: number) => Promise<unknown>) => {
  const { code, secret } = bodyOf(await site.ask({ method: "POST", target: "/auth/cli-login" })) // ignores approve_url
  for (let polls = 1; polls <= 300; polls++) {
    const { status, body } = await site.ask({ target: `/auth/cli-login/${code}?secret=${secret}` })
    if (status === 404) return "rejected"
    if (status === 410) return "expired"
    const answer = JSON.parse(body)
    if (!("status" in answer)) throw new Error(`the program crashed on ${status} ${body}`)
    if (answer.status === "approved") return answer.token
    await whileWaiting(code, polls)
  }
  return "gave up"
}

test("a program of the older system logs in, also when it is too quick, and while the store is away for a moment", async () => {
  const site = await openCliSite()
  const headers = await site.browser()
  const token = await znDraw(site, async (code, polls) => {
    await site.clock.advance(polls === 2 ? "600 millis" : "1 second")
    site.ruled.rule = () => (polls === 3 ? "fail" : "pass")
    if (polls === 5) await site.ask({ method: "PATCH", target: `/auth/cli-login/${code}`, headers })
  })
  expect(token).toMatch(/^lk_ses_/)
})

test("a program of the older system hears that it was denied, and that its time is over", async () => {
  const site = await openCliSite()
  const headers = await site.browser()
  const deny = (code: string) => site.ask({ method: "DELETE", target: `/auth/cli-login/${code}`, headers })
  expect(await znDraw(site, deny)).toBe("rejected")
  expect(await znDraw(site, () => site.clock.advance("1020 millis"))).toBe("expired")
})

test("a program of the older system is not left waiting where CLI logins are turned off meanwhile", async () => {
  const site = await openCliSite({ cliLogin: { enabled: false } })
  const begun = await site.ask({ method: "POST", target: "/auth/cli-login" })
  expect([begun.status, bodyOf(begun).code]).toEqual([403, "cli-login-disabled"])
  expect(problemIn(await poll(site, { code: "", secret: "x", target: "/auth/cli-login/BCDFGHJK" }))).toEqual(notFound)
})

const patch = ({ ask }: CliSite, { target }: Begun, headers: Readonly<Record<string, string>>, json?: unknown) =>
  ask({ method: "PATCH", target, headers, ...(json === undefined ? {} : { json }) })

test("of 16 approvals at once exactly one is told that it approved, and a later one that it is decided", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const headers = await site.browser()
  site.ruled.rule = allTogether("challenges.decide", 16)
  const answers = await Promise.all(Array.from({ length: 16 }, () => patch(site, begun, headers)))
  expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 1, 404: 15 })
  expect(answers.find(({ status }) => status === 200)?.body).toBe('{"status":"approved"}')
  expect(problemIn(await patch(site, begun, headers))).toEqual(decided)
})

test("a code that one user has claimed is unknown to every other (DEV-09)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  await site.auth.cliLogins.lookUp({ user: site.user }, begun.code)
  const headers = await site.browser(grace)
  const unknown = await patch(site, { ...begun, target: "/auth/cli-login/BCDFGHJK" }, headers)
  for (const method of ["PATCH", "DELETE"]) {
    const answer = await site.ask({ method, target: begun.target, headers })
    expect([...problemIn(answer), answer.body]).toEqual([...notFound, unknown.body])
  }
  expect((await patch(site, begun, await site.browser())).status).toBe(200)
})

test("nobody is 401; a token, whatever it may, is 403, decides nothing, and is on record (DEV-14)", async () => {
  const site = await openCliSite({
    tokens: { scopes: { "latchkey:tokens": "a", "latchkey:credentials": "b", "latchkey:admin": "c" } }
  })
  const begun = await begin(site)
  const token = await site.token({ scopes: ["latchkey:tokens", "latchkey:credentials", "latchkey:admin"] })
  for (const method of ["PATCH", "DELETE"]) {
    expect((await site.ask({ method, target: begun.target })).status).toBe(401)
    expect(problemIn(await site.ask({ method, target: begun.target, headers: token }))).toEqual([
      403,
      "Forbidden",
      "session-required"
    ])
  }
  expect((await poll(site, begun)).body).toBe('{"status":"pending","token":null}')
  expect((await patch(site, begun, await site.program())).status).toBe(200)
  await site.clock.advance("1 minute")
  expect(await site.auth.audit.list({ type: "access.denied" })).toMatchObject([
    { event: { details: { policy: "viaSession" } } }
  ])
})

test("the session that a program got by a CLI login lets no other program in, until its user proves who they are (DEV-14)", async () => {
  const site = await openCliSite()
  const first = await begin(site)
  await site.approve(first.code)
  const headers = { authorization: `Bearer ${bodyOf(await poll(site, first)).token}` }
  const begun = await begin(site)
  for (const method of ["PATCH", "DELETE"]) {
    const answer = await site.ask({ method, target: begun.target, headers })
    expect(problemIn(answer)).toEqual([403, "Forbidden", "session-required"])
  }
  const form = { code: begun.code }
  const entered = await site.ask({ target: "/auth/cli", form, headers: { ...headers, accept: "application/json" } })
  expect(problemIn(entered)).toEqual([403, "Forbidden", "session-required"])
  expect((await poll(site, begun)).body).toBe('{"status":"pending","token":null}')
  expect((await patch(site, begun, await site.browser())).status).toBe(200)
})

test("a page of another site cannot approve with the cookie, whatever it sends", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const headers = { ...(await site.browser()), "sec-fetch-site": "cross-site" }
  for (const method of ["PATCH", "DELETE"])
    expect(bodyOf(await site.ask({ method, target: begun.target, headers })).code).toBe("forged-request")
  expect((await poll(site, begun)).body).toBe('{"status":"pending","token":null}')
})

test("a token needs the proof that the tokens page asks for; a session needs no more than in the older system", async () => {
  const site = await openCliSite()
  const headers = await site.browser()
  await site.clock.advance("11 minutes")
  expect((await patch(site, await begin(site), headers)).status).toBe(200)
  const { code } = await site.auth.cliLogins.begin({ result: "token" })
  const begun = { code, secret: "", target: `/auth/cli-login/${code}` }
  expect(bodyOf(await patch(site, begun, headers)).code).toBe("reauthentication-required")
  expect(bodyOf(await patch(site, begun, headers, { current_password: "" })).code).toBe("reauthentication-required")
  expect(bodyOf(await patch(site, begun, headers, { current_password: "wrong" })).code).toBe("current-password-wrong")
  expect((await patch(site, begun, headers, { current_password: ada.password })).status).toBe(200)
})

test("a program that asks for a number gets none by its secret alone; the approval tells the number, and a second one a new number (DEV-20)", async () => {
  const site = await openCliSite()
  const { code, secret } = await site.auth.cliLogins.begin({ canAskForNumber: true })
  const begun = { code, secret: "", target: `/auth/cli-login/${code}` }
  const headers = await site.browser()
  const first = bodyOf(await patch(site, begun, headers))
  expect(first).toEqual({ status: "approved", number: expect.stringMatching(/^\d{6}$/) })
  const second = bodyOf(await patch(site, begun, headers))
  expect(second).toEqual({ status: "approved", number: expect.stringMatching(/^\d{6}$/) })
  expect(await site.auth.cliLogins.collect({ secret })).toMatchObject({ status: "number-needed", attemptsLeft: 3 })
  expect(await site.auth.cliLogins.collect({ secret, number: second.number })).toMatchObject({ status: "token" })
})

test("who denies ends a waiting program and an approved one, once and again, but not one that has collected", async () => {
  const site = await openCliSite()
  const headers = await site.browser()
  const deny = ({ target }: Begun) => site.ask({ method: "DELETE", target, headers })
  const [waiting, approved, collected] = [await begin(site), await begin(site), await begin(site)]
  await site.approve(approved.code)
  await site.approve(collected.code)
  expect((await poll(site, collected)).status).toBe(200)
  for (const begun of [waiting, approved]) {
    expect([(await deny(begun)).status, (await deny(begun)).status]).toEqual([204, 204])
    expect(problemIn(await poll(site, begun))).toEqual([404, "Challenge not found", "cli-login-denied"])
    expect(problemIn(await patch(site, begun, headers))).toEqual(decided)
  }
  expect(problemIn(await deny(collected))).toEqual(decided)
})

test("guessing codes ends in 429, for approving and denying alike (DEV-04)", async () => {
  const site = await openCliSite()
  const headers = await site.browser()
  const guess = async (method: string, code: string) =>
    (await site.ask({ method, target: `/auth/cli-login/${code}`, headers })).status
  const statuses = []
  for (const last of "BCDFGHJK") statuses.push(await guess(last < "F" ? "PATCH" : "DELETE", `BCDFGHJ${last}`))
  expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429, 429])
})

test("an outage is 503, also for a browser, and the log has neither the secret nor the code (DEV-02, DEV-19)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const headers = { ...(await site.browser()), ...navigation }
  site.ruled.rule = () => "fail"
  const answers = [
    await site.ask({ target: `${begun.target}?secret=${begun.secret}`, headers }),
    await poll(site, begun),
    await patch(site, begun, headers),
    await site.ask({ method: "DELETE", target: `${begun.target.slice(0, -4)}%2D${begun.code.slice(4)}`, headers }),
    await site.ask({ method: "POST", target: "/auth/cli-login" })
  ]
  for (const answer of answers) {
    expect([answer.status, headerOf(answer, "content-type")]).toEqual([503, "application/problem+json; charset=utf-8"])
    expect(answer.body).not.toContain(begun.secret)
  }
  site.ruled.rule = () => "throw"
  expect((await poll(site, begun)).status).toBe(500)
  expect(site.log.join("\n")).toContain('"path":"/auth/cli-login/:code"')
  expect(site.log.join("\n")).not.toMatch(new RegExp(`lk_cli_|${begun.code}|${begun.code.slice(0, 4)}`))
})

test("what is refused before a route goes on record without the code (DEV-19)", async () => {
  const site = await openCliSite()
  const { target, code } = await begin(site)
  await site.ask({ method: "PATCH", target, headers: await site.token() })
  await site.ask({ method: "PATCH", target, headers: { "sec-fetch-site": "cross-site" } })
  await site.clock.advance("1 minute")
  const records = JSON.stringify(await site.auth.audit.list({}))
  expect(records.match(/\/auth\/cli-login\/:code/g)).toHaveLength(2)
  expect(records).not.toContain(code)
})

test("an approval that an outage cut off is told as the one that approved when it is sent again (DEV-10)", async () => {
  const site = await openCliSite()
  const begun = await begin(site)
  const headers = await site.browser(ada)
  let decisions = 0
  site.ruled.rule = (operation) => (operation === "challenges.decide" && ++decisions === 2 ? "fail" : "pass")
  const patch = () => site.ask({ method: "PATCH", target: begun.target, headers })
  expect((await patch()).status).toBe(503)
  expect([(await patch()).status, (await patch()).status]).toEqual([200, 404])
  expect(bodyOf(await pollLater(site, begun)).status).toBe("approved")
})
