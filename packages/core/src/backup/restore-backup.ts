import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { absentAmong, removedAmong } from "../audit/removed-users.ts"
import type { Trace } from "../audit/trace.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store, type StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import { MOST_RESTORED } from "../vocabulary/page.ts"
import type { BackupPart, BackupRow, RowOutcome } from "./backup-row.ts"
import { restoreStart, restoreTrail } from "./restore-trail.ts"

type Outcomes = Effect.Effect<ReadonlyArray<RowOutcome>, StoreError>

type RowOf<Part extends BackupPart> = Extract<BackupRow, { readonly part: Part }>["row"]

/** How a backup is restored, and by whom. */
export interface RestoreContext {
  /** Who restores: then an event of the trail says so, and what was added. Default: none, and the trail is that of the backup. */
  readonly by?: Trace
  /** Also adds users who were removed here since the backup, as the audit trail tells. Default false. */
  readonly returnsRemoved?: boolean
}

/** Both numbers grow with every ending and never fall. */
interface Endings {
  readonly epoch: number
  readonly revocations: number
}

/** What became of a user: why their credentials may not follow, or what had ended when they might. */
type Owner = "no-owner" | "changed" | Endings

/**
 * What a restoration has learned from rows that came before: which users' credentials may follow, the newest of them, and how far the trail
 * of the backup goes. A backup is restored in several calls, and what is a user's may come in the next one.
 */
interface Known {
  readonly owners: Map<UserId, Owner>
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
    idOf: (row: Row) => UserId,
    restore: (rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
  ) => restoreOwned(store, known, rows, idOf, restore)
  switch (run[0]?.part) {
    case undefined:
      return Effect.succeed([])
    case "trail-start":
      known.trailEnd = 0 // of another backup, perhaps
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
 * Who was removed since the backup stays so: their row holds all that they could do then, superusers' too (BAK-05). Of who was removed and is there again nothing
 * is added: it ended with the removal. A removal that the backup's own trail tells of was before the user's row.
 */
const restoreUsers = Effect.fnUntraced(function* (
  store: StoreShape,
  rows: ReadonlyArray<RowOf<"user">>,
  { owners, trailEnd }: Known,
  { returnsRemoved = false }: RestoreContext
) {
  const ids = rows.map(({ user }) => user.id)
  const removed: ReadonlySet<UserId> = returnsRemoved ? new Set() : yield* removedAmong(store, ids, trailEnd)
  const gone = yield* absentAmong(store, removed)
  const wanted = rows.filter(({ user }) => !gone.has(user.id))
  const restored = yield* store.users.restore(wanted)
  const outcomes = new Map(wanted.map((row, at) => [row, restored[at] ?? "there"]))
  return yield* Effect.forEach(rows, (row) => {
    const outcome: RowOutcome = outcomes.get(row) ?? "removed"
    return Effect.as(
      Effect.map(ownerOf(store, row, outcome), (owner) =>
        remember(owners, row.user.id, outcome === "there" && removed.has(row.user.id) ? "changed" : owner)
      ),
      outcome
    )
  })
})

/** The newest comes last, so that the oldest are forgotten first. */
const remember = (owners: Known["owners"], id: UserId, owner: Owner): void => {
  owners.delete(id)
  owners.set(id, owner)
}

/**
 * Whether a user's credentials may follow. Of one who was there only while nothing of theirs has ended since: a user of an earlier try has
 * the numbers of the backup, and their credentials still follow (BAK-05).
 */
const ownerOf = (
  { users }: StoreShape,
  { user, revocations }: RowOf<"user">,
  outcome: RowOutcome
): Effect.Effect<Owner, StoreError> => {
  const endings: Endings = { epoch: user.epoch, revocations }
  if (outcome === "added") return Effect.succeed(endings)
  if (outcome !== "there") return Effect.succeed("no-owner")
  return Effect.map(users.findWithPassword(user.id), (found) => {
    if (found === null) return "no-owner"
    return hasOnly(endings, found) ? endings : "changed"
  })
}

const hasOnly = (
  { epoch, revocations }: Endings,
  found: { readonly user: User; readonly revocations: number }
): boolean => found.user.epoch === epoch && found.revocations === revocations

/**
 * A credential without its user would open nothing, and nobody would ever end it. One whose user's row did not come before could be one that
 * was ended here.
 */
const restoreOwned = Effect.fnUntraced(function* <Row>(
  { users }: StoreShape,
  { owners }: Known,
  rows: ReadonlyArray<Row>,
  idOf: (row: Row) => UserId,
  restore: (rows: ReadonlyArray<Row>) => Effect.Effect<ReadonlyArray<boolean>, StoreError>
) {
  // Asked anew for every run: something of theirs may have ended since the one before.
  const problems = new Map<UserId, RowOutcome | null>()
  for (const id of new Set(rows.map(idOf))) {
    const owner = owners.get(id) ?? "changed"
    const found = yield* users.findWithPassword(id)
    if (found === null) problems.set(id, "no-owner")
    else problems.set(id, typeof owner === "object" && hasOnly(owner, found) ? null : "changed")
  }
  const wanted = rows.filter((row) => problems.get(idOf(row)) === null)
  const added = new Set((yield* restore(wanted)).flatMap((isAdded, at) => (isAdded ? [wanted[at]] : [])))
  return rows.map((row): RowOutcome => problems.get(idOf(row)) ?? (added.has(row) ? "added" : "there"))
})

const restoreSettings = Effect.fnUntraced(function* ({ settings }: StoreShape, { text }: RowOf<"settings">) {
  if (yield* settings.write(text, 0)) return "added"
  return (yield* settings.read).text === text ? "there" : "other-settings"
})
