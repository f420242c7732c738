import type { AuditRecord, Auth, BackupRow, RowOutcome, UserId } from "@latchkey/core"
import { byOperator } from "../command/operator.ts"
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

/**
 * Restores rows. Into a store that had users before, an event tells so: nothing else in its trail would (OPR-08). Into an empty one it does not,
 * so that the store is then the one of the backup.
 */
export const makeRestore = ({ backup, users }: Pick<Auth, "backup" | "users">, returnsRemoved: boolean) => {
  let isUsed: boolean | null = null
  return async (rows: ReadonlyArray<BackupRow>): Promise<ReadonlyArray<RowOutcome>> => {
    isUsed ??= await hasUsers(users)
    return backup.restore(rows, { returnsRemoved, ...(isUsed ? { by: byOperator } : {}) })
  }
}

/** Whether a store is used already. */
export const hasUsers = async (users: Pick<Auth["users"], "list">): Promise<boolean> =>
  (await users.list({ limit: 1 })).items.length > 0

const NO_ROW = "is no row of a backup that this version can read"

const whys = {
  "name-taken": "another user has a name of this one",
  removed: "was removed here since: --return-removed brings them back",
  "no-owner": "its user is not there",
  changed: "something of its user was ended here since, and this may be it: what has ended is not brought back",
  "other-trail":
    "the store has other events in this place, or events before it are missing: restore a whole backup into an empty store to keep its trail",
  "other-settings": "administrators have made other settings in this store"
} as const satisfies Readonly<Record<Exclude<RowOutcome, "added" | "there">, string>>

/**
 * Says what would become of rows, as far as a look at the store can tell: whether users are there, or others with their names, or were
 * removed. What is theirs follows them. Whether that is there already nobody looks, so it counts as new.
 */
export const makeRehearsal = (
  { users, audit }: Pick<Auth, "users" | "audit">,
  { returnsRemoved }: { readonly returnsRemoved: boolean }
) => {
  /** What becomes of the rows of the user who came last, if they cannot follow: owners come before what is theirs. */
  let problem: "no-owner" | "changed" | null = null
  let newest: AuditRecord | null = null

  /** Whether the store has the event that the backup has last: only removals after it were after the backup. */
  const isSameTrail = async ({ sequence, event }: AuditRecord): Promise<boolean> => {
    const [own] = await audit.list({ before: sequence + 1, limit: 1 })
    return own?.sequence === sequence && own.event.at === event.at && own.event.type === event.type
  }
  const wasRemoved = async (id: UserId): Promise<boolean> => {
    const [last] = await audit.list({ type: "user.removed", user: id, limit: 1 })
    if (last === undefined || last.event.subject !== id) return false
    return newest === null || last.sequence > newest.sequence || !(await isSameTrail(newest))
  }
  const ofUser = async ({ user }: Extract<BackupRow, { readonly part: "user" }>["row"]): Promise<RowOutcome> => {
    const own = await users.find(user.id)
    problem = own === null || own.epoch === user.epoch ? null : "changed"
    if (own !== null) return "there"
    problem = "no-owner"
    if (!returnsRemoved && (await wasRemoved(user.id))) return "removed"
    for (const name of [user.username, user.email])
      if (name !== null && (await users.findByName(name)) !== null) return "name-taken"
    problem = null
    return "added"
  }
  return async (rows: ReadonlyArray<BackupRow>): Promise<ReadonlyArray<RowOutcome>> => {
    const outcomes: Array<RowOutcome> = []
    for (const entry of rows) {
      if (entry.part === "trail") newest = entry.row
      if (entry.part === "user") outcomes.push(await ofUser(entry.row))
      else outcomes.push((isOwned(entry) ? problem : null) ?? "added")
    }
    return outcomes
  }
}

const isOwned = ({ part }: BackupRow): boolean => part === "session" || part === "token" || part === "code"
