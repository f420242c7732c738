import { once } from "node:events"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"
import { createTestAuth } from "@latchkey/core/testing"
import { makeSurface } from "@latchkey/http"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { loggedOut } from "../src/page/sample.ts"
import { renderPage } from "../src/surface/render.ts"
import { english } from "../src/texts/english.ts"
import { noChromium, openBrowser } from "./chromium.ts"
import { PlainPage, ScriptPage, SECRET } from "./script-page.tsx"

// What the one script does, in a real browser under the real headers, and that everything works without it.

let browser: Browser
beforeAll(async () => {
  if (!noChromium) browser = await openBrowser()
})
afterAll(() => browser?.close())

interface Opened {
  readonly page: Page
  /** What forms have posted: the address, then the body. The answer is 204, so the page stays. */
  readonly posted: ReadonlyArray<string>
}

const sheets = { plain: PlainPage, script: ScriptPage }

/** Serves one page, with the headers, the script and the stylesheet of a real surface, and opens it. */
const open = async (
  options: BrowserContextOptions = {},
  { language = "en", name = "script", more = "" }: { language?: string; name?: keyof typeof sheets; more?: string } = {}
): Promise<Opened> => {
  const posted: Array<string> = []
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const { auth } = await createTestAuth({ publicUrl: origin })
  const { site, securityHeaders, handle } = makeSurface(auth)
  const html = renderPage(sheets[name]({ ...loggedOut, site, texts: { ...english, language } }))
  const ask = (path: string): Promise<Response> =>
    path === "/" || path.startsWith("/tokens/")
      ? Promise.resolve(new Response(html.replace("</main>", `${more}</main>`), { headers: securityHeaders.page }))
      : handle(new Request(`${origin}${path}`), null)
  server.on("request", async (request, response) => {
    const { method, url = "/" } = request
    if (method === "POST") {
      posted.push(`${url} ${await text(request)}`)
      return response.writeHead(204).end()
    }
    if (url === "/other.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(OTHER)
    const answer = await ask(url)
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  const context = await browser.newContext({ locale: "en-US", timezoneId: "Asia/Tokyo", ...options })
  const page = await context.newPage()
  const errors: Array<string> = []
  page.on("pageerror", (error) => errors.push(String(error)))
  onTestFinished(async () => {
    await context.close()
    server.closeAllConnections()
    server.close()
    await auth.close()
    expect(errors).toEqual([])
  })
  await page.goto(`${origin}/`)
  return { page, posted }
}

const OTHER = 'document.title = "another script ran"'

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true })

/** Waits until the server has this many posts. */
const arrive = (posted: ReadonlyArray<string>, count: number) => expect.poll(() => posted.length).toBe(count)

describe.skipIf(noChromium)("with the script", () => {
  test("HTM-10 a password is shown and hidden, and is hidden when it is sent", async () => {
    const { page, posted } = await open()
    const field = page.getByLabel("Password", { exact: true })
    await field.fill("four unrelated words")
    await button(page, "Show").click()
    expect(await field.getAttribute("type")).toBe("text")
    await button(page, "Hide").click()
    expect(await field.getAttribute("type")).toBe("password")
    await button(page, "Show").click()
    await field.press("Enter")
    await arrive(posted, 1)
    expect(await field.getAttribute("type")).toBe("password")
    expect(await button(page, "Show").count()).toBe(1)
    expect(posted).toEqual(["/sent password=four+unrelated+words&way=button"])
  })

  test("a text is copied, and the button and screen readers say so", async () => {
    const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] })
    await button(page, "Copy").click()
    await button(page, "Copied").waitFor()
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(SECRET)
    expect(await page.locator("[data-copy] + [role=status]").textContent()).toBe("Copied")
  })

  test("one click selects a whole secret, and it wraps", async () => {
    const { page } = await open({ viewport: { width: 320, height: 640 } })
    await page.locator("#token").click()
    expect(await page.evaluate("getSelection().toString()")).toBe(SECRET)
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320)
  })

  test("a link to something grave asks in a dialog, which Escape and Cancel close, with the focus on Cancel", async () => {
    const { page, posted } = await open()
    const dialog = page.getByRole("dialog", { name: "Programs with it stop working." })
    for (const close of [() => page.keyboard.press("Escape"), () => button(page, "Cancel").click()]) {
      await page.getByRole("link", { name: "Revoke Nightly build" }).click()
      await dialog.waitFor()
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Cancel")
      await close()
      await dialog.waitFor({ state: "hidden" })
    }
    await page.getByRole("link", { name: "Revoke" }).click()
    await button(page, "Revoke").click()
    await arrive(posted, 1)
    expect(posted).toEqual(["/tokens/1/revoke "])
    expect(new URL(page.url()).pathname).toBe("/")
  })

  test("a link that is opened in another tab opens the page that asks", async () => {
    const { page } = await open()
    const [tab] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "Revoke" }).click({ modifiers: ["ControlOrMeta"] })
    ])
    await tab.waitForURL("**/tokens/1/revoke")
    expect(await page.getByRole("dialog").count()).toBe(0)
  })

  test("a form is sent once, by click or by Enter, with its button's value, and again after ten seconds", async () => {
    const { page, posted } = await open()
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(3_600_000)
    await button(page, "Send").dblclick()
    await arrive(posted, 1)
    expect(posted).toEqual(["/sent password=&way=button"])
    await page.clock.runFor(1)
    expect(await button(page, "Send").isDisabled()).toBe(true)
    await page.getByLabel("Password", { exact: true }).press("Enter")
    await page.evaluate("document.forms.one.requestSubmit()") // by a program, as by a button that is not disabled
    await page.clock.runFor(9_990)
    expect(await button(page, "Send").isDisabled()).toBe(true)
    await page.clock.runFor(20)
    expect(await button(page, "Send").isDisabled()).toBe(false)
    expect(posted.length).toBe(1)
    await button(page, "Send").click()
    await arrive(posted, 2)
  })

  test("on a page that comes back from history the form can be sent again, and no dialog is open", async () => {
    const { page, posted } = await open()
    await page.getByRole("link", { name: "Revoke" }).click()
    await button(page, "Revoke").click()
    await arrive(posted, 1)
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(await page.getByRole("dialog").count()).toBe(0)
    await page.getByRole("link", { name: "Revoke" }).click()
    await button(page, "Revoke").click()
    await arrive(posted, 2)
  })

  test.each([
    ["en", "Nov 22, 2026, 5:35 AM"],
    ["de", "22.11.2026, 05:35"]
  ])("times are told in the reader's zone and the page's language, %s", async (language, told) => {
    const { page } = await open({}, { language })
    const time = page.locator("time")
    expect((await time.textContent())?.replace(/\s/g, " ")).toBe(told)
    expect(await time.getAttribute("title")).toBe("21 Nov 2026, 20:35 UTC")
  })

  test("a page with nothing to do for it, and a browser without a clipboard, dialogs or the page's language, break nothing", async () => {
    await open({}, { name: "plain" })
    const { page, posted } = await open()
    await page.addInitScript(`
      Object.defineProperty(navigator, "clipboard", { value: undefined })
      delete HTMLDialogElement.prototype.showModal
      delete HTMLDialogElement.prototype.close
    `)
    await page.reload()
    expect(await button(page, "Copy").count()).toBe(0)
    await button(page, "Show").click()
    await button(page, "Send").click()
    await arrive(posted, 1)
    await page.getByRole("link", { name: "Revoke" }).click()
    await page.waitForURL("**/tokens/1/revoke")
  })

  test("HTM-09 no other script runs: none inline, none of an attribute, no other file of the same origin", async () => {
    const more = `<script>${OTHER}</script><script src="/other.js"></script><img src="/x" onerror='${OTHER}'>`
    const { page } = await open({}, { more })
    await page.waitForLoadState("networkidle")
    expect(await page.title()).toBe("Script · Latchkey")
    expect(await button(page, "Show").count()).toBe(1)
  })
})

describe.skipIf(noChromium)("without scripts", () => {
  const quiet = { javaScriptEnabled: false }

  test("HTM-02 only what works is there, and all of it works", async () => {
    const { page, posted } = await open(quiet)
    const names = await page.getByRole("button").allTextContents()
    expect(names).toEqual(["Send"])
    expect(await page.locator("time").textContent()).toBe("21 Nov 2026, 20:35 UTC")
    await page.getByLabel("Password", { exact: true }).fill("four unrelated words")
    await button(page, "Send").click()
    await arrive(posted, 1)
    await page.getByRole("link", { name: "Revoke" }).click()
    await page.waitForURL("**/tokens/1/revoke")
  })
})
