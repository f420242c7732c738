import type { Page } from "playwright-core"
import { beforeAll, describe, expect, it } from "vitest"
import { expectToFit, logIn, noChromium, submit, useChromium } from "./chromium.ts"
import { bearer, goodPassword, jsonOf, register, statusOfMe } from "./client.ts"
import { type Server, startServer } from "./server.ts"

/** The program's side, by OAuth's endpoints (RFC 8628). */
interface Program {
  readonly code: string
  /** The address that the program opens, with the code filled in. */
  readonly page: string
  /** What the token endpoint answers, with the number that its user typed. */
  readonly poll: (confirmation?: string) => Promise<{
    readonly access_token?: string
    readonly error?: string
    readonly confirmation_required?: boolean
  }>
}

const startProgram = async ({ url }: Server, name: string, asksForNumber: boolean): Promise<Program> => {
  const post = (path: string, fields: Readonly<Record<string, string>>) =>
    fetch(`${url}${path}`, { method: "POST", body: new URLSearchParams(fields) })
  const begun = await post("/oauth/device_authorization", {
    client_id: name,
    ...(asksForNumber ? { confirmation: "number" } : {})
  })
  const { device_code, user_code, verification_uri_complete } = await jsonOf<Record<string, string>>(begun)
  return {
    code: user_code ?? "",
    page: verification_uri_complete ?? "",
    poll: async (confirmation) =>
      jsonOf(
        await post("/oauth/token", {
          grant_type: "urn:ietf:params:oauth:grant-type:device_code",
          device_code: device_code ?? "",
          client_id: name,
          ...(confirmation === undefined ? {} : { confirmation })
        })
      )
  }
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 }).textContent()
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click()
const follow = (page: Page, name: string) => page.getByRole("main").getByRole("link", { name, exact: true }).click()
const main = (page: Page) => page.getByRole("main").textContent()

