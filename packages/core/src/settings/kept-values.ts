import * as Result from "effect/Result"
import { NOTHING_KEPT } from "./settings-store.ts"

/** Values by the paths of their settings, as people write them. A program of another version may have written them. */
export type KeptValues = Readonly<Record<string, unknown>>

/** As much as a store must keep, in bytes. All settings of today take a tenth of it. */
export const MOST_KEPT_BYTES = 16 * 1024

/** The values in the text of a store; none before anything was written. Null where nothing can be read. */
export const readKeptValues = (text: string): KeptValues | null => {
  if (text === NOTHING_KEPT.text) return {}
  const values: unknown = Result.getOrElse(
    Result.try(() => JSON.parse(text)),
    () => null
  )
  return typeof values === "object" && values !== null && !Array.isArray(values) ? { ...values } : null
}

/** The text for a store; null where there is more than it must keep. */
export const keptText = (values: KeptValues): string | null => {
  const text = JSON.stringify(values)
  return new TextEncoder().encode(text).length <= MOST_KEPT_BYTES ? text : null
}
