import type { Law } from "./law.ts"
import { sessionPageLaws } from "./list-page-laws.ts"
import { sessionBackupLaws } from "./session-backup-laws.ts"
import { sessionDataLaws } from "./session-data-laws.ts"
import { sessionEndLaws } from "./session-end-laws.ts"
import { sessionEndRaces } from "./session-end-races.ts"
import { sessionEpochLaws } from "./session-epoch-laws.ts"
import { sessionFindLaws } from "./session-find-laws.ts"
import { sessionLimitLaws } from "./session-limit-laws.ts"
import { sessionLimitRaces } from "./session-limit-races.ts"
import { sessionReplaceLaws } from "./session-replace-laws.ts"
import { sessionTouchLaws } from "./session-touch-laws.ts"
import { sessionTouchRaces } from "./session-touch-races.ts"

/** The laws of `SessionStore`. */
export const sessionLaws: ReadonlyArray<Law> = [
  ...sessionFindLaws,
  ...sessionPageLaws,
  ...sessionLimitLaws,
  ...sessionTouchLaws,
  ...sessionReplaceLaws,
  ...sessionEndLaws,
  ...sessionEpochLaws,
  ...sessionDataLaws,
  ...sessionTouchRaces,
  ...sessionEndRaces,
  ...sessionLimitRaces,
  ...sessionBackupLaws
]
