import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"
import { bundleProgram } from "../../../scripts/bundle-program.mjs"

declare module "vitest" {
  interface ProvidedContext {
    /** The reference server as one program that `node` runs. */
    serverProgram: string
  }
}

/** Bundles the reference server, once for all files of this project: each of their many starts takes a third of the time. */
export default async (project: TestProject): Promise<() => void> => {
  const { program, remove } = await bundleProgram("server", fileURLToPath(new URL("../src/main.ts", import.meta.url)))
  project.provide("serverProgram", program)
  return remove
}
