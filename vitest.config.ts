import { defineConfig } from "vitest/config"
import { findChromium } from "./scripts/find-chromium.mjs"
import { findRedis } from "./scripts/find-redis.mjs"

/** Our sources in place of what is built. No `import` here: Node would be started with it, and `require` would get it too. */
const conditions = ["latchkey-source", "node"]

const project = (name: string, root: string, include: string[], more: object = {}) => ({
  extends: true as const,
  test: { name, root, include, ...more }
})
/** For tests that start real servers or a browser, which wait more than they work: after all others, and patient. */
const processes = {
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

/** Tests of the Redis store start it. Where there is none, `LATCHKEY_TEST_REDIS_URL` lets at least the laws run. */
const redis = findRedis()
if (!redis) console.warn("\nNO REDIS: tests that start one are SKIPPED. Install redis-server.\n")

/** The adapter and the store that the reference server's tests run on. A folder named after a store is about that one alone. */
const combinations = [["hono", "sqlite"], ...(redis ? [["express", "redis"]] : [])]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    env: { ...(chromium && { LATCHKEY_CHROMIUM: chromium }), ...(redis && { LATCHKEY_REDIS_SERVER: redis }) },
    projects: [
      project("store-sqlite", "packages/store-sqlite", unit),
      ...["core", "http", "adapter-hono", "adapter-express"].map((name) =>
        project(name, `packages/${name}`, unit, sharing)
      ),
      project(
        "conformance",
        "packages/conformance",
        ["src/**/*.test.ts", "test/{adapter,saboteurs}/*.test.ts"],
        sharing
      ),
      project("fastify-adapter", "examples/fastify-adapter", ["test/**/*.test.ts"], sharing),
      project("package-index", "examples/package-index", ["test/**/*.test.ts"], processes),
      project("promise-store", "examples/promise-store", ["test/**/*.test.ts"], processes),
      project("store-redis", "packages/store-redis", unit, processes),
      project("mixes", "packages/conformance", ["test/mixes/*.test.ts"], processes),
      ...combinations.map(([adapter, store]) =>
        project(
          `reference-server-${adapter}-${store}`,
          "examples/reference-server",
          ["test/*.test.ts", `test/${store}/*.test.ts`],
          { ...processes, globalSetup: "test/build-server.ts", provide: { combination: `${adapter}-${store}` } }
        )
      ),
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
