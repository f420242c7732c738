import type { Locator, Page } from "playwright-core"
import { beforeAll, describe, expect, test, vi } from "vitest"
import { noChromium, type Profile, sessionCookieOf, useChromium } from "./chromium.ts"
import {
  bearer,
  cookiesOf,
  goodPassword,
  jsonOf,
  postForm,
  register,
  requestToken,
  statusOfMe,
  tokenFor
} from "./client.ts"
import { button, clickTwice, expectPage, fill, goBack, patience, reloadInTheMiddle } from "./hands.ts"
import { type Server, startServer } from "./server.ts"
import { openSlowLine } from "./slow-line.ts"

const newPassword = "another password of four words"

/** A server at the other end of a slow line. `at` is where browsers find it; requests of the test itself take no time. */
interface FarServer {
  readonly at: string
  readonly server: Server
}

const startFarServer = async (env: Readonly<Record<string, string>> = {}): Promise<FarServer> => {
  const line = await openSlowLine(500)
  const server = await startServer({ env: { LATCHKEY_PUBLIC_URL: line.url, LATCHKEY_REGISTRATION: "open", ...env } })
  line.leadTo(server.port)
  return { at: line.url, server }
}

let far: FarServer
if (!noChromium) {
  beforeAll(async () => {
    far = await startFarServer({ LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword })
  })
}

