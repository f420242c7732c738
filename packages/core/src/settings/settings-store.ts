import type * as Effect from "effect/Effect"
import type { StoreError } from "../store/store-error.ts"

/** The settings that administrators made, as a store keeps them. */
export interface KeptSettings {
  /** How often they were written, so that a writer can tell whether somebody else was faster. */
  readonly version: number
  /** Opaque to the store; at most 16 KiB in UTF-8. */
  readonly text: string
}

/** What is kept before anybody has written anything. */
export const NOTHING_KEPT: KeptSettings = { version: 0, text: "" }

/** Keeps one version of the settings: the newest. Each verb is atomic. */
export interface SettingsStore {
  /** The settings as they were last written; `NOTHING_KEPT` before the first time. */
  readonly read: Effect.Effect<KeptSettings, StoreError>
  /**
   * Replaces the settings by this text, and counts the version up by one, if the version is `from`. False, and nothing changes, if
   * it is any other: of parallel calls from one version exactly one is true (SET-16). The first version to write from is 0.
   */
  readonly write: (text: string, from: number) => Effect.Effect<boolean, StoreError>
}
