import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import type { Page } from "playwright-core"
import { beforeAll, describe, expect, test } from "vitest"
import { expectToFit, noChromium, type Profile, submit, takePictures, useChromium } from "./chromium.ts"
import {
  bearer,
  goodPassword,
  jsonOf,
  makeToken,
  postForm,
  requestToken,
  sendJson,
  statusOfMe,
  tokenFor
} from "./client.ts"
import { type CapturedMail, newMails } from "./mails.ts"
import { mailPath, type OtherSite, openOtherSite } from "./other-site.ts"
import { type Server, startServer } from "./server.ts"

const newPassword = "another password of four words"
const lastPassword = "the last one has five words"

/** A program that was approved and has not fetched its token yet. */
const startProgram = async (server: Server, session: string) => {
  const begun = await postForm(server, "/oauth/device_authorization", { client_id: "harbour-cli" })
  const { device_code = "", user_code } = await jsonOf<Readonly<Record<string, string>>>(begun)
  expect((await sendJson(server, "PATCH", `/auth/cli-login/${user_code}`, undefined, session)).status).toBe(200)
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code"
  return {
    poll: async () =>
      jsonOf<Readonly<Record<string, string>>>(
        await postForm(server, "/oauth/token", { grant_type, device_code, client_id: "harbour-cli" })
      )
  }
}

/** Notes where a profile's browser told a code: in the address of a request that is not the link's own, or in a Referer. */
const watchCodes = ({ context }: Profile) => {
  const told: Array<string> = []
  const looks: Array<Promise<void>> = []
  context.on("request", (request) => {
    const url = new URL(request.url())
    const isOpenedLink = request.isNavigationRequest() && request.method() === "GET" && url.pathname !== "/mail"
    if (url.href.includes("lk_otc_") && !isOpenedLink && url.pathname !== "/mail") told.push(url.href)
    const look = async () => {
      const { referer = "" } = await request.allHeaders()
      if (referer.includes("lk_otc_")) told.push(`${url.pathname} with Referer ${referer}`)
    }
    looks.push(look().catch(() => undefined)) // the page went before its headers were told
  })
  return async () => {
    await Promise.all(looks)
    return told
  }
}

/** The addresses in the history of a tab, as the browser itself keeps them. */
const historyOf = async (page: Page): Promise<ReadonlyArray<string>> => {
  const devtools = await page.context().newCDPSession(page)
  const { entries } = await devtools.send("Page.getNavigationHistory")
  await devtools.detach()
  return entries.map(({ url }) => url)
}

