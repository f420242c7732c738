import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { expectToFit, logIn, noChromium, sessionCookieOf, submit, takePictures, useChromium } from "./chromium.ts"
import { goodPassword, requestToken } from "./client.ts"
import { startServer } from "./server.ts"

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

const env = {
  LATCHKEY_SESSIONS_COLLECT_USER_AGENT: "true",
  LATCHKEY_SESSIONS_COLLECT_IP: "true",
  LATCHKEY_NAME: "Harbour"
}

const headingOf = (page: Page) => page.getByRole("heading", { level: 1 }).textContent()

describe.skipIf(noChromium)("the pages in a real browser", () => {
  const { open } = useChromium()

  test.concurrent.each([
    ["with JavaScript", true],
    ["without JavaScript", false]
  ])(
    "tell one whole story %s: PWD-17 SES-07 SES-08 SES-11 HTM-02 HTM-03 HTM-08 RED-05",
    async (_, javaScriptEnabled) => {
      const server = await startServer({ env })
      const one = await open({ javaScriptEnabled, userAgent: chrome })
      const two = await open({ javaScriptEnabled, userAgent: firefox })
      const { page } = one
      const look = async (name: string) => {
        await expectToFit(page)
        if (javaScriptEnabled) await takePictures(page, name)
      }
      const at = (path: string) => expect(page.url()).toBe(`${server.url}${path}`)
      const go = (path: string) => page.goto(`${server.url}${path}`)

      // The first administrator.
      await page.goto(server.setupLink ?? "")
      await look("setup")
      const admin = {
        Username: "captain",
        "E-mail address": "",
        Password: goodPassword,
        "Password again": "typed wrong"
      }
      await submit(page, "Create administrator", admin)
      expect(await page.locator(".notice-error").textContent()).toContain("The two passwords are not the same.")
      await look("setup-refused")
      await submit(page, "Create administrator", { ...admin, "Password again": goodPassword })
      at("/login?done=setup")
      expect(await page.getByRole("status").textContent()).toBe("The administrator was created. Log in to begin.")
      await look("login-after-setup")

      // Logging in.
      await logIn(page, "captain", "not the password")
      expect(await page.getByRole("alert").textContent()).toContain("This name and password do not match.")
      expect(await page.getByLabel("Username or e-mail address").inputValue()).toBe("captain")
      await look("login-refused")
      await logIn(page, "captain", goodPassword)
      at("/profile/")
      await look("profile")
      await go("/")
      expect(await page.locator("main").textContent()).toContain("captain, a superuser")
      await look("home-logged-in")

      // A second browser.
      const logInElsewhere = async (password: string) => {
        await two.page.goto(`${server.url}/login`)
        await logIn(two.page, "captain", password)
        expect(await headingOf(two.page)).toBe("Your profile")
      }
      const expectLoggedOutElsewhere = async () => {
        await two.page.goto(`${server.url}/profile/`)
        expect(two.page.url()).toBe(`${server.url}/login?next=%2Fprofile%2F`)
      }
      await logInElsewhere(goodPassword)
      await go("/profile/")
      const sessions = page.locator("#sessions").getByRole("listitem")
      expect(await sessions.count()).toBe(2)
      await look("profile-two-sessions")
      const other = sessions.filter({ hasText: "Firefox on Linux" })
      expect(await sessions.filter({ hasText: "Chrome on Windows" }).textContent()).toContain("This session")
      await other.getByRole("button", { name: "End session: Firefox on Linux" }).click()
      expect(await page.getByRole("status").textContent()).toBe("The session was ended.")
      expect(await sessions.count()).toBe(1)
      await look("profile-session-ended")
      await expectLoggedOutElsewhere()

      await logInElsewhere(goodPassword)
      await go("/profile/")
      await page.getByRole("button", { name: "End all others" }).click()
      expect(await page.getByRole("status").textContent()).toBe("All other sessions were ended.")
      await expectLoggedOutElsewhere()

      // A new password: it ends the others, and this one goes on under a new secret.
      await logInElsewhere(goodPassword)
      const newPassword = "another password of four words"
      const change = { "New password": newPassword, "New password again": newPassword }
      await submit(page, "Change password", { ...change, "Current password": "not the password" })
      expect(await page.title()).toBe("Error: Your profile · Harbour")
      await look("profile-refused")
      const before = await sessionCookieOf(one)
      await submit(page, "Change password", { ...change, "Current password": goodPassword })
      expect(await page.getByRole("status").textContent()).toBe(
        "Your password was changed. Every other session was ended."
      )
      const after = await sessionCookieOf(one)
      expect(after?.value).toMatch(/^lk_ses_/)
      expect(after?.value).not.toBe(before?.value)
      await expectLoggedOutElsewhere()
      expect((await requestToken(server, "captain", goodPassword)).status).toBe(400)
      await logInElsewhere(newPassword)

      // New details.
      const details = { Username: "admiral", "E-mail address": "admiral@example.org", "Current password": newPassword }
      await submit(page, "Save details", details)
      expect(await page.getByRole("status").textContent()).toBe("Your details were saved.")
      expect(await page.locator(".page-head").textContent()).toContain("Logged in as admiral")

      // Logging out: a link only asks; the back button shows nothing that was private.
      await go("/logout")
      expect(await headingOf(page)).toBe("Log out?")
      await look("logout")
      await page.getByRole("link", { name: "Stay logged in" }).click()
      at("/profile/")
      await page.getByRole("button", { name: "Log out" }).click()
      at("/login")
      expect(await sessionCookieOf(one)).toBe(undefined)
      await page.goBack()
      at("/login?next=%2Fprofile%2F")
      expect(await page.content()).not.toContain("admiral")
      const back = await fetch(`${server.url}/users/me`, { headers: { cookie: `latchkey_session=${after?.value}` } })
      expect(back.status).toBe(401)

      // Somebody new, and a page that is not for them.
      await go("/")
      await look("home")
      await page.getByRole("link", { name: "register" }).click()
      await look("register")
      await submit(page, "Create account", { Username: "admiral", Password: "too short" })
      await look("register-refused")
      await submit(page, "Create account", { Username: "sailor", Password: goodPassword })
      at("/profile/")
      expect((await go("/demo/admin"))?.status()).toBe(403)
      await look("forbidden")
      await go("/profile/")
      await page.getByRole("button", { name: "Log out" }).click()

      // A page that asks to log in first, and gets the visitor back.
      await go("/demo/signed-in")
      at("/login?next=%2Fdemo%2Fsigned-in")
      await look("login")
      await logIn(page, "sailor", "not the password")
      await logIn(page, "sailor", goodPassword)
      at("/demo/signed-in")
      expect(JSON.parse((await page.locator("body").textContent()) ?? "")).toMatchObject({ username: "sailor" })
      expect((await go("/setup/"))?.status()).toBe(404)
      await look("not-found")
      expect([...one.complaints, ...two.complaints]).toEqual([])
    }
  )
})
