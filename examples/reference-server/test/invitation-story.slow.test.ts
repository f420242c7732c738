import { honoAuth } from "@latchkey/adapter-hono"
import { createAuth } from "@latchkey/core"
import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import { fileMailer } from "@latchkey/mail-smtp"
import { describe, expect, onTestFinished, test } from "vitest"
import { readStore } from "../src/store.ts"
import { expectToFit, noChromium, submit, takePictures, useChromium } from "./chromium.ts"
import { goodPassword, postForm, requestToken, sendJson, tokenFor } from "./client.ts"
import { type Mails, newMails } from "./mails.ts"
import { type Server, startServer } from "./server.ts"

/** A script of the operator's beside the server, on the same store. It mounts the routes only to know the addresses of pages. */
const openScript = async ({ place, url }: Server, mails: Mails) => {
  const auth = await createAuth({
    store: (await readStore({ LATCHKEY_STORE: place.store })).layer,
    publicUrl: url,
    registration: "invite",
    mailer: fileMailer(mails.env.LATCHKEY_MAIL_DIR),
    setup: { announce: false }
  })
  honoAuth(auth, { texts: [english, german] })
  onTestFinished(() => auth.close())
  return auth
}

describe.skipIf(noChromium)("an invitation in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })

  test.each([
    ["with JavaScript", true, english, "en-GB"],
    ["without JavaScript", false, english, "en-GB"],
    ["in German", true, german, "de-DE"]
  ] as const)("REC-09 leads from the mail to the profile, %s", async (title, javaScriptEnabled, texts, locale) => {
    const mails = newMails()
    const admin = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
    const server = await startServer({ env: { ...admin, ...mails.env, LATCHKEY_REGISTRATION: "invite" } })
    const auth = await openScript(server, mails)
    const { page, complaints } = await open({ javaScriptEnabled, locale })
    const look = async (name: string) => {
      await expectToFit(page)
      if (javaScriptEnabled) await takePictures(page, `invitation-${title.replaceAll(" ", "-")}-${name}`)
    }
    const { choose } = texts.recovery
    const setPassword = (password: string, again = password) =>
      submit(page, choose.invite.submit, { [choose.password]: password, [choose.passwordAgain]: again })

    // Nobody comes in without one.
    await page.goto(`${server.url}/login`)
    expect(await page.getByRole("link", { name: texts.login.register }).count()).toBe(0)
    expect((await page.goto(`${server.url}/register`))?.status()).toBe(403)
    expect(await page.getByRole("main").textContent()).toContain(texts.problems.byCode["registration-closed"])
    await look("no-registration")
    const account = { email: "eve@example.org", password: goodPassword }
    expect((await sendJson(server, "POST", "/auth/register", account)).status).toBe(403)

    // Two invitations, of which the newer one counts.
    const bob = await auth.users.create({ username: "bob", email: "bob@example.org" })
    const first = await mails.next("bob@example.org", "invite")
    expect(first).toMatchObject({ link: `${server.url}/accept-invitation?token=${first.token}`, userId: bob.id })
    await auth.recovery.invite(bob.id)
    const { link, token } = await mails.next("bob@example.org", "invite", 2)
    expect((await requestToken(server, "bob", goodPassword)).status).toBe(400)
    await page.goto(first.link)
    expect(await page.getByRole("main").textContent()).toContain(texts.problems.byCode["code-unknown"])
    await look("old-link")

    await page.goto(link)
    expect(page.url()).toBe(`${server.url}/accept-invitation`)
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(choose.invite.title)
    expect(await page.getByRole("main").textContent()).toContain("bob")
    await look("welcome")
    await setPassword(goodPassword, "typed wrong")
    expect(await page.getByRole("alert").textContent()).toContain(texts.errors["passwords-differ"])
    await setPassword("bob@example.org")
    expect(await page.getByRole("alert").count()).toBe(1)
    await setPassword(goodPassword)
    expect(page.url()).toBe(`${server.url}/login?done=joined`)
    expect(await page.getByRole("status").textContent()).toBe(texts.notices.joined)
    await look("joined")
    await submit(page, texts.login.submit, {
      [texts.login.name.both]: "bob@example.org",
      [texts.login.password]: goodPassword
    })
    expect(page.url()).toBe(`${server.url}/profile/`)
    expect(await page.getByRole("main").textContent()).not.toContain(texts.recovery.notVerified)

    // The form that comes twice is answered alike; another password by the same code is not set.
    const again = (password: string) =>
      postForm(server, "/accept-invitation", { token, password, password_confirm: password })
    expect((await again(goodPassword)).headers.get("location")).toBe("/login?done=joined")
    expect((await again("something else of four words")).status).toBe(400)
    await tokenFor(server, "bob", goodPassword)
    await expect(auth.recovery.invite(bob.id)).rejects.toMatchObject({ _tag: "NotInvitable", reason: "has-password" })
    expect(complaints()).toEqual([])
  })
})
