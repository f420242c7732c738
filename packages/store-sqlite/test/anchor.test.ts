import { DatabaseSync } from "node:sqlite"
import { createTestAuth } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import { expect, onTestFinished, test } from "vitest"
import { newPath } from "./stores.ts"

const opened = async (path: string) => {
  const quiet = { admin: null, setup: { announce: false } } as const
  const { auth } = await createTestAuth({ store: sqliteStore(path), audit: { chain: true }, ...quiet })
  onTestFinished(() => auth.close())
  return auth
}

const confirm = async ({ audit }: Awaited<ReturnType<typeof opened>>, count: number) => {
  for (let n = 0; n < count; n++) await audit.append("session.confirmed", { details: {}, actedWith: "session:1" })
}

/** What somebody does who can write to the file. */
const tamper = (path: string, sql: string): void => {
  const handle = new DatabaseSync(path)
  handle.exec(sql)
  handle.close()
}

test.each([
  ["cut off", "DELETE FROM latchkey_audit WHERE sequence > 3", 0, null],
  ["cut off, and has grown since", "DELETE FROM latchkey_audit WHERE sequence > 3", 2, 6],
  [
    "cut off with the file's own note of the last position, and has grown since",
    "DELETE FROM latchkey_audit WHERE sequence > 3; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'latchkey_audit'",
    1,
    null
  ],
  [
    "written anew",
    "DELETE FROM latchkey_audit WHERE sequence > 3; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'latchkey_audit'",
    7,
    5
  ]
])(
  "AUD-14 the end of a file's trail was %s: by itself it holds, and the anchor tells",
  async (_, sql, more, brokenAt) => {
    const path = newPath()
    const auth = await opened(path)
    await confirm(auth, 5)
    const anchor = await auth.audit.anchor()
    expect(anchor?.sequence).toBe(5)
    expect(await auth.audit.verifyChain(anchor ?? undefined)).toMatchObject({ holds: true, count: 5, anchor: "kept" })
    tamper(path, sql)
    for (let n = 0; n < more; n++) await auth.audit.append("session.confirm-refused", { details: {} })
    expect(await auth.audit.verifyChain()).toMatchObject({ holds: true, count: 3 + more })
    expect(await auth.audit.verifyChain(anchor ?? undefined)).toMatchObject({ holds: false, brokenAt })
  }
)
