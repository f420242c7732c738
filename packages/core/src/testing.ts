/**
 * What tests need: a store in memory, a clock that stands still, and the laws that every store must keep.
 */
export { type Law, type LawPart, storeLaws } from "./testing/laws/store-laws.ts"
export { type ManualClock, manualClock } from "./testing/manual-clock.ts"
export { memoryStore } from "./testing/memory-store.ts"
export { type MadeStore, storeConformance, type TestFunction } from "./testing/store-conformance.ts"
