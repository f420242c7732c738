import { auditAppendLaws } from "./audit-append-laws.ts"
import { auditBackupLaws } from "./audit-backup-laws.ts"
import { auditListLaws } from "./audit-list-laws.ts"
import { auditRaces } from "./audit-races.ts"
import { auditRemovalLaws } from "./audit-removal-laws.ts"
import { auditRemovalRaces } from "./audit-removal-races.ts"
import type { Law } from "./law.ts"

/** The laws of `AuditStore`. */
export const auditLaws: ReadonlyArray<Law> = [
  ...auditAppendLaws,
  ...auditListLaws,
  ...auditRemovalLaws,
  ...auditRaces,
  ...auditRemovalRaces,
  ...auditBackupLaws
]
