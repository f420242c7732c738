import type { NamedStore } from "../store/store-from-env.ts"

/** All that the command knows of what is around it: tests bring their own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal
  readonly screen: Screen
  /** Standard input, for `--password-stdin` and for a backup that comes through a pipe. */
  readonly input: AsyncIterable<string | Uint8Array>
  /** Opens the store of this name: `storeFromText`. */
  readonly storeOf: (text: string) => Promise<NamedStore>
  /** For `doctor --url`. */
  readonly fetch: typeof globalThis.fetch
}

export interface Screen {
  /** Standard output: what was asked for, and nothing else. Resolves when the reader has room for more. */
  readonly out: (text: string) => Promise<void>
  /** Standard error: what people read. */
  readonly err: (text: string) => void
  /** Whether a person sits there who sees standard error and can type. */
  readonly isTerminal: boolean
  /** How many columns the terminal has that shows standard output; null if it is a file or a pipe. */
  readonly columns: number | null
  /** Reads one line. Fails with `Aborted` when the input ends. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>
  /** As `ask`, without showing what is typed. */
  readonly askSecret: (question: string, signal: AbortSignal) => Promise<string>
}
