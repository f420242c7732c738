// What the repository itself promises to those who install from it or report to it.
import { globSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { nodeLines } from "./matrix.mjs"

const json = (path) => JSON.parse(readFileSync(path, "utf8"))
const manifests = ["package.json", ...globSync("{packages,examples}/*/package.json"), "docs/package.json"]
const published = manifests.map((path) => ({ path, ...json(path) })).filter((manifest) => !manifest.private)

it("OPS-01 the security policy tells how to report in private, what is supported, and how long we take", () => {
  const policy = readFileSync("SECURITY.md", "utf8")
  for (const promise of [/\/security\/advisories\/new/, /## Supported versions/, /90 days/, /CVE/])
    expect(policy).toMatch(promise)
})

it("OPS-02 packages are published with provenance, and installing them runs nothing", () => {
  expect(published.length).toBeGreaterThan(0)
  for (const { path, scripts, publishConfig } of published) {
    expect(publishConfig, path).toMatchObject({ provenance: true })
    for (const name of ["preinstall", "install", "postinstall", "prepare"])
      expect(scripts, path).not.toHaveProperty(name)
  }
})

const EXACT = /^(?:npm:.+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/
const isOurs = (name) => name.startsWith("@latchkey/")

it("OPS-02 CI installs what the lockfile says, and every version that we develop with is exact", () => {
  expect(readFileSync(".ci/run", "utf8")).toMatch(/^\s*npm ci\b/m)
  for (const { path, private: isPrivate, dependencies, devDependencies } of manifests.map((path) => ({
    path,
    ...json(path)
  })))
    for (const [name, version] of Object.entries({ ...(isPrivate && dependencies), ...devDependencies }))
      expect(version, `${path} ${name}`).toMatch(EXACT)
})

it("OPS-02 a fix in what our packages depend on reaches people without us, and they begin where our lockfile is", () => {
  const { packages: locked } = json("package-lock.json")
  for (const { path, dependencies = {}, peerDependencies = {} } of published) {
    const others = Object.entries(dependencies).filter(([name]) => !isOurs(name))
    for (const [name, range] of others) {
      const { version } = locked[path.replace("package.json", `node_modules/${name}`)] ?? locked[`node_modules/${name}`]
      expect(range, `${path} ${name}`).toBe(`^${version}`)
    }
    for (const [name, range] of Object.entries(peerDependencies).filter(([peer]) => !isOurs(peer)))
      expect(range, `${path} ${name}`).toMatch(/^\^\d+\.\d+\.\d+(?: \|\| \^\d+\.\d+\.\d+)*$/)
  }
})

it("our own packages name each other by their one version, and each names the peers of those that it brings", () => {
  for (const { path, version, dependencies = {}, peerDependencies = {} } of published) {
    for (const [name, named] of Object.entries({ ...dependencies, ...peerDependencies })) {
      if (!isOurs(name)) continue
      expect(named, `${path} ${name}`).toBe(version)
      const brought = published.find((manifest) => manifest.name === name)
      const needed = Object.entries(brought.peerDependencies ?? {}).filter(
        ([peer]) => !brought.peerDependenciesMeta?.[peer]?.optional
      )
      for (const [peer, range] of needed) expect(peerDependencies[peer], `${path} ${peer}`).toBe(range)
    }
  }
})

it("OPS-02 core depends on Effect, oslo and argon2, and on nothing else", () => {
  const { dependencies, peerDependencies, peerDependenciesMeta = {} } = json("packages/core/package.json")
  const required = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
  expect([...Object.keys(dependencies), ...required].sort()).toEqual([
    "@node-rs/argon2",
    "@oslojs/crypto",
    "@oslojs/encoding",
    "effect"
  ])
})

it("CI tests every Node line that npm run matrix does", () => {
  const [, lines] = /node: (\[.*\])/.exec(readFileSync(".github/workflows/check.yml", "utf8"))
  expect(JSON.parse(lines)).toEqual(nodeLines)
})

it("OPS-02 workflows use actions by their commit, and only a release may do more than read", () => {
  for (const path of globSync(".github/workflows/*.yml")) {
    const workflow = readFileSync(path, "utf8")
    for (const [, used] of workflow.matchAll(/uses: (\S+)/g)) expect(used, path).toMatch(/@[0-9a-f]{40}$/)
    expect(workflow, path).toMatch(/^permissions:\n {2}contents: read\n/m)
    if (!path.endsWith("release.yml")) expect(workflow, path).not.toContain(": write")
  }
})

it("HTM-01 HTM-02 every page is drawn by a test that checks it, and with text that tries to break out of it", () => {
  for (const page of globSync("packages/http/src/*/page.tsx")) {
    const test = readFileSync(page.replace(".tsx", ".test.tsx"), "utf8")
    expect(test, page).toMatch(/^describePage\(/m)
    expect(test, page).toMatch(/^testEscaping\(/m)
  }
})

it("hosts that replace a page can name the view of each", () => {
  const entry = readFileSync("packages/http/src/index.ts", "utf8")
  for (const view of globSync("packages/http/src/*/view.ts"))
    expect(entry).toContain(`from "./${view.replaceAll("\\", "/").slice("packages/http/src/".length)}"`)
})

it("STO-04 a reason of our own for the failure of a store is a StoreProblem, so that its StoreError tells it", () => {
  const sources = globSync("packages/{core,http,store-*}/src/**/*.ts", { exclude: ["**/*.test.ts"] })
  const offenders = sources.filter((path) =>
    /new StoreError\(\{[^})]*\bcause: (?:["`]|new Error)/.test(readFileSync(path, "utf8"))
  )
  expect(offenders).toEqual([])

  // These throw at the call of the integrator, where there is no StoreError. In the others a plain Error would be one's cause.
  const atTheCall = [
    ...["key-prefix", "keys", "open-wire", "redis-options"].map((name) => `store-redis/src/${name}.ts`),
    "store-sqlite/src/plain-path.ts"
  ]
  const throwing = sources.filter(
    (path) => path.startsWith("packages/store-") && readFileSync(path, "utf8").includes("throw new Error(")
  )
  expect(throwing.map((path) => path.slice("packages/".length)).sort()).toEqual(
    [...atTheCall, "store-sqlite/src/row-kind.ts", "store-sqlite/src/sqlite-store.ts"].sort()
  )
})
