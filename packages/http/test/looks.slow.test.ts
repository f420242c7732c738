import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { loggedIn } from "../src/page/sample.ts"
import { stylesheet } from "../src/page/stylesheet.ts"
import type { PageView } from "../src/page/view.ts"
import { renderPage } from "../src/surface/render.ts"
import { noChromium, openBrowser } from "./chromium.ts"
import { ScriptPage } from "./script-page.tsx"

// What a real browser makes of the stylesheet, alone and with a host's behind it.

let browser: Browser
beforeAll(async () => {
  if (!noChromium) browser = await openBrowser()
})
afterAll(() => browser?.close())

const WIDE_LOGO = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 900 60'/>"

const open = async (
  css: string,
  options: BrowserContextOptions = {},
  view: PageView = loggedIn,
  width: "narrow" | "wide" = "narrow"
): Promise<Page> => {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const site = { ...view.site, logo: WIDE_LOGO }
  const html = renderPage(ScriptPage({ ...view, site }))
    .replace(/<link rel="stylesheet"[^>]*>|<script.*?<\/script>/g, "")
    .replace(/class="page page-\w+"/, `class="page page-${width}"`)
  await page.setContent(html.replace("</head>", `<style>${css}</style></head>`))
  return page
}

/** A style as the browser computes it. */
const styleOf = (page: Page, selector: string, property: string): Promise<unknown> =>
  page.evaluate(`getComputedStyle(document.querySelector("${selector}")).getPropertyValue("${property}")`)

const light = "rgb(246, 245, 242)"
const dark = "rgb(18, 21, 20)"

describe.skipIf(noChromium)("the stylesheet", () => {
  test("follows the reader's scheme on screens, and is light on paper", async () => {
    expect(await styleOf(await open(stylesheet), "body", "background-color")).toBe(light)
    const page = await open(stylesheet, { colorScheme: "dark" })
    expect(await styleOf(page, "body", "background-color")).toBe(dark)
    expect(await styleOf(page, "body", "color")).toBe("rgb(236, 238, 236)")
    await page.emulateMedia({ media: "print", colorScheme: "dark" })
    expect(await styleOf(page, "body", "color")).toBe("rgb(27, 31, 29)")
  })

  test("takes one colour for both schemes, or a pair, and mixes the shades of it", async () => {
    const host = ":root { --latchkey-accent: #6b21a8; --latchkey-surface: light-dark(#fffdf7, #201a10) }"
    for (const [scheme, says] of [
      ["light", "rgb(255, 253, 247)"],
      ["dark", "rgb(32, 26, 16)"]
    ] as const) {
      const page = await open(stylesheet + host, { colorScheme: scheme })
      expect(await styleOf(page, "[name=way]", "background-color")).toBe("rgb(107, 33, 168)")
      expect(await styleOf(page, "[name=way]", "color")).toBe(says)
    }
    const page = await open(`${stylesheet}:root { --latchkey-text: #000; --latchkey-surface: #fff }`)
    expect(await styleOf(page, ".navigation-item:not([aria-current])", "color")).toMatch(
      /^color\(srgb 0\.3 0\.3 0\.3\)$/
    )
  })

  test("can be told to stay in one scheme", async () => {
    const page = await open(`${stylesheet}:root { color-scheme: light }`, { colorScheme: "dark" })
    expect(await styleOf(page, "body", "background-color")).toBe(light)
  })

  test("is readable where light-dark() and color-mix() are not known: dark on light, buttons filled, fields with edges", async () => {
    const old = stylesheet.replaceAll("light-dark(", "unknown-one(").replaceAll("color-mix(", "unknown-two(")
    const page = await open(old, { colorScheme: "dark" })
    expect(await styleOf(page, "body", "background-color")).toBe(light)
    expect(await styleOf(page, "body", "color")).toBe("rgb(27, 31, 29)")
    expect(await styleOf(page, "[name=way]", "background-color")).toBe("rgb(20, 97, 79)")
    expect(await styleOf(page, "[name=way]", "color")).toBe("rgb(255, 255, 255)")
    expect(await styleOf(page, ".input", "border-top-color")).toBe("rgb(130, 132, 131)")
    await page.locator("[name=way]").hover()
    await expect.poll(() => styleOf(page, "[name=way]", "background-color")).toBe("rgb(22, 77, 64)")
  })

  test("gives a grave button and its trigger a look of their own, also in forced colours", async () => {
    const page = await open(stylesheet)
    expect(await styleOf(page, ".button-danger", "border-top-color")).toBe("rgb(179, 38, 30)")
    expect(await styleOf(page, ".button-grave", "background-color")).toBe("rgb(179, 38, 30)")
    const forced = await open(stylesheet, { forcedColors: "active" })
    expect(await styleOf(forced, ".button-grave", "border-top-width")).toBe("3px")
  })

  test.each([
    ["narrow", 1280],
    ["wide", 1280],
    ["narrow", 360],
    ["wide", 360]
  ] as const)("aligns banners with the column of a %s page at %i px", async (width, windowWidth) => {
    const view = {
      ...loggedIn,
      site: { ...loggedIn.site, unsafeDevMode: true },
      impersonation: { as: "grace", stopPath: "/" }
    }
    const page = await open(stylesheet, { viewport: { width: windowWidth, height: 640 } }, view, width)
    const edges = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox()
      return [box?.x, box?.width]
    }
    const column = await edges("main > *")
    expect(await edges(".banners > :first-child")).toEqual(column)
    expect(await edges(".banners > :last-child")).toEqual(column)
  })

  test("keeps a wide logo within a narrow screen, not higher than the line", async () => {
    const page = await open(stylesheet, { viewport: { width: 320, height: 640 } })
    const box = await page.locator(".logo").boundingBox()
    expect(box?.height).toBe(32)
    expect(box?.width).toBeLessThanOrEqual(144)
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320)
  })
})
