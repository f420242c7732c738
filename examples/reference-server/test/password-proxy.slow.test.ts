import { beforeAll, describe, expect, test } from "vitest"
import { logIn, noChromium, sessionCookieOf, useChromium } from "./chromium.ts"
import { bearer, goodPassword, jsonOf, register, tokenFor } from "./client.ts"
import { openPasswordProxy, type PasswordProxy, proxyUser } from "./password-proxy.ts"
import { freePort, type Server, startServer } from "./server.ts"

let server: Server
let proxy: PasswordProxy
if (!noChromium) {
  beforeAll(async () => {
    // Browsers find the server at the proxy, so that is its public url: the pages' policy names the script's whole address.
    const port = await freePort()
    proxy = await openPasswordProxy({ port })
    const admin = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
    server = await startServer({ port, env: { ...admin, LATCHKEY_PUBLIC_URL: proxy.url } })
  })
}

describe.skipIf(noChromium)("a real browser, behind a proxy that asks for a password itself", () => {
  const { open } = useChromium({ keepsPages: false })

  test("BAS-11 SES-27 says so before and after a log-in instead of going round, opens one session, and works once the proxy keeps its own", async () => {
    await register(server, "ada")
    const profile = await open({ httpCredentials: proxyUser })
    const { page } = profile
    const seen: Array<string> = []
    page.on("request", (request) => {
      if (request.isNavigationRequest()) seen.push(`${request.method()} ${new URL(request.url()).pathname}`)
    })
    const textOf = async () => (await page.locator("main").textContent()) ?? ""

    await page.goto(`${proxy.url}/profile/`)
    expect(new URL(page.url()).pathname).toBe("/login")
    expect(await textOf()).toContain("a log-in has no effect")
    seen.length = 0
    await logIn(page, "ada", goodPassword)
    await page.getByText("Your log-in does not count").waitFor()
    expect(seen).toEqual(["POST /login", "GET /profile/"])
    expect(await textOf()).toContain('proxy_set_header Authorization ""')

    // Whatever people try then, they are told the same, and the password window stays shut.
    for (const path of ["/login", "/profile/", "/tokens/", "/register"]) {
      const answer = await page.goto(`${proxy.url}${path}`)
      expect([answer?.status(), await textOf()], path).toEqual([400, expect.stringContaining("proxy_set_header")])
    }
    const first = await sessionCookieOf(profile)
    expect(first?.value).toBeDefined()

    proxy.passesOn = false
    await page.goto(`${proxy.url}/profile/`)
    expect(await textOf()).toContain("Logged in as ada")
    const sessions = await fetch(`${server.url}/sessions`, { headers: bearer(await tokenFor(server, "ada")) })
    const kinds = (await jsonOf<ReadonlyArray<{ readonly kind: string }>>(sessions)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === "browser")).toHaveLength(1)
    expect(profile.complaints()).toEqual([])
  })
})
