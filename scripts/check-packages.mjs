// Packs every public package and checks the tarball the way npm users will get it.
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync } from "node:fs"

const run = (cmd, args, cwd) => execFileSync(cmd, args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" })
const out = `${process.cwd()}/.cache/tarballs`
mkdirSync(out, { recursive: true })
for (const dir of readdirSync("packages")) {
  const cwd = `packages/${dir}`
  if (JSON.parse(readFileSync(`${cwd}/package.json`, "utf8")).private) continue
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", out], cwd))
  const tarball = `${out}/${filename}`
  run("publint", [tarball, "--strict"], cwd)
  run("attw", [tarball, "--profile", "esm-only", "--quiet"], cwd)
  console.log(`ok ${filename}`)
}
