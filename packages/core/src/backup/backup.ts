import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Audit } from "../audit/audit.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { BackupRow, RowOutcome } from "./backup-row.ts"
import { makeRestoreBackup, type RestoreContext } from "./restore-backup.ts"
import { type BackupPage, type BackupPlace, takeBackup } from "./take-backup.ts"

/** Copies of all that a store keeps for longer than minutes: to keep them safe, and to move to another store. */
export class Backup extends Context.Service<
  Backup,
  {
    /**
     * A part of a backup; the next one begins at its `next`. It has users with their password hashes, live sessions, personal access tokens and
     * mailed codes, the audit trail and the settings that administrators made: all as hashes, and no secret. CLI logins that wait, and
     * counts of attempts, are not in it. Changes during the backup may be in it or not: stop the servers first to have one moment.
     */
    readonly take: (place?: BackupPlace | null) => Effect.Effect<BackupPage, StoreError>
    /**
     * Puts rows of a backup into the store, in their order, and says of each what became of it. Nothing that is there is changed, so
     * it may be repeated, after an outage for example. Give it all rows in the order of the backup, some hundred at a time. In a store that is
     * used, nothing comes back that was ended there: no user who was removed, and no credential of one of whose something has ended (BAK-05).
     */
    readonly restore: (
      rows: ReadonlyArray<BackupRow>,
      context?: RestoreContext
    ) => Effect.Effect<ReadonlyArray<RowOutcome>, StoreError>
  }
>()("@latchkey/core/Backup") {
  static readonly layer: Layer.Layer<Backup, never, Store | Audit> = Layer.effect(
    Backup,
    Effect.gen(function* () {
      const store = yield* Store
      return { take: (place = null) => takeBackup(store, place), restore: yield* makeRestoreBackup() }
    })
  )
}
