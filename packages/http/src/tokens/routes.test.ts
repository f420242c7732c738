import type { WireRequest } from "@latchkey/conformance/adapter"
import { headerOf, navigation, root, tokenOf, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { Store } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { bodyOf, fieldsIn, openTokenSite, problemIn, secretsIn, type TokenSite, textOf } from "../../test/token-site.ts"

const DAY = 86_400_000

/** Makes a token as a program with a session does. */
const making = async (site: TokenSite): Promise<(json: unknown) => Promise<WireAnswer>> => {
  const headers = await site.program()
  return (json) => site.ask({ target: "/tokens/", json, headers })
}

/** The headers of a browser that posts a form of the page. */
const submitting = async ({ browser }: TokenSite) => ({ ...(await browser()), ...navigation })

const statusWith = async ({ ask }: TokenSite, text: string, target = "/users/me"): Promise<number> =>
  (await ask({ target, headers: { authorization: `Bearer ${text}` } })).status

test("POST /tokens/ gives 201 with exactly these keys, the token's text among them, and it opens (PAT-01, PAT-02)", async () => {
  const site = await openTokenSite()
  const make = await making(site)
  const answer = await make({ name: "Nightly build", scopes: ["packages:read"], expires_in_days: 7 })
  expect(answer.status).toBe(201)
  const { token, ...record } = bodyOf(answer)
  expect(token).toMatch(/^lk_pat_[0-9A-Za-z]{71}$/)
  expect(record).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: "Nightly build",
    hint: token.slice(-4),
    scopes: ["packages:read"],
    created_at: "2026-01-01T00:00:00.000Z",
    expires_at: "2026-01-08T00:00:00.000Z",
    last_used_at: null
  })
  const me = await site.ask({ target: "/users/me", headers: { authorization: `Bearer ${token}` } })
  expect(bodyOf(me)).toMatchObject({ id: site.user.id, username: "ada" })
})

test("GET /tokens/ lists one's own live tokens, newest first, with exactly these keys, and when they were used", async () => {
  const site = await openTokenSite()
  const make = await making(site)
  const first = bodyOf(await make({ name: "first", expires_in_days: 1 }))
  await site.clock.advance("1 hour")
  const second = bodyOf(await (await making(site))({ name: "second", scopes: "packages:read packages:write" }))
  await tokenOf(site.auth, { name: "not ada's" }, root)
  await statusWith(site, first.token)
  const headers = await site.program()
  const listed = async () => bodyOf(await site.ask({ target: "/tokens/", headers }))
  await expect.poll(async () => (await listed())[1].last_used_at).not.toBe(null) // a use is noted behind the answer
  const { token: _first, ...older } = first
  const { token: _second, ...newer } = second
  expect(await listed()).toEqual([newer, { ...older, last_used_at: "2026-01-01T01:00:00.000Z" }])
  await site.clock.advance(DAY)
  const later = bodyOf(await site.ask({ target: "/tokens/", headers: await site.program() }))
  expect(later.map(({ name }: { name: string }) => name)).toEqual(["second"])
})

test("PAT-02 nothing of the secret is kept: the store finds a token by its hash, and no list, page or record has it", async () => {
  const site = await openTokenSite()
  const { token, id } = bodyOf(await (await making(site))({ name: "Laptop" }))
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(token))).toString("hex")
  const found = await site.auth.run(Effect.flatMap(Store, ({ tokens }) => tokens.find(site.user.id, hash as never)))
  expect(found?.id).toBe(id)
  const kept = JSON.stringify([await site.contents(), await site.auth.audit.list({}), found])
  const shown = await Promise.all(
    [{}, navigation].map(
      async (headers) =>
        (await site.ask({ target: "/tokens/", headers: { ...headers, ...(await site.browser()) } })).body
    )
  )
  const secret = token.slice("lk_pat_".length + 22)
  for (let at = 0; at + 8 <= secret.length; at++) {
    for (const text of [kept, ...shown]) expect(text).not.toContain(secret.slice(at, at + 8))
  }
  for (const text of shown) expect(text).not.toContain(hash)
})

