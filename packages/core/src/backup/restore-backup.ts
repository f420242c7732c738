import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import type { AuditRecord, RestoredRecord } from "../audit/audit-store.ts"
import { linkHash } from "../audit/hash-chain.ts"
import { removedAmong } from "../audit/removed-users.ts"
import type { Trace } from "../audit/trace.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store, type StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { MOST_RESTORED } from "../vocabulary/page.ts"
import type { BackupPart, BackupRow, RowOutcome } from "./backup-row.ts"

type Outcomes = Effect.Effect<ReadonlyArray<RowOutcome>, StoreError>

type RowOf<Part extends BackupPart> = Extract<BackupRow, { readonly part: Part }>["row"]

/** How a backup is restored, and by whom. */
export interface RestoreContext {
  /** Who restores: then an event of the trail says so, and what was added. Default: none, and the trail is that of the backup. */
  readonly by?: Trace
  /** Also adds users who were removed here since the backup, as the audit trail tells. Default false. */
  readonly returnsRemoved?: boolean
}

/** What became of a user: may their credentials follow? `null`: they may. */
type OwnerProblem = "no-owner" | "changed" | null

/**
 * What a restoration has learned from rows that came before: which users' credentials may follow, the newest of them, and how far the trail
 * of the backup goes. A backup is restored in several calls, and what is a user's may come in the next one.
 */
interface Known {
  readonly owners: Map<UserId, OwnerProblem>
  trailEnd: number
}

/** So many users are remembered, the newest: what is theirs comes right after them. */
const MOST_OWNERS = 1_000

/** Puts rows of a backup into a store, in their order, and says of each what became of it. */
export const makeRestoreBackup = Effect.fnUntraced(function* () {
  const store = yield* Store
  const audit = yield* Audit
  const known: Known = { owners: new Map(), trailEnd: 0 }

  /** Only what somebody could use is told: the trail of a backup tells of itself. */
  const record = Effect.fnUntraced(function* (
    rows: ReadonlyArray<BackupRow>,
    outcomes: ReadonlyArray<RowOutcome>,
    by: Trace
  ) {
    const added = rows.filter((_, at) => outcomes[at] === "added")
    const count = (part: BackupPart) => added.filter((row) => row.part === part).length
    const [users, sessions, tokens, codes] = [count("user"), count("session"), count("token"), count("code")]
    const superusers = added.filter((row) => row.part === "user" && row.row.user.isSuperuser).length
    if (users + sessions + tokens + codes === 0) return
    yield* audit.append("backup.restored", { details: { users, superusers, sessions, tokens, codes }, ...by })
  })

  return Effect.fn("Backup.restore")(function* (rows: ReadonlyArray<BackupRow>, context: RestoreContext = {}) {
    const outcomes: Array<RowOutcome> = []
    for (const run of runsOfOnePart(rows)) outcomes.push(...(yield* restoreRun(store, run, known, context)))
    for (const id of [...known.owners.keys()].slice(0, -MOST_OWNERS)) known.owners.delete(id)
    if (context.by !== undefined) yield* record(rows, outcomes, context.by)
    return outcomes
  })
})

/** Neighbours of one part, at most as many as a store takes at once. */
const runsOfOnePart = (rows: ReadonlyArray<BackupRow>): ReadonlyArray<ReadonlyArray<BackupRow>> => {
  const runs: Array<Array<BackupRow>> = []
  for (const row of rows) {
    const run = runs.at(-1)
    if (run !== undefined && run[0]?.part === row.part && run.length < MOST_RESTORED) run.push(row)
    else runs.push([row])
  }
  return runs
}

/** The rows of this part; those of a run all are. */
const rowsOf = <Part extends BackupPart>(run: ReadonlyArray<BackupRow>, part: Part) =>
  run.flatMap((each) => (each.part === part ? [each.row as RowOf<Part>] : []))

