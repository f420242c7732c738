import { defineConfig } from "vitest/config"
import { findChromium } from "./scripts/find-chromium.mjs"

const conditions = ["latchkey-source", "node", "import", "module", "default"]

const project = (name: string, root: string, include: string[], more: object = {}) => ({
  extends: true as const,
  test: { name, root, include, ...more }
})
/** For tests that start the real server and a browser, which wait more than they work: after all others, and patient. */
const processes = {
  globalSetup: "test/build-server.ts",
  testTimeout: 120_000,
  hookTimeout: 120_000,
  maxWorkers: 2,
  sequence: { groupOrder: 1 }
}
/** For tests that keep no state outside of themselves: loading the modules once is most of the time saved. */
const sharing = { isolate: false }
const unit = ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts"]

/** Browser tests ask `process.env.LATCHKEY_CHROMIUM` and skip without it; in CI a skipped test is a failed run. */
const chromium = findChromium()
if (!chromium) console.warn("\nNO CHROMIUM: browser tests are SKIPPED. Install chromium or set LATCHKEY_CHROMIUM.\n")

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    env: chromium ? { LATCHKEY_CHROMIUM: chromium } : {},
    projects: [
      project("store-sqlite", "packages/store-sqlite", unit),
      ...["core", "http", "adapter-hono"].map((name) => project(name, `packages/${name}`, unit, sharing)),
      project("reference-server", "examples/reference-server", ["test/**/*.test.ts"], processes),
      project("scripts", ".", ["scripts/**/*.test.mjs"])
    ],
    reporters: ["default", "./scripts/ci-reporter.mjs"],
    coverage: {
      provider: "v8",
      include: ["src/**"],
      reporter: ["text-summary", "lcov"],
      thresholds: { lines: 80 }
    }
  }
})
