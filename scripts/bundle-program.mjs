// Bundles one of our programs from the sources of every package into one file that `node` runs: for tests, which need no build before
// them and start it often.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "tsup"

/** Inside the repository, because the program still finds the native hashers in `node_modules`. */
const output = fileURLToPath(new URL("../test-output/", import.meta.url))

/**
 * Gives the program that begins in the file `main`, and what removes it again. It lies in `dist`, as the built one does.
 *
 * @param {string} name
 * @param {string} main
 */
export const bundleProgram = async (name, main) => {
  mkdirSync(output, { recursive: true })
  const folder = mkdtempSync(join(output, `${name}-`))
  await build({
    config: false,
    silent: true,
    entry: { [name]: main },
    outDir: join(folder, "dist"),
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
  return {
    folder,
    program: join(folder, "dist", `${name}.mjs`),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}
