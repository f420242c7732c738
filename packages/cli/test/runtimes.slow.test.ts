// The same programs on Node and on Bun: the runtimes bring a fetch, a file system and streams of their own.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { granted, numberWanted, pending, startFakeServer, TOKEN } from "./fake-server.ts"
import { findBun } from "./find-bun.ts"
import { bin, hasTerminals, personAt, run, runOnTerminal } from "./program.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const bun = findBun()
if (bun === null) console.warn("\nNO BUN: tests that run it are SKIPPED. Set LATCHKEY_BUN, or give npm a registry.\n")

const program = fileURLToPath(new URL("program-of-a-host.ts", import.meta.url))

describe.skipIf(bun === null)("on Bun", () => {
  journeys(bun ?? "")
})

describe("on Node", () => {
  journeys(process.execPath)
})

function journeys(runtime: string): void {
  it("the command logs in, asks, prints the token and logs out", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    server.pace(1)
    server.answerPolls(pending, null, { status: 503 }, granted)
    const command = (...args: string[]) => run(runtime, [bin, ...args], personAt(folder.path))
    const login = command("login", "--server", server.url)
    expect([await login.ended, login.written()]).toEqual([
      0,
      expect.stringContaining(`Logged in to ${server.url} as ada.`)
    ])
    const token = command("token")
    expect([await token.ended, token.written()]).toEqual([0, `${TOKEN}\n`])
    const logout = command("logout")
    expect([await logout.ended, logout.written()]).toEqual([0, `Logged out of ${server.url}.\n`])
    expect(await command("whoami").ended).toBe(6)
  })

  it("Ctrl-C ends the command with 130", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    server.answerPolls(pending)
    const login = run(runtime, [bin, "login", "--server", server.url], personAt(folder.path))
    await login.waitFor("Waiting for the approval.")
    login.interrupt()
    expect([await login.ended, login.written()]).toEqual([130, expect.stringContaining("Stopped before it was done.")])
  })

  it.skipIf(!hasTerminals)(
    "a number that is typed at a terminal is read, and Ctrl-C while it asks ends it",
    async () => {
      using folder = temporaryFolder()
      await using server = await startFakeServer()
      server.pace(1)
      const login = () => runOnTerminal(runtime, [bin, "login", "--server", server.url], personAt(folder.path))
      server.answerPolls(numberWanted(3))
      const stopped = login()
      await stopped.waitFor("Enter the number that the page shows: ")
      stopped.type("\u0003")
      expect(await stopped.ended).toBe(130)
      server.answerPolls(numberWanted(3), granted)
      const typed = login()
      await typed.waitFor("Enter the number that the page shows: ")
      typed.type("123 456\r")
      expect(await typed.ended).toBe(0)
      expect(server.polls().at(-1)).toMatchObject({ confirmation: "123456" })
    }
  )

  it("a program of a host logs in, calls its server, and its token goes nowhere else", async () => {
    using folder = temporaryFolder()
    await using server = await startFakeServer()
    await using elsewhere = await startFakeServer()
    server.pace(1)
    server.on("/jobs", ({ headers, form }) => ({
      body: { authorized: headers.authorization === `Bearer ${TOKEN}`, form }
    }))
    server.on("/elsewhere", () => ({ status: 307, headers: { location: `${elsewhere.url}/jobs` } }))
    elsewhere.on("/jobs", ({ headers }) => ({ body: { authorized: "authorization" in headers } }))
    server.on("/ended", () => ({ status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } }))
    const host = run(runtime, [program, server.url, join(folder.path, "tokens.json")], personAt(folder.path))
    expect(await host.ended).toBe(0)
    expect(JSON.parse(host.written())).toEqual({
      jobs: { authorized: true, form: { a: "b" } },
      elsewhere: { authorized: false },
      ended: "TokenRejected",
      afterwards: null
    })
  })
}
