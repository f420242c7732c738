import { readFileSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { createAuth } from "@latchkey/core"
import { mixStores, StoreError } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import Database from "better-sqlite3"
import { describe, expect, onTestFinished, test } from "vitest"
import { sqliteStore } from "../src/index.ts"
import { newPath } from "./stores.ts"

type Target = Parameters<typeof createAuth>[0]["store"]

const failureOf = (store: Target): Promise<unknown> =>
  createAuth({ store }).then(
    () => "it started",
    (reason: unknown) => reason
  )

const refused = async (store: Target): Promise<string> => {
  const error = await failureOf(store)
  return error instanceof StoreError ? error.message : `no StoreError: ${error}`
}

test("a StoreError of a handle whose foreign keys are off says the mend: run PRAGMA foreign_keys = ON", async () => {
  const handle = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false })
  onTestFinished(() => handle.close())
  expect(await refused(sqliteStore(handle))).toMatch(
    /^the store failed at open: foreign keys are off on this handle.*: run PRAGMA foreign_keys = ON$/
  )
})

test("a StoreError of sessions without their users says the mend: keep both there", async () => {
  expect(await refused(mixStores(memoryStore(), { sessions: sqliteStore(":memory:") }))).toContain("keep both there")
})

/** The path of a database that is there, with a table. */
const existing = (): string => {
  const path = newPath()
  const handle = new DatabaseSync(path)
  handle.exec("CREATE TABLE jobs (id INTEGER PRIMARY KEY)")
  handle.close()
  return path
}

test("STO-04 a StoreError holds nothing that SQLite says: its cause does, for the operator", async () => {
  const path = existing()
  writeFileSync(path, readFileSync(path).fill(0xff, 100)) // behind the header, by which a file is a database
  const error = await failureOf(sqliteStore(path))
  expect(error).toMatchObject({ _tag: "StoreError", cause: { message: expect.stringContaining("malformed") } })
  expect(String(error)).not.toContain("malformed")
})

const closedOnes = {
  "node:sqlite, closed": () => {
    const handle = new DatabaseSync(":memory:")
    handle.close()
    return handle
  },
  "node:sqlite, not opened yet": () => new DatabaseSync(":memory:", { open: false }),
  "better-sqlite3, closed": () => new Database(":memory:").close()
}

const readers = {
  "node:sqlite": () => new DatabaseSync(existing(), { readOnly: true }),
  "better-sqlite3": () => new Database(existing(), { readonly: true })
}

describe("a StoreError of a handle says the mend", () => {
  test.each(Object.entries(closedOnes))("open it before createAuth: %s", async (_, open) => {
    expect(await refused(sqliteStore(open()))).toBe(
      "the store failed at open: the handle is not open: open it before createAuth, and close it after auth.close()"
    )
  })

  test.each(Object.entries(readers))("open it for writing: %s", async (_, open) => {
    const handle = open()
    onTestFinished(() => void handle.close())
    expect(await refused(sqliteStore(handle))).toMatch(
      /^the store failed at migrate: the database can only be read: open a handle for writing, and give/
    )
  })

  test("give the store a file of its own: better-sqlite3, of what is no database", async () => {
    const path = newPath()
    writeFileSync(path, "this is not a database, whatever its name says".repeat(20))
    const handle = new Database(path)
    onTestFinished(() => void handle.close())
    expect(await refused(sqliteStore(handle))).toBe(
      "the store failed at open: the file is not a database: give the store a file of its own"
    )
  })
})