test("PAT-03 the text is told once, in a no-store answer to a POST: no header carries it, and to load again shows nothing", async () => {
  const site = await openTokenSite()
  const person = await submitting(site)
  const made = [
    await (await making(site))({ name: "for a program" }),
    await site.ask({ target: "/tokens/", form: { name: "for a person", expires_in_days: "30" }, headers: person })
  ]
  for (const answer of made) {
    expect([answer.status, headerOf(answer, "cache-control")]).toEqual([201, "no-store"])
    expect([headerOf(answer, "location"), valuesOf(answer, "set-cookie")]).toEqual([null, []])
    expect(new Set(secretsIn(answer)).size).toBe(1)
    expect(JSON.stringify(answer.headers)).not.toContain("lk_pat_")
    expect(await statusWith(site, secretsIn(answer)[0] ?? "")).toBe(200)
  }
  expect(textOf(made[1] as WireAnswer)).toContain("Copy it now. It will not be shown again.")
  for (const target of ["/tokens/", "/tokens/?done=revoked", "/tokens", "/profile/"]) {
    for (const headers of [person, await site.program()]) {
      const again = await site.ask({ target, headers })
      expect([again.status, secretsIn(again)], target).toEqual([200, []])
    }
  }
})

test("PAT-03 a rotated token's text is told in the same way; the old one goes on for as long as was asked", async () => {
  const site = await openTokenSite()
  const person = await submitting(site)
  const { token, text } = await tokenOf(site.auth, { name: "Laptop", scopes: ["packages:read"], lifetime: "30 days" })
  const rotated = await site.ask({
    target: `/tokens/${token.id}/rotate`,
    json: { overlap_hours: 2 },
    headers: await site.program()
  })
  const { token: next, ...record } = bodyOf(rotated)
  expect([rotated.status, headerOf(rotated, "cache-control")]).toEqual([201, "no-store"])
  expect(record).toMatchObject({ name: "Laptop", scopes: ["packages:read"], expires_at: "2026-01-31T00:00:00.000Z" })
  expect(Object.keys(record)).toEqual(["id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at"])
  await site.clock.advance(2 * 3_600_000 - 1)
  expect([await statusWith(site, text), await statusWith(site, next)]).toEqual([200, 200])
  await site.clock.advance(1)
  expect([await statusWith(site, text), await statusWith(site, next)]).toEqual([401, 200])
  const again = { method: "POST", target: `/tokens/${record.id}/rotate` }
  const page = await site.ask({ ...again, headers: { ...person, ...(await site.browser()) } })
  expect([page.status, new Set(secretsIn(page)).size]).toEqual([201, 1])
  expect(textOf(page)).toContain("Replaced")
  expect((await site.ask({ ...again, json: {}, headers: await site.program() })).status).toBe(404)
})

test("a token is rotated at once with no overlap, and by the option's where none is asked for", async () => {
  const site = await openTokenSite({ tokens: { overlap: "3 hours" } })
  const rotate = async (id: string, json: unknown) =>
    site.ask({ target: `/tokens/${id}/rotate`, json, headers: await site.program() })
  const [atOnce, usual] = [await tokenOf(site.auth), await tokenOf(site.auth)]
  expect((await rotate(atOnce.token.id, { overlap_hours: 0 })).status).toBe(201)
  expect((await rotate(usual.token.id, { overlap_hours: null })).status).toBe(201)
  expect([await statusWith(site, atOnce.text), await statusWith(site, usual.text)]).toEqual([401, 200])
  await site.clock.advance("3 hours")
  expect(await statusWith(site, usual.text)).toBe(401)
  const left = await tokenOf(site.auth)
  for (const hours of [-1, 0.5, 8_785, "a", true, []]) {
    expect(fieldsIn(await rotate(left.token.id, { overlap_hours: hours })), `${hours}`).toEqual([
      422,
      ["body.overlap_hours"]
    ])
  }
  expect(await statusWith(site, left.text)).toBe(200)
})