const restoreRun = (
  store: StoreShape,
  run: ReadonlyArray<BackupRow>,
  known: Known,
  context: RestoreContext
): Outcomes => {
  const owned = <Row>(
    rows: ReadonlyArray<Row>,
    ownerOf: (row: Row) => UserId,
    restore: (rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
  ) => restoreOwned(store, known, rows, ownerOf, restore)
  switch (run[0]?.part) {
    case undefined:
      return Effect.succeed([])
    case "trail-start":
      return restoreStart(store, rowsOf(run, "trail-start"))
    case "trail":
      return restoreTrail(store, rowsOf(run, "trail"), known)
    case "settings":
      return Effect.forEach(rowsOf(run, "settings"), (row) => restoreSettings(store, row))
    case "user":
      return restoreUsers(store, rowsOf(run, "user"), known, context)
    case "session":
      return owned(rowsOf(run, "session"), ({ session }) => session.userId, store.sessions.restore)
    case "token":
      return owned(rowsOf(run, "token"), ({ token }) => token.userId, store.tokens.restore)
    case "code":
      return owned(rowsOf(run, "code"), ({ code }) => code.userId, store.codes.restore)
  }
}

/**
 * Who was removed since the backup stays so: their row holds all that they could do then, superusers' too (BAK-05). A removal that the backup's
 * own trail tells of was before the user's row.
 */
const restoreUsers = Effect.fnUntraced(function* (
  store: StoreShape,
  rows: ReadonlyArray<RowOf<"user">>,
  { owners, trailEnd }: Known,
  { returnsRemoved = false }: RestoreContext
) {
  const ids = rows.map(({ user }) => user.id)
  const gone: ReadonlySet<UserId> = returnsRemoved ? new Set() : yield* removedAmong(store, ids, trailEnd)
  const wanted = rows.filter(({ user }) => !gone.has(user.id))
  const restored = yield* store.users.restore(wanted)
  const outcomes = new Map(wanted.map((row, at) => [row, restored[at] ?? "there"]))
  return yield* Effect.forEach(rows, (row) => {
    const outcome: RowOutcome = outcomes.get(row) ?? "removed"
    return Effect.as(
      Effect.map(problemOf(store, row, outcome), (problem) => remember(owners, row.user.id, problem)),
      outcome
    )
  })
})

/** The newest comes last, so that the oldest are forgotten first. */
const remember = (owners: Known["owners"], id: UserId, problem: OwnerProblem): void => {
  owners.delete(id)
  owners.set(id, problem)
}

/**
 * Whether a user's credentials may follow. Of one who was there only while nothing of theirs has ended since: both numbers grow with every
 * ending and never fall, so a user of an earlier try has those of the backup, and their credentials still follow (BAK-05).
 */
const problemOf = (
  { users }: StoreShape,
  { user, revocations }: RowOf<"user">,
  outcome: RowOutcome
): Effect.Effect<OwnerProblem, StoreError> => {
  if (outcome === "added") return Effect.succeed(null)
  if (outcome !== "there") return Effect.succeed("no-owner")
  return Effect.map(users.findWithPassword(user.id), (found) => {
    if (found === null) return "no-owner"
    return found.user.epoch === user.epoch && found.revocations === revocations ? null : "changed"
  })
}

/**
 * A credential without its user would open nothing, and nobody would ever end it. One whose user's row did not come before could be one that
 * was ended here.
 */
const restoreOwned = Effect.fnUntraced(function* <Row>(
  { users }: StoreShape,
  { owners }: Known,
  rows: ReadonlyArray<Row>,
  ownerOf: (row: Row) => UserId,
  restore: (rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
) {
  for (const owner of new Set(rows.map(ownerOf))) {
    if (!owners.has(owner)) remember(owners, owner, (yield* users.find(owner)) === null ? "no-owner" : "changed")
  }
  const wanted = rows.filter((row) => owners.get(ownerOf(row)) === null)
  const added = new Set((yield* restore(wanted)).flatMap((isAdded, at) => (isAdded ? [wanted[at]] : [])))
  return rows.map((row): RowOutcome => owners.get(ownerOf(row)) ?? (added.has(row) ? "added" : "there"))
})

const restoreSettings = Effect.fnUntraced(function* ({ settings }: StoreShape, { text }: RowOf<"settings">) {
  if (yield* settings.write(text, 0)) return "added"
  return (yield* settings.read).text === text ? "there" : "other-settings"
})

const restoreStart = ({ audit }: StoreShape, [start]: ReadonlyArray<RowOf<"trail-start">>): Outcomes =>
  Effect.gen(function* () {
    if (start === undefined) return []
    const before = yield* audit.start
    yield* audit.restore([], start)
    const after = yield* audit.start
    if (before === null && after !== null) return ["added"]
    return [after !== null && after.sequence >= start.sequence ? "there" : "other-trail"]
  })

/**
 * Records keep their positions, so a store that has others in these places keeps its own. A linked record goes only where its
 * link leads to: else the chain would break. Whoever appends or restores between the look and the write keeps some out, or all of them
 * (BAK-06). Then another look tells what became of each.
 */
const restoreTrail = Effect.fnUntraced(function* (
  { audit }: StoreShape,
  records: ReadonlyArray<AuditRecord>,
  known: Known
) {
  let added: ReadonlyArray<AuditRecord> = []
  for (;;) {
    const { end, isOwn, last, next } = yield* lookForPlaces(audit, records)
    const fits = next.length > 0 && !records.some(isOwn) && isLinked(last, next)
    const count = fits ? yield* audit.restore(withLinks(last, next), null) : 0
    if (count > 0) added = [...added, ...next]
    if (fits && count < next.length) continue
    const outcomes = records.map((record): RowOutcome => {
      if (isOwn(record)) return "other-trail"
      if (added.includes(record)) return "added"
      return record.sequence > end ? "other-trail" : "there"
    })
    known.trailEnd = records.findLast((_, at) => outcomes[at] !== "other-trail")?.sequence ?? 0
    return outcomes
  }
})

/** What the trail has where these records belong. `isOwn`: it has another one there. `next`: those that come after its end. */
const lookForPlaces = Effect.fnUntraced(function* (audit: StoreShape["audit"], records: ReadonlyArray<AuditRecord>) {
  const first = records[0]?.sequence ?? 0
  const query = { type: null, user: null, request: null } as const
  const [newest] = yield* audit.list({ ...query, after: null, order: "newest-first", limit: 1 })
  const end = Math.max(newest?.sequence ?? 0, (yield* audit.start)?.sequence ?? 0)
  const held = yield* audit.list({ ...query, after: first - 1, order: "oldest-first", limit: records.length })
  const own = new Map(held.map((record) => [record.sequence, record]))
  const isOwn = (record: AuditRecord) => {
    const other = own.get(record.sequence)
    return other !== undefined && !isSameRecord(record, other)
  }
  const next = records.filter(({ sequence }) => sequence > end)
  return { end, isOwn, last: yield* audit.lastHash, next }
})

/** Each that is linked says what it follows, so that the store restores it there and nowhere else. */
const withLinks = (last: string | null, records: ReadonlyArray<AuditRecord>): ReadonlyArray<RestoredRecord> => {
  let follows = last
  return records.map((record) => {
    if (record.hash === null) return record
    const linked = { ...record, follows }
    follows = record.hash
    return linked
  })
}

/** Whether linked records follow from this end, each from the one before. */
const isLinked = (end: string | null, records: ReadonlyArray<AuditRecord>): boolean => {
  let previous = end
  return records.every(({ hash, event }) => {
    if (hash === null) return previous === null
    const isNext = hash === linkHash(previous, event)
    previous = hash
    return isNext
  })
}

const isSameRecord = (a: AuditRecord, b: AuditRecord): boolean =>
  a.hash === b.hash && linkHash(null, a.event) === linkHash(null, b.event)
