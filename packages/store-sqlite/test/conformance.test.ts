import { storeConformance } from "@latchkey/conformance/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import { describe, test } from "vitest"
import { newPath } from "./stores.ts"

describe("STO-01 the laws hold on a file, with a second connection to it", () => {
  storeConformance(test, () => {
    const path = newPath()
    return { store: sqliteStore(path), second: sqliteStore(path) }
  })
})