test("PAT-05 a lifetime is a whole number of days from 1 to the longest; `null`, nothing and the form's empty choice are the usual one", async () => {
  const site = await openTokenSite({ tokens: { lifetime: "30 days", longest: "365 days" } })
  const make = await making(site)
  const daysOf = (answer: WireAnswer) => (Date.parse(bodyOf(answer).expires_at) - Date.UTC(2026, 0, 1)) / DAY
  const taken = [
    [1, 1],
    [7, 7],
    ["7", 7],
    [365, 365],
    ["365", 365],
    [null, 30],
    ["", 30]
  ] as const
  for (const [asked, days] of taken) {
    const answer = await make({ name: "a", expires_in_days: asked })
    expect([answer.status, daysOf(answer)], `${asked}`).toEqual([201, days])
  }
  expect(daysOf(await make({ name: "a" }))).toBe(30)
  const before = await site.contents()
  const refused = [0, -1, 1.5, 366, 36_526, 2 ** 53, 1e21, 1e300, "x", "0", "-1", "1.5", "07", " 7", "7 ", "7e0", "+7"]
  for (const asked of [...refused, "366", "999999", "1000000", "Infinity", "never", "endless", true, [], [7], {}]) {
    const answer = await make({ name: "a", expires_in_days: asked })
    const fields = [...new Set(bodyOf(answer).detail.map(({ loc }: { loc: ReadonlyArray<string> }) => loc[1]))]
    expect([answer.status, fields], JSON.stringify(asked)).toEqual([422, ["expires_in_days"]])
  }
  const body = '{"name":"a","expires_in_days":1e400}'
  const headers = { ...(await site.program()), "content-type": "application/json" }
  expect(fieldsIn(await site.ask({ target: "/tokens/", body, headers }))).toEqual([422, ["body.expires_in_days"]])
  const form = { name: "a", expires_in_days: "366" }
  const page = await site.ask({ target: "/tokens/", form, headers: await submitting(site) })
  expect([page.status, textOf(page).includes("Enter a whole number of days, at most 365.")]).toEqual([422, true])
  expect((await site.contents()).tokens).toEqual(before.tokens)
})

test("PAT-05 `never` is taken only where the options allow it", async () => {
  const site = await openTokenSite({ tokens: { mayBeEndless: true } })
  const make = await making(site)
  expect(bodyOf(await make({ name: "a", expires_in_days: "never" })).expires_at).toBe(null)
  expect(bodyOf(await make({ name: "a" })).expires_at).toBe("2026-04-01T00:00:00.000Z")
  expect((await make({ name: "a", expires_in_days: "Never" })).status).toBe(422)
  const page = await site.ask({ target: "/tokens/", headers: await submitting(site) })
  expect(page.body).toContain('<option value="never">')
  const usual = await openTokenSite()
  const without = await usual.ask({ target: "/tokens/", headers: await submitting(usual) })
  expect(without.body).not.toContain('value="never"')
})

test("PAT-05 a token works until the millisecond before its end, and not at it", async () => {
  const site = await openTokenSite()
  const { token } = bodyOf(await (await making(site))({ name: "a", expires_in_days: 1 }))
  await site.clock.advance(DAY - 1)
  expect(await statusWith(site, token)).toBe(200)
  await site.clock.advance(1)
  expect(await statusWith(site, token)).toBe(401)
})

test("PAT-07 a revoked token opens nothing from the next request on; to revoke it again is 404 for programs, and as the first time for people", async () => {
  const site = await openTokenSite()
  const headers = await site.program()
  const [one, other] = [await tokenOf(site.auth), await tokenOf(site.auth)]
  expect([await statusWith(site, one.text), await statusWith(site, other.text)]).toEqual([200, 200])
  const end = { method: "DELETE", target: `/tokens/${one.token.id}`, headers }
  expect(await site.ask(end)).toMatchObject({ status: 204, body: "" })
  expect([await statusWith(site, one.text), await statusWith(site, other.text)]).toEqual([401, 200])
  expect(problemIn(await site.ask(end))).toEqual([404, "not-found"])
  const inBrowser = { method: "POST", target: `/tokens/${other.token.id}/revoke`, headers: await submitting(site) }
  const back = await site.ask(inBrowser)
  expect([back.status, headerOf(back, "location")]).toEqual([303, "/tokens/?done=revoked"])
  expect(await statusWith(site, other.text)).toBe(401)
  const again = await site.ask(inBrowser)
  expect([again.status, headerOf(again, "location")]).toEqual([303, "/tokens/?done=revoked"])
  const page = await site.ask({ target: "/tokens/?done=revoked", headers: await submitting(site) })
  expect(textOf(page)).toContain("The token no longer works for your account.")
})