describe.skipIf(noChromium)("recovery in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })
  let mailbox: OtherSite
  beforeAll(async () => {
    mailbox = await openOtherSite()
  })

  test.concurrent.each([
    ["with JavaScript", true, english, "en-GB"],
    ["without JavaScript", false, english, "en-GB"],
    ["in German", true, german, "de-DE"]
  ] as const)(
    "REC-04 REC-07 REC-08 REC-10 REC-11 tells one whole story %s",
    async (title, javaScriptEnabled, texts, locale) => {
      const mails = newMails()
      const server = await startServer({
        env: {
          LATCHKEY_NAME: "Harbour",
          LATCHKEY_ADMIN_USERNAME: "root",
          LATCHKEY_ADMIN_PASSWORD: goodPassword,
          ...mails.env
        }
      })
      const openProfile = () => open({ javaScriptEnabled, locale })
      const [one, two, stranger] = [await openProfile(), await openProfile(), await openProfile()]
      const codesTold = [one, two, stranger].map(watchCodes)
      const at = (page: Page, path: string) => expect(page.url()).toBe(`${server.url}${path}`)
      const go = (page: Page, path: string) => page.goto(`${server.url}${path}`)
      const notice = (page: Page) => page.getByRole("status").textContent()
      const heading = (page: Page) => page.getByRole("heading", { level: 1 }).textContent()
      const main = (page: Page) => page.getByRole("main").textContent()
      const look = async (page: Page, name: string) => {
        await expectToFit(page)
        if (javaScriptEnabled) await takePictures(page, `recovery-${title.replaceAll(" ", "-")}-${name}`)
      }
      /** Opens the link of a mail as people do, from a mailbox on the web. */
      const follow = async (page: Page, { link, token, lang }: CapturedMail, path: string, to = path) => {
        expect(lang).toBe(texts.language)
        expect(link).toBe(`${server.url}${path}?token=${token}`)
        await page.goto(`${mailbox.foreign}${mailPath("about:blank")}`) // no history with the link but the one that it makes itself
        await page.getByRole("link").evaluate((element, href) => element.setAttribute("href", href), link)
        await page.getByRole("link").click()
        await page.waitForURL(`${server.url}${to}`)
        at(page, to)
        await page.reload()
        at(page, to)
        expect(await page.evaluate("document.cookie")).toBe("")
        expect((await historyOf(page)).filter((url) => url.includes("lk_otc_"))).toEqual([])
      }
      const logIn = async ({ page }: Profile, name: string, password: string) => {
        await go(page, "/login")
        await submit(page, texts.login.submit, { [texts.login.name.both]: name, [texts.login.password]: password })
        at(page, "/profile/")
      }
      const setPassword = (page: Page, password: string, again = password) => {
        const { choose } = texts.recovery
        return submit(page, choose.reset.submit, { [choose.password]: password, [choose.passwordAgain]: again })
      }

      // Register, and verify the address.
      const { page } = one
      await go(page, "/register")
      await submit(page, texts.register.submit, {
        [texts.page.username]: "ada",
        [texts.page.email]: "Ada@Example.org",
        [texts.register.password]: goodPassword,
        [texts.register.passwordAgain]: goodPassword
      })
      at(page, "/profile/")
      expect(await main(page)).toContain(texts.recovery.notVerified)
      await look(page, "profile-unverified")
      await submit(page, texts.recovery.another.verify)
      at(page, "/verify-email/request?done=mail-sent")
      expect(await notice(page)).toBe(texts.notices["mail-sent"])
      await look(page, "verify-requested")
      const toVerify = await mails.next("Ada@example.org", "verify", 2)
      await follow(page, toVerify, "/verify-email")
      expect(await heading(page)).toBe(texts.recovery.confirm.verify.title)
      expect(await main(page)).toContain("Ada@example.org")
      await look(page, "verify")
      await submit(page, texts.recovery.confirm.verify.submit)
      at(page, "/profile/?done=verified")
      expect(await notice(page)).toBe(texts.notices.verified)
      expect(await main(page)).not.toContain(texts.recovery.notVerified)
      await follow(page, toVerify, "/verify-email", "/profile/?done=verified")
      expect(await notice(page)).toBe(texts.notices.verified)

      // What is there before the reset.
      await logIn(two, "ada", goodPassword)
      const session = await tokenFor(server, "ada")
      const { token } = await makeToken(server, session)
      const program = await startProgram(server, session)
      expect([await statusOfMe(server, bearer(session)), await statusOfMe(server, bearer(token))]).toEqual([200, 200])

      // Forget, and reset.
      await go(stranger.page, "/login")
      await stranger.page.getByRole("link", { name: texts.login.forgot }).click()
      at(stranger.page, "/forgot-password")
      await look(stranger.page, "forgot")
      await submit(stranger.page, texts.recovery.ask.reset.submit, { [texts.login.name.both]: " ADA@Example.org " })
      at(stranger.page, "/forgot-password?done=mail-sent")
      expect(await notice(stranger.page)).toBe(texts.notices["mail-sent"])
      await look(stranger.page, "forgot-sent")
      await follow(stranger.page, await mails.next("Ada@example.org", "reset"), "/reset-password")
      await look(stranger.page, "reset")
      await setPassword(stranger.page, newPassword, "typed wrong")
      expect(await stranger.page.getByRole("alert").textContent()).toContain(texts.errors["passwords-differ"])
      await setPassword(stranger.page, "short")
      expect(await stranger.page.getByRole("alert").count()).toBe(1)
      at(stranger.page, "/reset-password")
      await look(stranger.page, "reset-refused")
      await setPassword(stranger.page, newPassword)
      at(stranger.page, "/login?done=reset")
      expect(await notice(stranger.page)).toBe(texts.notices.reset)
      await look(stranger.page, "reset-done")

      // Nothing of before lives.
      for (const profile of [one, two]) {
        await go(profile.page, "/profile/")
        at(profile.page, "/login?next=%2Fprofile%2F&done=ended")
      }
      expect([await statusOfMe(server, bearer(session)), await statusOfMe(server, bearer(token))]).toEqual([401, 401])
      expect(Object.keys(await program.poll())).not.toContain("access_token")
      expect((await requestToken(server, "ada", goodPassword)).status).toBe(400)

      // Another address, proved in another browser.
      await logIn(one, "ada", newPassword)
      await logIn(two, "ada", newPassword)
      await submit(page, texts.profile.details.submit, { [texts.page.email]: "ada@new.example" })
      expect(await notice(page)).toBe(texts.notices["email-requested"])
      expect(await main(page)).toContain(texts.recovery.pending.after.trim())
      expect(await page.getByLabel(texts.page.email, { exact: true }).inputValue()).toBe("Ada@example.org")
      await look(page, "profile-pending")
      await follow(stranger.page, await mails.next("ada@new.example", "change-email"), "/confirm-email")
      expect(await main(stranger.page)).toContain("ada@new.example")
      await look(stranger.page, "confirm-email")
      await submit(stranger.page, texts.recovery.confirm["change-email"].submit)
      at(stranger.page, "/login?done=email-changed")
      expect(await notice(stranger.page)).toBe(texts.notices["email-changed"])
      await go(page, "/profile/")
      at(page, "/profile/")
      expect(await page.getByLabel(texts.page.email, { exact: true }).inputValue()).toBe("ada@new.example")

      // The former mailbox undoes it.
      await follow(stranger.page, await mails.next("Ada@example.org", "email-changed"), "/undo-email")
      await look(stranger.page, "undo-email")
      await submit(stranger.page, texts.recovery.confirm["undo-email"].submit)
      at(stranger.page, "/login?done=email-undone")
      expect(await notice(stranger.page)).toBe(texts.notices["email-undone"])
      await look(stranger.page, "undone")
      for (const profile of [one, two]) {
        await go(profile.page, "/profile/")
        at(profile.page, "/login?next=%2Fprofile%2F&done=ended")
      }
      await follow(stranger.page, await mails.next("Ada@example.org", "reset", 2), "/reset-password")
      await setPassword(stranger.page, lastPassword)
      at(stranger.page, "/login?done=reset")
      await logIn(stranger, "ada@example.org", lastPassword)
      expect(await stranger.page.getByLabel(texts.page.email, { exact: true }).inputValue()).toBe("Ada@example.org")
      expect((await requestToken(server, "ada", newPassword)).status).toBe(400)

      expect((await Promise.all(codesTold.map((told) => told()))).flat()).toEqual([])
      expect([one, two, stranger].flatMap((profile) => profile.complaints())).toEqual([])
      expect(server.log()).not.toContain("lk_otc_")
    }
  )
})
