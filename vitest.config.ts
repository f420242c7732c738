import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { findChromium } from "./scripts/find-chromium.mjs"
import { findPostgres, findSqlite3 } from "./scripts/find-databases.mjs"
import { findRedis } from "./scripts/find-redis.mjs"

/** Our sources in place of what is built. No `import` here: Node would be started with it, and `require` would get it too. */
const conditions = ["latchkey-source", "node"]

/**
 * Tests in a file of this name start many servers, crash them, need programs of other people, or test the tests for many seconds.
 * `npm run test:all` runs them, and `npm test` leaves out the projects that end in `-slow`; scripts/tiers.test.mjs finds a file
 * that neither runs.
 */
const slow = ["**/*.slow.test.ts", "**/*.slow.test.mjs"]
const tests = ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts"]

/** The quick tests of a workspace. */
const quickly = (name: string, root: string, more: object = {}) => ({
  extends: true as const,
  test: { name, root, include: tests, exclude: slow, ...more }
})
/** For tests that keep no state outside of themselves: loading the modules once is most of the time saved. */
const sharing = { isolate: false }

/** The slow tests of a workspace: they wait more than they work, so they run after all others. */
const slowly = (name: string, root: string, more: object = {}) => ({
  extends: true as const,
  test: { name: `${name}-slow`, root, include: slow, maxWorkers: 2, sequence: { groupOrder: 1 }, ...more }
})

/** Browser tests ask `process.env.LATCHKEY_CHROMIUM` and skip without it; in CI a skipped test is a failed run. */
const chromium = findChromium()
if (!chromium) console.warn("\nNO CHROMIUM: browser tests are SKIPPED. Install chromium or set LATCHKEY_CHROMIUM.\n")

/** Tests of the Redis store start it. Where there is none, `LATCHKEY_TEST_REDIS_URL` lets at least the laws run. */
const redis = findRedis()
if (!redis) console.warn("\nNO REDIS: tests that start one are SKIPPED. Install redis-server.\n")

/** The databases of other systems, for the rehearsals of a change-over. */
const [postgres, sqlite3] = [findPostgres(), findSqlite3()]
if (!postgres) console.warn("\nNO POSTGRESQL: rehearsals that start one are SKIPPED. Install postgresql.\n")
if (!sqlite3) console.warn("\nNO SQLITE3: rehearsals that run it are SKIPPED. Install sqlite3.\n")

/** The reference server's tests run on an adapter and a store. A folder named after a store is about that one alone. */
const referenceServer = (adapter: string, store: string) => ({
  globalSetup: "test/build-server.ts",
  provide: { combination: `${adapter}-${store}` }
})

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    // Long, because the machine may be busy: only a test that hangs takes this long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: {
      ...(chromium && { LATCHKEY_CHROMIUM: chromium }),
      ...(redis && { LATCHKEY_REDIS_SERVER: redis }),
      ...(postgres && { LATCHKEY_POSTGRES: postgres }),
      ...(sqlite3 && { LATCHKEY_SQLITE3: sqlite3 })
    },
    // By default a machine with two processors would run one file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      quickly("store-sqlite", "packages/store-sqlite", sharing),
      slowly("store-sqlite", "packages/store-sqlite"),
      ...["core", "http", "adapter-hono", "adapter-express"].map((name) => quickly(name, `packages/${name}`, sharing)),
      slowly("core", "packages/core"),
      slowly("http", "packages/http"),
      slowly("adapter-hono", "packages/adapter-hono"),
      slowly("adapter-express", "packages/adapter-express"),
      quickly("store-redis", "packages/store-redis"),
      slowly("store-redis", "packages/store-redis"),
      quickly("conformance", "packages/conformance", sharing),
      slowly("conformance", "packages/conformance"),
      quickly("cli", "packages/cli", sharing),
      slowly("cli", "packages/cli"),
      quickly("admin", "packages/admin", sharing),
      slowly("admin", "packages/admin", { globalSetup: "test/build-bin.ts" }),
      quickly("mail-smtp", "packages/mail-smtp", sharing),
      slowly("mail-smtp", "packages/mail-smtp"),
      quickly("jwt", "packages/jwt", sharing),
      slowly("jwt", "packages/jwt"),
      quickly("fastify-adapter", "examples/fastify-adapter", sharing),
      slowly("fastify-adapter", "examples/fastify-adapter"),
      quickly("promise-store", "examples/promise-store", sharing),
      slowly("promise-store", "examples/promise-store"),
      slowly("package-index", "examples/package-index"),
      quickly("reference-server", "examples/reference-server", referenceServer("hono", "sqlite")),
      slowly("reference-server-hono-sqlite", "examples/reference-server", {
        include: ["test/*.slow.test.ts", "test/sqlite/*.slow.test.ts"],
        ...referenceServer("hono", "sqlite")
      }),
      ...(redis
        ? [
            slowly("reference-server-express-redis", "examples/reference-server", {
              include: ["test/*.test.ts", "test/redis/*.slow.test.ts"],
              ...referenceServer("express", "redis")
            })
          ]
        : []),
      quickly("scripts", ".", { include: ["scripts/**/*.test.mjs"] }),
      slowly("scripts", ".", { include: ["scripts/**/*.slow.test.mjs"] })
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
