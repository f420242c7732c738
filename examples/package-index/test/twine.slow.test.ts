import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeEach, describe, expect, test } from "vitest"
import { onPath } from "../../../scripts/on-path.mjs"
import { run } from "./run.ts"
import { frameworks, newFolder, type Site, startSite } from "./site.ts"
import { builtWheel, hasPip, pip, writeWheel } from "./wheel.ts"

const hasTwine = onPath("twine") !== undefined && hasPip
if (!hasTwine) console.warn("\nNO TWINE: its tests are SKIPPED. Install twine.\n")

describe.skipIf(!hasTwine).each(frameworks)("twine against %s", (framework) => {
  let site: Site
  beforeEach(async () => {
    site = await startSite(framework)
  })

  const upload = (args: ReadonlyArray<string>, home = newFolder(), env = {}) =>
    builtWheel().then((wheel) =>
      run("twine", ["upload", "--non-interactive", "--disable-progress-bar", ...args, writeWheel(newFolder(), wheel)], {
        cwd: home,
        env
      })
    )

  test("uploads with a token from the environment, and pip installs what it uploaded", async () => {
    const token = await site.token("packages:read", "packages:write")
    const env = { TWINE_USERNAME: "__token__", TWINE_PASSWORD: token }
    const uploaded = await upload(["--repository-url", `${site.url}/legacy/`], newFolder(), env)
    expect(uploaded).toMatchObject({ code: 0 })
    const target = newFolder()
    const index = `http://__token__:${token}@${site.host}/simple/`
    await pip(target, ["install", "--index-url", index, "--target", join(target, "t"), "harbour-widget"])
    expect(existsSync(join(target, "t", "harbour_widget.py"))).toBe(true)
    expect(site.exchanges.every(({ hasCredential, status }) => hasCredential && status === 200)).toBe(true)
  })

  test("uploads with a token in .pypirc", async () => {
    const home = newFolder()
    const token = await site.token("packages:write")
    const repository = `repository = ${site.url}/legacy/\nusername = __token__\npassword = ${token}\n`
    writeFileSync(join(home, ".pypirc"), `[distutils]\nindex-servers = harbour\n[harbour]\n${repository}`)
    expect(await upload(["--repository", "harbour"], home)).toMatchObject({ code: 0 })
  })

  test("cannot upload with a revoked token, nor with one for reading; neither is redirected or tried again", async () => {
    const attempt = (token: string) =>
      upload(["--repository-url", `${site.url}/legacy/`, "--username", "__token__", "--password", token])
    const forbidden = await attempt(await site.token("packages:read"))
    expect(forbidden).toMatchObject({ code: 1, output: expect.stringContaining("403") })
    const token = await site.token("packages:write")
    await site.revokeAll()
    const refused = await attempt(token)
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("401") })
    expect(site.exchanges.map(({ status }) => status)).toEqual([403, 401])
  })
})
