import { test } from "vitest"
import { memoryStore } from "./memory-store.ts"
import { storeConformance } from "./store-conformance.ts"

storeConformance(test, memoryStore)
