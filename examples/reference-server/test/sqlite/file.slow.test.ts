import { readFileSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, test } from "vitest"
import { newPlace } from "../combinations.ts"
import { startInVain, startServer } from "../server.ts"
import { databaseIn } from "../sqlite-place.ts"

/** A new database that SQLite opens for reading only, whoever asks: its header names a version of the future for writing. */
const writeReadOnly = (path: string): void => {
  const database = new DatabaseSync(path)
  database.exec("CREATE TABLE host (id INTEGER PRIMARY KEY) STRICT")
  database.close()
  const bytes = readFileSync(path)
  bytes[18] = 3
  writeFileSync(path, bytes)
}

describe.concurrent("a file that will not do", () => {
  test.each([
    ["is no database", (path: string) => writeFileSync(path, "not a database".repeat(500)), "file is not a database"],
    ["cannot be written", writeReadOnly, "attempt to write a readonly database"]
  ])("a file that %s is told in one line", async (_, spoil, reason) => {
    const place = newPlace()
    spoil(databaseIn(place.folder))
    const { code, output, log } = await startInVain({ place })
    expect({ code, output }).toEqual({ code: 1, output: "" })
    expect(log).toContain(reason)
    expect(log.trim().split("\n")).toHaveLength(1)
  })

  test("a database in a folder that does not exist is told in one line", async () => {
    const { code, log } = await startInVain({ env: { LATCHKEY_STORE: "sqlite:missing/latchkey.db" } })
    expect(code).toBe(1)
    expect(log).toMatch(/^the store failed at open: .*missing\/latchkey\.db.*\n$/)
  })

  test("a database of a newer version is left alone", async () => {
    const place = newPlace()
    const server = await startServer({ place })
    await server.stop()
    const database = new DatabaseSync(databaseIn(place.folder))
    database.exec("INSERT INTO latchkey_migrations (version, applied_at, usable_from) VALUES (999, 0, 999)")
    database.close()
    const { code, log } = await startInVain({ place })
    expect(code).toBe(1)
    expect(log).toMatch(/has schema version 999.*run the version that wrote the database, or a newer one/)
  })
})
