import { plainText } from "../command/words.ts"

/** What became of one line of a file. */
export interface LineOutcome {
  readonly line: number
  readonly outcome: "added" | "there" | "skipped"
  /** Of what the line is: a user, a token, a row of a backup. */
  readonly of: string
  /** The id in the other system, and the one here. */
  readonly old?: string
  readonly id?: string | null
  /** Why it was skipped. */
  readonly why?: string
}

/** Counts what became of the lines, for the end of an import. */
export interface Summary {
  readonly lines: number
  readonly added: number
  readonly there: number
  readonly skipped: number
  /** How many were added of what. */
  readonly of: Readonly<Record<string, number>>
  /** The first that were skipped. */
  readonly examples: ReadonlyArray<LineOutcome>
}

const MOST_EXAMPLES = 20

export const makeSummary = () => {
  const counts = { added: 0, there: 0, skipped: 0 }
  const of: Record<string, number> = {}
  const examples: Array<LineOutcome> = []
  return {
    add: (outcome: LineOutcome) => {
      counts[outcome.outcome]++
      if (outcome.outcome === "added") of[outcome.of] = (of[outcome.of] ?? 0) + 1
      if (outcome.outcome === "skipped" && examples.length < MOST_EXAMPLES) examples.push(outcome)
    },
    read: (): Summary => ({ lines: counts.added + counts.there + counts.skipped, ...counts, of, examples })
  }
}

/** "line 17, user 42: another user has this name" */
export const outcomeText = ({ line, of, old, why = "" }: LineOutcome): string =>
  `  line ${line}, ${of}${old === undefined ? "" : ` ${plainText(old, 80)}`}: ${why}\n`
