// From SQLite to Redis and back, by the real command. Nothing may be lost, and nobody has to log in again.
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type Auth, type BackupRow, createAuth, parseBackupRow, reveal } from "@latchkey/core"
import { plainHasher } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Logger from "effect/Logger"
import { describe, expect, it, onTestFinished } from "vitest"
import { startRedis } from "../../../store-redis/test/servers.ts"
import { hasRedis } from "../../../store-redis/test/stores.ts"
import { randomRows } from "./random-rows.ts"

const COMMAND = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-moves-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs the command on a store, in a folder. */
const admin = (folder: string, store: string, ...args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, ["--conditions=latchkey-source", COMMAND, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, LATCHKEY_STORE: store }
  })

const withAuth = async <A>(file: string, work: (auth: Auth) => Promise<A>): Promise<A> => {
  const auth = await createAuth(
    {
      store: sqliteStore(file),
      publicUrl: "http://localhost",
      hasher: plainHasher,
      audit: { chain: true },
      tokens: { scopes: { read: "Read" } },
      setup: { announce: false }
    },
    Logger.layer([])
  )
  try {
    return await work(auth)
  } finally {
    await auth.close()
  }
}

/** From one SQLite file over a Redis into another file, by `export` and `import`. Returns what was exported on the way. */
const move = async (folder: string): Promise<ReadonlyArray<ReadonlyArray<BackupRow>>> => {
  const redis = await startRedis({ appendonly: true })
  onTestFinished(redis.close)
  const steps = [
    ["sqlite:old.db", "export", "one.jsonl"],
    [redis.url, "import", "one.jsonl", "--yes"],
    [redis.url, "export", "two.jsonl"],
    ["sqlite:new.db", "import", "two.jsonl", "--yes", "--create"],
    ["sqlite:new.db", "export", "three.jsonl"]
  ] as const
  for (const [store, ...args] of steps) await admin(folder, store, ...args)
  return ["one.jsonl", "two.jsonl", "three.jsonl"].map((file) => rowsOf(join(folder, file)))
}

/** The rows of a backup, without its first and last line. */
const rowsOf = (file: string): ReadonlyArray<BackupRow> =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .slice(1, -1)
    .map((line) => {
      const row = parseBackupRow(JSON.parse(line))
      if (row === null) throw new Error(`${file} has a line that is no row: ${line}`)
      return row
    })

/** Stores give what one user has in an order of their own. */
const inOrder = (rows: ReadonlyArray<BackupRow>): ReadonlyArray<BackupRow> =>
  [...rows].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))

const keyOf = (entry: BackupRow): string => {
  switch (entry.part) {
    case "user":
      return `user ${entry.row.user.id}`
    case "session":
    case "token":
    case "code":
      return `${entry.part} ${entry.row.hash}`
    case "trail":
      return `trail ${String(entry.row.sequence).padStart(9, "0")}`
    default:
      return entry.part
  }
}

/** What each file has of its own: when its tables were made, and the secret that its counts of attempts are kept under. */
const OWN = ["latchkey_migrations", "latchkey_bucket_room"]

/** Every row of every other table of a file, as SQLite has it. */
const tablesOf = (file: string): Readonly<Record<string, ReadonlyArray<string>>> => {
  const database = new DatabaseSync(file, { readOnly: true })
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
  const moved = names.filter(({ name }) => !OWN.includes(String(name)))
  const tables = moved.map(({ name }): [string, ReadonlyArray<string>] => [
    String(name),
    database
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .map((row) => JSON.stringify(row))
      .sort()
  ])
  database.close()
  return Object.fromEntries(tables)
}

describe.skipIf(!hasRedis)("SQLite to Redis to SQLite, by the command", () => {
  it.each([1, 2, 3])("CHG-08 loses no field of random rows (seed %i)", async (seed) => {
    const folder = newFolder()
    const rows = randomRows(seed, 120)
    await withAuth(join(folder, "old.db"), async (auth) => {
      const outcomes = await auth.backup.restore(rows)
      expect(outcomes.filter((outcome) => outcome !== "added")).toEqual([])
    })
    const exported = await move(folder)
    for (const each of exported) expect(inOrder(each)).toEqual(inOrder(rows))
    expect(tablesOf(join(folder, "new.db"))).toEqual(tablesOf(join(folder, "old.db")))
  })

  it("CHG-08 logs nobody out, keeps every password and token, and leaves the chain of the trail whole", async () => {
    const folder = newFolder()
    const ada = { username: "ada", password: "four unrelated words here" }
    const before = await withAuth(join(folder, "old.db"), async (auth) => {
      const user = await auth.users.create({ ...ada, isSuperuser: true })
      const { secret } = await auth.sessions.logIn(ada)
      const token = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner", scopes: ["read"] })
      return { user, session: reveal(secret), token: reveal(token.secret), anchor: await auth.audit.anchor() }
    })
    await move(folder)
    await withAuth(join(folder, "new.db"), async (auth) => {
      const identity = await auth.sessions.resume(before.session)
      expect(identity).toMatchObject({ user: { id: before.user.id, username: "ada", isSuperuser: true } })
      expect(await auth.tokens.check(before.token)).toMatchObject({
        user: { id: before.user.id },
        token: { name: "runner", scopes: ["read"] }
      })
      await auth.sessions.logIn(ada)
      if (before.anchor === null) throw new Error("the trail has no linked event")
      expect(await auth.audit.verifyChain(before.anchor)).toMatchObject({ holds: true })
    })
  })
})
