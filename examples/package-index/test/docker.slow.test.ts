import { describe, expect, test } from "vitest"
import { onPath } from "../../../scripts/on-path.mjs"
import { run } from "./run.ts"
import { frameworks, newFolder, startSite } from "./site.ts"

const hasDocker = onPath("docker") !== undefined
if (!hasDocker) console.warn("\nNO DOCKER CLIENT: its tests are left out. It needs no daemon; install docker-cli.\n")

// Left out, not skipped: Debian has no package of the client alone, so no machine is made to have it.
if (hasDocker) {
  describe.each(frameworks)("docker login against %s", (framework) => {
    test("takes a token by the challenge of /v2/, and not once it is revoked", async () => {
      const site = await startSite(framework)
      const token = await site.token()
      const login = (user: string) =>
        run("docker", ["login", "--username", user, "--password-stdin", site.host], { cwd: newFolder(), input: token })
      for (const user of ["ada", "__token__", "oauth2"]) {
        expect(await login(user)).toMatchObject({ code: 0, output: expect.stringContaining("Login Succeeded") })
      }
      await site.revokeAll()
      expect(await login("ada")).toMatchObject({ code: 1, output: expect.stringContaining("401") })
      expect(site.exchanges.every(({ status }) => status === 200 || status === 401)).toBe(true)
    })
  })
} else {
  test("there is no docker client here to try", () => {})
}
