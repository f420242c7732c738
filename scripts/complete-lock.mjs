// npm forgets an optional platform package in package-lock.json when the registry it was made against does not serve it,
// and `npm ci` then refuses the lock. Adds the forgotten entries (version and platform only); run it after `npm install`.
import { readFileSync, writeFileSync } from "node:fs"

const file = "package-lock.json"
const lock = JSON.parse(readFileSync(file, "utf8"))
const oses = [
  "darwin",
  "linux",
  "win32",
  "windows",
  "win",
  "freebsd",
  "openbsd",
  "netbsd",
  "android",
  "aix",
  "sunos",
  "openharmony"
]
const cpus = [
  "arm64",
  "x64",
  "x86_64",
  "64",
  "arm",
  "ia32",
  "ppc64",
  "riscv64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32"
]
let added = 0
for (const [at, pkg] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(pkg.optionalDependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+/.test(version)) continue
    const nested = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`
    const top = `node_modules/${name}`
    if (lock.packages[nested] || lock.packages[top]?.version === version) continue
    const words = name.split(/[-/]/)
    const os = oses.find((x) => words.includes(x))
    const cpu = cpus.find((x) => words.includes(x))
    lock.packages[lock.packages[top] ? nested : top] = {
      version,
      ...(pkg.dev || at === "" ? { dev: true } : {}),
      optional: true,
      ...(os ? { os: [os.startsWith("win") ? "win32" : os] } : {}),
      ...(cpu ? { cpu: [cpu === "64" || cpu === "x86_64" ? "x64" : cpu] } : {})
    }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`complete-lock: added ${added} platform entries`)
