// Finds the programs that the rehearsals of a change-over run: a PostgreSQL server with its `psql`, and `sqlite3`. Where they are
// missing, root on Debian gets them installed. Prints where they are when run: node scripts/find-databases.mjs
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { onPath } from "./on-path.mjs"

/** The folder of `postgres`, `initdb` and `psql`, of the newest version; else undefined. */
export const findPostgres = (env = process.env) => {
  const found = () => debianFolder() ?? folderOf(onPath("postgres", env))
  return found() ?? install(["postgresql"], found, env)
}

/** The program `sqlite3`; else undefined. */
export const findSqlite3 = (env = process.env) => {
  const found = () => onPath("sqlite3", env)
  return found() ?? install(["sqlite3"], found, env)
}

/** Debian keeps the server's programs off PATH. */
const DEBIAN = "/usr/lib/postgresql"

const debianFolder = () => {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : []
  return versions.map((version) => join(DEBIAN, version, "bin")).find((folder) => existsSync(join(folder, "postgres")))
}

const folderOf = (file) => file && dirname(file)

const install = (packages, found, env) => {
  if (process.getuid?.() !== 0 || !onPath("apt-get", env)) return undefined
  console.warn(`\nInstalling ${packages.join(", ")}, which the rehearsals of a change-over run (apt-get, once).\n`)
  const quietly = { stdio: "ignore", env: { ...env, DEBIAN_FRONTEND: "noninteractive" } }
  spawnSync("apt-get", ["update", "-qq"], quietly)
  spawnSync("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...packages], quietly)
  return found()
}

if (import.meta.main) {
  const found = [findPostgres(), findSqlite3()]
  for (const each of found) if (each) console.log(each)
  process.exitCode = found.every(Boolean) ? 0 : 1
}
