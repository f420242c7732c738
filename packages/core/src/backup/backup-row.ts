import type { AuditRecord, AuditStart } from "../audit/audit-store.ts"
import type { NewCode } from "../code/code-store.ts"
import type { NewSession } from "../session/session-store.ts"
import type { NewToken } from "../token/token-store.ts"
import type { NewUser } from "../user/user-store.ts"

/**
 * One entry of a backup: a row of a store as it is kept, hashes included, and the part that it is of. It is JSON. Owners come before
 * what is theirs.
 */
export type BackupRow =
  | { readonly part: "trail-start"; readonly row: AuditStart }
  | { readonly part: "trail"; readonly row: AuditRecord }
  | { readonly part: "settings"; readonly row: { readonly text: string } }
  | { readonly part: "user"; readonly row: NewUser }
  | { readonly part: "session"; readonly row: NewSession }
  | { readonly part: "token"; readonly row: NewToken }
  | { readonly part: "code"; readonly row: NewCode }

export type BackupPart = BackupRow["part"]

/**
 * What became of an entry that was to be restored. `there`: it is in the store already, from an earlier try for example, and stays as it
 * is. `name-taken`: another user has a name of this one. `removed`: the user was here and was removed since, and stays so. `no-owner`: the
 * user whose it is was not restored. `changed`: something of that user has ended here since, so this may have, too. `other-trail`: the store
 * has events of its own in this place, or the events before it are missing. `other-settings`: the store has settings of its own.
 */
export type RowOutcome =
  | "added"
  | "there"
  | "name-taken"
  | "removed"
  | "no-owner"
  | "changed"
  | "other-trail"
  | "other-settings"
