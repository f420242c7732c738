import { challengeClaimLaws, challengeRoomLaws } from "./challenge-claim-laws.ts"
import { challengeClaimRaces } from "./challenge-claim-races.ts"
import { challengeDecideLaws } from "./challenge-decide-laws.ts"
import { challengeDecideRaces } from "./challenge-decide-races.ts"
import { challengeEndLaws } from "./challenge-end-laws.ts"
import { challengeEndRaces } from "./challenge-end-races.ts"
import { challengeInsertLaws } from "./challenge-insert-laws.ts"
import { challengeInsertRaces } from "./challenge-insert-races.ts"
import { challengePollLaws } from "./challenge-poll-laws.ts"
import { challengeRedeemLaws } from "./challenge-redeem-laws.ts"
import type { Law } from "./law.ts"
import { challengePageLaws } from "./list-page-laws.ts"

/** The laws of `ChallengeStore`. */
export const challengeLaws: ReadonlyArray<Law> = [
  ...challengeInsertLaws,
  ...challengeClaimLaws,
  ...challengeRoomLaws,
  ...challengeDecideLaws,
  ...challengePollLaws,
  ...challengeRedeemLaws,
  ...challengePageLaws,
  ...challengeEndLaws,
  ...challengeInsertRaces,
  ...challengeClaimRaces,
  ...challengeDecideRaces,
  ...challengeEndRaces
]
