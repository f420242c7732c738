/** Where servers run and keep their data: nothing is in it at first, and a server that starts in it again finds what is. */
export interface Place {
  readonly folder: string
  /** What `LATCHKEY_STORE` says. */
  readonly store: string
  /** How many there are, asked of the database itself. */
  readonly count: (what: Counted) => Promise<number>
  /** Whether the database finds nothing wrong with itself. */
  readonly isSound: () => Promise<boolean>
  /** Makes every use of a session fail, until what it gives is called. */
  readonly breakSessions: () => Promise<() => Promise<void>>
  /** Counts from now on how often the last use of a token is written; what it gives tells how often that was so far. */
  readonly countUses: () => Promise<() => Promise<number>>
  /** All that the database holds now, asked of it. */
  readonly dump: () => Promise<string>
  /** All that is written on the disk, each byte as a character. */
  readonly bytes: () => string
}

/** Log-ins are those that the audit trail says succeeded. */
export type Counted = "users" | "sessions" | "log-ins"
