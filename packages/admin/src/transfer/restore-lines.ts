import type { Auth, BackupRow, RowOutcome } from "@latchkey/core"
import { readBackupLine } from "./backup-file.ts"
import type { Line } from "./lines.ts"
import type { LineOutcome } from "./outcome.ts"

/** Does with the rows of a backup what `restore` does, for the lines that follow its first one. */
export const restoreLines = async (
  restore: (rows: ReadonlyArray<BackupRow>) => Promise<ReadonlyArray<RowOutcome>>,
  lines: ReadonlyArray<Line>
): Promise<ReadonlyArray<LineOutcome>> => {
  const read = lines.map((line) => ({ number: line.number, row: readBackupLine(line) }))
  const rows = read.flatMap(({ row }) => (row === null || row.part === "end" ? [] : [row]))
  const outcomes = new Map<BackupRow, RowOutcome>()
  const restored = await restore(rows)
  for (const [at, row] of rows.entries()) outcomes.set(row, restored[at] ?? "there")
  return read.flatMap(({ number, row }): ReadonlyArray<LineOutcome> => {
    if (row === null) return [{ line: number, outcome: "skipped", of: "row", why: NO_ROW }]
    if (row.part === "end") return []
    const outcome = outcomes.get(row) ?? "there"
    const named = {
      line: number,
      of: row.part,
      ...(row.part === "user" ? { id: row.row.user.id, old: row.row.user.id } : {})
    }
    return [
      outcome === "added" || outcome === "there"
        ? { ...named, outcome }
        : { ...named, outcome: "skipped", why: whys[outcome] }
    ]
  })
}

const NO_ROW = "is no row of a backup that this version can read"

const whys = {
  "name-taken": "another user has a name of this one",
  "no-owner": "its user is not there",
  "other-trail": "the store has an audit trail of its own: restore into an empty store to keep this one",
  "other-settings": "administrators have made other settings in this store"
} as const satisfies Readonly<Record<Exclude<RowOutcome, "added" | "there">, string>>

/**
 * Says what would become of rows, as far as a look at the store can tell: whether users are there, or others with their names. What is
 * theirs follows them. Whether that is there already nobody looks, so it counts as new.
 */
export const makeRehearsal = (users: Pick<Auth["users"], "find" | "findByName">) => {
  /** Whether the user is missing whose rows come now: owners come before what is theirs. */
  let ownerIsMissing = false
  const ofUser = async ({ user }: Extract<BackupRow, { readonly part: "user" }>["row"]): Promise<RowOutcome> => {
    if ((await users.find(user.id)) !== null) return "there"
    for (const name of [user.username, user.email])
      if (name !== null && (await users.findByName(name)) !== null) return "name-taken"
    return "added"
  }
  return async (rows: ReadonlyArray<BackupRow>): Promise<ReadonlyArray<RowOutcome>> => {
    const outcomes: Array<RowOutcome> = []
    for (const entry of rows) {
      if (entry.part === "user") {
        const outcome = await ofUser(entry.row)
        ownerIsMissing = outcome === "name-taken"
        outcomes.push(outcome)
      } else outcomes.push(isOwned(entry) && ownerIsMissing ? "no-owner" : "added")
    }
    return outcomes
  }
}

const isOwned = ({ part }: BackupRow): boolean => part === "session" || part === "token" || part === "code"
