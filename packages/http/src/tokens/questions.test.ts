import { ada, headerOf, navigation, root, tokenOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { openTokenSite, problemIn, secretsIn, type TokenSite, textOf } from "../../test/token-site.ts"
import { script } from "../page/script.ts"
import { stylesheet } from "../page/stylesheet.ts"
import { TOKENS_SHOWN } from "./tokens-page.ts"

/** The headers of a browser that shows a page or posts a form of it. */
const person = async ({ browser }: TokenSite) => ({ ...(await browser()), ...navigation })

const leadsTo = (answer: Awaited<ReturnType<TokenSite["ask"]>>) => [answer.status, headerOf(answer, "location")]

test("CSR-15 revoking asks first: the page says what it is about and what will happen, and changes nothing", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const { token } = await tokenOf(site.auth, { name: "Laptop" })
  const before = await site.contents()
  const page = await site.ask({ target: `/tokens/${token.id}/revoke`, headers })
  expect(page.status).toBe(200)
  for (const part of [
    "Revoke the token “Laptop”?",
    `…${token.hint}`,
    "Last used never",
    "Programs that use it stop working at once."
  ]) {
    expect(textOf(page)).toContain(part)
  }
  expect(page.body).toContain(`method="post" action="/tokens/${token.id}/revoke"`)
  expect(await site.contents()).toEqual(before)
  const done = await site.ask({ method: "POST", target: `/tokens/${token.id}/revoke`, headers })
  expect(leadsTo(done)).toEqual([303, "/tokens/?done=revoked"])
})

test("CSR-15 rotating asks first, and the form may end the old token at once", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const [usual, atOnce] = [await tokenOf(site.auth), await tokenOf(site.auth)]
  const page = await site.ask({ target: `/tokens/${usual.token.id}/rotate`, headers })
  expect(textOf(page)).toContain("Rotate the token “Nightly build”?")
  expect(textOf(page)).toContain("Still works for 24 hours")
  expect(page.body).not.toContain("current_password")
  const rotate = ({ id }: typeof usual.token, overlap_hours: string) =>
    site.ask({ target: `/tokens/${id}/rotate`, form: { overlap_hours }, headers })
  for (const answer of [await rotate(usual.token, ""), await rotate(atOnce.token, "0")]) {
    expect([answer.status, new Set(secretsIn(answer)).size]).toEqual([201, 1])
  }
  const statusOf = async (text: string) =>
    (await site.ask({ target: "/users/me", headers: { authorization: `Bearer ${text}` } })).status
  expect([await statusOf(usual.text), await statusOf(atOnce.text)]).toEqual([200, 401])
})

test("PAT-04 rotating asks for the password where the log-in is old, and asks again with what was chosen if it is wrong", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const { token, text } = await tokenOf(site.auth)
  const target = `/tokens/${token.id}/rotate`
  await site.clock.advance("10 minutes")
  expect((await site.ask({ target, headers })).body).toContain('name="current_password"')
  for (const [current_password, sentence] of [
    ["", "Enter your current password."],
    ["wrong", "This is not your current password. Try again."]
  ] as const) {
    const again = await site.ask({ target, form: { overlap_hours: "0", current_password }, headers })
    expect([again.status, secretsIn(again)]).toEqual([422, []])
    expect(textOf(again)).toContain("Rotate the token “Nightly build”?")
    expect(textOf(again)).toContain(sentence)
    expect(again.body).toContain('<option value="0" selected="">')
  }
  const done = await site.ask({ target, form: { overlap_hours: "0", current_password: ada.password }, headers })
  expect([done.status, new Set(secretsIn(done)).size]).toEqual([201, 1])
  expect((await site.ask({ target: "/users/me", headers: { authorization: `Bearer ${text}` } })).status).toBe(401)
})

