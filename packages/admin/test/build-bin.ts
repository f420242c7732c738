import { copyFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"
import { bundleProgram } from "../../../scripts/bundle-program.mjs"

declare module "vitest" {
  interface ProvidedContext {
    /** The command as one program that `node` runs. */
    adminProgram: string
  }
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** Bundles the command, once for all files of this project. */
export default async (project: TestProject): Promise<() => void> => {
  const { folder, program, remove } = await bundleProgram("bin", path("../src/bin.ts"))
  copyFileSync(path("../package.json"), join(folder, "package.json")) // it tells its version
  project.provide("adminProgram", program)
  return remove
}
