import type { Law } from "./law.ts"
import { tokenPageLaws } from "./list-page-laws.ts"
import { tokenBackupLaws } from "./token-backup-laws.ts"
import { tokenEndLaws } from "./token-end-laws.ts"
import { tokenEndRaces } from "./token-end-races.ts"
import { tokenFindLaws } from "./token-find-laws.ts"
import { tokenImportLaws } from "./token-import-laws.ts"
import { tokenInsertLaws } from "./token-insert-laws.ts"
import { tokenLimitRaces } from "./token-limit-races.ts"
import { tokenOnceLaws } from "./token-once-laws.ts"
import { tokenRoomLaws } from "./token-room-laws.ts"
import { tokenRotateLaws } from "./token-rotate-laws.ts"
import { tokenRotateLimitLaws } from "./token-rotate-limit-laws.ts"
import { tokenUseLaws } from "./token-use-laws.ts"
import { tokenUseRaces } from "./token-use-races.ts"

/** The laws of `TokenStore`. */
export const tokenLaws: ReadonlyArray<Law> = [
  ...tokenFindLaws,
  ...tokenPageLaws,
  ...tokenInsertLaws,
  ...tokenOnceLaws,
  ...tokenUseLaws,
  ...tokenRotateLaws,
  ...tokenRotateLimitLaws,
  ...tokenRoomLaws,
  ...tokenEndLaws,
  ...tokenImportLaws,
  ...tokenLimitRaces,
  ...tokenUseRaces,
  ...tokenEndRaces,
  ...tokenBackupLaws
]
