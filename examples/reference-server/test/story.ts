import type { Page } from "playwright-core"
import { expect, vi } from "vitest"
import { goBackTo, logIn, sessionCookieOf, submit, type useChromium } from "./chromium.ts"
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

/** Waits for a question: on a page of its own, or in a dialog. */
const asks = (page: Page, question: string) => page.getByText(question).waitFor()

/** What two people do on all pages of a new server. `look` is called on each page, with a name for it. */
export const tellStory = async (
  open: ReturnType<typeof useChromium>["open"],
  javaScriptEnabled: boolean,
  look: (page: Page, name: string) => Promise<void> = async () => {}
): Promise<void> => {
  const server = await startServer({ env })
  const one = await open({ javaScriptEnabled, userAgent: chrome })
  const two = await open({ javaScriptEnabled, userAgent: firefox })
  const { page } = one
  const at = (path: string, where: Page = page) => expect(where.url()).toBe(`${server.url}${path}`)
  const go = (path: string, where: Page = page) => where.goto(`${server.url}${path}`)

  // The first administrator.
  await page.goto(server.setupLink ?? "")
  await look(page, "setup")
  await submit(page, "Create administrator", {
    Username: "captain",
    Password: goodPassword,
    "Confirm password": "typed wrong"
  })
  expect(await page.getByRole("alert").textContent()).toContain("The two passwords do not match. Type both again.")
  await look(page, "setup-refused")
  await submit(page, "Create administrator", { Password: goodPassword, "Confirm password": goodPassword })
  expect(await noticeOf(page)).toBe("The administrator account was created. Log in to continue.")
  await look(page, "login")
  await logIn(page, "captain", "not the password")
  expect(await page.getByRole("alert").textContent()).toContain("These log-in details are incorrect.")
  expect(await page.getByLabel("Username or e-mail address").inputValue()).toBe("captain")
  await look(page, "login-refused")
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
  await look(page, "profile")
  await page.getByRole("link", { name: "End session Firefox on Linux" }).click()
  await asks(page, "End the session of Firefox on Linux, 127.0.0.1?")
  await look(page, "end-session")
  await page.getByRole("button", { name: "End session" }).click()
  expect(await noticeOf(page)).toBe("You are logged out there.")
  expect(await sessions.count()).toBe(1)
  await two.page.reload()
  at("/login?next=%2Fprofile%2F&done=ended", two.page)

  // All others at once.
  await logIn(two.page, "captain", goodPassword)
  at("/profile/", two.page)
  await page.reload()
  await page.getByRole("link", { name: "End all other sessions" }).click()
  await asks(page, "End all other sessions?")
  await page.getByRole("button", { name: "End all other sessions" }).click()
  expect(await noticeOf(page)).toBe("All other sessions were ended.")
  await two.page.reload()
  at("/login?next=%2Fprofile%2F&done=ended", two.page)

  // A new password: it ends the others, and this session goes on under a new secret.
  await logIn(two.page, "captain", goodPassword)
  const newPassword = "another password of four words"
  const change = { "New password": newPassword, "Confirm new password": newPassword }
  await submit(page, "Change password", { ...change, "Current password": "not the password" })
  expect(await page.title()).toBe("Error: Your profile · Harbour")
  await look(page, "profile-refused")
  const before = await sessionCookieOf(one)
  await submit(page, "Change password", { ...change, "Current password": goodPassword })
  expect(await noticeOf(page)).toBe(
    "Your password was changed. All other sessions were ended and all access tokens were revoked."
  )
  const after = await sessionCookieOf(one)
  expect(after?.value).not.toBe(before?.value)
  expect(await statusOfMe(server, { cookie: `latchkey_session=${before?.value}` })).toBe(401)
  expect((await requestToken(server, "captain", goodPassword)).status).toBe(400)
  await two.page.reload()
  at("/login?next=%2Fprofile%2F&done=ended", two.page)

  // New details.
  const details = { Username: "admiral", "E-mail address": "admiral@example.org" }
  await submit(page, "Save details", details)
  expect(await noticeOf(page)).toBe("A link was sent to the new address. The address changes once you follow it.")
  const mail = /^Mail \(change-email\) to admiral@example\.org: http\S+$/m
  await vi.waitFor(() => expect(server.output()).toMatch(mail), { timeout: 20_000 })
  expect(await page.locator(".page-head").textContent()).toContain("Logged in as admiral")
  await logIn(two.page, "admiral", newPassword)
  at("/profile/", two.page)

  // Logging out: a link only asks; afterwards cookie and session are gone, and the way back leads to the login page.
  await go("/logout")
  expect(await headingOf(page)).toBe("Log out?")
  await look(page, "logout")
  await page.getByRole("link", { name: "Stay logged in" }).click()
  at("/profile/")
  await page.getByRole("button", { name: "Log out" }).click()
  at("/login?done=logged-out")
  expect(await noticeOf(page)).toBe("You are logged out.")
  expect(await sessionCookieOf(one)).toBe(undefined)
  expect(await statusOfMe(server, { cookie: `latchkey_session=${after?.value}` })).toBe(401)
  await goBackTo(page, `${server.url}/login?next=%2Fprofile%2F`)
  expect(await page.content()).not.toContain("admiral")

  // Somebody new, and a page that is not for them.
  await go("/")
  await look(page, "home")
  await page.getByRole("link", { name: "register" }).click()
  await look(page, "register")
  await submit(page, "Create account", { Username: "sailor", Password: "too short", "Confirm password": "too short" })
  await look(page, "register-refused")
  await submit(page, "Create account", { Password: goodPassword, "Confirm password": goodPassword })
  at("/profile/")
  expect((await go("/demo/admin"))?.status()).toBe(403)
  await look(page, "forbidden")
  await go("/")
  await look(page, "home-logged-in")
  await page.getByRole("button", { name: "Log out" }).click()

  // A page that asks to log in first, and gets the visitor back.
  await go("/demo/signed-in")
  at("/login?next=%2Fdemo%2Fsigned-in")
  await logIn(page, "sailor", goodPassword)
  at("/demo/signed-in")
  expect(await page.locator("main").textContent()).toContain("You are sailor.")
  await page.getByRole("link", { name: "Go to the home page" }).click()
  at("/")
  expect((await go("/setup/"))?.status()).toBe(404)
  await look(page, "not-found")
  expect([...one.complaints(), ...two.complaints()]).toEqual([])
}
