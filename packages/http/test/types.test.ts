import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

test("no type of ours comes from hono's JSX, whose types need those of the DOM", () => {
  const source = join(import.meta.dirname, "../src")
  const files = globSync("**/*.{ts,tsx}", { cwd: source }).filter((path) => !path.includes(".test."))
  expect(files.length).toBeGreaterThan(100)
  const naming = files.filter((path) => /from "hono\/jsx/.test(readFileSync(join(source, path), "utf8")))
  expect(naming).toEqual([])
})
