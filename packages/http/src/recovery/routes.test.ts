import { headerOf, navigation, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"
import { describe, expect, test } from "vitest"
import { leadsTo, NEW_PASSWORD, refusal, textOf, typedIn } from "../../test/answers.ts"
import { cookieOf, grace, type MailSite, newPasswordForm, openMailSite } from "../../test/mail-site.ts"
import { openSite } from "../../test/site.ts"
import { ruledStore } from "../../test/stores.ts"

/** The path and query of a mail's link. */
const targetOf = (link: string | null) => (link ?? "").replace("http://localhost:3000", "")

/** Opens a link as a browser does: the redirect, then the page that it leads to. */
const open = async ({ ask }: MailSite, link: string | null, headers: Readonly<Record<string, string>> = {}) => {
  const redirect = await ask({ target: targetOf(link), headers: { ...navigation, ...headers } })
  const cookie = [headers.cookie, cookieOf(redirect)].filter((each) => each !== undefined).join("; ")
  const target = headerOf(redirect, "location") ?? ""
  return { redirect, cookie, page: await ask({ target, headers: { ...navigation, ...headers, cookie } }) }
}

const says = (answer: WireAnswer, text: string) => [answer.status, textOf(answer).includes(text)]

describe("the link of a mail", () => {
  test("REC-10 opens its page without the code in the address, and acts by POST only", async () => {
    const site = await openMailSite()
    const { link, token } = site.box.newest("verify")
    const { redirect, page } = await open(site, link)
    expect(leadsTo(redirect)).toEqual([303, "/verify-email"])
    expect([page.status, typedIn(page, "token")]).toEqual([200, token])
    expect(await site.auth.users.find(site.id)).toMatchObject({ isVerified: false })
    expect(leadsTo(await site.post("/verify-email", { token: token ?? "" }))).toEqual([303, "/login?done=verified"])
    expect(await site.auth.users.find(site.id)).toMatchObject({ isVerified: true })
  })

  test("REC-10 leaves its code in a cookie for an hour at most, which no script reads and no page of another site sends", async () => {
    const site = await openMailSite()
    const { link, token } = site.box.newest("verify")
    const { redirect, page } = await open(site, link)
    expect(valuesOf(redirect, "set-cookie")).toEqual([
      `latchkey_session_code_verify=${token}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`
    ])
    for (const answer of [redirect, page])
      expect(headerOf(answer, "referrer-policy")).toMatch(/^(?:no-referrer|same-origin)$/)
    const https = await openMailSite({ publicUrl: "https://app.example.org" })
    const secure = https.box.newest("verify")
    const answer = await https.ask({
      target: (secure.link ?? "").replace("https://app.example.org", ""),
      headers: { ...navigation, host: "app.example.org" }
    })
    expect(valuesOf(answer, "set-cookie")).toEqual([
      `__Host-latchkey_session_code_verify=${secure.token}; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax`
    ])
  })

  test("REC-12 that has verified the address says so when it is opened again, in the language of the browser", async () => {
    const site = await openMailSite({}, { texts: [english, german] })
    const { link, token } = site.box.newest("verify")
    await site.post("/verify-email", { token: token ?? "" })
    const { redirect, page } = await open(site, link)
    expect(leadsTo(redirect)).toEqual([303, "/verify-email"])
    expect(leadsTo(page)).toEqual([303, "/login?done=verified"])
    for (const [language, text] of [
      ["en", "Your e-mail address is verified."],
      ["de", "Ihre E-Mail-Adresse ist best\u00e4tigt."]
    ] as const) {
      const headers = { ...navigation, "accept-language": language }
      expect(says(await site.ask({ target: "/login?done=verified", headers }), text)).toEqual([200, true])
    }
    await site.auth.users.change(site.id, { email: "grace@example.com" })
    expect(says((await open(site, link)).page, "This link is not valid.")).toEqual([400, true])
  })

  test("REC-05 REC-11 changes nothing however often it is opened, by GET or HEAD", async () => {
    const site = await openMailSite()
    await site.auth.recovery.forgot(grace.email)
    await site.auth.users.changeSelf({ user: await userOf(site) }, { email: "grace@example.com" })
    await site.clock.advance("1 second")
    const before = await site.contents()
    for (const kind of ["verify", "reset", "change-email"] as const) {
      const { link, token } = site.box.newest(kind)
      for (const method of ["GET", "HEAD", "GET"])
        await site.ask({ method, target: targetOf(link), headers: navigation })
      expect(await site.contents(), kind).toEqual(before)
      expect((await open(site, link)).page.status, kind).toBe(200)
      expect(token).toMatch(/^lk_otc_/)
    }
  })

  test("RED-04 begins with `publicUrl`, whatever Host the request names", async () => {
    const site = await openMailSite()
    for (const target of ["/forgot-password", "/auth/forgot-password"]) {
      await site.ask({
        target,
        form: { username: grace.email, email: grace.email },
        headers: { host: "evil.example", "x-forwarded-host": "evil.example", ...navigation }
      })
      await site.ask({ target, json: { username: "grace", email: grace.email }, headers: { host: "evil.example" } })
    }
    await site.clock.advance("1 second")
    expect(site.box.mails.length).toBeGreaterThan(1)
    for (const { link } of site.box.mails) expect(link).toMatch(/^http:\/\/localhost:3000\//)
  })

  test("leads to where the host has put the pages, below the path of `publicUrl`; null where they are left out", async () => {
    const linkOf = async (...args: Parameters<typeof openMailSite>) =>
      (await openMailSite(...args)).box.newest("verify").link?.replace(/token=.*/, "")
    expect(await linkOf({}, { routes: { recovery: "/account" } })).toBe("http://localhost:3000/account/verify-email?")
    expect(await linkOf({}, { basePath: "/auth" })).toBe("http://localhost:3000/auth/verify-email?")
    expect(await linkOf({ publicUrl: "https://example.org/shop" })).toBe("https://example.org/shop/verify-email?")
    expect(await linkOf({}, { routes: { recovery: false } })).toBeUndefined()
  })

  test("with something else than a code says so, also when another link was opened before", async () => {
    const site = await openMailSite()
    const { cookie } = await open(site, site.box.newest("verify").link)
    const junk = await open(site, "/verify-email?token=lk_otc_x", { cookie })
    expect(leadsTo(junk.redirect)).toEqual([303, "/verify-email"])
    expect(valuesOf(junk.redirect, "set-cookie")).toEqual([
      "latchkey_session_code_verify=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
    ])
    const page = await site.ask({ target: "/verify-email", headers: navigation })
    expect(says(page, "This link is not valid.")).toEqual([400, true])
    expect(page.body).toContain('href="/verify-email/request"')
  })

  test("REC-12 two links in two tabs stay apart: each page reloads with its own", async () => {
    const site = await openMailSite()
    await site.auth.recovery.forgot(grace.email)
    await site.clock.advance("1 second")
    const [verify, reset] = [site.box.newest("verify"), site.box.newest("reset")]
    const { cookie } = await open(site, reset.link, { cookie: (await open(site, verify.link)).cookie })
    for (const [target, { token }] of [["/verify-email", verify] as const, ["/reset-password", reset] as const]) {
      expect(typedIn(await site.ask({ target, headers: { ...navigation, cookie } }), "token")).toBe(token)
    }
  })

  test("REC-12 opened again by whom it was for leads to their profile, and says to a program that it was used", async () => {
    const site = await openMailSite()
    const { link, token } = site.box.newest("verify")
    const own = await site.browser(grace)
    const { cookie } = await open(site, link, own)
    expect(leadsTo(await site.post("/verify-email", { token: token ?? "" }, own))).toEqual([
      303,
      "/profile/?done=verified"
    ])
    const again = await site.ask({ target: "/verify-email", headers: { ...navigation, cookie } })
    expect(leadsTo(again)).toEqual([303, "/profile/?done=verified"])
    const program = await site.ask({ target: "/verify-email", headers: { accept: "application/json", cookie } })
    expect([program.status, JSON.parse(program.body).code]).toEqual([400, "code-used"])
  })

  test("REC-10 leaves its code in no cookie once it has done its work, and its page still says that it was used", async () => {
    const site = await openMailSite()
    await site.auth.recovery.forgot("grace")
    await site.clock.advance("1 second")
    const [verify, reset] = [site.box.newest("verify"), site.box.newest("reset")]
    const { cookie } = await open(site, reset.link, { cookie: (await open(site, verify.link)).cookie })
    const done = [
      ["verify", await site.post("/verify-email", { token: verify.token ?? "" }, { cookie })],
      ["reset", await site.post("/reset-password", newPasswordForm(reset.token ?? ""), { cookie })]
    ] as const
    for (const [purpose, answer] of done)
      expect(valuesOf(answer, "set-cookie")).toEqual([
        `latchkey_session_code_${purpose}=used; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`
      ])
    const back = await site.ask({
      target: "/verify-email",
      headers: { ...navigation, cookie: "latchkey_session_code_verify=used" }
    })
    expect(says(back, "This link was used already.")).toEqual([400, true])
  })

  test("REC-10 takes no cookie of a newer link away, and sets none where there is none", async () => {
    const site = await openMailSite()
    const { token } = site.box.newest("verify")
    const headers = { cookie: `latchkey_session_code_verify=${token?.replace("otc", "ots")}` }
    expect(valuesOf(await site.post("/verify-email", { token: token ?? "" }, headers), "set-cookie")).toEqual([])
    expect(valuesOf(await site.post("/verify-email", { token: token ?? "" }), "set-cookie")).toEqual([])
  })

  // The page of an outage would show the address, and lead to it once more.
  test("REC-10 leaves the address also while the store is away, for whoever is logged in", async () => {
    const ruled = ruledStore()
    const site = await openMailSite({ store: ruled.store })
    const own = await site.browser(grace)
    const { link, token } = site.box.newest("verify")
    ruled.rule = () => "fail"
    const { redirect, page } = await open(site, link, own)
    expect(leadsTo(redirect)).toEqual([303, "/verify-email"])
    expect([page.status, page.body.includes(token ?? "")]).toEqual([503, false])
    expect(page.body).toContain('href="/verify-email"')
    ruled.rule = () => "pass"
  })

  test("REC-10 no line of the log and no event has the code, even when something fails", async () => {
    const lines: Array<string> = []
    const ruled = ruledStore()
    const logger = Logger.make(({ cause, message }) => void lines.push(JSON.stringify(message) + Cause.pretty(cause)))
    const site = await openMailSite({ store: ruled.store, ambient: Logger.layer([logger]) })
    const { link, token } = site.box.newest("verify")
    ruled.rule = () => "throw"
    for (const method of ["GET", "POST"] as const) {
      await site.ask({
        target: targetOf(link),
        method,
        headers: { ...navigation, cookie: `latchkey_session_code_verify=${token}` }
      })
    }
    await site.post("/verify-email", { token: token ?? "" })
    await site.ask({
      target: "/verify-email",
      headers: { ...navigation, cookie: `latchkey_session_code_verify=${token}` }
    })
    ruled.rule = () => "pass"
    expect(lines.length).toBeGreaterThan(0)
    const events = await site.auth.audit.list({})
    expect(`${lines.join("\n")}${JSON.stringify(events)}`).not.toContain(token?.slice(8, 40))
  })
})

const userOf = async ({ auth, id }: MailSite) => {
  const user = await auth.users.find(id)
  if (user === null) throw new Error("grace is gone")
  return user
}

describe("a forgotten password", () => {
  test("REC-12 is replaced by the link from the mail, and the same form again ends alike", async () => {
    const site = await openMailSite()
    const asked = await site.post("/forgot-password", { username: "grace" })
    expect(leadsTo(asked)).toEqual([303, "/forgot-password?done=mail-sent"])
    const form = newPasswordForm(await site.codeOf("reset"))
    expect(leadsTo(await site.post("/reset-password", form))).toEqual([303, "/login?done=reset"])
    expect(leadsTo(await site.post("/reset-password", form))).toEqual([303, "/login?done=reset"])
    const other = await site.post("/reset-password", newPasswordForm(form.token, "x"))
    expect(says(other, "This link was used already.")).toEqual([400, true])
    expect(other.body).toContain('href="/forgot-password"')
    expect(
      says(await site.ask({ target: "/login?done=reset", headers: navigation }), "Your password was changed.")
    ).toEqual([200, true])
  })

  test("ENU-05 the page answers alike for every name", async () => {
    const site = await openMailSite()
    for (const target of ["/forgot-password", "/verify-email/request"]) {
      const answers = await Promise.all(
        ["grace", grace.email, "nobody", "nobody@example.org", "not a name!"].map((username) =>
          site.post(target, { username })
        )
      )
      for (const answer of answers) expect(answer).toEqual(answers[0])
    }
  })

  test("a refused password is told beside its field, and the code still works", async () => {
    const site = await openMailSite()
    await site.auth.recovery.forgot("grace")
    const token = await site.codeOf("reset")
    const short = await site.post("/reset-password", newPasswordForm(token, "short"))
    expect([short.status, typedIn(short, "token")]).toEqual([422, token])
    const differ = await site.post("/reset-password", { ...newPasswordForm(token), password_confirm: "other" })
    expect(differ.status).toBe(422)
    expect(leadsTo(await site.post("/reset-password", newPasswordForm(token)))).toEqual([303, "/login?done=reset"])
  })

  test("the page stays while the store is away, and the code still works afterwards", async () => {
    const ruled = ruledStore()
    const site = await openMailSite({ store: ruled.store })
    await site.auth.recovery.forgot("grace")
    const token = await site.codeOf("reset")
    ruled.rule = () => "fail"
    const [reset, asked] = [
      await site.post("/reset-password", newPasswordForm(token)),
      await site.post("/forgot-password", { username: "grace" })
    ]
    expect([reset.status, typedIn(reset, "token")]).toEqual([503, token])
    expect([asked.status, typedIn(asked, "username")]).toEqual([503, "grace"])
    const verify = await site.post("/verify-email", { token: site.box.newest("verify").token ?? "" })
    expect([verify.status, typedIn(verify, "token")]).toEqual([503, site.box.newest("verify").token])
    ruled.rule = () => "pass"
    expect(leadsTo(await site.post("/reset-password", newPasswordForm(token)))).toEqual([303, "/login?done=reset"])
  })

  test("without a mailer there is no page that promises a mail, and none leads there", async () => {
    const { ask } = await openSite()
    for (const target of ["/forgot-password", "/verify-email/request"]) {
      for (const request of [{ target }, { target, form: { username: "grace" } }]) {
        const page = await ask({ ...request, headers: navigation })
        expect(says(page, "This site sends no mails.")).toEqual([404, true])
      }
      expect(refusal(await ask({ target, json: { username: "grace" } }))).toEqual([404, "Not Found"])
    }
    expect((await ask({ target: "/login", headers: navigation })).body).not.toContain("forgot-password")
  })

  test("the login page leads to where the pages are, and nowhere if they are left out", async () => {
    const login = async (routes: { readonly recovery: string | boolean }) =>
      (await (await openMailSite({}, { routes })).ask({ target: "/login", headers: navigation })).body
    expect(await login({ recovery: "/account" })).toContain('href="/account/forgot-password"')
    expect(await login({ recovery: true })).toContain('href="/forgot-password"')
    expect(await login({ recovery: false })).not.toContain("forgot-password")
  })

  test("REG-01 CSR-01 a field that the forms do not have, and a form of another site, are refused and change nothing", async () => {
    const site = await openMailSite()
    await site.auth.recovery.forgot("grace")
    const token = await site.codeOf("reset")
    const before = await site.contents()
    const mails = site.box.mails.length
    const forms = {
      "/forgot-password": { username: "grace" },
      "/verify-email/request": { username: "grace" },
      "/reset-password": newPasswordForm(token),
      "/verify-email": { token: site.box.newest("verify").token ?? "" }
    }
    for (const [target, form] of Object.entries(forms)) {
      const unknown = await site.ask({ target, form: { ...form, is_superuser: "true" } })
      expect([unknown.status, unknown.body], target).toEqual([422, expect.stringContaining("extra_forbidden")])
      const forged = await site.post(target, form, { "sec-fetch-site": "cross-site", origin: "https://evil.example" })
      expect(forged.status, target).toBe(403)
    }
    await site.clock.advance("1 second")
    expect([await site.contents(), site.box.mails.length]).toEqual([before, mails])
  })
})

describe("somebody who is logged in", () => {
  test("as another user opens a link: it is done for whom it was made, their own session goes on, and the page says so", async () => {
    const site = await openMailSite()
    await site.auth.users.register({ username: "eve", password: NEW_PASSWORD })
    const eve = await site.browser({ username: "eve", password: NEW_PASSWORD })
    await site.auth.recovery.forgot("grace")
    const token = await site.codeOf("reset")
    const verify = { token: site.box.newest("verify").token ?? "" }
    expect(leadsTo(await site.post("/verify-email", verify, eve))).toEqual([303, "/profile/?done=other-account"])
    expect(leadsTo(await site.post("/verify-email", verify, eve))).toEqual([303, "/profile/?done=other-account"])
    const reset = await site.post("/reset-password", newPasswordForm(token), eve)
    expect(leadsTo(reset)).toEqual([303, "/profile/?done=other-account"])
    const profile = await site.ask({ target: "/profile/?done=other-account", headers: { ...navigation, ...eve } })
    expect(says(profile, "It was for another account than the one that you are logged in to.")).toEqual([200, true])
  })

  test("as themselves stays logged in when they verify, and is logged out by a reset", async () => {
    const site = await openMailSite()
    const own = await site.browser(grace)
    await site.auth.recovery.forgot("grace")
    const token = await site.codeOf("reset")
    const verify = { token: site.box.newest("verify").token ?? "" }
    expect(leadsTo(await site.post("/verify-email", verify, own))).toEqual([303, "/profile/?done=verified"])
    expect(leadsTo(await site.post("/verify-email", verify, own))).toEqual([303, "/profile/?done=verified"])
    expect(leadsTo(await site.post("/reset-password", newPasswordForm(token), own))).toEqual([303, "/login?done=reset"])
    expect((await site.ask({ target: "/users/me", headers: own })).status).toBe(401)
  })

  test("PWD-25 who must choose another password, or verify their address, can use the pages of recovery", async () => {
    for (const pending of ["password-change", "email-verification"]) {
      const requireVerified = pending === "email-verification"
      const site = await openMailSite({ sessions: { requireVerified } })
      await site.auth.users.change(site.id, { isVerified: requireVerified, mustChangePassword: !requireVerified })
      const own = await site.browser(grace)
      if (requireVerified) await site.auth.users.change(site.id, { isVerified: false })
      for (const target of ["/forgot-password", "/verify-email/request"]) {
        expect((await site.ask({ target, headers: { ...navigation, ...own } })).status, target).toBe(200)
        expect(leadsTo(await site.post(target, { username: "grace" }, own))).toEqual([303, `${target}?done=mail-sent`])
      }
      await site.clock.advance("1 second")
      for (const kind of ["verify", "reset"] as const)
        expect((await open(site, site.box.newest(kind).link, own)).page.status, kind).toBe(200)
      const verify = { token: site.box.newest("verify").token ?? "" }
      expect(leadsTo(await site.post("/verify-email", verify, own))).toEqual([303, "/profile/?done=verified"])
    }
  })
})

describe("an address that is not verified", () => {
  test("refuses a log-in, and the page asks for the link with the name that was typed", async () => {
    const site = await openMailSite({ sessions: { requireVerified: true } })
    const refused = await site.post("/login", { username: "grace", password: grace.password })
    expect([refused.status, formOf(refused, "/verify-email/request")]).toEqual([400, "grace"])
  })

  test("is asked for on the profile and on the page that refuses, without typing the name again", async () => {
    const site = await openMailSite()
    const own = await site.browser(grace)
    const profile = await site.ask({ target: "/profile/", headers: { ...navigation, ...own } })
    expect([profile.status, formOf(profile, "/verify-email/request")]).toEqual([200, grace.email])
    const asked = await site.ask({ target: "/verify-email/request", headers: { ...navigation, ...own } })
    expect(typedIn(asked, "username")).toBe(grace.email)
    const strict = await openMailSite({ sessions: { requireVerified: true } })
    await strict.auth.users.change(strict.id, { isVerified: true })
    const held = await strict.browser(grace)
    await strict.auth.users.change(strict.id, { isVerified: false })
    const refused = await strict.ask({ target: "/tokens/", headers: { ...navigation, ...held } })
    expect([refused.status, refused.body.includes('href="/verify-email/request"')]).toEqual([403, true])
    const again = await strict.ask({ target: "/verify-email/request", headers: { ...navigation, ...held } })
    expect(typedIn(again, "username")).toBe(grace.email)
  })
})

/** The name that a form carries, by its action. */
const formOf = ({ body }: WireAnswer, action: string) =>
  new RegExp(`<form[^>]* action="${action}".*?name="username" value="([^"]*)"`, "s").exec(body)?.[1]

test("REG-04 where people register by invitation only, page and route refuse, and no page leads there", async () => {
  const { ask } = await openSite({ registration: "invite" })
  const post = (target: string, form: Readonly<Record<string, string>>) => ask({ target, form, headers: navigation })
  const page = await ask({ target: "/register", headers: navigation })
  expect(says(page, "Ask an administrator for an account.")).toEqual([403, true])
  const form = { username: "eve", email: "eve@example.org", password: NEW_PASSWORD }
  expect((await post("/register", form)).status).toBe(403)
  const refused = await ask({ target: "/auth/register", json: form })
  expect([refused.status, JSON.parse(refused.body).code]).toEqual([403, "registration-closed"])
  expect((await ask({ target: "/login", headers: navigation })).body).not.toContain("/register")
})

describe("a change of address", () => {
  const changed = async () => {
    const site = await openMailSite()
    await site.auth.recovery.verify(await site.codeOf("verify"))
    const own = await site.browser(grace)
    const details = { username: "grace", email: "grace@example.com", current_password: "" }
    const asked = await site.post("/profile/details", details, own)
    return { ...site, own, asked, token: await site.codeOf("change-email") }
  }

  test("REG-06 waits for the link to the new address; the profile says so, and can give it up", async () => {
    const { ask, post, auth, own, asked, token, id } = await changed()
    expect(leadsTo(asked)).toEqual([303, "/profile/?done=email-requested"])
    expect(await auth.users.find(id)).toMatchObject({ email: grace.email })
    const profile = await ask({ target: "/profile/", headers: { ...navigation, ...own } })
    expect(says(profile, "grace@example.com")).toEqual([200, true])
    for (let times = 0; times < 2; times++)
      expect(leadsTo(await post("/profile/cancel-email", {}, own))).toEqual([303, "/profile/?done=email-cancelled"])
    const told = await auth.audit.list({ type: "email.change-cancelled" })
    const session = expect.stringMatching(/^session:/)
    expect(told.map(({ event }) => event)).toMatchObject([{ actor: id, subject: id, actedWith: session, details: {} }])
    expect((await post("/confirm-email", { token }, own)).status).toBe(400)
    expect(await auth.users.find(id)).toMatchObject({ email: grace.email })
  })

  test("PATCH /users/me answers with the user as they are until the link is followed", async () => {
    const site = await openMailSite()
    const headers = await site.program(grace)
    const json = { email: "grace@example.com" }
    const answer = await site.ask({ method: "PATCH", target: "/users/me", headers, json })
    expect([answer.status, JSON.parse(answer.body).email]).toEqual([200, grace.email])
    const confirmed = await site.ask({ target: "/confirm-email", json: { token: await site.codeOf("change-email") } })
    expect([confirmed.status, JSON.parse(confirmed.body)]).toEqual([
      200,
      expect.objectContaining({ email: "grace@example.com", is_verified: true })
    ])
  })

  test("REC-08 is undone by the link to the former address, which ends the sessions", async () => {
    const { ask, post, auth, own, token, id, codeOf } = await changed()
    expect(leadsTo(await post("/confirm-email", { token }, own))).toEqual([303, "/profile/?done=email-changed"])
    const undo = await codeOf("email-changed")
    expect(leadsTo(await post("/undo-email", { token: undo }, own))).toEqual([303, "/login?done=email-undone"])
    expect(await auth.users.find(id)).toMatchObject({ email: grace.email, isVerified: true })
    expect((await ask({ target: "/users/me", headers: own })).status).toBe(401)
  })
})

test("an invited user chooses the first password by the link, in mode basic too", async () => {
  for (const mode of ["session", "basic"] as const) {
    const site = await openMailSite({ mode, registration: "open" })
    const bob = await site.auth.users.create({ email: "bob@example.org" })
    const token = await site.codeOf("invite")
    const { page } = await open(site, site.box.newest("invite").link)
    expect([page.status, typedIn(page, "token")]).toEqual([200, token])
    const to = mode === "session" ? "/login?done=joined" : "/profile/?done=joined"
    for (let times = 0; times < 2; times++)
      expect(leadsTo(await site.post("/accept-invitation", newPasswordForm(token)))).toEqual([303, to])
    expect(await site.auth.users.find(bob.id)).toMatchObject({ isVerified: true })
  }
})

test("REC-12 a form that changes the address, or gives it back, is answered twice alike, and mails once", async () => {
  const site = await openMailSite()
  const { ask, auth, box, clock } = site
  const user = await auth.recovery.verify(await site.codeOf("verify"))
  await auth.users.changeSelf({ user }, { email: "grace@example.com" })
  await clock.advance("1 second")
  for (const [kind, target, to] of [
    ["change-email", "/confirm-email", "/login?done=email-changed"],
    ["email-changed", "/undo-email", "/login?done=email-undone"]
  ] as const) {
    const form = { token: box.newest(kind).token ?? "" }
    const before = box.mails.length
    for (const _ of ["first", "second"])
      expect(leadsTo(await ask({ target, form, headers: navigation }))).toEqual([303, to])
    await clock.advance("1 second")
    expect(box.mails).toHaveLength(before + 1)
  }
})
