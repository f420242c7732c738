// The pages of the reference are what the code says now.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"

it("OPS-04 the pages of options, routes, errors and headers are generated from the code, and are what it says", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/make-reference.mjs", "--check"], {
    encoding: "utf8"
  })
  expect([status, stderr]).toEqual([0, expect.not.stringContaining("stale")])
  expect(readFileSync("docs/reference/headers.md", "utf8")).toContain(
    "| `X-Content-Type-Options` | `nosniff` | `nosniff` |"
  )
})
