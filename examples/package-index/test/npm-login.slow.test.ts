import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { chromium } from "playwright-core"
import { beforeEach, describe, expect, onTestFinished, test } from "vitest"
import { indexScopes } from "../src/index-route.ts"
import { hasTerminal, type Outcome, run, runInTerminal } from "./run.ts"
import { adasPassword, type Framework, frameworks, newFolder, type Site, startSite } from "./site.ts"

/** `vitest.config.ts` says so, aloud, if there is none. */
const chromiumPath = process.env.LATCHKEY_CHROMIUM

/** A new home for npm, which knows the registry and nothing else, and opens no browser. */
const npmHome = (site: Site, token?: string): string => {
  const home = newFolder()
  const own = token === undefined ? "" : `//${site.host}/npm/:_authToken=${token}\n`
  writeFileSync(join(home, ".npmrc"), `registry=${site.url}/npm/\nbrowser=false\nupdate-notifier=false\n${own}`)
  return home
}

/** Runs `npm login` in a terminal, and calls `decide` with the code of the page that it tells people to open. */
const logIn = async (home: string, decide: (code: string) => Promise<unknown>): Promise<Outcome> => {
  let decided: Promise<unknown> | undefined
  const onOutput = (output: string) => {
    const [, code] = /\/auth\/cli\?code=([A-Z]{8})\s/.exec(output) ?? []
    if (code === undefined || decided !== undefined) return
    decided = decide(code)
    decided.catch(() => undefined) // it is told below, once npm has ended
  }
  const outcome = await runInTerminal("npm", ["login", "--auth-type=web", "--fetch-retries=0"], { cwd: home, onOutput })
  await decided
  return outcome
}

const npm = (home: string, ...args: ReadonlyArray<string>): Promise<Outcome> =>
  run("npm", [...args, "--fetch-retries=0"], { cwd: home })

/** The token that npm keeps for the registry; null for none. */
const keptToken = (home: string): string | null =>
  /:_authToken=(\S+)/.exec(readFileSync(join(home, ".npmrc"), "utf8"))?.[1] ?? null

const approve =
  ({ auth, user }: Site) =>
  async (code: string) =>
    auth.cliLogins.approve({ user }, (await auth.cliLogins.lookUp({ user }, code)).id)

/** Begins a log-in as npm does, without npm. */
const begin = async (site: Site): Promise<{ readonly code: string; readonly doneUrl: string }> => {
  const answer = await fetch(`${site.url}/npm/-/v1/login`, { method: "POST", body: "{}" })
  expect(answer.headers.get("cache-control")).toBe("no-store")
  const { loginUrl, doneUrl } = JSON.parse(await answer.text())
  return { code: new URL(loginUrl).searchParams.get("code") ?? "", doneUrl }
}

describe.skipIf(!hasTerminal).each(frameworks)("npm login in a terminal, against %s", (framework) => {
  const start = (cliLogin: Parameters<typeof startSite>[1] = {}) => startSite(framework, cliLogin)

  test("gets a token for publishing once its user has approved, and npm logout ends it", async () => {
    const site = await start()
    const home = npmHome(site)
    expect(await logIn(home, approve(site))).toMatchObject({ code: 0 })
    expect(await npm(home, "whoami")).toEqual({ code: 0, output: "ada\n" })

    const [token] = await site.auth.tokens.list(site.user.id)
    expect(token).toMatchObject({
      name: expect.stringMatching(/^npm \d+\./),
      scopes: ["packages:read", "packages:write"]
    })

    writeFileSync(join(home, "package.json"), JSON.stringify({ name: "widget", version: "1.2.3" }))
    expect(await npm(home, "publish")).toMatchObject({ code: 0 })
    expect(await npm(home, "view", "widget", "version")).toEqual({ code: 0, output: "1.2.3\n" })

    const kept = keptToken(home)
    expect(await npm(home, "logout")).toMatchObject({ code: 0 })
    expect(keptToken(home)).toBeNull()
    expect(await site.auth.tokens.list(site.user.id)).toEqual([])
    const again = await npm(npmHome(site, kept ?? ""), "whoami")
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining("E401") })
  })

  test.skipIf(chromiumPath === undefined)("is approved by a person in a browser, who sees which npm asks", async () => {
    const site = await start()
    const home = npmHome(site)
    const browser = await chromium.launch({
      executablePath: chromiumPath ?? "",
      args: ["--no-sandbox", "--disable-gpu"]
    })
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click()
    const loggedIn = await logIn(home, async (code) => {
      await page.goto(`${site.url}/auth/cli?code=${code}`)
      await page.getByLabel("Username or e-mail address").fill("ada")
      await page.getByLabel("Password", { exact: true }).fill(adasPassword)
      await press("Log in")
      await press("Continue")
      const shown = await page.getByRole("main").textContent()
      expect(shown).toMatch(/npm \d+\.\d+/)
      expect(shown).toContain(indexScopes["packages:write"])
      await press("Approve")
    })
    expect(loggedIn).toMatchObject({ code: 0 })
    expect(await npm(home, "whoami")).toEqual({ code: 0, output: "ada\n" })
  })

  test("replaces a token that works no longer, and forgets such a token at npm logout", async () => {
    const site = await start()
    const dead = await site.token("packages:read")
    await site.revokeAll()
    const home = npmHome(site, dead)
    expect(await logIn(home, approve(site))).toMatchObject({ code: 0 })
    expect(keptToken(home)).not.toBe(dead)
    expect(await npm(home, "whoami")).toMatchObject({ output: "ada\n" })

    await site.revokeAll()
    expect(await npm(home, "logout")).toMatchObject({ code: 0 })
    expect(keptToken(home)).toBeNull()
  })

  test("is told that its user denied it, and asks for no password", async () => {
    const site = await start()
    const { auth, user } = site
    const home = npmHome(site)
    const { code, output } = await logIn(home, async (typed) =>
      auth.cliLogins.deny({ user }, (await auth.cliLogins.lookUp({ user }, typed)).id)
    )
    expect({ code, kept: keptToken(home) }).toEqual({ code: 1, kept: null })
    expect(output).toContain("The login was denied.")
    expect(output).not.toMatch(/username|password/i)
  })

  test("is told that the code expired, after waiting as it was told", async () => {
    const site = await start({ cliLogin: { lifetime: "3 seconds", interval: "1 second" } })
    const { code, output } = await logIn(npmHome(site), () => Promise.resolve())
    expect(code).toBe(1)
    expect(output).toContain("Nobody approved the login in time.")
    expect(output).not.toMatch(/username|password/i)
    const polls = site.exchanges.filter(({ path }) => path.startsWith("/npm/-/v1/done"))
    expect(polls.length).toBeLessThanOrEqual(5) // each second one, and not as fast as it can
  })

  test("tells where to create a token when nobody can log in with a browser", async () => {
    const site = await start({ cliLogin: { enabled: false } })
    const { output } = await run("npm", ["login", "--auth-type=web"], { cwd: npmHome(site) })
    expect(output).toContain(`Create a token at ${site.url}/tokens/`)
  })
})