test("PAT-14 a token that was rotated by the first click is said to be, with a way on, and the second makes none", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const { token } = await tokenOf(site.auth)
  const request = { target: `/tokens/${token.id}/rotate`, form: {}, headers }
  const answers = await Promise.all([site.ask(request), site.ask(request)])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 303])
  expect(await site.auth.tokens.list(site.user.id)).toHaveLength(2)
  const second = answers.find(({ status }) => status === 303)
  expect(second === undefined ? null : headerOf(second, "location")).toBe("/tokens/?done=rotated-before")
  expect(leadsTo(await site.ask({ target: request.target, headers }))).toEqual([303, "/tokens/?done=rotated-before"])
  const page = await site.ask({ target: "/tokens/?done=rotated-before", headers })
  expect(textOf(page)).toContain("This token was already rotated or revoked.")
  const program = { target: request.target, json: {}, headers: await site.program() }
  expect(problemIn(await site.ask(program))).toEqual([404, "not-found"])
})

test("PAT-07 a question about a token that is gone, or another's, leads back to the list and says so; programs get 404", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const roots = await tokenOf(site.auth, {}, root)
  for (const id of [roots.token.id, "never", "%00", "..%2f..", "*", "%zz"]) {
    for (const action of ["revoke", "rotate"]) {
      const target = `/tokens/${id}/${action}`
      expect(leadsTo(await site.ask({ target, headers })), target).toEqual([303, "/tokens/?done=gone"])
      expect(problemIn(await site.ask({ target, headers: await site.program() })), target).toEqual([404, "not-found"])
    }
  }
  expect(textOf(await site.ask({ target: "/tokens/?done=gone", headers }))).toContain("This is not in your account.")
  expect(await site.auth.tokens.list(roots.token.userId)).toHaveLength(1)
})

test("PAT-04 the questions are for who may do what they ask about", async () => {
  const site = await openTokenSite()
  const { token } = await tokenOf(site.auth)
  for (const action of ["revoke", "rotate"]) {
    const target = `/tokens/${token.id}/${action}`
    expect((await site.ask({ target, headers: await site.token() })).status).toBe(403)
    expect((await site.ask({ target, headers: await site.token({ scopes: ["latchkey:tokens"] }) })).status).toBe(200)
    expect(leadsTo(await site.ask({ target, headers: navigation }))).toEqual([
      303,
      `/login?${new URLSearchParams({ next: target })}`
    ])
  }
})

test("a query that no page of tokens has leads a browser to the first page, and a page after a POST is the first one", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  for (const query of ["before=junk", "limit=0", "before=", "limit=x"]) {
    expect(leadsTo(await site.ask({ target: `/tokens/?${query}`, headers }))).toEqual([303, "/tokens/"])
  }
  const made = await site.ask({ target: "/tokens/?before=junk", form: { name: "Laptop" }, headers })
  expect([made.status, new Set(secretsIn(made)).size]).toEqual([201, 1])
})

test("SES-24 the page shows eight tokens, leads to the older ones and back, and stays light, also with a new one", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const scopes = ["packages:read", "packages:write"]
  for (let n = 0; n < 9; n++) await tokenOf(site.auth, { name: `Nightly build ${n} `.padEnd(100, "x"), scopes })
  const made = await site.ask({ target: "/tokens/", form: { name: "Laptop" }, headers })
  const namesOn = ({ body }: typeof made) =>
    Array.from(body.matchAll(/<h3[^>]*><bdi[^>]*>([^<]*)/g), ([, name = ""]) => name)
  expect(namesOn(made)).toHaveLength(TOKENS_SHOWN)
  expect(made.body.length + stylesheet.length + script.length).toBeLessThan(30_000)
  const older = /href="(\/tokens\/\?before=[^"#]+)#tokens"/.exec(made.body)?.[1] ?? ""
  const last = await site.ask({ target: older, headers })
  expect(namesOn(last)).toHaveLength(2)
  expect(textOf(last)).toContain("Newest tokens")
})
