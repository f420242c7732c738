import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeEach, describe, expect, test } from "vitest"
import { run } from "./run.ts"
import { frameworks, newFolder, type Site, startSite } from "./site.ts"

/** Runs npm with a configuration of its own. */
const npm = (site: Site, auth: string, cwd: string, ...args: ReadonlyArray<string>) => {
  const registry = `${site.url}/npm/`
  writeFileSync(join(cwd, ".npmrc"), `registry=${registry}\n//${site.host}/npm/:${auth}\n`)
  const quiet = [
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--fetch-retries",
    "0",
    "--cache",
    join(cwd, "cache")
  ]
  return run("npm", [...args, ...quiet], { cwd })
}

/** A package of one file, and the folder it is in. */
const makePackage = (name: string): string => {
  const folder = newFolder()
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", main: "index.js" }))
  writeFileSync(join(folder, "index.js"), "module.exports = 'a widget'\n")
  return folder
}

describe.each(frameworks)("npm against %s", (framework) => {
  let site: Site
  beforeEach(async () => {
    site = await startSite(framework)
  })

  const statuses = () => [...new Set(site.exchanges.map(({ status }) => status))].sort()

  test.each(["widget", "@acme/widget"])("publishes and installs %s with _authToken", async (name) => {
    const writer = await site.token("packages:write", "packages:read")
    const published = await npm(site, `_authToken=${writer}`, makePackage(name), "publish")
    expect(published).toMatchObject({ code: 0 })

    const project = newFolder()
    mkdirSync(join(project, "node_modules"))
    const reader = await site.token("packages:read")
    expect(await npm(site, `_authToken=${reader}`, project, "install", name)).toMatchObject({ code: 0 })
    expect(existsSync(join(project, "node_modules", name, "index.js"))).toBe(true)
    expect(statuses()).toEqual([200, 201, 404]) // 404: to publish is first to ask what is there
  })

  test("_auth, user name and token in base64, works as well", async () => {
    const token = await site.token("packages:read")
    const auth = Buffer.from(`ada:${token}`).toString("base64")
    const { code, output } = await npm(site, `_auth=${auth}`, newFolder(), "whoami")
    expect({ code, output }).toEqual({ code: 0, output: "ada\n" })
  })

  test("a revoked token is told E401, a token for reading cannot publish, and nobody is sent to a page", async () => {
    const token = await site.token("packages:read")
    const forbidden = await npm(site, `_authToken=${token}`, makePackage("widget"), "publish")
    expect(forbidden).toMatchObject({ code: 1, output: expect.stringContaining("E403") })
    await site.revokeAll()
    const refused = await npm(site, `_authToken=${token}`, newFolder(), "whoami")
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("E401") })
    expect(statuses()).toEqual([401, 403, 404])
  })
})