describe.each(frameworks)("what npm login and npm logout ask of %s", (framework: Framework) => {
  let site: Site
  beforeEach(async () => {
    site = await startSite(framework)
  })

  test("one of sixteen polls gets the token, and nobody may cache it (DEV-06, DEV-17)", async () => {
    const { code, doneUrl } = await begin(site)
    await approve(site)(code)
    const answers = await Promise.all(Array.from({ length: 16 }, () => fetch(doneUrl)))
    expect(answers.map(({ headers }) => headers.get("cache-control"))).toEqual(Array(16).fill("no-store"))
    const bodies: ReadonlyArray<{ readonly token?: string }> = await Promise.all(
      answers.map(async (answer) => JSON.parse(await answer.text()))
    )
    expect(bodies.filter(({ token }) => token !== undefined)).toHaveLength(1)
    expect(await site.auth.tokens.list(site.user.id)).toHaveLength(1)
  })

  test("a poll that cannot carry a token away does not use it up", async () => {
    const { code, doneUrl } = await begin(site)
    await approve(site)(code)
    expect(await fetch(doneUrl, { method: "HEAD" })).toMatchObject({ status: 405 })
    expect(await (await fetch(doneUrl)).json()).toHaveProperty("token")
  })

  test("a poll with a wrong secret learns the same as one that comes after the end (DEV-02)", async () => {
    const { code, doneUrl } = await begin(site)
    await approve(site)(code)
    const textAt = async (url: string) => {
      const answer = await fetch(url)
      return { status: answer.status, text: await answer.text() }
    }
    expect(await (await fetch(doneUrl)).json()).toHaveProperty("token")
    const known = await textAt(doneUrl)
    const changed = `${doneUrl.slice(0, -8)}${"0".repeat(8)}`
    expect(await textAt(changed)).toEqual(known)
    expect(await textAt(doneUrl.split("?", 1).join())).toEqual(known)
  })

  test("the person sees which npm asks, from which address, and on which host if it says so", async () => {
    const askedBy = async (userAgent: string, body: string) => {
      const headers = { "user-agent": userAgent, "content-type": "application/json" }
      const answer = await fetch(`${site.url}/npm/-/v1/login`, { method: "POST", headers, body })
      const code = new URL(JSON.parse(await answer.text()).loginUrl).searchParams.get("code") ?? ""
      const { program, ip } = await site.auth.cliLogins.lookUp({ user: site.user }, code)
      return [program, ip]
    }
    expect(await askedBy("npm/11.19.1 node/v26.10.0 linux x64 workspaces/false", "{}")).toEqual([
      "npm 11.19.1",
      "127.0.0.1"
    ])
    expect(await askedBy("npm/6.14.18", '{"hostname":"tower"}')).toEqual(["npm 6.14.18 on tower", "127.0.0.1"])
    expect(await askedBy("<odd> one", '{"hostname":"<b>"}')).toEqual(["npm", "127.0.0.1"])
    expect(await askedBy("", "x".repeat(100_000))).toEqual(["npm", "127.0.0.1"])
  })

  test("a log-out ends the token that it names, and no other", async () => {
    const [named, other] = [await site.token("packages:read"), await site.token("packages:read")]
    const end = (token: string) => fetch(`${site.url}/npm/-/user/token/${token}`, { method: "DELETE" })
    expect((await end(named)).status).toBe(200)
    expect(await site.auth.tokens.check(named)).toBeNull()
    expect(await site.auth.tokens.check(other)).not.toBeNull()
    expect((await end(named)).status).toBe(200)
    expect((await end("lk_pat_nonsense")).status).toBe(200)
  })

  test("when too many log-ins were begun, it is not told 429, after which npm would ask for a password", async () => {
    const busy = await startSite(framework, { cliLogin: { mostOpen: 1 } })
    await begin(busy)
    const answer = await fetch(`${busy.url}/npm/-/v1/login`, { method: "POST" })
    expect(answer.status).toBe(503)
    expect(answer.headers.get("npm-notice")).toContain("Try again in a minute")
    expect(answer.headers.get("retry-after")).toBe("60")
  })
})
