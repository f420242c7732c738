import type { Page } from "playwright-core"
import { beforeAll, describe, expect, test, vi } from "vitest"
import { expectToFit, goInHistory, logIn, noChromium, submit, takePictures, useChromium } from "./chromium.ts"
import { bearer, goodPassword, register } from "./client.ts"
import { type Server, startServer } from "./server.ts"

const seed = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }

const secretOf = async (page: Page) => (await page.locator("#issued-token").textContent()) ?? ""
const noticeOf = (page: Page) => page.getByRole("status").textContent()

/** Follows the link of a token, and presses the button of the page or the dialog that asks. */
const agree = async (page: Page, link: string) => {
  await page.getByRole("main").getByRole("link", { name: link, exact: true }).click()
  await page.locator(".button-grave").filter({ visible: true }).click()
}
const items = (page: Page) => page.locator("#tokens").getByRole("listitem")

/** Makes a token that may read the demo's guarded route, and gives its text. */
const make = async (page: Page, name: string) => {
  await page.getByLabel("Read the demo's guarded route demo:read").check()
  await page.getByLabel("Expires").selectOption("In 30 days")
  await submit(page, "Create token", { Name: name })
  return secretOf(page)
}

/** Whether a token opens the demo's guarded route. */
const statusOfScope = async ({ url }: Server, token: string): Promise<number> =>
  (await fetch(`${url}/demo/scope`, { headers: bearer(token) })).status

describe.skipIf(noChromium)("the page of access tokens in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })
  let server: Server
  if (!noChromium) {
    beforeAll(async () => {
      server = await startServer({ env: seed })
    })
  }

  /** A profile in which somebody new has come to the page by the menu. */
  const openAs = async (name: string, javaScriptEnabled = true) => {
    await register(server, name)
    const profile = await open({ javaScriptEnabled })
    await profile.page.goto(`${server.url}/login`)
    await logIn(profile.page, name, goodPassword)
    await profile.page.getByRole("navigation").getByRole("link", { name: "Tokens" }).click()
    expect(profile.page.url()).toBe(`${server.url}/tokens/`)
    return profile
  }

  test.concurrent.each([
    ["with JavaScript", true],
    ["without JavaScript", false]
  ])("makes, rotates and revokes tokens %s: PAT-07 PAT-10", async (kind, javaScriptEnabled) => {
    const name = javaScriptEnabled ? "scripted" : "scriptless"
    const { page, complaints } = await openAs(name, javaScriptEnabled)
    const look = async (picture: string) => {
      if (!javaScriptEnabled) return // The pages look the same.
      await expectToFit(page)
      await takePictures(page, picture)
    }
    await look("tokens-none")
    await submit(page, "Create token", { Name: "" })
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.getByRole("alert").textContent()).toContain("name")
    await look("tokens-refused")

    const token = await make(page, `Nightly build ${kind}`)
    expect(token).toMatch(/^lk_pat_\w{71}$/)
    expect(page.url()).toBe(`${server.url}/tokens/`)
    await look("tokens-made")
    expect(await statusOfScope(server, token)).toBe(200)
    expect(await items(page).count()).toBe(1)
    const facts = await items(page).first().textContent()
    for (const fact of [`Nightly build ${kind}`, `…${token.slice(-4)}`, "demo:read"]) expect(facts).toContain(fact)

    await agree(page, `Rotate Nightly build ${kind}`)
    const next = await secretOf(page)
    expect(next).not.toBe(token)
    expect([await statusOfScope(server, token), await statusOfScope(server, next)]).toEqual([200, 200])
    expect(await items(page).count()).toBe(2)
    await look("tokens-rotated")
    const replaced = items(page).filter({ hasText: "Replaced" })
    expect(await replaced.textContent()).toContain(`…${token.slice(-4)}`)
    expect(await replaced.getByRole("link", { name: /^Rotate/ }).count()).toBe(0)

    await replaced.getByRole("link", { name: /^Revoke/ }).click()
    await look("tokens-asking")
    await page.locator(".button-grave").filter({ visible: true }).click()
    expect(await noticeOf(page)).toBe("The token no longer works for your account.")
    expect([await statusOfScope(server, token), await statusOfScope(server, next)]).toEqual([401, 200])
    await agree(page, `Revoke Nightly build ${kind}`)
    expect(await statusOfScope(server, next)).toBe(401)
    expect(await items(page).count()).toBe(0)
    expect(complaints()).toEqual([])
  })

  test.concurrent("the keyboard begins at a token that was just made, and one click selects all of it", async () => {
    const { page } = await openAs("typist")
    const token = await make(page, "by keyboard")
    await page.locator("#issued-title:focus").waitFor()
    await page.locator("#issued-token").click()
    expect(await page.evaluate("getSelection().toString()")).toBe(token)
  })

  test.concurrent("PAT-03 neither the way back and forward nor the page anew shows a token again", async () => {
    const { page } = await openAs("returner")
    const token = await make(page, "shown once")
    const isShown = async () => (await page.content()).includes(token)
    expect(await isShown()).toBe(true)
    const go = async (step: "back" | "forward") => {
      const left = page.url()
      await goInHistory(page, step)
      // Not `waitForURL`: it knows neither pages that were kept, nor the one that stands for what a form had made.
      const isThere = async () => page.url() !== left && (await page.evaluate("document.readyState")) === "complete"
      await vi.waitUntil(() => isThere().catch(() => false), { timeout: 30_000, interval: 100 })
    }

    await page.goto(`${server.url}/profile/`)
    await go("back")
    expect(await isShown()).toBe(false)
    // People are asked first: to say yes sends the form again, which makes no other token (PAT-14).
    await page.reload()
    expect(await isShown()).toBe(false)
    expect(await page.content()).toContain("You have already created the token")
    await go("forward")
    await go("back")
    expect(await isShown()).toBe(false)
    await page.goto(`${server.url}/tokens/`)
    expect(await isShown()).toBe(false)
    expect(await items(page).count()).toBe(1)
    expect(await page.content()).not.toContain("lk_pat_")
  })

  test.concurrent("PAT-03 a token that was rotated is not shown again either, and to send that form again rotates nothing", async () => {
    const { page } = await openAs("rotator")
    await make(page, "rotated")
    await agree(page, "Rotate rotated")
    const token = await secretOf(page)
    await page.reload()
    expect(await page.getByRole("status").textContent()).toContain("This token was already rotated or revoked.")
    expect(await page.content()).not.toContain(token)
    await page.goto(`${server.url}/tokens/`)
    expect(await page.content()).not.toContain("lk_pat_")
    expect(await items(page).count()).toBe(2)
  })
})

