// Two commands run the tests: npm test, and npm run test:all, which adds the files named .slow.test. No file is in neither.
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import config from "../vitest.config.ts"

const projects = config.test.projects.map(({ test }) => test)
const filesOf = ({ root, include, exclude = [] }) =>
  globSync(include, { cwd: root, exclude: [...exclude, "node_modules/**"] }).map((file) => join(root, file))
const run = (some) => [...new Set(some.flatMap(filesOf))].sort()

const isSlow = (file) => /\.slow\.test\.\w+$/.test(file)
const there = globSync("{packages,examples,benchmarks,docs,scripts}/**/*.test.{ts,tsx,mjs}", {
  exclude: ["**/node_modules/**"]
}).sort()

it("npm test runs every test file but the slow ones", () => {
  expect(JSON.parse(readFileSync("package.json", "utf8")).scripts.test).toContain('--project "!*-slow"')
  expect(run(projects.filter(({ name }) => !name.endsWith("-slow")))).toEqual(there.filter((file) => !isSlow(file)))
})

// Without a Redis, a combination of the reference server has no project.
it.runIf(config.test.env.LATCHKEY_REDIS_SERVER)("npm run test:all runs every test file", () => {
  expect(there.filter(isSlow).length).toBeGreaterThan(0)
  expect(run(projects)).toEqual(there)
})
