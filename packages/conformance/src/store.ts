/**
 * What the author of a store needs: the laws of the store contract as tests and as data, and random calls that compare a
 * store with the one in memory. Start from the guide "Writing a store".
 */
/** Challenges as the laws use them, and the way to bring one to a state. */
export * as challengeSamples from "./store/laws/challenge-samples.ts"
/** Codes as the laws use them. */
export * as codeSamples from "./store/laws/code-samples.ts"
/** Users, sessions and times as the laws use them: for tests of a store that go beyond the laws. */
export * as samples from "./store/laws/samples.ts"
export { type Law, type LawPart, storeLaws } from "./store/laws/store-laws.ts"
export type { MadeStore, MakeStore } from "./store/made-store.ts"
export { checkLaw, storeConformance } from "./store/store-conformance.ts"
export { type EquivalenceOptions, storeEquivalence } from "./store/store-equivalence.ts"
export type { TestFunction } from "./test-function.ts"
