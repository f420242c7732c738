import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { AxeResults, RunOptions } from "axe-core"
import type { Browser, CDPSession, Page } from "playwright-core"

/** A tab that looks at one page after the other, and tells what is wrong with it. */
export interface Inspector {
  readonly page: Page
  /** Opens a page with its script or without, as for a reader who has none. */
  readonly open: (address: string, hasScript: boolean) => Promise<void>
  /** Has the open page ask before it does something grave. */
  readonly ask: () => Promise<void>
  /** All that is wrong with the page that is open; empty if nothing is. */
  readonly faults: () => Promise<ReadonlyArray<string>>
}

export const openInspector = async (browser: Browser): Promise<Inspector> => {
  const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage()
  const devtools = await page.context().newCDPSession(page)
  const said: Array<string> = []
  page.on("console", (message) => said.push(message.text()))
  page.on("pageerror", (error) => said.push(error.message))

  return {
    page,
    open: async (address, hasScript) => {
      said.length = 0
      await page.setViewportSize(wide)
      await page.emulateMedia({ colorScheme: "light" })
      // What the page loads runs or does not; the tools of the inspector, which come after it, run in any case.
      await devtools.send("Emulation.setScriptExecutionDisabled", { value: !hasScript })
      await page.goto(address)
      await devtools.send("Emulation.setScriptExecutionDisabled", { value: false })
      await page.evaluate(axe)
    },
    ask: async () => {
      await page.locator("[data-ask]").first().click()
      await page.locator("dialog[open]").waitFor()
    },
    faults: async () => [...(await readability(page)), ...(await overflows(page, devtools)), ...said]
  }
}

const wide = { width: 1280, height: 800 }

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** What axe-core finds: by all its rules for WCAG 2.2 A and AA, and its best practices. */
const everything: RunOptions = { rules: { "target-size": { enabled: true } } }
const contrast: RunOptions = { runOnly: ["color-contrast", "link-in-text-block"] }
const targets: RunOptions = { runOnly: ["target-size"] }

const readability = async (page: Page): Promise<ReadonlyArray<string>> => {
  const light = await axeFaults(page, "light", everything)
  await page.emulateMedia({ colorScheme: "dark" })
  const dark = await axeFaults(page, "dark", contrast)
  await page.emulateMedia({ colorScheme: "light" })
  await page.setViewportSize({ width: 320, height: 640 })
  return [...light, ...dark, ...(await axeFaults(page, "320 px", targets))]
}

const axeFaults = async (page: Page, how: string, options: RunOptions): Promise<ReadonlyArray<string>> => {
  const { violations, incomplete } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`)
  return [...violations, ...incomplete].flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, any }) =>
        `${how}: ${id}: ${help}: ${target.join(" ")}: ${any.map(({ message }) => message).join("; ")}`
    )
  )
}

/** WCAG 1.4.10 and 1.4.4: the narrowest screen, a zoom of 200 %, and letters twice as large with nothing else enlarged. */
const overflows = async (page: Page, devtools: CDPSession): Promise<ReadonlyArray<string>> => {
  const narrow = await overflowsHere(page, "320 px")
  await page.setViewportSize({ width: wide.width / 2, height: wide.height / 2 })
  const zoomed = await overflowsHere(page, "200 %")
  await page.setViewportSize(wide)
  await devtools.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } })
  const enlarged = await overflowsHere(page, "letters of 200 %")
  await devtools.send("Page.setFontSizes", { fontSizes: { standard: 16, fixed: 13 } })
  return [...narrow, ...zoomed, ...enlarged]
}

const overflowsHere = async (page: Page, how: string): Promise<ReadonlyArray<string>> =>
  (await page.evaluate<ReadonlyArray<string>>(findOverflows)).map((what) => `${how}: ${what}`)

/** Runs in the page. What only screen readers read is clipped on purpose. */
const findOverflows = `(() => {
  const nameOf = (element) => element.localName + (element.id ? "#" + element.id : "") + (element.className ? "." + element.className : "")
  const hangsOut = (element) => {
    const { left, right, width } = element.getBoundingClientRect()
    return width > 0 && (left < -0.5 || right > innerWidth + 0.5)
  }
  const isCut = (element) =>
    getComputedStyle(element).overflowX !== "visible" && element.localName !== "input" && element.scrollWidth > element.clientWidth + 1
  /* A word of usual length that goes on in the next line. Hyphens and the ends of sentences are places to break. */
  const brokenIn = (text) =>
    [...text.data.matchAll(/(?<![^\\s(-])\\p{L}{2,20}(?=[-\\s.,:;?!)]|$)/gu)].flatMap(({ 0: word, index }) => {
      const range = document.createRange()
      range.setStart(text, index)
      range.setEnd(text, index + word.length)
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))
      return lines.size > 1 ? [nameOf(text.parentElement) + " breaks the word " + word] : []
    })
  const textsIn = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
  const seen = [...document.body.querySelectorAll("*")].filter((element) => element.closest(".visually-hidden, svg, select") === null)
  const sideways = document.documentElement.scrollWidth
  return [
    ...(sideways > innerWidth ? ["scrolls sideways, by " + (sideways - innerWidth) + " px"] : []),
    ...seen.filter(hangsOut).map((element) => nameOf(element) + " hangs out of the window"),
    ...seen.filter(isCut).map((element) => nameOf(element) + " cuts what it holds"),
    ...seen.flatMap(textsIn).flatMap(brokenIn)
  ]
})()`
