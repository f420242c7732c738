/**
 * What the tests of an application need: Latchkey without a server or a database, a clock that stands still, a store in
 * memory, and a hasher that costs nothing. The laws of the store contract are in `@latchkey/conformance/store`.
 */
export { createTestAuth, type TestAuth, type TestAuthOptions, testAdmin } from "./testing/create-test-auth.ts"
export { type Mailbox, mailbox } from "./testing/mailbox.ts"
export { type ManualClock, manualClock } from "./testing/manual-clock.ts"
/** `memoryStoreOver`, `emptyTables` and `Tables` let a test look behind the verbs: they may change in any release. */
export { memoryStore, memoryStoreOver } from "./testing/memory-store.ts"
export { emptyTables, type Tables } from "./testing/memory-tables.ts"
export { plainHasher } from "./testing/plain-hasher.ts"
