import { stripVTControlCharacters } from "node:util"
import { beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { bin, hasTerminals, personAt, type Running, run, runOnTerminal } from "../../../packages/cli/test/program.ts"
import { logIn, noChromium, useChromium } from "./chromium.ts"
import { bearer, goodPassword, register, statusOfMe } from "./client.ts"
import { newFolder } from "./folders.ts"
import { type Server, startServer } from "./server.ts"

const node = process.execPath

/** What it wrote on a terminal, without what moves the cursor or changes colours. */
const plain = ({ written }: Running): string => stripVTControlCharacters(written()).replaceAll("\r", "\n")

describe.skipIf(noChromium || !hasTerminals)("the command latchkey, in a terminal, against a real server", () => {
  const { open } = useChromium({ keepsPages: false })
  let server: Server
  if (!noChromium) {
    beforeAll(async () => {
      server = await startServer({
        env: {
          LATCHKEY_ADMIN_USERNAME: "root",
          LATCHKEY_ADMIN_PASSWORD: goodPassword,
          LATCHKEY_TOKENS_SCOPES: "jobs:write=Start jobs",
          LATCHKEY_CLI_LOGIN_INTERVAL: "1 second"
        }
      })
    })
  }

  /** A person at a terminal with a home of their own, and in a browser on the page that the command leads to. */
  const begin = async (name: string, ...args: ReadonlyArray<string>) => {
    await register(server, name)
    const home = personAt(newFolder())
    const login = runOnTerminal(node, [bin, "login", "--server", server.url, "--no-browser", ...args], home)
    onTestFinished(() => login.kill())
    await login.waitFor("/auth/cli?code=")
    await login.waitFor("Waiting for your approval")
    const [address = ""] = /http\S+\/auth\/cli\?code=[A-Z]{8}/.exec(plain(login)) ?? []
    const { page, complaints } = await open()
    await page.goto(address)
    await logIn(page, name, goodPassword)
    const press = (button: string) => page.getByRole("button", { name: button, exact: true }).click()
    await press("Continue")
    const command = async (...words: ReadonlyArray<string>) => {
      const running = run(node, [bin, ...words], home)
      return { code: await running.ended, text: running.written() }
    }
    return { login, page, press, command, complaints }
  }

  it("logs in when its user approves the same code and types the number, and out again (DEV-20)", async () => {
    const { login, page, press, command, complaints } = await begin("harbourmaster", "--scope", "jobs:write")
    const [shown = "no code"] = /[A-Z]{4}-[A-Z]{4}/.exec(plain(login)) ?? []
    const decision = await page.getByRole("main").textContent()
    for (const part of [shown, "127.0.0.1", "harbourmaster", "Start jobs"]) expect(decision).toContain(part)
    await press("Approve")
    await login.waitFor("Enter the number that the page shows: ")
    login.type(`${await page.locator("#number").textContent()}\r`)
    expect(await login.ended, login.written()).toBe(0)
    expect(plain(login)).toContain(`Logged in to ${server.url} as harbourmaster.`)

    expect(await command("whoami")).toMatchObject({ code: 0, text: expect.stringContaining("harbourmaster") })
    const { text } = await command("token")
    expect(text).toMatch(/^lk_pat_\w+\n$/)
    const token = bearer(text.trim())
    expect(await statusOfMe(server, token)).toBe(200)
    expect(login.written()).not.toContain(text.trim())
    expect(server.log() + server.output()).not.toContain(text.trim())

    expect(await command("logout")).toMatchObject({ code: 0 })
    expect(await statusOfMe(server, token)).toBe(401)
    expect(await command("whoami")).toMatchObject({ code: 6 })
    expect(complaints()).toEqual([])
  })

  it("is told when its user denies it, and keeps nothing", async () => {
    const { login, page, press, command } = await begin("denier")
    await press("Deny")
    expect(await login.ended, login.written()).toBe(3)
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("may not log in")
    expect(await command("token")).toMatchObject({ code: 6 })
  })

  it("is denied after the third wrong number, and the page says so (DEV-20)", async () => {
    const { login, page, press } = await begin("mistaken")
    await press("Approve")
    const number = ((await page.locator("#number").textContent()) ?? "").replace(/\D/g, "")
    const wrong = number === "000000" ? "000001" : "000000"
    for (const asked of ["Approved. Enter the number", "(2 attempts left)", "(one attempt left)"]) {
      await login.waitFor(asked)
      login.type(`${wrong}\r`)
    }
    expect(await login.ended, login.written()).toBe(3)
    await page.getByRole("main").getByRole("link", { name: "See if it has logged in", exact: true }).click()
    expect(await page.getByRole("main").textContent()).toContain("The program sent a wrong number three times")
  })
})
