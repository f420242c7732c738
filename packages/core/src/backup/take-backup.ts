import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AuditRecord } from "../audit/audit-store.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { NewUser } from "../user/user-store.ts"
import { type ListPage, MOST_PER_PAGE, type Place } from "../vocabulary/page.ts"
import type { BackupRow } from "./backup-row.ts"

/** How far a backup has come. */
export type BackupPlace =
  | { readonly part: "trail"; readonly after: number | null }
  | { readonly part: "user"; readonly after: UserId | null }

/** A part of a backup, and where the next one begins; null after the last. */
export interface BackupPage {
  readonly rows: ReadonlyArray<BackupRow>
  readonly next: BackupPlace | null
}

/** So many users are read at once, unless they have much. */
const USERS_PER_PAGE = 50

/** A page ends with the user with whom it has so many rows. One user has at most some thousand. */
const MOST_ROWS = 1_000

/** Reads a store page by page, so that a backup of any size needs little memory. */
export const takeBackup = Effect.fnUntraced(function* (
  store: StoreShape,
  place: BackupPlace | null
): Effect.fn.Return<BackupPage, StoreError> {
  if (place === null) {
    const { rows, next } = yield* readTrail(store, null)
    return { rows: [...(yield* readBeginning(store)), ...rows], next }
  }
  return yield* place.part === "trail" ? readTrail(store, place.after) : readUsers(store, place.after)
})

/**
 * Where the trail begins is read before its records: a sweep right after that loses records that it may remove, and no link. One that comes
 * while the trail is read, and overtakes the reading, leaves a gap, and what is behind it is not restored.
 */
const readBeginning = Effect.fnUntraced(function* ({ audit, settings }: StoreShape) {
  const kept = yield* settings.read
  const start = yield* audit.start
  const rows: ReadonlyArray<BackupRow> = [
    ...(kept.version === 0 ? [] : [{ part: "settings", row: { text: kept.text } } as const]),
    ...(start === null ? [] : [{ part: "trail-start", row: start } as const])
  ]
  return rows
})

const readTrail = Effect.fnUntraced(function* ({ audit }: StoreShape, after: number | null) {
  const query = { order: "oldest-first", limit: MOST_PER_PAGE, type: null, user: null, request: null } as const
  const records: ReadonlyArray<AuditRecord> = yield* audit.list({ ...query, after })
  const last = records.length < MOST_PER_PAGE ? undefined : records.at(-1)
  const next: BackupPlace = last === undefined ? { part: "user", after: null } : { part: "trail", after: last.sequence }
  return { rows: records.map((row): BackupRow => ({ part: "trail", row })), next }
})

const readUsers = Effect.fnUntraced(function* (store: StoreShape, after: UserId | null) {
  const users: ReadonlyArray<NewUser> = yield* store.users.export(after, USERS_PER_PAGE)
  const rows: Array<BackupRow> = []
  for (const row of users) {
    rows.push({ part: "user", row }, ...(yield* readOwned(store, row.user.id)))
    if (rows.length >= MOST_ROWS) return { rows, next: { part: "user", after: row.user.id } as const }
  }
  const last = users.length < USERS_PER_PAGE ? undefined : users.at(-1)
  return { rows, next: last === undefined ? null : ({ part: "user", after: last.user.id } as const) }
})

const readOwned = Effect.fnUntraced(function* ({ sessions, tokens, codes }: StoreShape, owner: UserId) {
  const now = yield* Clock.currentTimeMillis
  const [held, issued, mailed] = yield* Effect.all(
    [
      wholeList(
        (page) => sessions.export(owner, now, page),
        ({ session }) => session
      ),
      wholeList(
        (page) => tokens.export(owner, now, page),
        ({ token }) => token
      ),
      codes.export(owner)
    ],
    { concurrency: "unbounded" }
  )
  const rows: ReadonlyArray<BackupRow> = [
    ...held.map((row) => ({ part: "session", row }) as const),
    ...issued.map((row) => ({ part: "token", row }) as const),
    ...mailed.filter(({ code }) => code.expiresAt > now).map((row) => ({ part: "code", row }) as const)
  ]
  return rows
})

const wholeList = Effect.fnUntraced(function* <Row>(
  read: (page: ListPage) => Effect.Effect<ReadonlyArray<Row>, StoreError>,
  placeOf: (row: Row) => Place
) {
  const list: Array<Row> = []
  for (let after: Place | null = null; ; ) {
    const page: ReadonlyArray<Row> = yield* read({ after, limit: MOST_PER_PAGE })
    list.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < MOST_PER_PAGE) return list
    const { createdAt, id } = placeOf(last)
    after = { createdAt, id }
  }
})
