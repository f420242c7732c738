import type { Locator, Page } from "playwright-core"
import { vi } from "vitest"
import { goInHistory } from "./chromium.ts"

/** For how long hands wait for a page on a busy machine. */
export const patience = { timeout: 30_000 }

export const button = (page: Page, name: string): Locator =>
  page.getByRole("main").getByRole("button", { name, exact: true })

export const fill = async (page: Page, fields: Readonly<Record<string, string>>, within = "main"): Promise<void> => {
  for (const [label, value] of Object.entries(fields))
    await page.locator(within).getByLabel(label, { exact: true }).fill(value)
}

/** As people do who see nothing happen. The mouse does not wait for what the first click does. */
export const clickTwice = async (page: Page, button: Locator): Promise<void> => {
  const click = await mouseOver(page, button)
  await click()
  await page.waitForTimeout(200)
  await click()
}

/** Presses the browser's own button to reload before the answer to a form has come. */
export const reloadInTheMiddle = async (page: Page, button: Locator): Promise<void> => {
  const devtools = await page.context().newCDPSession(page)
  const click = await mouseOver(page, button)
  await devtools.send("Network.enable")
  // Told once the form goes out. On a busy machine a reload before that takes the click back, and a picture of the page may
  // go out in between.
  const sent = new Promise<void>((resolve) =>
    devtools.on("Network.requestWillBeSentExtraInfo", ({ headers }) => {
      if (Object.keys(headers).some((name) => name.toLowerCase() === "content-type")) resolve()
    })
  )
  await click()
  await sent
  await page.waitForTimeout(300) // a busy machine needs a while for the rest of the form; its answer takes half a second
  const loaded = page.waitForEvent("load", patience)
  // On a busy machine the answer may come in this very moment. Then its page loads, and nothing is reloaded.
  await devtools.send("Page.reload").catch((error: Error) => {
    if (!error.message.includes("Not attached to an active page")) throw error
  })
  await loaded
}

/** Finds the place of a button before it is pressed: while an answer is on its way, the page tells nothing more. */
const mouseOver = async (page: Page, button: Locator): Promise<() => Promise<void>> => {
  await button.scrollIntoViewIfNeeded(patience)
  const box = await button.boundingBox(patience)
  if (box === null) throw new Error("the button is not shown")
  return () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
}

/** Waits until the page is there, with the notice if one is given. */
export const expectPage = async (page: Page, url: string, notice?: string | RegExp): Promise<void> => {
  // Not `waitForURL`, which gives up when one of two answers is not waited for.
  await vi.waitUntil(() => page.url().replace(/[?&]done=[a-z-]+/, "") === url, { ...patience, interval: 100 })
  await page.getByRole("heading", { level: 1 }).waitFor(patience)
  if (notice !== undefined) await page.getByRole("status").filter({ hasText: notice }).waitFor(patience)
}

/** Goes back, and waits until another page is there than the one that was left. */
export const goBack = async (page: Page): Promise<void> => {
  await page.evaluate("document.documentElement.id = 'left'")
  await goInHistory(page, "back")
  await page.locator("html:not(#left) h1").waitFor(patience)
}
