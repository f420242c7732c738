import { execFile, spawnSync } from "node:child_process"
import { promisify } from "node:util"
import type { Page } from "playwright-core"
import { beforeAll, describe, expect, test, vi } from "vitest"
import { noChromium, submit, useChromium } from "./chromium.ts"
import { bearer, goodPassword, jsonOf, requestToken, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { button, clickTwice, expectPage, fill, goBack, patience, reloadInTheMiddle } from "./hands.ts"
import { type CapturedMail, type Mails, newMails } from "./mails.ts"
import { type Server, startServer } from "./server.ts"
import { openSlowLine } from "./slow-line.ts"

const newPassword = "another password of four words"
const choice = { "New password": newPassword, "Confirm new password": newPassword }
const admin = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }

/** A server at the other end of a slow line, and its mails. Browsers find it at `at`. */
let at: string
let server: Server
let mails: Mails
beforeAll(async () => {
  const line = await openSlowLine(noChromium ? 0 : 500)
  at = line.url
  mails = newMails()
  server = await startServer({ env: { ...admin, ...mails.env, LATCHKEY_PUBLIC_URL: at } })
  line.leadTo(server.port)
})

const registerAt = async (where: Server, box: Mails, username: string) => {
  const email = `${username}@example.org`
  const answer = await sendJson(where, "POST", "/auth/register", { username, email, password: goodPassword })
  expect(answer.status).toBe(201)
  return { username, email, verify: await box.next(email, "verify") }
}

const forget = async (email: string, count = 1) => {
  expect((await sendJson(server, "POST", "/auth/forgot-password", { email })).status).toBe(202)
  return mails.next(email, "reset", count)
}

const userOf = async (username: string, password = goodPassword) => {
  const headers = bearer(await tokenFor(server, username, password))
  return jsonOf<{ email: string; is_verified: boolean }>(await fetch(`${server.url}/users/me`, { headers }))
}

/** Somebody whose address was changed: the mails that changed it and that can undo it. */
const changeAddress = async (username: string, email: string) => {
  const session = await tokenFor(server, username)
  const change = { email: `new-${email}`, current_password: goodPassword }
  expect((await sendJson(server, "PATCH", "/users/me", change, session)).status).toBe(200)
  return { session, mail: await mails.next(`new-${email}`, "change-email") }
}

const main = (page: Page) => page.getByRole("main").textContent()

