import { describe, expect, test, vi } from "vitest"
import { expectToFit, goInHistory, logIn, noChromium, submit, takePictures, useChromium } from "./chromium.ts"
import { goodPassword, postForm, requestToken } from "./client.ts"
import { startServer } from "./server.ts"

const env = {
  LATCHKEY_NAME: "Harbour",
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_ADMIN_MUST_CHANGE_PASSWORD: "true"
}
const newPassword = "another password of four words"

describe.skipIf(noChromium).each([
  ["with JavaScript", true],
  ["without JavaScript", false]
])("the configured administrator in a real browser, %s", (_, javaScriptEnabled) => {
  const { open } = useChromium({ keepsPages: true })

  test("SET-10 PWD-25 PWD-26 PWD-28 logs in, is led to choose another password, and then goes on", async () => {
    const server = await startServer({ env })
    const { page, complaints } = await open({ javaScriptEnabled })
    const at = (path: string) => expect(page.url()).toBe(`${server.url}${path}`)
    const go = (path: string) => page.goto(`${server.url}${path}`)
    const form = "/password?next=%2Fdemo%2Fsigned-in"

    await go("/demo/signed-in")
    await logIn(page, "root", goodPassword)
    at(form)
    expect(await page.getByRole("status").textContent()).toContain("Before you can continue, choose a new password")
    expect(await page.getByRole("navigation").getByRole("button").allTextContents()).toEqual(["Log out"])
    expect(await page.getByRole("navigation").getByRole("link").count()).toBe(0)
    await expectToFit(page)
    await takePictures(page, "password")

    // Nothing else is open, and each way leads back here.
    for (const path of ["/demo/signed-in", "/login?next=%2Fdemo%2Fsigned-in"]) {
      await go(path)
      at(form)
    }
    await go("/tokens/")
    at("/password?next=%2Ftokens%2F")
    // Not `goBackTo`, which waits for a load that a kept page does not have.
    await goInHistory(page, "back")
    await vi.waitUntil(() => page.url() === `${server.url}${form}`, { timeout: 30_000 })

    // The same password again is none that only its owner knows.
    const again = { "New password": goodPassword, "Confirm new password": goodPassword }
    await submit(page, "Change password", { "Current password": goodPassword, ...again })
    expect(await page.getByRole("alert").textContent()).toContain(
      "This is your current password. Choose a different one."
    )
    expect(await page.title()).toBe("Error: Choose a new password · Harbour")
    await expectToFit(page)
    await takePictures(page, "password-refused")

    // By the keyboard alone, from the field that was wrong.
    await go(form)
    await page.locator("#new-password-current_password:focus").waitFor()
    for (const password of [goodPassword, newPassword, newPassword]) {
      await page.keyboard.type(password)
      await page.keyboard.press("Tab")
      if (javaScriptEnabled) await page.keyboard.press("Tab") // past the button that shows the password
    }
    await page.getByRole("button", { name: "Change password", exact: true }).focus()
    await page.keyboard.press("Enter")
    await page.waitForURL(`${server.url}/demo/signed-in`)
    expect(await page.locator("main").textContent()).toContain("You are root.")
    expect((await requestToken(server, "root", goodPassword)).status).toBe(400)
    expect((await requestToken(server, "root", newPassword)).status).toBe(200)

    // The way back is the page as anybody may use it.
    await go("/profile/")
    await go("/password")
    expect(await page.getByRole("status").count()).toBe(0)
    await page.getByRole("button", { name: "Log out" }).click()
    await logIn(page, "root", newPassword)
    at("/profile/")
    expect(complaints()).toEqual([])
  })
})

test("PWD-28 without a wish a browser lands on the profile, with the notice", async () => {
  const server = await startServer({ env })
  const login = await postForm(server, "/login", { username: "root", password: goodPassword })
  expect(login.headers.get("location")).toBe("/password")
  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(";", 1)[0])
    .join("; ")
  const change = { current_password: goodPassword, password: newPassword, password_confirm: newPassword }
  const changed = await postForm(server, "/password", change, { cookie })
  expect([changed.status, changed.headers.get("location")]).toEqual([303, "/profile/?done=password"])
})
