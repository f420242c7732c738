import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import axe from "axe-core"
import { type Browser, chromium } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { mailWriter } from "../src/index.ts"
import { kinds, sampleMail } from "./sample-mails.ts"

const executablePath = process.env.LATCHKEY_CHROMIUM
const screenshots = process.env.LATCHKEY_SCREENSHOTS

let browser: Browser

beforeAll(async () => {
  if (executablePath !== undefined)
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] })
})
afterAll(() => browser?.close())

const write = mailWriter({ texts: [english, german] })

/** Every kind with a link and with a code, and the one that has neither. */
const mails = [
  ...kinds.map((kind) => ({ name: kind, mail: sampleMail(kind) })),
  { name: "reset-code", mail: sampleMail("reset", { link: null }) },
  { name: "final", mail: sampleMail("email-changed", { link: null, token: null, expiresAt: null }) }
]

test.skipIf(executablePath === undefined)(
  "MAI-06 mails can be read in light and dark, on a narrow screen, and load nothing from anywhere",
  async () => {
    for (const colorScheme of ["light", "dark"] as const)
      for (const width of [320, 800]) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 600 } })
        const requests: Array<string> = []
        page.on("request", (request) => requests.push(request.url()))
        for (const lang of ["en", "de"])
          for (const { name, mail } of mails) {
            const state = `${name}-${lang}-${colorScheme}-${width}`
            await page.setContent((await write({ ...mail, lang })).html ?? "")
            expect(await page.evaluate("document.documentElement.scrollWidth"), state).toBeLessThanOrEqual(width)
            await page.evaluate(axe.source)
            const { violations } = await page.evaluate<{ violations: ReadonlyArray<{ id: string }> }>(
              `axe.run({ rules: { region: { enabled: false }, "landmark-one-main": { enabled: false } } })`
            )
            expect(
              violations.map(({ id }) => id),
              state
            ).toEqual([])
            if (screenshots !== undefined) {
              mkdirSync(screenshots, { recursive: true })
              await page.screenshot({ path: join(screenshots, `mail-${state}.png`), fullPage: true })
            }
          }
        expect(requests).toEqual([])
        await page.close()
      }
  }
)
