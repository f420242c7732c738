import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import {
  expectToFit,
  goBackTo,
  logIn,
  noChromium,
  sessionCookieOf,
  submit,
  takePictures,
  useChromium
} from "./chromium.ts"
import { goodPassword, requestToken, statusOfMe } from "./client.ts"
import { startServer } from "./server.ts"

const env = {
  LATCHKEY_NAME: "Harbour",
  LATCHKEY_SESSIONS_COLLECT_USER_AGENT: "true",
  LATCHKEY_SESSIONS_COLLECT_IP: "true"
}
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"

const headingOf = (page: Page) => page.getByRole("heading", { level: 1 }).textContent()
const noticeOf = (page: Page) => page.getByRole("status").textContent()

describe.skipIf(noChromium)("the pages in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })

  test.concurrent.each([
    ["with JavaScript", true],
    ["without JavaScript", false]
  ])(
    "tell one whole story %s: PWD-17 SES-07 SES-08 SES-11 CSR-05 HTM-02 HTM-08 RED-05",
    async (_, javaScriptEnabled) => {
      const server = await startServer({ env })
      const one = await open({ javaScriptEnabled, userAgent: chrome })
      const two = await open({ javaScriptEnabled, userAgent: firefox })
      const { page } = one
      const look = async (name: string) => {
        if (!javaScriptEnabled) return // The pages look the same.
        await expectToFit(page)
        await takePictures(page, name)
      }
      const at = (path: string, where: Page = page) => expect(where.url()).toBe(`${server.url}${path}`)
      const go = (path: string, where: Page = page) => where.goto(`${server.url}${path}`)

      // The first administrator.
      await page.goto(server.setupLink ?? "")
      await look("setup")
      await submit(page, "Create administrator", {
        Username: "captain",
        Password: goodPassword,
        "Password again": "typed wrong"
      })
      expect(await page.getByRole("alert").textContent()).toContain("The two passwords are not the same.")
      await look("setup-refused")
      await submit(page, "Create administrator", { Password: goodPassword, "Password again": goodPassword })
      expect(await noticeOf(page)).toBe("The administrator was created. Log in to begin.")
      await look("login")
      await logIn(page, "captain", "not the password")
      expect(await page.getByRole("alert").textContent()).toContain("This name and password do not match.")
      expect(await page.getByLabel("Username or e-mail address").inputValue()).toBe("captain")
      await look("login-refused")
      await logIn(page, "captain", goodPassword)
      at("/profile/")

      // A second browser: its session is seen, ended from here, and it is logged out.
      await go("/profile/", two.page)
      at("/login?next=%2Fprofile%2F", two.page)
      await logIn(two.page, "captain", goodPassword)
      at("/profile/", two.page)
      await page.reload()
      const sessions = page.locator("#sessions").getByRole("listitem")
      expect(await sessions.count()).toBe(2)
      expect(await sessions.filter({ hasText: "Chrome on Windows" }).textContent()).toContain("This session")
      await look("profile")
      await page.getByRole("button", { name: "End session: Firefox on Linux" }).click()
      expect(await noticeOf(page)).toBe("The session was ended.")
      expect(await sessions.count()).toBe(1)
      await two.page.reload()
      at("/login?next=%2Fprofile%2F", two.page)

      // All others at once.
      await logIn(two.page, "captain", goodPassword)
      at("/profile/", two.page)
      await page.reload()
      await page.getByRole("button", { name: "End all others" }).click()
      expect(await noticeOf(page)).toBe("All other sessions were ended.")
      await two.page.reload()
      at("/login?next=%2Fprofile%2F", two.page)

      // A new password: it ends the others, and this session goes on under a new secret.
      await logIn(two.page, "captain", goodPassword)
      const newPassword = "another password of four words"
      const change = { "New password": newPassword, "New password again": newPassword }
      await submit(page, "Change password", { ...change, "Current password": "not the password" })
      expect(await page.title()).toBe("Error: Your profile · Harbour")
      await look("profile-refused")
      const before = await sessionCookieOf(one)
      await submit(page, "Change password", { ...change, "Current password": goodPassword })
      expect(await noticeOf(page)).toBe(
        "Your password was changed. Every other session and every access token was ended."
      )
      const after = await sessionCookieOf(one)
      expect(after?.value).not.toBe(before?.value)
      expect(await statusOfMe(server, { cookie: `latchkey_session=${before?.value}` })).toBe(401)
      expect((await requestToken(server, "captain", goodPassword)).status).toBe(400)
      await two.page.reload()
      at("/login?next=%2Fprofile%2F", two.page)

      // New details.
      const details = { Username: "admiral", "E-mail address": "admiral@example.org", "Current password": newPassword }
      await submit(page, "Save details", details)
      expect(await noticeOf(page)).toBe("Your details were saved.")
      expect(await page.locator(".page-head").textContent()).toContain("Logged in as admiral")
      await logIn(two.page, "admiral@example.org", newPassword)
      at("/profile/", two.page)

      // Logging out: a link only asks; afterwards cookie and session are gone, and the way back leads to the login page.
      await go("/logout")
      expect(await headingOf(page)).toBe("Log out?")
      await look("logout")
      await page.getByRole("link", { name: "Stay logged in" }).click()
      at("/profile/")
      await page.getByRole("button", { name: "Log out" }).click()
      at("/login")
      expect(await sessionCookieOf(one)).toBe(undefined)
      expect(await statusOfMe(server, { cookie: `latchkey_session=${after?.value}` })).toBe(401)
      await goBackTo(page, `${server.url}/login?next=%2Fprofile%2F`)
      expect(await page.content()).not.toContain("admiral")

      // Somebody new, and a page that is not for them.
      await go("/")
      await look("home")
      await page.getByRole("link", { name: "register" }).click()
      await look("register")
      await submit(page, "Create account", { Username: "sailor", Password: "too short" })
      await look("register-refused")
      await submit(page, "Create account", { Password: goodPassword })
      at("/profile/")
      expect((await go("/demo/admin"))?.status()).toBe(403)
      await look("forbidden")
      await go("/")
      await look("home-logged-in")
      await page.getByRole("button", { name: "Log out" }).click()

      // A page that asks to log in first, and gets the visitor back.
      await go("/demo/signed-in")
      at("/login?next=%2Fdemo%2Fsigned-in")
      await logIn(page, "sailor", goodPassword)
      at("/demo/signed-in")
      expect(await page.locator("body").textContent()).toContain('"username":"sailor"')
      expect((await go("/setup/"))?.status()).toBe(404)
      await look("not-found")
      expect([...one.complaints(), ...two.complaints()]).toEqual([])
    }
  )

  test.concurrent("HTM-03 COO-09 after a log-out the back button brings back nothing that was private", async () => {
    const server = await startServer({
      env: { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
    })
    const { page } = await open()
    const isPrivate = async () => (await page.content()).includes("root")
    await page.goto(`${server.url}/login`)
    await logIn(page, "root", goodPassword)
    expect(await isPrivate()).toBe(true)
    for (const path of ["/demo/signed-in", "/"]) {
      await page.goto(`${server.url}${path}`)
      expect(await isPrivate(), path).toBe(true)
    }
    await page.getByRole("button", { name: "Log out" }).click()
    for (const path of ["/", "/login?next=%2Fdemo%2Fsigned-in", "/login?next=%2Fprofile%2F"]) {
      await goBackTo(page, `${server.url}${path}`)
      expect(await isPrivate(), path).toBe(false)
    }
  })
})
