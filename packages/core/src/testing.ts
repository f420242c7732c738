/**
 * What tests need: a store in memory, a clock that stands still, and the laws that every store must keep.
 */
export { createTestAuth, type TestAuth, type TestAuthOptions, testAdmin } from "./testing/create-test-auth.ts"
export { type Law, type LawPart, storeLaws } from "./testing/laws/store-laws.ts"
export { type ManualClock, manualClock } from "./testing/manual-clock.ts"
export { memoryStore } from "./testing/memory-store.ts"
export { plainHasher } from "./testing/plain-hasher.ts"
export { type MadeStore, storeConformance, type TestFunction } from "./testing/store-conformance.ts"
