import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import { MOST_ENDED } from "../session/changed-session.ts"
import { newestFirst } from "../vocabulary/page.ts"
import { type Instant, MINUTE_MS } from "../vocabulary/time.ts"
import {
  type ApprovedChallenge,
  type Challenge,
  type ClaimedChallenge,
  type DeniedChallenge,
  isChallengePastEnd,
  MOST_WRONG_NUMBERS,
  type OwnChallenge,
  type RedeemedChallenge
} from "./challenge.ts"
import type { Decision, RedeemOutcome, Redemption } from "./challenge-store.ts"

/*
 * What the verbs of `ChallengeStore` make of a challenge: every edge of its states. Pure: every store changes challenges by these
 * rules, or by a copy of them in its own language. A field that no rule names stays as it is.
 */

/** No interval grows beyond this, however often a program polls too early. */
export const LONGEST_INTERVAL_MS = MINUTE_MS

/** A poll may come earlier than its time by this part of the interval, for the network delays one poll more than another. */
const LEEWAY = 5

/** What `challenges.poll` makes of a challenge, and whether the poll came too early. Only a challenge that waits for its user has a pace. */
export const polledChallenge = (
  challenge: Challenge,
  at: Instant
): { readonly challenge: Challenge; readonly isEarly: boolean } => {
  const isWaiting = challenge.state === "pending" || challenge.state === "claimed"
  if (!isWaiting || isChallengePastEnd(challenge, at)) return { challenge, isEarly: false }
  const { interval: before, step, nextPollAt } = challenge.pace
  const isEarly = at < nextPollAt - Math.floor(before / LEEWAY)
  const interval = isEarly ? Math.min(before + step, Math.max(before, LONGEST_INTERVAL_MS)) : before
  return { challenge: { ...challenge, pace: { interval, step, nextPollAt: at + interval } }, isEarly }
}

/** What `challenges.claim` makes of a challenge for this user; null when it is past its end or somebody has claimed it. */
export const claimedChallenge = (challenge: Challenge, userId: UserId, at: Instant): ClaimedChallenge | null =>
  challenge.state !== "pending" || isChallengePastEnd(challenge, at)
    ? null
    : { ...challenge, state: "claimed", userId, claimedAt: at }

/** Those of an owner's challenges that are removed when they claim one more: the oldest beyond the limit. */
export const challengesBeyond = (others: ReadonlyArray<OwnChallenge>, most: number): ReadonlyArray<OwnChallenge> =>
  [...others]
    .sort(newestFirst)
    .slice(Math.max(0, most - 1))
    .reverse()
    .slice(0, MOST_ENDED)

/**
 * What `challenges.decide` makes of a challenge of this user; null when it stays as it is. An approval is taken back by a denial until
 * it is redeemed (DEV-10). An approval that is repeated only brings a new number, and says so by `isDone`. One that takes the number
 * away is done by that, with its approver's epoch: until then the approval counted as not given (`toldChallenge`). Where there is no
 * number, an approval changes nothing more, so nobody who is cut off undoes it.
 */
export const decidedChallenge = (
  challenge: Challenge,
  decision: Decision,
  at: Instant
): { readonly challenge: ApprovedChallenge | DeniedChallenge; readonly isDone: boolean } | null => {
  if (isChallengePastEnd(challenge, at)) return null
  if (challenge.state === "approved" && decision.to === "approved") return approvedAgain(challenge, decision)
  if (challenge.state !== "claimed" && challenge.state !== "approved") return null
  if (decision.to === "denied") return { challenge: deniedChallenge(challenge, decision, at), isDone: true }
  const { epoch, numberHash } = decision
  return {
    challenge: { ...challenge, state: "approved", approvedAt: at, epoch, numberHash, wrongNumbers: 0 },
    isDone: true
  }
}

const approvedAgain = (challenge: ApprovedChallenge, { epoch, numberHash }: Extract<Decision, { to: "approved" }>) => {
  if (challenge.numberHash === null) return null
  return numberHash === null
    ? { challenge: { ...challenge, epoch, numberHash }, isDone: true }
    : { challenge: { ...challenge, numberHash }, isDone: false }
}

/**
 * What `challenges.redeem` makes of a challenge, and what became of the call. With `numberHash` null the program sent no number.
 * A number that is wrong counts, and the last one denies.
 */
export const redeemedChallenge = (
  challenge: Challenge,
  { at, numberHash, keptUntil }: Redemption
): { readonly challenge: Challenge; readonly outcome: RedeemOutcome } => {
  if (challenge.state !== "approved" || isChallengePastEnd(challenge, at)) return { challenge, outcome: "not-approved" }
  if (isNumberMissing(challenge, numberHash)) return { challenge, outcome: "number-missing" }
  if (challenge.numberHash === null || challenge.numberHash === numberHash) {
    return { challenge: redeemed(challenge, at, keptUntil), outcome: "redeemed" }
  }
  const wrongNumbers = challenge.wrongNumbers + 1
  return {
    challenge:
      wrongNumbers < MOST_WRONG_NUMBERS
        ? { ...challenge, wrongNumbers }
        : deniedChallenge(challenge, { by: "number", keptUntil }, at),
    outcome: "number-wrong"
  }
}

const isNumberMissing = (challenge: ApprovedChallenge, given: SecretHash | null): boolean =>
  challenge.numberHash !== null && given === null

/** A denial keeps nothing of an approval before it. */
const deniedChallenge = (
  challenge: ClaimedChallenge | ApprovedChallenge,
  { by, keptUntil }: { readonly by: DeniedChallenge["deniedBy"]; readonly keptUntil: Instant },
  at: Instant
): DeniedChallenge => ({
  ...askedOf(challenge),
  userId: challenge.userId,
  claimedAt: challenge.claimedAt,
  state: "denied",
  deniedAt: at,
  deniedBy: by,
  keptUntil
})

const redeemed = (challenge: ApprovedChallenge, at: Instant, keptUntil: Instant): RedeemedChallenge => ({
  ...askedOf(challenge),
  userId: challenge.userId,
  claimedAt: challenge.claimedAt,
  state: "redeemed",
  approvedAt: challenge.approvedAt,
  redeemedAt: at,
  keptUntil
})

/** The fields that a challenge has in every state. Written out, so that the compiler asks for a new one. */
const askedOf = (challenge: ClaimedChallenge | ApprovedChallenge) => ({
  id: challenge.id,
  codeHash: challenge.codeHash,
  program: challenge.program,
  scopes: challenge.scopes,
  result: challenge.result,
  hasNumber: challenge.hasNumber,
  ip: challenge.ip,
  userAgent: challenge.userAgent,
  createdAt: challenge.createdAt,
  expiresAt: challenge.expiresAt,
  keptUntil: challenge.keptUntil,
  pace: challenge.pace
})
