import { defineConfig } from "vitest/config"

const conditions = ["latchkey-source", "node", "import", "module", "default"]

const project = (name: string, root: string, include: string[]) => ({
  extends: true as const,
  test: { name, root, include }
})
const unit = ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    projects: [
      ...["core", "http", "store-sqlite", "adapter-hono"].map((name) => project(name, `packages/${name}`, unit)),
      project("reference-server", "examples/reference-server", ["test/**/*.test.ts"])
    ],
    reporters: ["default", "./scripts/ci-reporter.mjs"],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**"],
      reporter: ["text-summary", "lcov"],
      thresholds: { lines: 80 }
    }
  }
})
