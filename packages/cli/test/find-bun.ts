import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const VERSION = "1.4.5"

/** Bun's package for this machine. It has the program in it, and no install script. */
const platforms: Readonly<Record<string, string>> = { darwin: "darwin", linux: "linux", win32: "windows" }
const architectures: Readonly<Record<string, string>> = { x64: "x64", arm64: "aarch64" }

/**
 * The Bun that `LATCHKEY_BUN` names, or one from the npm registry, which is fetched once into .cache. Null if there is
 * neither.
 */
export const findBun = (): string | null => {
  const named = process.env.LATCHKEY_BUN
  if (named) return named
  const name = `@oven/bun-${platforms[process.platform]}-${architectures[process.arch]}`
  const home = fileURLToPath(new URL(`../../../.cache/bun/${VERSION}`, import.meta.url))
  const bun = join(home, "node_modules", name, "bin", process.platform === "win32" ? "bun.exe" : "bun")
  if (existsSync(bun)) return bun
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, "package.json"), '{"private":true}')
  const install = ["install", "--silent", "--no-save", "--ignore-scripts", `${name}@${VERSION}`]
  spawnSync("npm", install, { cwd: home, shell: process.platform === "win32" })
  return existsSync(bun) ? bun : null
}
