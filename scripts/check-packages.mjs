// Packs every public package and checks the tarballs the way npm users will get them: publint for the manifest, attw for
// how each kind of TypeScript project resolves the types. Run after a build, which is not repeated for every package:
// node scripts/check-packages.mjs
// No declaration may lead to the types of hono's JSX: they need those of the DOM, which servers compile without.
import { execFile } from "node:child_process"
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { resolve } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
const tarballs = resolve(".cache/tarballs")
rmSync(tarballs, { recursive: true, force: true })
mkdirSync(tarballs, { recursive: true })

const names = globSync("packages/*/package.json")
  .map((path) => JSON.parse(readFileSync(path, "utf8")))
  .filter((manifest) => !manifest.private)
  .map(({ name }) => name)
const workspaces = names.flatMap((name) => ["--workspace", name])
const options = ["--json", "--silent", "--ignore-scripts", "--pack-destination", tarballs]
const { stdout } = await run("npm", ["pack", ...options, ...workspaces])

const check = async ({ filename, size }) => {
  const tarball = resolve(tarballs, filename)
  const tools = [run("publint", [tarball, "--strict"]), run("attw", [tarball, "--profile", "esm-only"])]
  const failed = (await Promise.allSettled(tools)).filter(({ status }) => status === "rejected")
  for (const { reason } of failed) console.error(`${filename}\n${reason.stdout}${reason.stderr}`)
  console.log(`${failed.length === 0 ? "ok    " : "failed"} ${filename} ${Math.ceil(size / 1000)} kB`)
  return failed.length === 0
}

const withJsx = globSync("packages/*/dist/**/*.d.ts").filter((path) =>
  /(?:from |import\()"hono\/jsx/.test(readFileSync(path, "utf8"))
)
for (const path of withJsx) console.error(`${path} names a type of hono/jsx: write Markup or Content instead`)

const results = await Promise.all(JSON.parse(stdout).map(check))
process.exitCode = withJsx.length === 0 && results.every(Boolean) ? 0 : 1
