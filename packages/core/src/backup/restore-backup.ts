import * as Effect from "effect/Effect"
import type { AuditRecord } from "../audit/audit-store.ts"
import { linkHash } from "../audit/hash-chain.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { MOST_RESTORED } from "../vocabulary/page.ts"
import type { BackupPart, BackupRow, RowOutcome } from "./backup-row.ts"

type Outcomes = Effect.Effect<ReadonlyArray<RowOutcome>, StoreError>

type RowOf<Part extends BackupPart> = Extract<BackupRow, { readonly part: Part }>["row"]

/** Which users are there, as far as this call has learned. */
type KnownOwners = Map<UserId, boolean>

/** Puts rows of a backup into a store, in their order, and says of each what became of it. */
export const restoreBackup = Effect.fnUntraced(function* (
  store: StoreShape,
  rows: ReadonlyArray<BackupRow>
): Effect.fn.Return<ReadonlyArray<RowOutcome>, StoreError> {
  const owners: KnownOwners = new Map()
  const outcomes: Array<RowOutcome> = []
  for (const run of runsOfOnePart(rows)) outcomes.push(...(yield* restoreRun(store, run, owners)))
  return outcomes
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

const restoreRun = (store: StoreShape, run: ReadonlyArray<BackupRow>, owners: KnownOwners): Outcomes => {
  const owned = <Row>(
    rows: ReadonlyArray<Row>,
    ownerOf: (row: Row) => UserId,
    restore: (rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
  ) => restoreOwned(store, owners, rows, ownerOf, restore)
  switch (run[0]?.part) {
    case undefined:
      return Effect.succeed([])
    case "trail-start":
      return restoreStart(store, rowsOf(run, "trail-start"))
    case "trail":
      return restoreTrail(store, rowsOf(run, "trail"))
    case "settings":
      return Effect.forEach(rowsOf(run, "settings"), (row) => restoreSettings(store, row))
    case "user":
      return restoreUsers(store, rowsOf(run, "user"), owners)
    case "session":
      return owned(rowsOf(run, "session"), ({ session }) => session.userId, store.sessions.restore)
    case "token":
      return owned(rowsOf(run, "token"), ({ token }) => token.userId, store.tokens.restore)
    case "code":
      return owned(rowsOf(run, "code"), ({ code }) => code.userId, store.codes.restore)
  }
}

const restoreUsers = ({ users }: StoreShape, rows: ReadonlyArray<RowOf<"user">>, owners: KnownOwners): Outcomes =>
  Effect.tap(users.restore(rows), (outcomes) =>
    Effect.sync(() => {
      for (const [at, { user }] of rows.entries()) owners.set(user.id, outcomes[at] !== "name-taken")
    })
  )

/** A credential without its user would open nothing, and nobody would ever end it. */
const restoreOwned = Effect.fnUntraced(function* <Row>(
  { users }: StoreShape,
  owners: KnownOwners,
  rows: ReadonlyArray<Row>,
  ownerOf: (row: Row) => UserId,
  restore: (rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
) {
  for (const owner of new Set(rows.map(ownerOf))) {
    if (!owners.has(owner)) owners.set(owner, (yield* users.find(owner)) !== null)
  }
  const hasOwner = rows.filter((row) => owners.get(ownerOf(row)))
  const added = new Set((yield* restore(hasOwner)).flatMap((isAdded, at) => (isAdded ? [hasOwner[at]] : [])))
  return rows.map((row): RowOutcome => {
    if (!owners.get(ownerOf(row))) return "no-owner"
    return added.has(row) ? "added" : "there"
  })
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
 * link leads to: else the chain would break.
 */
const restoreTrail = Effect.fnUntraced(function* ({ audit }: StoreShape, records: ReadonlyArray<AuditRecord>) {
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
  const isForeign = records.some(isOwn) || !isLinked(yield* audit.lastHash, next)
  const added = isForeign ? 0 : yield* audit.restore(next, null)
  return records.map((record): RowOutcome => {
    if (record.sequence <= end) return isOwn(record) ? "other-trail" : "there"
    if (isForeign) return "other-trail"
    return added > 0 ? "added" : "there"
  })
})

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
