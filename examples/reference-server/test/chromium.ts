import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, expect } from "vitest"
import { combination } from "./combinations.ts"

const executablePath = process.env.LATCHKEY_CHROMIUM

/** `vitest.config.ts` says so once, aloud; under CI a skipped test is a failed run. */
export const noChromium = executablePath === undefined

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

/**
 * One browser for the tests of a file, each of which opens profiles of its own. As people's do, it keeps pages alive for
 * the back button when it is told to: Playwright turns that off.
 */
export const useChromium = ({
  keepsPages
}: {
  readonly keepsPages: boolean
}): { readonly open: (options?: BrowserContextOptions) => Promise<Profile> } => {
  let browser: Browser | undefined
  if (executablePath !== undefined) {
    beforeAll(async () => {
      const ignoreDefaultArgs = keepsPages ? ["--disable-back-forward-cache"] : []
      browser = await chromium.launch({ executablePath, args, ignoreDefaultArgs })
    })
    afterAll(() => browser?.close())
  }
  return {
    open: async (options = {}) => {
      if (browser === undefined) throw new Error("no browser")
      const context = await browser.newContext(options)
      const said: Array<{ readonly text: string; readonly about: string }> = []
      const pages = new Set<string>()
      context.on("request", (request) => {
        if (request.isNavigationRequest()) pages.add(request.url())
      })
      context.on("console", (message) => said.push({ text: message.text(), about: message.location().url }))
      context.on("weberror", (error) => said.push({ text: String(error.error()), about: "a script" }))
      // A page that comes with a status such as 422 is what is tested: only what pages load must not fail.
      const isTrouble = ({ text, about }: (typeof said)[number]) =>
        !(text.startsWith("Failed to load resource") && pages.has(about)) && !HARMLESS.test(text)
      const complaints = () => said.filter(isTrouble).map(({ text, about }) => `${about}: ${text}`)
      return { context, page: await context.newPage(), complaints }
    }
  }
}

/** That the cache was cleared as asked, and that a test typed before the page had placed the cursor. */
const HARMLESS = /^Clear-Site-Data header on|^Autofocus processing was blocked/

/** A browser profile with one page, and all that its pages said on the console: refusals of the CSP, and any other trouble. */
export interface Profile {
  readonly context: BrowserContext
  readonly page: Page
  readonly complaints: () => ReadonlyArray<string>
}

const looks = [
  { width: 1280, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
  { width: 360, colorScheme: "light" },
  { width: 360, colorScheme: "dark" }
] as const

const folder = fileURLToPath(new URL(`../../../test-output/screenshots/${combination}/`, import.meta.url))

/** Fills the fields that have these labels, in the form that has this button, and presses it. */
export const submit = async (page: Page, button: string, fields: Readonly<Record<string, string>> = {}) => {
  const form = page.locator("main form", { has: page.getByRole("button", { name: button, exact: true }) })
  for (const [label, value] of Object.entries(fields)) await form.getByLabel(label, { exact: true }).fill(value)
  await form.getByRole("button", { name: button, exact: true }).click()
}

export const logIn = (page: Page, name: string, password: string) =>
  submit(page, "Log in", { "Username or e-mail address": name, Password: password })

/** Presses the back or the forward button. The page may be gone before it has said that it did. */
export const goInHistory = async (page: Page, step: "back" | "forward"): Promise<void> => {
  await page.evaluate(`history.${step}()`).catch((error: Error) => {
    if (!error.message.includes("Execution context was destroyed")) throw error
  })
}

/** Presses the back button, and waits until it led to this address. Playwright's own `goBack` knows no page that was kept. */
export const goBackTo = async (page: Page, url: string): Promise<void> => {
  await goInHistory(page, "back")
  await page.waitForURL(url)
}

/** The session cookie that a profile holds. */
export const sessionCookieOf = async ({ context }: Profile) =>
  (await context.cookies()).find(({ name }) => name === "latchkey_session")

/** Takes a picture of the page on a wide and a narrow screen, in light and dark, for people to look at. */
export const takePictures = async (page: Page, name: string): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  for (const { width, colorScheme } of looks) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    const path = join(folder, `${name}-${width}-${colorScheme}.png`)
    await page.screenshot({ path, fullPage: true, animations: "disabled" })
  }
}

/** Nothing on the page is wider than the narrowest screen there is (WCAG 1.4.10). */
export const expectToFit = async (page: Page): Promise<void> => {
  const before = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate("document.documentElement.scrollWidth"), page.url()).toBe(320)
  if (before !== null) await page.setViewportSize(before)
}
