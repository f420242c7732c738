import type { Page } from "playwright-core"
import { beforeAll, describe, expect, test } from "vitest"
import { expectToFit, logIn, noChromium, type Profile, sessionCookieOf, useChromium } from "./chromium.ts"
import { cookiesOf, goodPassword, jsonOf, postForm, register, requestToken, statusOfMe, tokenFor } from "./client.ts"
import { formPath, framePath, type OtherSite, openOtherSite } from "./other-site.ts"
import { type Server, startServer } from "./server.ts"

let server: Server
let other: OtherSite
if (!noChromium) {
  beforeAll(async () => {
    server = await startServer({ env: { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword } })
    other = await openOtherSite()
  })
}

describe.skipIf(noChromium).concurrent("a real browser", () => {
  const { open } = useChromium()

  /** A profile in which a new user of this name has logged in. */
  const openAs = async (name: string): Promise<Profile> => {
    await register(server, name)
    const profile = await open()
    await profile.page.goto(`${server.url}/login`)
    await logIn(profile.page, name, goodPassword)
    expect(profile.page.url()).toBe(`${server.url}/profile/`)
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
    expect(await attributesOf("#password input")).toEqual([
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
    expect(await attributesOf("input")).toEqual(["text username", "email email", "password new-password"])
  })

  test("a keyboard alone is enough to log in, and to skip to the content", async () => {
    await register(server, "typist")
    const { page } = await open()
    await page.goto(`${server.url}/login`)
    await page.keyboard.type("typist")
    await page.keyboard.press("Tab")
    await page.keyboard.type(goodPassword)
    await page.keyboard.press("Enter")
    await page.waitForURL(`${server.url}/profile/`)

    await page.keyboard.press("Tab")
    const focused = page.locator(":focus")
    expect(await focused.textContent()).toContain("Skip to the content")
    expect(await focused.evaluate((link) => getComputedStyle(link).outlineStyle)).toBe("solid")
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
    expect(complaints).toEqual([])
  })

  test("COO-01 Chromium keeps both cookies on http to this machine, and no script can read them", async () => {
    const { context, page } = await openAs("keeper")
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

    const first = await open()
    await first.context.addCookies(plant(dead))
    await first.page.goto(`${server.url}/login`)
    await logIn(first.page, "victim", goodPassword)
    expect((await sessionCookieOf(first))?.value).toMatch(/^lk_ses_/)
    expect((await sessionCookieOf(first))?.value).not.toBe(dead)
    expect(await statusOfMe(server, { cookie: `latchkey_session=${dead}` })).toBe(401)

    const second = await open()
    await second.page.goto(`${server.url}/login`)
    await second.context.addCookies(plant(live))
    await logIn(second.page, "victim", goodPassword)
    const after = await sessionCookieOf(second)
    expect(after?.value).not.toBe(live)
    const me = await fetch(`${server.url}/users/me`, { headers: { cookie: `latchkey_session=${after?.value}` } })
    expect(await jsonOf(me)).toMatchObject({ username: "victim" })
    expect(await statusOfMe(server, { cookie: `latchkey_session=${live}` })).toBe(401)
  })

  test("HTM-02 nothing that gets into a page runs, loads or styles, and no other site frames it", async () => {
    const { page, complaints } = await open()
    await page.goto(`${server.url}/login`)
    expect(complaints).toEqual([])
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
    await page.getByRole("button", { name: "Steal" }).click()
    expect(await page.evaluate("window.ran")).toBe(undefined)
    await page.waitForFunction("document.readyState === 'complete'")
    expect(complaints.every((text) => text.includes("Content Security Policy"))).toBe(true)
    for (const directive of ["img-src", "style-src", "form-action", "default-src"])
      expect(complaints.join("\n")).toContain(`directive: "${directive}`)
    expect(other.visits.filter((path) => /pixel|inside|taken/.test(path))).toEqual([])

    await page.goto(other.foreign + framePath(`${server.url}/login`))
    const frame = page.frames().at(-1)
    expect(frame?.url()).toBe("chrome-error://chromewebdata/")
  })

  test("HTM-03 after a log-out the back button brings back nothing that was private", async () => {
    const { page } = await openAs("private-person")
    await page.goto(`${server.url}/demo/signed-in`)
    expect(await page.content()).toContain("private-person")
    await page.goto(`${server.url}/`)
    expect(await page.content()).toContain("private-person")
    await page.getByRole("button", { name: "Log out" }).click()
    for (const path of ["/", "/demo/signed-in", "/profile/"]) {
      await page.goBack()
      expect(await page.content(), path).not.toContain("private-person")
    }
  })
})
