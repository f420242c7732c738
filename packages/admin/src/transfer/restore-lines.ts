import type { Auth, BackupRow, RowOutcome } from "@latchkey/core"
import { readBackupLine } from "./backup-file.ts"
import type { Line } from "./lines.ts"
import type { LineOutcome } from "./outcome.ts"

/** Restores lines of a backup that follow its first one. A rehearsal only reads them, and looks for the users. */
export const restoreLines = async (
  { backup, users }: Pick<Auth, "backup" | "users">,
  lines: ReadonlyArray<Line>,
  isRehearsal: boolean
): Promise<ReadonlyArray<LineOutcome>> => {
  const read = lines.map((line) => ({ number: line.number, row: readBackupLine(line) }))
  const rows = read.flatMap(({ row }) => (row === null || row.part === "end" ? [] : [row]))
  const outcomes = new Map<BackupRow, RowOutcome>()
  const restored = isRehearsal ? await rehearse(users, rows) : await backup.restore(rows)
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

/** Whether users are there is known beforehand. All else depends on them. */
const rehearse = async (users: Auth["users"], rows: ReadonlyArray<BackupRow>): Promise<ReadonlyArray<RowOutcome>> => {
  const outcomes: Array<RowOutcome> = []
  for (const { part, row } of rows) {
    outcomes.push(part === "user" && (await users.find(row.user.id)) !== null ? "there" : "added")
  }
  return outcomes
}
