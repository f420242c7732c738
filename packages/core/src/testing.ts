/**
 * What tests need: a store in memory, a clock that stands still, and the laws that every store must keep.
 */
export { createTestAuth, type TestAuth, type TestAuthOptions, testAdmin } from "./testing/create-test-auth.ts"
/** Users, sessions and times as the laws use them: for tests of a store that go beyond the laws. */
export * as samples from "./testing/laws/samples.ts"
export { type Law, type LawPart, storeLaws } from "./testing/laws/store-laws.ts"
export type { MadeStore, MakeStore, TestFunction } from "./testing/made-store.ts"
export { type ManualClock, manualClock } from "./testing/manual-clock.ts"
export { memoryStore } from "./testing/memory-store.ts"
export { plainHasher } from "./testing/plain-hasher.ts"
export { storeConformance } from "./testing/store-conformance.ts"
export { type EquivalenceOptions, storeEquivalence } from "./testing/store-equivalence.ts"
