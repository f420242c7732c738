import { attemptHitLaws } from "./attempt-hit-laws.ts"
import { attemptMarkLaws } from "./attempt-mark-laws.ts"
import { attemptRaces } from "./attempt-races.ts"
import { attemptRoomLaws } from "./attempt-room-laws.ts"
import { attemptTakeBackLaws } from "./attempt-take-back-laws.ts"
import type { Law } from "./law.ts"

/** The laws of `AttemptStore`. */
export const attemptLaws: ReadonlyArray<Law> = [
  ...attemptHitLaws,
  ...attemptTakeBackLaws,
  ...attemptMarkLaws,
  ...attemptRoomLaws,
  ...attemptRaces
]
