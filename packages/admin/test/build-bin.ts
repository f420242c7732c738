import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "tsup"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** The command as one program that `node` runs. */
    adminProgram: string
  }
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** Inside the repository, because the program still finds the binaries of the hashers in `node_modules`. */
const output = path("../../../test-output/")

/** Bundles the command from the sources of every package, once for all files of this project: the tests need no build before them. */
export default async (project: TestProject): Promise<() => void> => {
  mkdirSync(output, { recursive: true })
  const folder = mkdtempSync(join(output, "admin-"))
  await build({
    config: false,
    silent: true,
    entry: { bin: fileURLToPath(new URL("../src/bin.ts", import.meta.url)) },
    outDir: join(folder, "dist"),
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    platform: "node",
    target: "node22",
    removeNodeProtocol: false,
    noExternal: [/^(?!@node-rs\/)/],
    external: ["@node-rs/argon2", "@node-rs/bcrypt"],
    splitting: false,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
    esbuildOptions: (options) => {
      options.conditions = ["latchkey-source"]
      options.jsx = "automatic"
      options.jsxImportSource = "hono/jsx"
    }
  })
  copyFileSync(path("../package.json"), join(folder, "package.json"))
  project.provide("adminProgram", join(folder, "dist", "bin.mjs"))
  return () => rmSync(folder, { recursive: true, force: true })
}
