// The real command in a real terminal: what people see, and what Ctrl-C does.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { granted, numberWanted, pending, startFakeServer, TOKEN } from "./fake-server.ts"
import { bin, hasTerminals, personAt, run, runOnTerminal } from "./program.ts"
import { temporaryFolder } from "./temporary-folder.ts"

if (!hasTerminals) console.warn("\nNO `script` of util-linux: tests that need a terminal are SKIPPED.\n")

const node = process.execPath
const library = fileURLToPath(new URL("../src/index.ts", import.meta.url))
const ESCAPE = "\u001b"

describe.skipIf(!hasTerminals)("at a terminal", () => {
  it("a person sees the code in bold and the time left, types the number, and is logged in", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    server.pace(1)
    server.answerPolls(pending, pending, numberWanted(3), granted)
    const login = runOnTerminal(node, [bin, "login", "--server", server.url], personAt(folder.path))
    await login.waitFor("Enter the number that the page shows: ")
    login.type("123 456\r")
    expect(await login.ended).toBe(0)
    expect(login.written()).toContain(`${ESCAPE}[1mBCDF-GHJK${ESCAPE}[22m`)
    expect(login.written()).toContain("Waiting for your approval. 4:59 left; Ctrl-C stops.")
    expect(login.written()).toContain(`Logged in to ${server.url} as ada.`)
    expect(login.written()).not.toContain(TOKEN)
    expect(server.polls().map(({ confirmation }) => confirmation)).toEqual([undefined, undefined, undefined, "123456"])
    const file = join(folder.path, ".local", "state", "latchkey", "tokens.json")
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600")
    expect(readFileSync(file, "utf8")).toContain(TOKEN)
  })

  it("a program that says nothing to people itself shows the code and asks for the number all the same", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    server.pace(1)
    server.answerPolls(numberWanted(3), granted)
    const program = `const { logIn } = await import(${JSON.stringify(library)})
      const { scopes } = await logIn({ server: ${JSON.stringify(server.url)}, client: "harbour" })
      console.log("scopes", scopes.join())`
    const login = runOnTerminal(node, ["--input-type=module", "-e", program], personAt(folder.path))
    await login.waitFor("Enter the number that the page shows: ")
    login.type("123456\r")
    expect(await login.ended).toBe(0)
    expect(login.written()).toContain("Approve only if it shows this code: BCDF-GHJK")
    expect(login.written()).toContain("scopes jobs:read,jobs:write")
  })

  it("Ctrl-C while it waits ends it with 130, and keeps nothing", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    server.answerPolls(pending)
    const login = runOnTerminal(node, [bin, "login", "--server", server.url], personAt(folder.path))
    await login.waitFor("Waiting for your approval.")
    login.type("\u0003")
    expect(await login.ended).toBe(130)
    expect(login.written()).toContain(`${ESCAPE}[2Klatchkey: Stopped before it was done.`)
    expect(server.polls()).toEqual([])
  })

  it("Ctrl-C and the end of the input while it asks do the same", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    server.pace(1)
    server.answerPolls(numberWanted(3))
    for (const key of ["\u0003", "\u0004"]) {
      const login = runOnTerminal(node, [bin, "login", "--server", server.url], personAt(folder.path))
      await login.waitFor("Enter the number that the page shows: ")
      login.type(key)
      expect(await login.ended).toBe(130)
    }
  })

  it("NO_COLOR takes the bold text away", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    const login = runOnTerminal(node, [bin, "login", "--server", server.url], personAt(folder.path, { NO_COLOR: "1" }))
    await login.waitFor("BCDF-GHJK")
    login.type("\u0003")
    await login.ended
    expect(login.written()).not.toContain(`${ESCAPE}[1m`)
  })

  it("where there is a browser, it opens the page, whatever the address consists of", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    server.pace(1)
    const address = `${server.url}/auth/cli?code=BCDFGHJK&a=';echo$IFS'`
    server.on("/oauth/device_authorization", () => ({
      body: {
        device_code: "a",
        user_code: "b",
        verification_uri: `${server.url}/auth/cli`,
        verification_uri_complete: address,
        expires_in: 60,
        interval: 1
      }
    }))
    const browser = join(folder.path, "browser")
    writeFileSync(
      browser,
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${browser}.new' && mv '${browser}.new' '${browser}.opened'\n`,
      { mode: 0o755 }
    )
    server.on("/oauth/token", () => (existsSync(`${browser}.opened`) ? granted : pending))
    // Without descriptions of installed programs, xdg-open takes what this variable names.
    const desktop = {
      DISPLAY: ":99",
      BROWSER: browser,
      XDG_DATA_DIRS: "/none",
      XDG_DATA_HOME: "/none",
      XDG_CONFIG_HOME: "/none"
    }
    const login = runOnTerminal(node, [bin, "login", "--server", server.url], personAt(folder.path, desktop))
    expect(await login.ended).toBe(0)
    expect(login.written()).toContain("Your browser opens this page.")
    expect(readFileSync(`${browser}.opened`, "utf8")).toBe(`${new URL(address).href}\n`)
  })
})

it("without a terminal it writes plain lines, and a script gets the token", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.pace(1)
  const command = (...args: string[]) => run(node, [bin, ...args], personAt(folder.path))
  const login = command("login", "--server", server.url)
  expect(await login.ended).toBe(0)
  expect(login.written()).not.toContain(ESCAPE)
  expect(login.written()).not.toContain("\r")
  expect(login.written()).toContain("Waiting for the approval.\n")
  const token = command("token")
  expect([await token.ended, token.written()]).toEqual([0, `${TOKEN}\n`])
  const logout = command("logout")
  expect([await logout.ended, logout.written()]).toEqual([0, `Logged out of ${server.url}.\n`])
  const whoami = command("whoami")
  expect(await whoami.ended).toBe(6)
})

it("a reader that stops reading is no crash", async () => {
  using folder = temporaryFolder()
  const shell = run("sh", ["-c", `"${node}" "${bin}" --help | head -n 1`], personAt(folder.path))
  expect([await shell.ended, shell.written()]).toEqual([0, "Usage: latchkey [options] [command]\n"])
})
