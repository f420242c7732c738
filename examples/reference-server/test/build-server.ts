import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "tsup"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** The reference server as one program that `node` runs. */
    serverProgram: string
  }
}

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
/** Inside the repository, because the program still finds the native hashers in `node_modules`. */
const output = fileURLToPath(new URL("../../../test-output/", import.meta.url))

/**
 * Bundles the reference server from the sources of every package, once for all files of this project: the tests run what is
 * written now, need no build before them, and each of their many starts takes a third of the time.
 */
export default async (project: TestProject): Promise<() => void> => {
  mkdirSync(output, { recursive: true })
  const folder = mkdtempSync(join(output, "server-"))
  await build({
    config: false,
    silent: true,
    entry: { server: main },
    outDir: folder,
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    platform: "node",
    target: "node22",
    removeNodeProtocol: false,
    noExternal: [/^(?!@node-rs\/)/],
    external: ["@node-rs/argon2", "@node-rs/bcrypt"],
    // Express and Redis' client are CommonJS: they ask for Node's modules with `require`, and in a chunk would lose their names.
    splitting: false,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
    esbuildOptions: (options) => {
      options.conditions = ["latchkey-source"]
      options.jsx = "automatic"
      options.jsxImportSource = "hono/jsx"
    }
  })
  project.provide("serverProgram", join(folder, "server.mjs"))
  return () => rmSync(folder, { recursive: true, force: true })
}
