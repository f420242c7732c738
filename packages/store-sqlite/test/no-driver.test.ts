import { createAuth } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import { expect, onTestFinished, test, vi } from "vitest"

test("a runtime without node:sqlite is told at start, with what to do instead", async () => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined)
  onTestFinished(() => void vi.restoreAllMocks())
  const opening = createAuth({ store: sqliteStore(":memory:"), publicUrl: "http://localhost:3000" })
  await expect(opening).rejects.toMatchObject({
    _tag: "StoreError",
    cause: { message: expect.stringMatching(/^this runtime has no node:sqlite: .*give sqliteStore the handle$/) }
  })
})
