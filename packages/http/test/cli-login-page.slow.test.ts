import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { CliLoginPage } from "../src/cli-login/page.tsx"
import { sampleCliLogin } from "../src/cli-login/sample.ts"
import { renderPage } from "../src/surface/render.ts"
import { noChromium, openBrowser } from "./chromium.ts"
import { openPageServer, type PageServer } from "./page-server.ts"

describe.skipIf(noChromium)("the two buttons about a program, in a real browser", () => {
  let browser: Browser
  let server: PageServer
  if (!noChromium) {
    beforeAll(async () => {
      server = await openPageServer()
      browser = await openBrowser()
    })
    afterAll(async () => {
      await browser.close()
      await server.close()
    })
  }

  /** The page of a log-in that is no longer fresh, and what its forms post. */
  const open = async (javaScriptEnabled: boolean) => {
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    const posted: Array<string> = []
    page.on("request", (request) => {
      if (request.method() === "POST") posted.push(`${new URL(request.url()).pathname} ${request.postData()}`)
    })
    const view = { ...sampleCliLogin, site: server.site, asksCurrentPassword: true }
    await page.goto(server.show(renderPage(CliLoginPage(view))))
    return { page, posted, close: () => context.close() }
  }

  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click()

  describe.each([
    ["with JavaScript", true],
    ["without JavaScript", false]
  ])("%s", (_, javaScriptEnabled) => {
    it("Enter presses neither, also after the password (DEV-11)", async () => {
      const { page, posted, close } = await open(javaScriptEnabled)
      await page.keyboard.press("Enter")
      await page.getByLabel("Current password", { exact: true }).fill("a password")
      await page.keyboard.press("Enter")
      await press(page, "Approve") // a form that Enter had sent would have been posted before
      await page.waitForURL("**/approve")
      expect(posted).toEqual(["/auth/cli/c1/approve user=u1&code=BCDF-GHJK&current_password=a+password"])
      await close()
    })

    it("Deny sends a form of its own, which has no password (DEV-12)", async () => {
      const { page, posted, close } = await open(javaScriptEnabled)
      await page.getByLabel("Current password", { exact: true }).fill("a password")
      await press(page, "Deny")
      await page.waitForURL("**/deny")
      expect(posted).toEqual(["/auth/cli/c1/deny user=u1&code=BCDF-GHJK"])
      await close()
    })

    it("have the same size and the same colours (DEV-12)", async () => {
      const { page, close } = await open(javaScriptEnabled)
      const looks = await Promise.all(
        ["Deny", "Approve"].map(async (name) => {
          const button = page.getByRole("button", { name, exact: true })
          const box = await button.boundingBox()
          const style = await button.evaluate((element) => {
            const { color, backgroundColor, borderColor, fontSize, fontWeight } =
              element.ownerDocument.defaultView?.getComputedStyle(element) ?? {}
            return { color, backgroundColor, borderColor, fontSize, fontWeight }
          })
          return { width: box?.width, height: box?.height, ...style }
        })
      )
      expect(looks[0]).toEqual(looks[1])
      await close()
    })
  })
})
