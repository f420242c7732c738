import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { defaultPages } from "../src/features.ts"
import { sampleLogin, sampleLogout } from "../src/login/sample.ts"
import { sampleMessage } from "../src/page/sample.ts"
import { renderPage } from "../src/page/render.ts"
import { sampleProfile } from "../src/profile/sample.ts"
import { sampleTokens } from "../src/tokens/sample.ts"
import { noChromium, openBrowser } from "./chromium.ts"
import { openInspector } from "./page-faults.ts"
import { openPageServer, type PageServer } from "./page-server.ts"

let browser: Browser
let server: PageServer
beforeAll(async () => {
  server = await openPageServer()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
const samples = { login: sampleLogin, logout: sampleLogout, profile: sampleProfile, tokens: sampleTokens, message: sampleMessage }

test.each(Object.entries(samples))("try %s", async (name, view) => {
  const inspector = await openInspector(browser)
  for (const script of [true, false]) {
  const html = renderPage((defaultPages as any)[name]({ ...view, site: server.site }))
  const t0 = performance.now()
  await inspector.open(server.show(html), script)
  const t1 = performance.now()
  const faults = await inspector.faults()
  console.log(name, script, t1 - t0, performance.now() - t1, await server.weigh(html), faults)
  }
})
