import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"

const script = `
import { createTestAuth } from "@latchkey/core/testing"
const { auth } = await createTestAuth()
void auth.users.register({ username: "", password: "seven quiet herons at dusk" })
setTimeout(() => console.log("nobody was told"), 2_000)
`

// A promise that only counts a call must not be taken for one that somebody waits for.
test("a call that fails and that nobody awaits ends the program, as Node's default is", () => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--conditions=latchkey-source", "--input-type=module", "-e", script],
    { cwd: import.meta.dirname, encoding: "utf8" }
  )
  expect([status, stdout]).toEqual([1, ""])
  expect(stderr).toContain("AccountNameInvalid")
})
