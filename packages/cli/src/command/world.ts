import type { Clock } from "../clock.ts"
import type { OpenBrowser } from "../login/browser.ts"
import type { TokenFile } from "../tokens/token-file.ts"

/** All that the command knows of what is around it: tests bring their own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostname: string
  readonly version: string
  readonly tokens: TokenFile
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
  /** Null where there is no browser. */
  readonly browser: OpenBrowser | null
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal
  readonly screen: Screen
}

export interface Screen {
  /** Standard output: what was asked for, and nothing else. */
  readonly out: (text: string) => void
  /** Standard error: what people read. */
  readonly err: (text: string) => void
  /** Whether a person sits there who sees standard error and can type. */
  readonly isTerminal: boolean
  /** Reads one line. Fails with `Aborted` when the input ends. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>
}