test("PAT-07 another user's id, and one that never was, are 404 for every way to end or rotate, and nothing changes", async () => {
  const site = await openTokenSite()
  const roots = await tokenOf(site.auth, {}, root)
  const adas = await tokenOf(site.auth)
  const before = await site.contents()
  const callers = [await site.browser(), await site.token({ scopes: ["latchkey:tokens"] })]
  const ids = [roots.token.id, "never", "%00", "%ED%A0%80", "..%2f..", "*", adas.text, "a".repeat(4_000), "%zz"]
  for (const headers of callers) {
    for (const id of ids) {
      const requests: ReadonlyArray<WireRequest> = [
        { method: "DELETE", target: `/tokens/${id}` },
        { method: "POST", target: `/tokens/${id}/revoke` },
        { target: `/tokens/${id}/rotate`, json: {} }
      ]
      for (const request of requests) {
        expect(problemIn(await site.ask({ ...request, headers })), request.target).toEqual([404, "not-found"])
      }
    }
  }
  expect([await statusWith(site, roots.text), await statusWith(site, adas.text)]).toEqual([200, 200])
  expect((await site.contents()).tokens.flat()).toEqual(expect.arrayContaining(before.tokens.flat()))
})

test("PAT-11 a name is 1 to 100 characters, without controls; it is kept as NFC without blanks at its ends", async () => {
  const site = await openTokenSite()
  const make = await making(site)
  const taken = {
    "e\u0301": "é",
    "  Laptop\t": "Laptop",
    "💾": "💾",
    [`${"💾".repeat(100)}`]: "💾".repeat(100),
    ["x".repeat(100)]: "x".repeat(100)
  }
  for (const [name, kept] of Object.entries(taken)) expect(bodyOf(await make({ name })).name, name).toBe(kept)
  const refused = [
    "",
    "   ",
    "x".repeat(101),
    "💾".repeat(101),
    "e\u0301".repeat(60_000),
    "a\0b",
    "a\nb",
    "a\r\nSet-Cookie: x",
    "a\u001b[31m",
    "a\u2028b",
    "a\u202eb",
    "a\u2066b"
  ]
  for (const name of refused) {
    const answer = await make({ name })
    if (name.length < 1_000) expect(fieldsIn(answer), JSON.stringify(name)).toEqual([422, ["body.name"]])
    else expect([413, 422]).toContain(answer.status)
  }
  for (const name of [null, 7, [], {}, true]) expect(fieldsIn(await make({ name }))).toEqual([422, ["body.name"]])
  expect(fieldsIn(await make({}))).toEqual([422, ["body.name"]])
})

