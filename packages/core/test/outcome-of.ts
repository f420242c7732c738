import type { Read } from "../src/vocabulary/read.ts"

/** What a reader gives: the value, or the problem. For tables of tests that expect now one and now the other. */
export const outcomeOf = <Value, Problem>(read: Read<Value, Problem>): Value | Problem =>
  read.ok ? read.value : read.problem
