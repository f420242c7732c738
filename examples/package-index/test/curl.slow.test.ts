import { describe, expect, test } from "vitest"
import { run } from "./run.ts"
import { frameworks, newFolder, startSite } from "./site.ts"

/** Runs curl, and gives the status as curl reports it. */
const curl = async (...args: ReadonlyArray<string>): Promise<number> => {
  const report = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--max-time", "30"]
  const { output } = await run("curl", [...report, ...args], { cwd: newFolder() })
  return Number(output)
}

describe.each(frameworks)("curl against %s", (framework) => {
  test.each(["__token__", "x-access-token", "oauth2", "ada", "ADA@example.org"])(
    "-u %s:TOKEN works, and fails once the token is revoked",
    async (user) => {
      const site = await startSite(framework)
      const token = await site.token()
      expect(await curl("-u", `${user}:${token}`, `${site.url}/users/me`)).toBe(200)
      await site.revokeAll()
      expect(await curl("-u", `${user}:${token}`, `${site.url}/users/me`)).toBe(401)
    }
  )

  test("-u TOKEN: works, and -u with somebody else's name or the account's password does not", async () => {
    const site = await startSite(framework)
    const token = await site.token()
    expect(await curl("-u", `${token}:`, `${site.url}/users/me`)).toBe(200)
    expect(await curl("-u", `bob:${token}`, `${site.url}/users/me`)).toBe(401)
    expect(await curl("-u", "ada:a quiet lantern, grey water", `${site.url}/users/me`)).toBe(401)
  })

  test("--oauth2-bearer works, and fails once the token is revoked", async () => {
    const site = await startSite(framework)
    const token = await site.token()
    expect(await curl("--oauth2-bearer", token, `${site.url}/users/me`)).toBe(200)
    await site.revokeAll()
    expect(await curl("--oauth2-bearer", token, `${site.url}/users/me`)).toBe(401)
  })

  test("--anyauth finds Basic in the challenge, and then sends the token", async () => {
    const site = await startSite(framework)
    const token = await site.token()
    expect(await curl("--anyauth", "-u", `__token__:${token}`, `${site.url}/users/me`)).toBe(200)
    expect(site.exchanges.map(({ hasCredential, status }) => [hasCredential, status])).toEqual([
      [false, 401],
      [true, 200]
    ])
    await site.revokeAll()
    expect(await curl("--anyauth", "-u", `__token__:${token}`, `${site.url}/users/me`)).toBe(401)
  })

  test("an upload that waits to be let in is refused before any of it is sent", async () => {
    const site = await startSite(framework)
    const reader = await site.token("packages:read")
    const [upload, url] = [["--expect100-timeout", "20", "--upload-file", "/proc/self/exe"], `${site.url}/npm/widget`]
    const expecting = ["--header", "Expect: 100-continue", ...upload]
    expect(await curl(...expecting, url)).toBe(401)
    expect(await curl(...expecting, "--oauth2-bearer", reader, url)).toBe(403)
  })
})
