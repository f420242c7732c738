import type { Page } from "playwright-core"
import { describe, expect, test } from "vitest"
import { expectToFit, goBackTo, logIn, noChromium, takePictures, useChromium } from "./chromium.ts"
import { goodPassword } from "./client.ts"
import { startServer } from "./server.ts"
import { tellStory } from "./story.ts"

const look = async (page: Page, name: string) => {
  await expectToFit(page)
  await takePictures(page, name)
}

describe.skipIf(noChromium)("the pages in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })

  test.concurrent("tell one whole story without JavaScript: PWD-17 SES-07 SES-08 SES-11 CSR-05 HTM-02 HTM-08 RED-05", () =>
    tellStory(open, false, look))

  test.concurrent("HTM-03 COO-09 after a log-out the back button brings back nothing that was private", async () => {
    const server = await startServer({
      env: { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
    })
    const { page } = await open()
    const isPrivate = async () => (await page.content()).includes("root")
    await page.goto(`${server.url}/login`)
    await logIn(page, "root", goodPassword)
    expect(await isPrivate()).toBe(true)
    for (const path of ["/demo/signed-in", "/"]) {
      await page.goto(`${server.url}${path}`)
      expect(await isPrivate(), path).toBe(true)
    }
    await page.getByRole("button", { name: "Log out" }).click()
    for (const path of ["/", "/login?next=%2Fdemo%2Fsigned-in", "/login?next=%2Fprofile%2F"]) {
      await goBackTo(page, `${server.url}${path}`)
      expect(await isPrivate(), path).toBe(false)
    }
  })
})
