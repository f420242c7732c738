import { invalid, type Read } from "../vocabulary/read.ts"
import { millisOf, type Span } from "../vocabulary/time.ts"
import { written } from "./field.ts"
import type { PlainSetting } from "./setting.ts"

/** When a change that an administrator makes takes effect: within seconds, or when a process starts the next time. */
export type Applies = "at-once" | "next-start"

/** A setting that administrators may change at run time. */
export interface RuntimeSetting<Input, Value> extends PlainSetting<Input, Value> {
  readonly applies: Applies
  /** The least that an administrator may set, where that is more than code and the environment may say; null elsewhere. */
  readonly least: string | null
  /** Reads what an administrator set. Whoever sets something in code can set it back; an administrator may be locked out (SET-21). */
  readonly readKept: (input: unknown) => Read<Value, string>
}

/** A setting that may change in a running process. Whoever uses its value reads it each time (SET-18). */
export const live = <Input, Value>(setting: PlainSetting<Input, Value>): RuntimeSetting<Input, Value> => ({
  ...setting,
  applies: "at-once",
  least: null,
  readKept: setting.read
})

/** The same for a span of time, of which administrators may set no less than `least`: with sessions of a second nobody could log in. */
export const liveSpan = (setting: PlainSetting<Span, number>, least: Span): RuntimeSetting<Span, number> => {
  const inWords = String(written(setting.field, millisOf(least)))
  return {
    ...live(setting),
    least: inWords,
    readKept: (input) => {
      const read = setting.read(input)
      return read.ok && read.value < millisOf(least) ? invalid(`must be at least ${inWords}`) : read
    }
  }
}

/** A setting whose change a process takes up when it starts. */
export const atNextStart = <Input, Value>(setting: PlainSetting<Input, Value>): RuntimeSetting<Input, Value> => ({
  ...live(setting),
  applies: "next-start"
})