describe.skipIf(noChromium).concurrent.each([
  ["with JavaScript", true],
  ["without JavaScript", false]
])("a hand that slips over a mail, %s", (_, javaScriptEnabled) => {
  const { open } = useChromium({ keepsPages: true })

  /** Somebody new, with a browser. */
  const somebody = async (name: string) => ({
    ...(await open({ javaScriptEnabled })),
    ...(await registerAt(server, mails, `${name}-${javaScriptEnabled ? "scripted" : "scriptless"}`))
  })

  test("REC-12 two clicks on `Change password` end at the log-in page, as one does", async () => {
    const { page, email, complaints } = await somebody("clicker")
    await page.goto((await forget(email)).link)
    await fill(page, choice)
    await clickTwice(page, button(page, "Change password"))
    await expectPage(page, `${at}/login`, "Your password was changed. Log in with the new one.")
    expect((await requestToken(server, email, newPassword)).status).toBe(200)
    expect(complaints()).toEqual([])
  })

  test("after a reload in the middle of a reset the page leads on, and the new password logs in", async () => {
    const { page, email } = await somebody("reloader")
    await page.goto((await forget(email)).link)
    await fill(page, choice)
    await reloadInTheMiddle(page, button(page, "Change password"))
    await vi.waitUntil(async () => (await requestToken(server, email, newPassword)).status === 200, {
      ...patience,
      interval: 200
    })
    await page.goto(`${at}/reset-password`)
    await page.getByRole("heading", { level: 1 }).waitFor(patience)
    await page.goto(`${at}/login`)
    await fill(page, { "Username or e-mail address": email, Password: newPassword })
    await button(page, "Log in").click()
    await expectPage(page, `${at}/profile/`)
  })

  test("REC-12 to go back after a reset and send the form again ends at the log-in page too", async () => {
    const { page, email } = await somebody("returner")
    await page.goto((await forget(email)).link)
    await fill(page, choice)
    await button(page, "Change password").click()
    await expectPage(page, `${at}/login`, "Your password was changed. Log in with the new one.")
    await goBack(page)
    if ((await button(page, "Change password").count()) === 1) {
      await fill(page, choice)
      await button(page, "Change password").click()
      await expectPage(page, `${at}/login`, "Your password was changed. Log in with the new one.")
    } else expect(await main(page)).toContain("This link was used already.")
  })

  test("REC-12 two clicks on `Verify address` end with the notice, as one does", async () => {
    const { page, username, verify, complaints } = await somebody("verifier")
    await page.goto(verify.link)
    await clickTwice(page, button(page, "Verify address"))
    await expectPage(page, `${at}/login`, "Your e-mail address is verified.")
    expect(await userOf(username)).toMatchObject({ is_verified: true })
    expect(complaints()).toEqual([])
  })

  test("REC-12 two clicks on `Use this address` end with the notice, as one does", async () => {
    const { page, username, email } = await somebody("mover")
    const { mail } = await changeAddress(username, email)
    await page.goto(mail.link)
    await clickTwice(page, button(page, "Use this address"))
    await expectPage(page, `${at}/login`, "Your e-mail address was changed.")
    expect(await userOf(username)).toMatchObject({ email: `new-${email}` })
    expect(mails.to(email, "email-changed").length).toBeLessThan(2)
  })

  test("REC-12 two clicks on `Go back to this address` end with the notice, as one does", async () => {
    const { page, username, email, verify } = await somebody("undoer")
    await sendJson(server, "POST", "/auth/verify", { token: verify.token })
    const { mail, session } = await changeAddress(username, email)
    await sendJson(server, "POST", "/confirm-email", { token: mail.token })
    await page.goto((await mails.next(email, "email-changed")).link)
    await clickTwice(page, button(page, "Go back to this address"))
    await expectPage(page, `${at}/login`, /^The account has its former address again/)
    expect(await statusOfMe(server, bearer(session))).toBe(401)
    // The way back takes the password away.
    const { token } = await mails.next(email, "reset")
    await sendJson(server, "POST", "/auth/reset-password", { token, password: newPassword })
    expect(await userOf(username, newPassword)).toMatchObject({ email })
  })

  test("REC-12 who opens the link again after they verified their address reads that it is verified", async () => {
    const { page, verify } = await somebody("rereader")
    await page.goto(verify.link)
    await button(page, "Verify address").click()
    await expectPage(page, `${at}/login`, "Your e-mail address is verified.")
    await page.goto("about:blank")
    await page.goto(verify.link)
    await expectPage(page, `${at}/login`, "Your e-mail address is verified.")
  })

  test("an older link says that there is a newer one, and leads to the page that sends another", async () => {
    const { page, email, complaints } = await somebody("hoarder")
    const old = await forget(email)
    const newest = await forget(email, 2)
    await page.goto(old.link)
    await page.getByText("Use the link of the newest mail").waitFor(patience)
    await page.getByRole("main").getByRole("link", { name: "Ask for another link" }).click()
    await expectPage(page, `${at}/forgot-password`)
    await page.goto(newest.link)
    await fill(page, choice)
    await button(page, "Change password").click()
    await expectPage(page, `${at}/login`, "Your password was changed. Log in with the new one.")
    expect(complaints()).toEqual([])
  })

  test("a link that is open in two tabs works in either, and the other says that it was used", async () => {
    const { page, context, email } = await somebody("tabber")
    const { link } = await forget(email)
    const other = await context.newPage()
    await page.goto(link)
    await other.goto(link)
    await fill(page, choice)
    await button(page, "Change password").click()
    await expectPage(page, `${at}/login`, "Your password was changed. Log in with the new one.")
    const wrong = "something else of four words"
    await fill(other, { "New password": wrong, "Confirm new password": wrong })
    await button(other, "Change password").click()
    await other.getByText("This link was used already.").waitFor(patience)
    expect((await requestToken(server, email, wrong)).status).toBe(400)
  })

  test("links of two mails in two tabs each do what they are for", async () => {
    const { page, context, username, email, verify } = await somebody("juggler")
    const { link } = await forget(email)
    const other = await context.newPage()
    await page.goto(verify.link)
    await other.goto(link)
    await button(page, "Verify address").click()
    await expectPage(page, `${at}/login`, "Your e-mail address is verified.")
    await fill(other, choice)
    await button(other, "Change password").click()
    await expectPage(other, `${at}/login`, "Your password was changed. Log in with the new one.")
    expect(await userOf(username, newPassword)).toMatchObject({ is_verified: true })
  })

  test("a name that was not typed is asked for, and blanks around one do not matter", async () => {
    const { page, email } = await somebody("spacer")
    await page.goto(`${at}/forgot-password`)
    await submit(page, "Send the link", { "Username or e-mail address": "   " })
    await page.getByRole("alert").waitFor(patience)
    await submit(page, "Send the link", { "Username or e-mail address": `  ${email} ` })
    await expectPage(page, `${at}/forgot-password`, /^If there is such an account/)
    await mails.next(email, "reset")
  })
})