describe.skipIf(noChromium)("a program that logs in through a real browser", () => {
  const { open } = useChromium({ keepsPages: true })
  let server: Server
  if (!noChromium) {
    beforeAll(async () => {
      server = await startServer({
        env: { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword, LATCHKEY_REGISTRATION: "open" }
      })
    })
  }

  describe.concurrent.each([
    ["with JavaScript", true],
    ["without JavaScript", false]
  ])("%s", (_, javaScriptEnabled) => {
    const nameOf = (name: string) => `${name}-${javaScriptEnabled ? "scripted" : "scriptless"}`

    /** A profile in which nobody is logged in, and a name for somebody new. */
    const profileOf = async (name: string) => {
      await register(server, nameOf(name))
      return { ...(await open({ javaScriptEnabled })), name: nameOf(name) }
    }

    /** A profile in which somebody new is logged in. */
    const openAs = async (name: string) => {
      const profile = await profileOf(name)
      await profile.page.goto(`${server.url}/login`)
      await logIn(profile.page, profile.name, goodPassword)
      return profile
    }

    it("is approved by its user, who logs in on the way and compares the code; the number goes back (DEV-11, DEV-20)", async () => {
      const { page, name, complaints } = await profileOf("approver")
      const program = await startProgram(server, "harbour-cli", true)
      await page.goto(program.page)
      await logIn(page, name, goodPassword)
      expect(await page.getByLabel("Code", { exact: true }).inputValue()).toBe(program.code)
      await expectToFit(page)
      await press(page, "Continue")
      expect(await heading(page)).toBe("Let “harbour-cli” log in as you?")
      for (const part of [program.code, "127.0.0.1", name, "valid for 30 days"])
        expect(await main(page)).toContain(part)
      await expectToFit(page)
      expect(await program.poll()).toMatchObject({ error: "authorization_pending" })

      await press(page, "Approve")
      const number = (await page.locator("#number").textContent()) ?? ""
      expect(number).toMatch(/^\d{3} \d{3}$/)
      await expectToFit(page)
      expect(await program.poll()).toMatchObject({ error: "authorization_pending", confirmation_required: true })
      await press(page, "New number")
      const next = (await page.locator("#number").textContent()) ?? ""
      expect(await program.poll(number)).toMatchObject({ error: "authorization_pending" })
      const { access_token: token = "" } = await program.poll(next)
      expect(await statusOfMe(server, bearer(token))).toBe(200)

      await follow(page, "See if it has logged in")
      expect(await heading(page)).toBe("“harbour-cli” has logged in")
      await expectToFit(page)
      await follow(page, "Go to your access tokens")
      expect(await main(page)).toContain("harbour-cli")
      expect(complaints()).toEqual([])
    })

    it("is nobody's but the first one's who entered its code (DEV-09)", async () => {
      const [ada, grace] = [await openAs("first"), await openAs("second")]
      const program = await startProgram(server, "harbour-cli", false)
      await ada.page.goto(program.page)
      await press(ada.page, "Continue")
      await grace.page.goto(program.page)
      await press(grace.page, "Continue")
      expect(await main(grace.page)).toContain("This code leads to nothing.")
      await grace.page.goto(ada.page.url())
      expect(await main(grace.page)).toContain("Not Found")
      await follow(grace.page, "Enter a code")
      expect(grace.page.url()).toBe(`${server.url}/auth/cli`)
      await submit(grace.page, "Continue", { Code: program.code.toLowerCase().replace("-", " ") })
      expect(await main(grace.page)).toContain("This code leads to nothing.")
      await press(ada.page, "Approve")
      expect(await heading(ada.page)).toBe("“harbour-cli” may log in")
      expect(await program.poll()).toMatchObject({ token_type: "Bearer" })
      expect([ada.complaints(), grace.complaints()]).toEqual([[], []])
    })

    it("is denied from the profile, and the tab in which it was open is told (DEV-10)", async () => {
      const { page, context, complaints } = await openAs("denier")
      const program = await startProgram(server, "harbour-cli", false)
      await page.goto(program.page)
      await press(page, "Continue")
      const other = await context.newPage()
      await other.goto(`${server.url}/profile/`)
      await other.getByRole("button", { name: "Deny harbour-cli" }).click()
      expect(await heading(other)).toBe("“harbour-cli” may not log in")
      await press(page, "Approve")
      expect(await main(page)).toContain("This program was denied before. Nothing was changed.")
      await expectToFit(page)
      expect(await program.poll()).toMatchObject({ error: "access_denied" })
      await follow(page, "Go to your programs")
      expect(await page.locator("#programs").textContent()).toContain("Denied")
      expect(complaints()).toEqual([])
    })

    it("is approved once by two clicks, a reload and the way back; a denial that comes too late is told (DEV-10)", async () => {
      const { page, complaints } = await openAs("clicker")
      const program = await startProgram(server, "harbour-cli", false)
      await page.goto(program.page)
      await press(page, "Continue")
      const decision = page.url()
      const approve = page.getByRole("button", { name: "Approve", exact: true })
      await approve.dblclick({ noWaitAfter: true })
      await page.getByText("Go back to the program.").waitFor()
      await page.reload()
      expect(await heading(page)).toBe("“harbour-cli” may log in")
      const late = await page.context().newPage()
      await late.goto(decision)
      expect(await program.poll()).toMatchObject({ token_type: "Bearer" })
      await press(late, "Deny after all")
      expect(await main(late)).toContain("The program had logged in already")
      expect(await program.poll()).toMatchObject({ error: "invalid_grant" })
      expect(complaints()).toEqual([])
    })

    it("whose form was opened for somebody else is decided by nobody (CSR-16)", async () => {
      const { page, context } = await openAs("tab-owner")
      const program = await startProgram(server, "harbour-cli", false)
      await page.goto(program.page)
      await press(page, "Continue")
      const other = await context.newPage()
      await other.goto(`${server.url}/logout`)
      await submit(other, "Log out")
      await register(server, nameOf("tab-visitor"))
      await logIn(other, nameOf("tab-visitor"), goodPassword)
      await press(page, "Approve")
      expect(await main(page)).toContain(`You are logged in as ${nameOf("tab-visitor")} now`)
      expect(await program.poll()).toMatchObject({ error: "authorization_pending" })
    })
  })
})
