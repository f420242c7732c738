import { storeEquivalence } from "@latchkey/conformance/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import { describe, test } from "vitest"
import { newPath } from "./stores.ts"

describe("STO-02 on a file, over two connections", () => {
  storeEquivalence(test, () => {
    const path = newPath()
    return { store: sqliteStore(path), second: sqliteStore(path) }
  })
})
