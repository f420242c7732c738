import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { createWriteStream, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/**
 * How long `latchkey-admin import` takes for users of another system, with the rehearsal that it begins with, and how much memory. A tenth
 * of the users goes first: if memory is flat, both take the same.
 * `npm run -w benchmarks import-users [-- users [store]]`; the store is a new SQLite file unless it is given.
 */
const USERS = Number(process.argv[2] ?? 100_000)
const STORE = process.argv[3]

const COMMAND = fileURLToPath(new URL("../../packages/admin/src/bin.ts", import.meta.url))

/** As fastapi-users keeps one: an import judges it, and never runs it. */
const HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$k6hGJmHVSmZ3oC9L0Xg8T3q0cPqQn3h0pQ2yq1kq3Yw"

const lineOf = (n: number): string =>
  `${JSON.stringify({
    id: n,
    username: `person${n}`,
    email: `person${n}@example.org`,
    password_hash: HASH,
    is_active: n % 50 !== 0,
    is_superuser: n === 1,
    is_verified: n % 2 === 0,
    created_at: "2024-05-31T12:00:00.123456+00:00"
  })}\n`

const writeUsers = (file: string, users: number): Promise<void> =>
  pipeline(
    Readable.from(
      (function* () {
        for (let n = 1; n <= users; n++) yield lineOf(n)
      })()
    ),
    createWriteStream(file)
  )

/** The memory of a process now, in MiB; 0 once it is gone. */
const memoryOf = async (pid: number): Promise<number> => {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)])
    return Number(stdout) / 1024
  } catch {
    return 0
  }
}

/** Imports so many users into a new store, and returns how long it took and the most memory that was seen. */
const importUsers = async (users: number): Promise<{ readonly seconds: number; readonly most: number }> => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-import-users-"))
  try {
    const file = join(folder, "users.jsonl")
    await writeUsers(file, users)
    const args = ["import", file, "--source", `bench-${crypto.randomUUID()}`, "--yes", "--create"]
    const began = performance.now()
    const command = spawn(process.execPath, ["--conditions=latchkey-source", COMMAND, ...args], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, LATCHKEY_STORE: STORE ?? "sqlite:users.db" }
    })
    let most = 0
    const watch = setInterval(async () => {
      most = Math.max(most, await memoryOf(command.pid ?? 0))
    }, 250)
    await once(command, "close")
    clearInterval(watch)
    if (command.exitCode !== 0) throw new Error(`the import ended with ${command.exitCode}`)
    return { seconds: (performance.now() - began) / 1000, most }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const users of [Math.ceil(USERS / 10), USERS]) {
  const { seconds, most } = await importUsers(users)
  console.log(
    `${users.toLocaleString("en")} users: ${seconds.toFixed(1)} s, ${Math.round(users / seconds).toLocaleString("en")} a second, ${most.toFixed(0)} MiB at most`
  )
}