const hasCurl = spawnSync("curl", ["--version"]).error === undefined
if (!hasCurl) console.warn("\nNO CURL: its tests are SKIPPED. Install curl.\n")

test.skipIf(!hasCurl)(
  "REC-11 a scanner that opens the links of all mails changes nothing, and the links work afterwards",
  async () => {
    const accept = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
    const curl = (...args: ReadonlyArray<string>) =>
      promisify(execFile)("curl", ["--silent", "--max-time", "30", ...args])
    const scan = async ({ link }: CapturedMail) => {
      for (const way of [[], ["--head"], ["--location"], ["--head", "--location"]])
        for (const header of [[], ["--header", accept]])
          for (const jar of [[], ["--cookie", ""]]) await curl(...way, ...header, ...jar, link) // an empty jar keeps cookies
    }
    const { username, email, verify } = await registerAt(server, mails, "scanned")
    await scan(verify)
    expect(await userOf(username)).toMatchObject({ is_verified: false })
    await sendJson(server, "POST", "/auth/verify", { token: verify.token }).then(({ status }) =>
      expect(status).toBe(200)
    )

    const { mail, session } = await changeAddress(username, email)
    await scan(mail)
    expect(await userOf(username)).toMatchObject({ email })
    expect((await sendJson(server, "POST", "/confirm-email", { token: mail.token })).status).toBe(200)

    const undo = await mails.next(email, "email-changed")
    await scan(undo)
    expect(await userOf(username)).toMatchObject({ email: `new-${email}` })
    expect(await statusOfMe(server, bearer(session))).toBe(200)
    expect((await sendJson(server, "POST", "/undo-email", { token: undo.token })).status).toBe(200)

    const reset = await mails.next(email, "reset")
    await scan(reset)
    const change = { token: reset.token, password: newPassword }
    expect((await sendJson(server, "POST", "/auth/reset-password", change)).status).toBe(200)
    expect(await userOf(username, newPassword)).toMatchObject({ email, is_verified: true })
  }
)

describe.skipIf(noChromium)("a link in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })

  test("that has expired says so, and leads to the page that sends another", async () => {
    const box = newMails()
    const hasty = await startServer({ env: { ...admin, ...box.env, LATCHKEY_RECOVERY_RESET_LIFETIME: "1 second" } })
    const { email } = await registerAt(hasty, box, "ada")
    await sendJson(hasty, "POST", "/auth/forgot-password", { email })
    const { link } = await box.next(email, "reset")
    const { page, complaints } = await open()
    const isExpired = async () => {
      await page.goto(link)
      return (await main(page))?.includes("This link has expired.") === true
    }
    await vi.waitUntil(isExpired, { ...patience, interval: 200 })
    await page.getByRole("main").getByRole("link", { name: "Ask for another link" }).click()
    expect(page.url()).toBe(`${hasty.url}/forgot-password`)
    expect(complaints()).toEqual([])
  })

  test("is offered nowhere when there is no mailer, and its pages are not there", async () => {
    const mute = await startServer({ env: { ...admin, NODE_ENV: "production" } })
    const { page } = await open()
    await page.goto(`${mute.url}/login`)
    expect(await page.getByRole("link", { name: "Forgot your password?" }).count()).toBe(0)
    await submit(page, "Log in", { "Username or e-mail address": "root", Password: goodPassword })
    await submit(page, "Save details", { "E-mail address": "root@example.org" })
    await page.getByText("Your details were saved.").waitFor()
    expect(await main(page)).not.toContain("link")
    for (const path of ["/forgot-password", "/verify-email/request"]) {
      expect((await page.goto(`${mute.url}${path}`))?.status()).toBe(404)
      await page.getByText("This site sends no mails").waitFor()
    }
  })
})
