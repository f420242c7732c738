import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { createAuth } from "@latchkey/core"
import { mixStores, StoreError } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import { expect, onTestFinished, test } from "vitest"
import { sqliteStore } from "../src/index.ts"

const refused = async (store: Parameters<typeof createAuth>[0]["store"]): Promise<string> => {
  const error: unknown = await createAuth({ store }).catch((reason: unknown) => reason)
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

test("STO-04 a StoreError holds nothing that SQLite says: its cause does, for the operator", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-useful-errors-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, "missing", "app.db")
  expect(await refused(sqliteStore(path))).toBe("the store failed at open")
})
