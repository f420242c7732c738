import { attemptLaws } from "./attempt-laws.ts"
import { auditLaws } from "./audit-laws.ts"
import { backupRaces } from "./backup-races.ts"
import { challengeLaws } from "./challenge-laws.ts"
import { codeLaws } from "./code-laws.ts"
import type { Law } from "./law.ts"
import { lookupLaws } from "./lookup-laws.ts"
import { sessionLaws } from "./session-laws.ts"
import { settingsLaws } from "./settings-laws.ts"
import { tokenLaws } from "./token-laws.ts"
import { userLaws } from "./user-laws.ts"

export type { Law, LawPart } from "./law.ts"

/** Every law of the store contract, as data. `storeConformance` runs them, and other programs can too. */
export const storeLaws: ReadonlyArray<Law> = [
  ...userLaws,
  ...sessionLaws,
  ...tokenLaws,
  ...challengeLaws,
  ...codeLaws,
  ...attemptLaws,
  ...auditLaws,
  ...settingsLaws,
  ...lookupLaws,
  ...backupRaces
]
