import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chownSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as after } from "node:timers/promises"
import { freePort } from "../../../store-redis/test/launched.ts"
import { PLACE } from "../../../store-redis/test/servers.ts"

/** The folder of PostgreSQL's programs; vitest.config.ts looks for it. */
const PROGRAMS = process.env.LATCHKEY_POSTGRES

export const hasPostgres = PROGRAMS !== undefined

/** A PostgreSQL of its own, on a free port of the loopback, with everything in one folder. */
export interface Postgres {
  readonly url: string
  readonly close: () => Promise<void>
}

/** PostgreSQL refuses to run as root. */
const NOBODY = 65_534
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/**
 * A shell that stops the server once its own input ends: with the process of the tests, also when that is killed and can end nothing.
 */
const TIED = `
exec 3<&0
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -INT "$server"; } & watcher=$!
wait "$server"
kill "$watcher"`

/** Starts a server with an empty database, and waits until it answers. Its encoding is not the one of the export, as in old systems. */
export const startPostgres = async (): Promise<Postgres> => {
  if (PROGRAMS === undefined)
    throw new Error("there is no PostgreSQL: LATCHKEY_POSTGRES names the folder of its programs")
  const folder = mkdtempSync(join(PLACE, "latchkey-postgres-"))
  if ("uid" in asNobody) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, "data")
  const made = spawnSync(
    join(PROGRAMS, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "LATIN1", "--locale=C", "--no-sync"],
    { encoding: "utf8", cwd: folder, ...asNobody }
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const settings = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"]
  const server = spawn(
    "sh",
    ["-c", TIED, "sh", join(PROGRAMS, "postgres"), "-D", data, "-p", String(port)].concat(
      settings.flatMap((setting) => ["-c", setting])
    ),
    { cwd: folder, stdio: ["pipe", "ignore", "pipe"], ...asNobody }
  )
  let said = ""
  server.stderr.on("data", (chunk) => {
    said += chunk
  })
  const ended = once(server, "close")
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  while (psql(url, "SELECT 1").status !== 0) {
    if (server.exitCode !== null) throw new Error(`postgres ended:\n${said}`)
    await after(50)
  }
  return {
    url,
    close: async () => {
      server.stdin.end()
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Runs statements in `psql`. */
export const psql = (url: string, sql: string) =>
  spawnSync(join(PROGRAMS ?? "", "psql"), [url, "-X", "-q", "-v", "ON_ERROR_STOP=1"], {
    input: sql,
    encoding: "utf8",
    env: { ...process.env, PGCLIENTENCODING: "UTF8" }
  })