describe.skipIf(noChromium).concurrent.each([
  ["with JavaScript", true],
  ["without JavaScript", false]
])("a hand that slips, %s", (_, javaScriptEnabled) => {
  const { open } = useChromium({ keepsPages: true })
  const nameOf = (name: string) => `${name}-${javaScriptEnabled ? "scripted" : "scriptless"}`

  /** A profile in which somebody new is logged in, on this page. */
  const openAs = async (name: string, path: string): Promise<Profile> => {
    await register(far.server, name)
    const profile = await open({ javaScriptEnabled })
    await profile.context.addCookies([{ name: "latchkey_session", value: await sessionOf(name), url: far.at }])
    await profile.page.goto(`${far.at}${path}`)
    return profile
  }

  /** The cookie of a further session of somebody's. */
  const sessionOf = async (username: string): Promise<string> => {
    const answer = await postForm(far.server, "/login", { username, password: goodPassword }, { origin: far.at })
    return cookiesOf(answer).latchkey_session ?? ""
  }

  test("SET-13 two clicks on setup end at the log-in page, as one does, and there is one administrator", async () => {
    const { at, server } = await startFarServer()
    const { page, complaints } = await open({ javaScriptEnabled })
    await page.goto(server.setupLink ?? "")
    await fill(page, { Username: "captain", Password: goodPassword, "Confirm password": goodPassword })
    await clickTwice(page, button(page, "Create administrator"))
    await expectPage(page, `${at}/login`, "The administrator account was created. Log in to continue.")
    expect(await server.place.count("users")).toBe(1)
    expect(complaints()).toEqual([])
  })

  test("a reload in the middle of setup leads to the log-in page, and there is one administrator", async () => {
    const { at, server } = await startFarServer()
    const { page } = await open({ javaScriptEnabled })
    await page.goto(server.setupLink ?? "")
    await fill(page, { Username: "captain", Password: goodPassword, "Confirm password": goodPassword })
    await reloadInTheMiddle(page, button(page, "Create administrator"))
    await vi.waitUntil(async () => (await server.place.count("users")) === 1, { ...patience, interval: 100 })
    await page.goto(server.setupLink ?? "")
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click()
    await expectPage(page, `${at}/login`)
    expect(await server.place.count("users")).toBe(1)
  })

  test("to go back to setup and send it again ends at the log-in page too", async () => {
    const { at, server } = await startFarServer()
    const { page } = await open({ javaScriptEnabled })
    const fields = { Username: "captain", Password: goodPassword, "Confirm password": goodPassword }
    await page.goto(server.setupLink ?? "")
    await fill(page, fields)
    await button(page, "Create administrator").click()
    await expectPage(page, `${at}/login`)
    await goBack(page)
    // The page that was kept still has the form. One that was asked for anew says that setup is done.
    if ((await button(page, "Create administrator").count()) === 1) {
      await fill(page, fields)
      await button(page, "Create administrator").click()
      await expectPage(page, `${at}/login`, "The administrator account was created. Log in to continue.")
    } else await page.getByRole("main").getByRole("link", { name: "Log in" }).waitFor(patience)
    expect(await server.place.count("users")).toBe(1)
  })

  describe("registration", () => {
    const openForm = async (name: string) => {
      const profile = await open({ javaScriptEnabled })
      const send = { Username: name, Password: goodPassword, "Confirm password": goodPassword }
      await profile.page.goto(`${far.at}/register`)
      await fill(profile.page, send)
      return { ...profile, submit: button(profile.page, "Create account"), send }
    }

    /** Whoever is logged in by then has landed, and sees no form. */
    const sendAgainIfAsked = async ({ page, submit, send }: Awaited<ReturnType<typeof openForm>>) => {
      if ((await submit.count()) === 0) return
      await fill(page, send)
      await submit.click()
    }

    const expectLoggedInAs = async (profile: Profile, name: string) => {
      await expectPage(profile.page, `${far.at}/profile/`)
      expect(await profile.page.locator("body").textContent()).toContain(name)
      expect(await canLogIn(name, goodPassword)).toBe(true)
    }

    test("REG-11 two clicks on `Create account` end logged in, as one does, and there is one user", async () => {
      const name = nameOf("clicker")
      const profile = await openForm(name)
      await clickTwice(profile.page, profile.submit)
      await expectLoggedInAs(profile, name)
      expect(profile.complaints()).toEqual([])
    })

    test("after a reload in the middle the same form logs in", async () => {
      const name = nameOf("reloader")
      const profile = await openForm(name)
      await reloadInTheMiddle(profile.page, profile.submit)
      await sendAgainIfAsked(profile)
      await expectLoggedInAs(profile, name)
    })

    test("to go back and send the form again ends logged in too", async () => {
      const name = nameOf("returner")
      const profile = await openForm(name)
      await profile.submit.click()
      await expectPage(profile.page, `${far.at}/profile/`)
      await goBack(profile.page)
      await sendAgainIfAsked(profile)
      await expectLoggedInAs(profile, name)
    })
  })

  describe("a password change", () => {
    const openForm = async (name: string) => {
      const profile = await openAs(name, "/profile/")
      const send = {
        "Current password": goodPassword,
        "New password": newPassword,
        "Confirm new password": newPassword
      }
      await fill(profile.page, send, "#password")
      return { ...profile, submit: button(profile.page, "Change password"), send }
    }

    const expectChanged = async (profile: Profile, name: string) => {
      await expectPage(profile.page, `${far.at}/profile/`, /^Your password was changed\./)
      const cookie = `latchkey_session=${(await sessionCookieOf(profile))?.value}`
      expect(await statusOfMe(far.server, { cookie })).toBe(200)
      await tokenFor(far.server, name, newPassword)
    }

    test("SES-28 two clicks change it once, and leave its owner logged in with the notice", async () => {
      const name = nameOf("changer")
      const profile = await openForm(name)
      await clickTwice(profile.page, profile.submit)
      await expectChanged(profile, name)
      expect(profile.complaints()).toEqual([])
    })

    test("a reload in the middle asks to log in, which the new password does", async () => {
      const name = nameOf("change-reloader")
      const profile = await openForm(name)
      const { page } = profile
      const cookie = `latchkey_session=${(await sessionCookieOf(profile))?.value}`
      await reloadInTheMiddle(page, profile.submit)
      const isEnded = async () => (await statusOfMe(far.server, { cookie })) === 401
      await vi.waitUntil(isEnded, { ...patience, interval: 100 })
      await page.goto(`${far.at}/profile/`)
      await expectPage(page, `${far.at}/login?next=%2Fprofile%2F`)
      await fill(page, { "Username or e-mail address": name, Password: newPassword })
      await button(page, "Log in").click()
      await expectPage(page, `${far.at}/profile/`)
    })

    test("to go back and send the form again leaves its owner logged in, with the new password", async () => {
      const name = nameOf("change-returner")
      const { page, submit, send } = await openForm(name)
      await submit.click()
      await expectPage(page, `${far.at}/profile/`, /^Your password was changed\./)
      await goBack(page)
      await fill(page, send, "#password")
      await submit.click()
      await expectPage(page, `${far.at}/profile/`, /^Your password was changed\./)
      await tokenFor(far.server, name, newPassword)
    })
  })

  describe("a password that must be changed", () => {
    const openForm = async () => {
      const { at, server } = await startFarServer({
        LATCHKEY_ADMIN_USERNAME: "root",
        LATCHKEY_ADMIN_PASSWORD: goodPassword,
        LATCHKEY_ADMIN_MUST_CHANGE_PASSWORD: "true"
      })
      const profile = await open({ javaScriptEnabled })
      const { page } = profile
      await page.goto(`${at}/demo/signed-in`)
      await fill(page, { "Username or e-mail address": "root", Password: goodPassword })
      await button(page, "Log in").click()
      await expectPage(page, `${at}/password?next=%2Fdemo%2Fsigned-in`)
      await fill(page, {
        "Current password": goodPassword,
        "New password": newPassword,
        "Confirm new password": newPassword
      })
      return { ...profile, at, server, submit: button(page, "Change password") }
    }

    test("PWD-28 SES-28 two clicks change it once, and go on to where its owner was going", async () => {
      const { page, at, server, submit, complaints } = await openForm()
      await clickTwice(page, submit)
      await expectPage(page, `${at}/demo/signed-in`)
      expect(await page.locator("main").textContent()).toContain("You are root.")
      expect((await requestToken(server, "root", newPassword)).status).toBe(200)
      expect(complaints()).toEqual([])
    })

    test("PWD-28 after a reload in the middle its owner goes on with the new password, logged in already or by logging in", async () => {
      const profile = await openForm()
      const { page, at, server, submit } = profile
      const cookie = `latchkey_session=${(await sessionCookieOf(profile))?.value}`
      await reloadInTheMiddle(page, submit)
      await vi.waitUntil(async () => (await statusOfMe(server, { cookie })) === 401, { ...patience, interval: 100 })
      await page.goto(`${at}/demo/signed-in`)
      // The answer to the form may have come all the same, and its cookie with it.
      if ((await button(page, "Log in").count()) === 1) {
        await fill(page, { "Username or e-mail address": "root", Password: newPassword })
        await button(page, "Log in").click()
      }
      await expectPage(page, `${at}/demo/signed-in`)
      expect((await requestToken(server, "root", newPassword)).status).toBe(200)
    })
  })

  describe("access tokens", () => {
    const openForm = async (name: string) => {
      const profile = await openAs(name, "/tokens/")
      await fill(profile.page, { Name: "nightly" })
      return { ...profile, submit: button(profile.page, "Create token") }
    }

    /**
     * With the script the second click is ignored, so the page has the secret. Without it the first answer is lost, unless the
     * machine is so busy that the second click comes after it.
     */
    const expectNew = async (page: Page) => {
      const told = page.getByText(/You have already created the token|This token was already rotated/)
      await (javaScriptEnabled ? secret(page) : secret(page).or(told).first()).waitFor(patience)
    }

    test("two clicks on `Create token` make one, and its secret is shown or said to be lost", async () => {
      const name = nameOf("maker")
      const { page, submit, complaints } = await openForm(name)
      await clickTwice(page, submit)
      await expectNew(page)
      expect(await tokensOf(name)).toHaveLength(1)
      expect(complaints()).toEqual([])
    })

    test("a reload in the middle shows the token that was made, in the list", async () => {
      const name = nameOf("make-reloader")
      const { page, submit } = await openForm(name)
      await reloadInTheMiddle(page, submit)
      await vi.waitUntil(async () => (await tokensOf(name)).length === 1, { ...patience, interval: 100 })
      await page.goto(`${far.at}/tokens/`)
      expect(await page.locator("#tokens").getByRole("listitem").count()).toBe(1)
      expect(await tokensOf(name)).toHaveLength(1)
    })

    test("PAT-14 the page of a new token, asked for again, says that it was made already, and makes no other", async () => {
      const name = nameOf("make-again")
      const { page, submit } = await openForm(name)
      await submit.click()
      await secret(page).waitFor(patience)
      await page.reload()
      await page.getByText("You have already created the token").waitFor(patience)
      expect(await secret(page).count()).toBe(0)
      expect(await tokensOf(name)).toHaveLength(1)
    })

    test("to go back and make another shows its secret, or makes none", async () => {
      const name = nameOf("make-returner")
      const { page, submit } = await openForm(name)
      await submit.click()
      await secret(page).waitFor(patience)
      await goBack(page)
      const asked = page.getByText("You have already created the token")
      if ((await asked.count()) === 0) {
        await fill(page, { Name: "nightly" })
        await submit.click()
        await secret(page).or(asked).first().waitFor(patience)
      }
      const shown = (await asked.count()) === 0 ? 2 : 1
      expect(await tokensOf(name)).toHaveLength(shown)
    })

    test("two clicks on `Rotate` replace a token once", async () => {
      const name = nameOf("rotator")
      const { page } = await openForm(name)
      await button(page, "Create token").click()
      await secret(page).waitFor(patience)
      await page.goto(`${far.at}/tokens/`)
      await clickTwice(page, await confirmation(page, /^Rotate/))
      await expectNew(page)
      expect(await tokensOf(name)).toHaveLength(2)
    })

    test("two clicks on `Revoke` end at the list with the notice", async () => {
      const name = nameOf("revoker")
      const { page } = await openForm(name)
      await button(page, "Create token").click()
      await secret(page).waitFor(patience)
      await page.goto(`${far.at}/tokens/`)
      await clickTwice(page, await confirmation(page, /^Revoke/))
      await expectPage(page, `${far.at}/tokens/`, "The token no longer works for your account.")
      expect(await tokensOf(name)).toEqual([])
    })
  })

  describe("sessions", () => {
    test("two clicks on `End session` end at the list with the notice", async () => {
      const name = nameOf("ender")
      const { page } = await openAs(name, "/profile/")
      const other = await sessionOf(name)
      await page.reload()
      await clickTwice(page, await confirmation(page, /^End session/))
      await expectPage(page, `${far.at}/profile/`, "You are logged out there.")
      expect(await statusOfMe(far.server, { cookie: `latchkey_session=${other}` })).toBe(401)
    })

    test("two clicks on `End all other sessions` end at the list with the notice", async () => {
      const name = nameOf("others-ender")
      const { page } = await openAs(name, "/profile/")
      const other = await sessionOf(name)
      await page.reload()
      await clickTwice(page, await confirmation(page, /^End all other sessions/))
      await expectPage(page, `${far.at}/profile/`, "All other sessions were ended.")
      expect(await statusOfMe(far.server, { cookie: `latchkey_session=${other}` })).toBe(401)
    })

    test("two clicks on `Log out` end at the log-in page with the notice", async () => {
      const { page } = await openAs(nameOf("leaver"), "/profile/")
      await clickTwice(page, page.getByRole("navigation").getByRole("button", { name: "Log out" }))
      await expectPage(page, `${far.at}/login`, "You are logged out.")
    })

    test("two clicks on `Log in` end logged in", async () => {
      const name = nameOf("entrant")
      await register(far.server, name)
      const { page } = await open({ javaScriptEnabled })
      await page.goto(`${far.at}/login`)
      await fill(page, { "Username or e-mail address": name, Password: goodPassword })
      await clickTwice(page, button(page, "Log in"))
      await expectPage(page, `${far.at}/profile/`)
    })
  })
})

const secret = (page: Page): Locator => page.locator("#issued-token")

/** The button that ends or replaces something, once its page or its dialog asks. */
const confirmation = async (page: Page, link: RegExp): Promise<Locator> => {
  await page.getByRole("main").getByRole("link", { name: link }).first().click()
  return page.locator(".button-grave").filter({ visible: true })
}

const tokensOf = async (name: string): Promise<ReadonlyArray<unknown>> => {
  const headers = bearer(await tokenFor(far.server, name))
  return jsonOf(await fetch(`${far.server.url}/tokens/`, { headers }))
}

const canLogIn = async (username: string, password: string): Promise<boolean> =>
  (await requestToken(far.server, username, password)).status === 200