test("PAT-11 HTM-01 a name that is markup is only text on the page, wherever it stands, and comes back to programs as it is", async () => {
  const site = await openTokenSite()
  const person = await submitting(site)
  const name = `<img src=x onerror=alert(1)>"'&<script>`
  const made = await site.ask({ target: "/tokens/", form: { name }, headers: person })
  const wrong = await site.ask({ target: "/tokens/", form: { name, expires_in_days: "366" }, headers: person })
  const listed = await site.ask({ target: "/tokens/", headers: person })
  expect([made.status, wrong.status, listed.status]).toEqual([201, 422, 200])
  for (const { body } of [made, wrong, listed]) {
    expect(body).toContain("&lt;img src=x onerror=alert(1)&gt;")
    expect(body).not.toMatch(/<img|<script>|"'&</)
  }
  expect(bodyOf(await site.ask({ target: "/tokens/", headers: await site.program() }))[0].name).toBe(name)
})

test("scopes come as a list, as one text with blanks between, or as a box each, and each is given once", async () => {
  const site = await openTokenSite()
  const make = await making(site)
  const both = ["packages:read", "packages:write"]
  expect(bodyOf(await make({ name: "a", scopes: both })).scopes).toEqual(both)
  expect(bodyOf(await make({ name: "a", scopes: "packages:read  packages:write " })).scopes).toEqual(both)
  expect(bodyOf(await make({ name: "a", scopes: [...both, "packages:read"] })).scopes).toEqual(both)
  for (const none of [[], "", null]) expect(bodyOf(await make({ name: "a", scopes: none })).scopes).toEqual([])
  expect(bodyOf(await make({ name: "a" })).scopes).toEqual([])
  const person = await submitting(site)
  const boxes = { name: "boxes", expires_in_days: "7", "scope:packages:read": "on", "scope:packages:write": "on" }
  expect((await site.ask({ target: "/tokens/", form: boxes, headers: person })).status).toBe(201)
  const listed = bodyOf(await site.ask({ target: "/tokens/", headers: await site.program() }))
  expect(listed).toContainEqual(expect.objectContaining({ name: "boxes", scopes: both }))
})

test("PAT-10 a box is ticked by what a form sends for it, and by nothing else", async () => {
  const site = await openTokenSite()
  const make = await making(site)
  for (const value of [false, null, 0, [], {}]) {
    expect(bodyOf(await make({ name: "a", "scope:packages:read": value })).scopes).toEqual([])
  }
})

test("PAT-10 a scope that nobody declared is 422, and no token is made", async () => {
  const site = await openTokenSite({ tokens: { scopes: { "packages:read": "Download packages" } } })
  const make = await making(site)
  const undeclared = [
    "packages:write",
    "latchkey:admin",
    "latchkey:tokens",
    "PACKAGES:READ",
    "toString",
    "__proto__",
    "*",
    ""
  ]
  for (const scope of undeclared) {
    expect(fieldsIn(await make({ name: "a", scopes: [scope] })), scope).toEqual([422, ["body.scopes"]])
    expect(fieldsIn(await make({ name: "a", scopes: ["packages:read", scope] })), scope).toEqual([422, ["body.scopes"]])
    const form = { name: "a", [`scope:${scope}`]: "on" }
    const page = await site.ask({ target: "/tokens/", form, headers: await submitting(site) })
    expect([page.status, secretsIn(page)], scope).toEqual([422, []])
  }
  for (const scopes of [7, [7], {}, [["packages:read"]], true]) {
    expect((await make({ name: "a", scopes })).status, JSON.stringify(scopes)).toBe(422)
  }
  expect(bodyOf(await site.ask({ target: "/tokens/", headers: await site.program() }))).toEqual([])
})

test("one token more than the user may have is 409, for a person with the page; one less, and there is room again", async () => {
  const site = await openTokenSite({ tokens: { perUser: 2 } })
  const make = await making(site)
  const first = bodyOf(await make({ name: "first" }))
  await make({ name: "second", expires_in_days: 1 })
  expect([bodyOf(await make({ name: "third" })).detail, ...problemIn(await make({ name: "third" }))]).toEqual([
    "TOO_MANY_TOKENS",
    409,
    "too-many-tokens"
  ])
  const page = await site.ask({ target: "/tokens/", form: { name: "third" }, headers: await submitting(site) })
  expect([page.status, secretsIn(page)]).toEqual([409, []])
  expect(textOf(page)).toContain("You already have 2 tokens, which is the maximum. Revoke one first.")
  expect((await tokenOf(site.auth, {}, root)).text).toMatch(/^lk_pat_/)
  await site.ask({ method: "DELETE", target: `/tokens/${first.id}`, headers: await site.program() })
  expect((await make({ name: "third", expires_in_days: 1 })).status).toBe(201)
  await site.clock.advance(DAY)
  const later = await making(site)
  expect([(await later({ name: "a" })).status, (await later({ name: "b" })).status]).toEqual([201, 201])
})

test("every address of tokens is answered with and without a slash at its end, and HEAD as GET", async () => {
  const site = await openTokenSite()
  const headers = await site.program()
  for (const target of ["/tokens", "/tokens/"]) {
    expect((await site.ask({ target, headers })).status).toBe(200)
    expect((await site.ask({ target, json: { name: "a" }, headers })).status).toBe(201)
    expect(await site.ask({ method: "HEAD", target, headers })).toMatchObject({ status: 200, body: "" })
    const answer = await site.ask({ method: "PUT", target, headers })
    expect([answer.status, headerOf(answer, "allow")]).toEqual([405, "GET, HEAD, POST"])
  }
  for (const slash of ["", "/"]) {
    const id = async () => (await tokenOf(site.auth)).token.id
    expect((await site.ask({ target: `/tokens/${await id()}/rotate${slash}`, json: {}, headers })).status).toBe(201)
    expect((await site.ask({ method: "POST", target: `/tokens/${await id()}/revoke${slash}`, headers })).status).toBe(
      303
    )
    expect((await site.ask({ method: "DELETE", target: `/tokens/${await id()}${slash}`, headers })).status).toBe(204)
  }
})