describe.skipIf(noChromium)("mode basic in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })
  let server: Server
  if (!noChromium) {
    beforeAll(async () => {
      server = await startServer({ env: { ...seed, LATCHKEY_MODE: "basic" } })
    })
  }

  /** What the server answered to requests for the profile so far. */
  const answers = () =>
    Array.from(server.log().matchAll(/"path":"\/profile\/","status":(\d+)/g), ([, status]) => status)

  test("BAS-04 who has no password gets nothing", async () => {
    const { page } = await open()
    await expect(page.goto(`${server.url}/profile/`)).rejects.toThrow("ERR_INVALID_AUTH_CREDENTIALS")
  })

  test.each([
    ["when it asked for them", { username: "root", password: goodPassword }, ""],
    ["from the address", undefined, `root:${encodeURIComponent(goodPassword)}@`]
  ])(
    "BAS-04 the browser sends user and password %s, and a token is made without a cookie",
    async (_, asked, inAddress) => {
      const { page, context, complaints } = await open(asked === undefined ? {} : { httpCredentials: asked })
      const before = answers().length
      expect((await page.goto(`${server.url.replace("//", `//${inAddress}`)}/profile/`))?.status()).toBe(200)
      await expect.poll(() => answers().slice(before), { timeout: 30_000 }).toEqual(["401", "200"])
      expect(await page.locator(".page-head").textContent()).toContain("Logged in as root")
      const menu = page.getByRole("navigation")
      expect(await menu.getByRole("listitem").allTextContents()).toEqual(["Profile", "Tokens", "Administration"])
      await menu.getByRole("link", { name: "Tokens" }).click()
      const token = await make(page, "by password")
      expect(await statusOfScope(server, token)).toBe(200)
      expect(await context.cookies()).toEqual([])
      expect(complaints()).toEqual([])
    }
  )
})
