import type * as Brand from "effect/Brand"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import { nominal } from "../vocabulary/nominal.ts"
import { type Instant, isWithin, SECOND_MS } from "../vocabulary/time.ts"

/** A challenge's id, for lists and for deciding it. It is not the secret, and proves nothing. */
export type ChallengeId = string & Brand.Brand<"ChallengeId">
export const ChallengeId = nominal<ChallengeId>()

/** What a program gets once its user has approved: a personal access token, or a bearer session. */
export type CliLoginResult = "token" | "session"

/** How often a program may ask. The store keeps it, so that it holds across processes (DEV-05). */
export interface Pace {
  /** Milliseconds between two polls. */
  readonly interval: number
  /** Milliseconds that a poll which comes too early adds to the interval. */
  readonly step: number
  readonly nextPollAt: Instant
}

/** What a program asked for, and what is known of it. Name, address and agent are untrusted text. */
export interface Asked {
  readonly id: ChallengeId
  /** The hash of the code that its user compares or types. */
  readonly codeHash: SecretHash
  /** What the program calls itself. */
  readonly program: string
  readonly scopes: ReadonlyArray<string>
  readonly result: CliLoginResult
  /** Whether the program must repeat a number that the page shows after the approval (DEV-20). */
  readonly hasNumber: boolean
  /** Where the program runs; null unless the options say to collect it. */
  readonly ip: string | null
  readonly userAgent: string | null
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** The row may be removed from here on. */
  readonly keptUntil: Instant
  readonly pace: Pace
}

/** A program waits, and nobody has entered its code. */
export interface PendingChallenge extends Asked {
  readonly state: "pending"
  readonly userId: null
}

/** What is known once a user has entered the code. From then on nobody else can see it (DEV-09). */
interface Claim {
  readonly userId: UserId
  readonly claimedAt: Instant
}

export interface ClaimedChallenge extends Asked, Claim {
  readonly state: "claimed"
}

export interface ApprovedChallenge extends Asked, Claim {
  readonly state: "approved"
  readonly approvedAt: Instant
  /** The approver's epoch. There is no token if it has changed when the token is collected (DEV-07). */
  readonly epoch: number
  /**
   * The hash of the number that the program must repeat; null if it need not. Where it need not, there is a hash of what nobody knows
   * for as long as the approval is being checked.
   */
  readonly numberHash: SecretHash | null
  /** How many wrong numbers the program has sent. */
  readonly wrongNumbers: number
}

export interface DeniedChallenge extends Asked, Claim {
  readonly state: "denied"
  readonly deniedAt: Instant
  readonly deniedBy: DeniedBy
}

/** Who or what denied: the user, three wrong numbers, or a change of the approver's account or credential. */
export type DeniedBy = "user" | "number" | "change"

export interface RedeemedChallenge extends Asked, Claim {
  readonly state: "redeemed"
  readonly approvedAt: Instant
  readonly redeemedAt: Instant
}

/** A program that asks to be logged in. Past `expiresAt` it leads to nothing, whatever its state. */
export type Challenge = PendingChallenge | ClaimedChallenge | ApprovedChallenge | DeniedChallenge | RedeemedChallenge

/** A challenge that a user has claimed. */
export type OwnChallenge = Exclude<Challenge, PendingChallenge>

/** Whether nothing can be done with a challenge any more because of its age. At the very instant it has ended (DEV-03). */
export const isChallengePastEnd = ({ expiresAt }: Asked, at: Instant): boolean => at >= expiresAt

/**
 * Whether the time is not that of a challenge that nobody has denied and no program has collected: it is too late for it, or a clock
 * was set back, which makes no code live longer (TIM-01).
 */
export const hasChallengeExpired = (challenge: Challenge, at: Instant): boolean =>
  challenge.state !== "denied" &&
  challenge.state !== "redeemed" &&
  !isWithin(challenge.createdAt, challenge.expiresAt, at)

/**
 * A challenge as it is told. An approval without a number that is still being checked opens nothing yet, and may have been cut off
 * for good: it is told as what it was before, so that its user can approve it again.
 */
export const toldChallenge = (challenge: OwnChallenge): OwnChallenge => {
  if (challenge.state !== "approved" || challenge.hasNumber || challenge.numberHash === null) return challenge
  const { approvedAt, epoch, numberHash, wrongNumbers, ...claimed } = challenge
  return { ...claimed, state: "claimed" }
}

/** Milliseconds for which a challenge is kept past its end, so that a program which polls late learns that it expired. */
export const EXPIRED_KEPT_MS = 600 * SECOND_MS

/** So many wrong numbers deny a challenge (DEV-20). */
export const MOST_WRONG_NUMBERS = 3
