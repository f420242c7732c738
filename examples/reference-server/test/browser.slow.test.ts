import { beforeAll, describe, expect, test, vi } from "vitest"
import { expectToFit, logIn, noChromium, type Profile, sessionCookieOf, useChromium } from "./chromium.ts"
import { cookiesOf, goodPassword, jsonOf, postForm, register, requestToken, statusOfMe } from "./client.ts"
import { formPath, framePath, type OtherSite, openOtherSite } from "./other-site.ts"
import { type Server, startServer } from "./server.ts"

const patience = { timeout: 30_000 }

let server: Server
let other: OtherSite
if (!noChromium) {
  beforeAll(async () => {
    server = await startServer({ env: { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword } })
    other = await openOtherSite()
  })
}

describe.skipIf(noChromium).concurrent("a real browser", () => {
  const { open } = useChromium({ keepsPages: false })

  /** A profile in which a new user of this name is logged in. */
  const openAs = async (name: string): Promise<Profile> => {
    const profile = await open()
    const registration = await postForm(server, "/register", { username: name, email: "", password: goodPassword })
    const cookies = Object.entries(cookiesOf(registration))
    const kept = { url: server.url, httpOnly: true, sameSite: "Lax" } as const
    await profile.context.addCookies(cookies.map(([name, value]) => ({ name, value, ...kept })))
    await profile.page.goto(`${server.url}/profile/`)
    return profile
  }

  test("PWD-21 login and profile work with password managers and take a pasted password", async () => {
    const { page } = await openAs("paster")
    const attributesOf = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((inputs) =>
          inputs.map((input) => `${input.getAttribute("type")} ${input.getAttribute("autocomplete")}`)
        )
    expect(await attributesOf("#password input:not([type=hidden])")).toEqual([
      "text username",
      "password current-password",
      "password new-password",
      "password new-password"
    ])
    await page.getByRole("button", { name: "Log out" }).click()
    expect(await attributesOf("input")).toEqual(["text username", "password current-password"])

    await page.getByLabel("Username or e-mail address").fill(goodPassword)
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.press("ControlOrMeta+C")
    await page.getByLabel("Password").focus()
    await page.keyboard.press("ControlOrMeta+V")
    expect(await page.getByLabel("Password").inputValue()).toBe(goodPassword)
    await page.goto(`${server.url}/register`)
    expect(await attributesOf("input")).toEqual([
      "text username",
      "email email",
      "password new-password",
      "password new-password"
    ])
  })

  test("a keyboard alone is enough to log in, and to skip to the content", async () => {
    await register(server, "typist")
    const { page } = await open()
    await page.goto(`${server.url}/login`)
    const focused = page.locator(":focus")
    await page.locator("#login-username:focus").waitFor()
    await page.keyboard.type("typist")
    await page.keyboard.press("Tab")
    await page.keyboard.type(goodPassword)
    await page.keyboard.press("Enter")
    await page.waitForURL(`${server.url}/profile/`)

    await page.keyboard.press("Tab")
    expect(await focused.textContent()).toContain("Skip to main content")
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    expect(await focused.getAttribute("id")).toBe("details-username")
  })

  test("the longest names that there can be fit on a small screen", async () => {
    const name = "w".repeat(64)
    const { page, complaints } = await openAs(name)
    await expectToFit(page)
    await page.goto(`${server.url}/`)
    await expectToFit(page)
    await page.goto(`${server.url}/logout`)
    await expectToFit(page)
    expect(complaints()).toEqual([])
  })

  test("COO-01 Chromium keeps both cookies on http to this machine, and no script can read them", async () => {
    await register(server, "keeper")
    const { context, page } = await open()
    await page.goto(`${server.url}/login`)
    await logIn(page, "keeper", goodPassword)
    expect(page.url()).toBe(`${server.url}/profile/`)
    const cookies = await context.cookies()
    const common = { domain: "127.0.0.1", path: "/", httpOnly: true, secure: false, sameSite: "Lax" }
    expect(cookies).toMatchObject([
      { name: "latchkey_session", ...common, expires: -1 },
      { name: "latchkey_session_device", ...common }
    ])
    const days = ((cookies[1]?.expires ?? 0) * 1_000 - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(399)
    expect(days).toBeLessThanOrEqual(400)
    expect(await page.evaluate("document.cookie")).toBe("")
  })

  test("SES-03 a cookie that was planted before is never adopted, and a planted session ends", async () => {
    await register(server, "attacker")
    await register(server, "victim")
    const attack = await postForm(server, "/login", { username: "attacker", password: goodPassword })
    const { latchkey_session: live = "" } = cookiesOf(attack)
    const dead = live.replace(/.{6}$/, "000000")
    const plant = (value: string) => [{ name: "latchkey_session", value, url: server.url }]

    const profile = await open()
    const { context, page } = profile
    await context.addCookies(plant(dead))
    await page.goto(`${server.url}/login`)
    await logIn(page, "victim", goodPassword)
    expect((await sessionCookieOf(profile))?.value).toMatch(/^lk_ses_/)
    expect((await sessionCookieOf(profile))?.value).not.toBe(dead)
    expect(await statusOfMe(server, { cookie: `latchkey_session=${dead}` })).toBe(401)

    await context.clearCookies()
    await page.goto(`${server.url}/login`)
    await context.addCookies(plant(live))
    await logIn(page, "victim", goodPassword)
    const after = await sessionCookieOf(profile)
    expect(after?.value).not.toBe(live)
    const me = await fetch(`${server.url}/users/me`, { headers: { cookie: `latchkey_session=${after?.value}` } })
    expect(await jsonOf(me)).toMatchObject({ username: "victim" })
    expect(await statusOfMe(server, { cookie: `latchkey_session=${live}` })).toBe(401)
  })

  test("HTM-02 nothing that gets into a page runs, loads or styles, and no other site frames it", async () => {
    const { page, complaints } = await open()
    await page.goto(`${server.url}/login`)
    expect(complaints()).toEqual([])
    await page.evaluate(`
      const script = document.createElement("script")
      script.textContent = "window.ran = 'a script'"
      document.body.append(script)
      document.body.insertAdjacentHTML("beforeend", \`
        <img src="${other.foreign}/pixel" onerror="window.ran = 'a handler'">
        <iframe src="${other.foreign}/inside"></iframe>
        <style>body { display: none }</style>
        <form action="${other.foreign}/taken"><button>Steal</button></form>\`)
    `)
    await page.evaluate("document.forms[1].requestSubmit()")
    await vi.waitUntil(() => complaints().some((text) => text.includes("form-action")), patience)
    expect(await page.evaluate("window.ran")).toBe(undefined)
    const refused = complaints().map(
      (text) => /Content Security Policy directive:? ["']([a-z-]+)/.exec(text)?.[1] ?? text
    )
    expect(new Set(refused)).toEqual(new Set(["default-src", "script-src", "style-src", "img-src", "form-action"]))
    expect(other.visits.filter((path) => /pixel|inside|taken/.test(path))).toEqual([])

    await page.goto(other.foreign + framePath(`${server.url}/login`))
    await vi.waitUntil(() => page.frames().at(-1)?.url() === "chrome-error://chromewebdata/", patience)
  })

  /** Opens a page of the other site with a form that posts to the server, and presses its button. */
  const fallFor = async ({ page }: Profile, site: string, path: string, fields: Readonly<Record<string, string>>) => {
    await page.goto(site + formPath(server.url + path, fields))
    const posted = page.waitForResponse(server.url + path)
    await page.getByRole("button", { name: "Win a prize" }).click()
    const response = await posted
    const { cookie, ...headers } = await response.request().allHeaders()
    expect(headers.origin).toBe(site)
    expect(await response.allHeaders()).not.toHaveProperty("set-cookie")
    return { status: response.status(), from: headers["sec-fetch-site"], hasCookie: cookie !== undefined }
  }

  const newPassword = "chosen by somebody else"
  const forgery = { current_password: goodPassword, password: newPassword, password_confirm: newPassword }

  test("CSR-01 CSR-02 no form and no script of another site or port changes anything", async () => {
    const profile = await openAs("target")
    const before = await sessionCookieOf(profile)
    const attackFrom = async (site: string) => {
      const outcomes = [
        await fallFor(profile, site, "/logout", {}),
        await fallFor(profile, site, "/profile/password", forgery)
      ]
      expect(await profile.page.getByRole("heading", { level: 1 }).textContent()).toBe("Forbidden")
      // A script can send as much as a form, and may not even see that it was answered.
      const script = `fetch("${server.url}/logout", { method: "POST", mode: "no-cors", credentials: "include" })`
      await profile.page.goto(site)
      expect(await profile.page.evaluate(`${script}.then(() => "seen", () => "hidden")`)).toBe("hidden")
      return outcomes
    }
    const refused = (from: string, hasCookie: boolean) => Array(2).fill({ status: 403, from, hasCookie })
    expect(await attackFrom(other.foreign)).toEqual(refused("cross-site", false))
    expect(await attackFrom(other.sibling)).toEqual(refused("same-site", true))

    expect(await sessionCookieOf(profile)).toEqual(before)
    await profile.page.goto(`${server.url}/profile/`)
    expect(await profile.page.locator(".page-head").textContent()).toContain("target")
    expect((await requestToken(server, "target", newPassword)).status).toBe(400)
    expect((await requestToken(server, "target", goodPassword)).status).toBe(200)
  })

  test("CSR-03 another site cannot log a visitor in to an account of its own", async () => {
    await register(server, "bait")
    const profile = await open()
    const login = { username: "bait", password: goodPassword }
    const account = { username: "bait-2", email: "", password: goodPassword }
    const foreign = await fallFor(profile, other.foreign, "/login", login)
    expect(foreign).toEqual({ status: 403, from: "cross-site", hasCookie: false })
    const sibling = await fallFor(profile, other.sibling, "/register", account)
    expect(sibling).toEqual({ status: 403, from: "same-site", hasCookie: false })
    expect(await profile.context.cookies()).toEqual([])
    expect((await requestToken(server, "bait-2", goodPassword)).status).toBe(400)
  })

  test("RED-01 no wish for where to go next leads to another site", async () => {
    const { page } = await openAs("traveller")
    const away = `${new URL(other.foreign).host}/away`
    const wishes = [
      `//${away}`,
      `/\\${away}`,
      `\\\\${away}`,
      `/\t/${away}`,
      ` //${away}`,
      `/..//${away}`,
      `/a/..//..//${away}`,
      `http:${away}`,
      `http://${away}`,
      `${server.url}@${away}`,
      "javascript:document.body.append(1)"
    ]
    const origins: Record<string, string> = {}
    for (const wish of wishes) {
      await page.goto(`${server.url}/login?${new URLSearchParams({ next: wish })}`)
      origins[wish] = new URL(page.url()).origin
    }
    expect(origins).toEqual(Object.fromEntries(wishes.map((wish) => [wish, server.url])))

    const logInTowards = async (wish: string) => {
      await page.context().clearCookies()
      await page.goto(`${server.url}/login?${new URLSearchParams({ next: wish })}`)
      await logIn(page, "traveller", goodPassword)
      return page.url()
    }
    expect(await logInTowards(`/\\${away}`)).toBe(`${server.url}/profile/`)
    expect(await logInTowards("/demo/signed-in?a=1&b=//2")).toBe(`${server.url}/demo/signed-in?a=1&b=//2`)
    expect(other.visits.filter((path) => path.includes("away"))).toEqual([])
  })
})
