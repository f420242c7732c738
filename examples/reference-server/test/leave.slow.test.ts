import { readFile } from "node:fs/promises"
import { beforeAll, describe, expect, test, vi } from "vitest"
import { expectToFit, logIn, noChromium, sessionCookieOf, submit, takePictures, useChromium } from "./chromium.ts"
import { bearer, goodPassword, register, requestToken, statusOfMe, tokenFor } from "./client.ts"
import { type Server, startServer } from "./server.ts"
import { openSlowLine } from "./slow-line.ts"

const env = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_PROFILE_MAY_DELETE: "true"
}

/** The server, and where browsers find it: at the other end of a slow line. */
let server: Server
let at: string
if (!noChromium) {
  beforeAll(async () => {
    const line = await openSlowLine(300)
    server = await startServer({ env: { ...env, LATCHKEY_PUBLIC_URL: line.url } })
    line.leadTo(server.port)
    at = line.url
  })
}

describe.skipIf(noChromium).concurrent.each([
  ["with JavaScript", true],
  ["without JavaScript", false]
])("the end of an account in a real browser, %s", (_, javaScriptEnabled) => {
  const { open } = useChromium({ keepsPages: true })
  const nameOf = (name: string) => `${name}-${javaScriptEnabled ? "scripted" : "scriptless"}`

  /** A profile in which somebody has logged in and come to their profile page. */
  const openAs = async (name: string) => {
    const profile = await open({ javaScriptEnabled })
    await profile.page.goto(`${at}/login`)
    await logIn(profile.page, name, goodPassword)
    await profile.page.waitForURL(`${at}/profile/`)
    return profile
  }

  /** A profile at the question of somebody new. */
  const openQuestionAs = async (name: string) => {
    await register(server, name)
    const profile = await openAs(name)
    await profile.page.getByRole("link", { name: "Delete your account" }).click()
    await profile.page.waitForURL(`${at}/profile/delete`)
    return profile
  }

  test("PRI-01 PRI-03 a person takes their data with them, deletes the account, and nothing of it opens anything", async () => {
    const name = nameOf("ada")
    await register(server, name)
    const token = bearer(await tokenFor(server, name))
    const profile = await openAs(name)
    const { page, complaints } = profile
    await page.getByRole("link", { name: "Download your data" }).click()
    await page.waitForURL(`${at}/profile/data`)
    await expectToFit(page)
    const downloading = page.waitForEvent("download")
    await submit(page, "Download")
    const file = await downloading
    expect(file.suggestedFilename()).toBe("your-data.json")
    const data = JSON.parse(await readFile(await file.path(), "utf8"))
    expect(data.user.username).toBe(name)
    expect(data.sessions.map(({ kind }: { readonly kind: string }) => kind).sort()).toEqual(["bearer", "browser"])
    expect(page.url()).toBe(`${at}/profile/data`)

    await page.getByRole("link", { name: "Back to your profile" }).click()
    await page.getByRole("link", { name: "Delete your account" }).click()
    await page.waitForURL(`${at}/profile/delete`)
    await expectToFit(page)
    if (javaScriptEnabled) await takePictures(page, "delete-account")
    await submit(page, "Delete account")
    await page.waitForURL(`${at}/login?done=account-deleted`)
    expect(await page.getByRole("status").textContent()).toBe("Your account was deleted.")
    expect(await sessionCookieOf(profile)).toBeUndefined()
    expect(await statusOfMe(server, token)).toBe(401)
    expect((await requestToken(server, name, goodPassword)).status).toBe(400)
    expect(complaints()).toEqual([])
    await register(server, name) // the name is free again
  })

  test("PRI-03 SES-28 two clicks on a slow line end where one does", async () => {
    const { page } = await openQuestionAs(nameOf("bea"))
    const box = await page.getByRole("button", { name: "Delete account" }).boundingBox()
    const [x, y] = [(box?.x ?? 0) + 5, (box?.y ?? 0) + 5]
    await page.mouse.click(x, y)
    await page.waitForTimeout(200)
    await page.mouse.click(x, y)
    // `waitForURL` fails when the second click breaks off what the first one began.
    await vi.waitUntil(() => page.url() === `${at}/login?done=account-deleted`, { timeout: 30_000 })
    expect(await page.getByRole("status").textContent()).toBe("Your account was deleted.")
  })

  test("PRI-03 a second tab with the question ends there too, and back leads to the login page", async () => {
    const { page, context } = await openQuestionAs(nameOf("cyd"))
    const tab = await context.newPage()
    await tab.goto(`${at}/profile/delete`)
    await submit(page, "Delete account")
    await page.waitForURL(`${at}/login?done=account-deleted`)
    await submit(tab, "Delete account")
    await tab.waitForURL(/\/login/)
    await page.goto(`${at}/profile/delete`)
    expect(new URL(page.url()).pathname).toBe("/login")
  })

  test("ADM-02 ADM-10 the only administrator is told so by keyboard alone, and stays", async () => {
    const { page } = await openAs("root")
    await page.getByRole("link", { name: "Delete your account" }).focus()
    await page.keyboard.press("Enter")
    await page.waitForURL(`${at}/profile/delete`)
    await page.getByRole("button", { name: "Delete account" }).focus()
    await page.keyboard.press("Enter")
    await page.getByRole("alert").waitFor()
    expect(await page.getByRole("alert").textContent()).toContain("You are the only administrator.")
    await page.getByRole("link", { name: "Keep account" }).click()
    await page.waitForURL(/\/profile\//)
    expect(await page.getByRole("main").textContent()).toContain("root")
  })
})
