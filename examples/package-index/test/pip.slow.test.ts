import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeEach, describe, expect, test } from "vitest"
import { frameworks, newFolder, type Site, startSite } from "./site.ts"
import { builtWheel, hasPip, pip, writeWheel } from "./wheel.ts"

describe.skipIf(!hasPip).each(frameworks)("pip against %s", (framework) => {
  let site: Site
  beforeEach(async () => {
    site = await siteWithWidget()
  })

  const siteWithWidget = async (options: Parameters<typeof startSite>[1] = {}): Promise<Site> => {
    const site = await startSite(framework, options)
    writeWheel(join(site.folder, "python", "harbour-widget"), await builtWheel())
    return site
  }

  /** Installs the widget into a new folder, and says whether it is there. */
  const install = async (index: string, env: Readonly<Record<string, string>> = {}, home = newFolder()) => {
    const args = ["install", "--index-url", index, "--target", join(home, "target"), "harbour-widget"]
    const { output } = await pip(home, args, env)
    return { isThere: existsSync(join(home, "target", "harbour_widget.py")), output }
  }

  /** Every request brought the token, and none was sent elsewhere. */
  const statuses = () => new Set(site.exchanges.map(({ hasCredential, status }) => `${hasCredential} ${status}`))

  test.each(["__token__", "ada"])("installs with %s and a token in the url, asking nothing first", async (user) => {
    const token = await site.token("packages:read")
    const { isThere } = await install(`http://${user}:${token}@${site.host}/simple/`)
    expect(isThere).toBe(true)
    expect(statuses()).toEqual(new Set(["true 200"]))
  })

  test("installs with the token as the user in the url", async () => {
    const token = await site.token("packages:read")
    const { isThere } = await install(`http://${token}@${site.host}/simple/`)
    expect(isThere).toBe(true)
  })

  test.each<[string, (token: string) => string]>([
    ["__token__", (token) => `__token__:${token}`],
    ["its owner", (token) => `ada:${token}`],
    ["itself as the user", (token) => token]
  ])("CHG-03 installs with a token of the system before, beside %s", async (_, credentials) => {
    const site = await siteWithWidget({ tokens: { acceptImported: true } })
    const { isThere } = await install(
      `http://${credentials(await site.oldToken("packages:read"))}@${site.host}/simple/`
    )
    expect(isThere).toBe(true)
  })

  test("CHG-04 cannot install with a token of the system before, once these are not accepted any more", async () => {
    const { isThere } = await install(`http://__token__:${await site.oldToken("packages:read")}@${site.host}/simple/`)
    expect(isThere).toBe(false)
    expect(statuses()).toEqual(new Set(["true 401"]))
  })

  test("installs with a token in netrc", async () => {
    const home = newFolder()
    const token = await site.token("packages:read")
    writeFileSync(join(home, ".netrc"), `machine 127.0.0.1 login __token__ password ${token}\n`, { mode: 0o600 })
    const { isThere } = await install(`${site.url}/simple/`, {}, home)
    expect(isThere).toBe(true)
    expect(statuses()).toEqual(new Set(["true 200"]))
  })

  test("installs with a token that a keyring keeps, once it has met the 401", async () => {
    const home = newFolder()
    const token = await site.token("packages:read")
    // pip asks the keyring that it can import; here one that has a single entry.
    writeFileSync(join(home, "keyring.py"), `def get_password(service, user):\n    return "${token}"\n`)
    const env = { PYTHONPATH: home, PIP_KEYRING_PROVIDER: "import", PIP_NO_INPUT: "0" } // older pips ask it only where they may ask people
    const { isThere } = await install(`http://__token__@${site.host}/simple/`, env, home)
    expect(isThere).toBe(true)
  })

  test("cannot install with a revoked token: 401, and never a page", async () => {
    const token = await site.token("packages:read")
    await site.revokeAll()
    const { isThere, output } = await install(`http://__token__:${token}@${site.host}/simple/`)
    expect(isThere).toBe(false)
    expect(output).not.toContain(token)
    expect(statuses()).toEqual(new Set(["true 401"]))
  })

  test("cannot install with a token that may not read packages: 403", async () => {
    const { isThere } = await install(`http://__token__:${await site.token()}@${site.host}/simple/`)
    expect(isThere).toBe(false)
    expect(statuses()).toEqual(new Set(["true 403"]))
  })
})
