import { type Browser, chromium } from "playwright-core"

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

export const openBrowser = (): Promise<Browser> => {
  if (executablePath === undefined) throw new Error("There is no Chromium.")
  return chromium.launch({ executablePath, args })
}
