import { storeConformance } from "@latchkey/conformance/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import { describe, test } from "vitest"

describe("STO-01 the laws hold in memory", () => {
  storeConformance(test, () => sqliteStore(":memory:"))
})
