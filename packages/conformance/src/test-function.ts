/** Registers one test: `test` of vitest, of `node:test`, or any function like them. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown
