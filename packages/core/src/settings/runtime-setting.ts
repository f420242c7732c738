import type { PlainSetting } from "./setting.ts"

/** When a change that an administrator makes takes effect: within seconds, or when a process starts the next time. */
export type Applies = "at-once" | "next-start"

/** A setting that administrators may change at run time. */
export interface RuntimeSetting<Input, Value> extends PlainSetting<Input, Value> {
  readonly applies: Applies
}

/** A setting that may change in a running process. Whoever uses its value reads it each time (SET-18). */
export const live = <Input, Value>(setting: PlainSetting<Input, Value>): RuntimeSetting<Input, Value> => ({
  ...setting,
  applies: "at-once"
})

/** A setting whose change a process takes up when it starts. */
export const atNextStart = <Input, Value>(setting: PlainSetting<Input, Value>): RuntimeSetting<Input, Value> => ({
  ...setting,
  applies: "next-start"
})
