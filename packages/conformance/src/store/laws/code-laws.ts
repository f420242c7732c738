import { codeBackupLaws } from "./code-backup-laws.ts"
import { codeConsumeLaws } from "./code-consume-laws.ts"
import { codeEndLaws } from "./code-end-laws.ts"
import { codeGiveBackLaws } from "./code-give-back-laws.ts"
import { codeInsertLaws } from "./code-insert-laws.ts"
import { codeRaces } from "./code-races.ts"
import type { Law } from "./law.ts"

/** The laws of `CodeStore`. */
export const codeLaws: ReadonlyArray<Law> = [
  ...codeInsertLaws,
  ...codeConsumeLaws,
  ...codeGiveBackLaws,
  ...codeEndLaws,
  ...codeRaces,
  ...codeBackupLaws
]
