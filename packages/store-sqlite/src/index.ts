export type { SqliteHandle } from "./handle.ts"
export { type SqliteStoreOptions, sqliteStore } from "./sqlite-store.ts"
