import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeEach, describe, expect, test } from "vitest"
import { makeRepository } from "./git-backend.ts"
import { run } from "./run.ts"
import { frameworks, newFolder, type Site, startSite } from "./site.ts"

/** Runs git, which may ask nobody for a password. */
const git = (cwd: string, ...args: ReadonlyArray<string>) =>
  run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], {
    cwd,
    env: { GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" }
  })

/** A credential helper that knows one user name and password (gitcredentials(7)). */
const helper = (user: string, password: string): ReadonlyArray<string> => [
  "-c",
  `credential.helper=!f() { echo username=${user}; echo password=${password}; }; f`
]

/** A commit to push, in a repository of its own. */
const makeCommit = async (): Promise<string> => {
  const folder = newFolder()
  await git(folder, "init", "--quiet", "--initial-branch=main")
  writeFileSync(join(folder, "README"), "a widget\n")
  await git(folder, "add", ".")
  await git(folder, "commit", "--quiet", "--message", "A widget")
  return folder
}

describe.each(frameworks)("git against %s", (framework) => {
  let site: Site
  beforeEach(async () => {
    site = await startSite(framework)
    makeRepository(site.folder, "widget")
  })

  const withCredential = (user: string, password: string): string =>
    `http://${user}:${password}@${site.host}/git/widget.git`

  test.each(["__token__", "x-access-token", "oauth2", "ada"])(
    "pushes and clones with %s and a token in the url, and not once it is revoked",
    async (user) => {
      const url = withCredential(user, await site.token("packages:read", "packages:write"))
      expect(await git(await makeCommit(), "push", "--quiet", url, "main")).toEqual({ code: 0, output: "" })
      const clones = newFolder()
      expect(await git(clones, "clone", "--quiet", url, "first")).toEqual({ code: 0, output: "" })
      expect(readFileSync(join(clones, "first", "README"), "utf8")).toBe("a widget\n")

      await site.revokeAll()
      const refused = await git(clones, "clone", "--quiet", url, "second")
      expect(refused).toMatchObject({ code: 128, output: expect.stringContaining("Authentication failed") })
      expect(new Set(site.exchanges.map(({ status }) => status))).toEqual(new Set([200, 401]))
    }
  )

  test("asks a credential helper once it has met the challenge", async () => {
    const token = await site.token("packages:read", "packages:write")
    const url = `${site.url}/git/widget.git`
    const pushed = await git(await makeCommit(), ...helper("ada", token), "push", "--quiet", url, "main")
    expect(pushed).toEqual({ code: 0, output: "" })
    expect(site.exchanges[0]).toMatchObject({ hasCredential: false, status: 401 })
    expect(site.exchanges.filter(({ hasCredential }) => hasCredential).every(({ status }) => status === 200)).toBe(true)
    await site.revokeAll()
    expect(await git(newFolder(), ...helper("ada", token), "clone", "--quiet", url)).toMatchObject({ code: 128 })
  })

  test("a token for reading cannot push, and git stops at the 403 without asking again", async () => {
    const url = withCredential("__token__", await site.token("packages:read"))
    const refused = await git(await makeCommit(), "push", "--quiet", url, "main")
    expect(refused).toMatchObject({ code: 128, output: expect.stringContaining("403") })
    expect(site.exchanges.filter(({ hasCredential }) => hasCredential).map(({ status }) => status)).toEqual([403])
  })
})
