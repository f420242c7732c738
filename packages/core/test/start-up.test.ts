import { execFileSync } from "node:child_process"
import { expect, test } from "vitest"

/** Tells the modules of Effect that an import loads, one a line. */
const script = `
import { registerHooks } from "node:module"
registerHooks({
  load: (url, context, next) => {
    const name = /\\/node_modules\\/effect\\/dist\\/(.*)\\.js$/.exec(url)?.[1]
    if (name !== undefined) console.log(name)
    return next(url, context)
  }
})
await import("@latchkey/core")
`

// Each of them costs a program that starts some twenty milliseconds, and core has no need of it.
test("who imports core loads no streams, and nothing of schemas", () => {
  const told = execFileSync(process.execPath, ["--conditions=latchkey-source", "--input-type=module", "-e", script], {
    cwd: import.meta.dirname,
    encoding: "utf8"
  })
  const loaded = told.trim().split("\n")
  expect(loaded).toContain("Effect")
  expect(loaded.filter((name) => /^(Stream|Channel|Sink|Queue|PubSub|Schema.*|Brand|DateTime)$/.test(name))).toEqual([])
})
