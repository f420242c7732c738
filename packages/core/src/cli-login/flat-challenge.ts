import type { UserId } from "../secret/user-id.ts"
import type {
  ApprovedChallenge,
  Challenge,
  ClaimedChallenge,
  DeniedChallenge,
  PendingChallenge,
  RedeemedChallenge
} from "./challenge.ts"

/*
 * A challenge as one row of a table, for stores that have columns. Only the row knows all states at once; everything else has the
 * union, in which no state has a field of another.
 */

/** The fields of all states side by side, those of other states null. */
export interface FlatChallenge extends Asked, Pace, Partly<InSomeStates> {
  readonly state: Challenge["state"]
  readonly userId: UserId | null
}

type Asked = Omit<PendingChallenge, "state" | "userId" | "pace">
type Pace = PendingChallenge["pace"]
type InSomeStates = Pick<ClaimedChallenge, "claimedAt"> &
  Pick<ApprovedChallenge, "approvedAt" | "epoch" | "numberHash" | "wrongNumbers"> &
  Pick<DeniedChallenge, "deniedAt" | "deniedBy"> &
  Pick<RedeemedChallenge, "redeemedAt">
type Partly<Fields> = { readonly [Field in keyof Fields]: Fields[Field] | null }

const NOTHING: Partly<InSomeStates> = {
  claimedAt: null,
  approvedAt: null,
  epoch: null,
  numberHash: null,
  wrongNumbers: null,
  deniedAt: null,
  deniedBy: null,
  redeemedAt: null
}

export const flatChallenge = ({ pace, ...fields }: Challenge): FlatChallenge => ({ ...NOTHING, ...fields, ...pace })

/** The challenge of a row; null if the row lacks what its state needs, or has an owner although nobody has claimed it. */
export const challengeOfRow = (row: FlatChallenge): Challenge | null => {
  const { state, userId, interval, step, nextPollAt, ...fields } = row
  const { claimedAt, approvedAt, epoch, numberHash, wrongNumbers, deniedAt, deniedBy, redeemedAt, ...shared } = fields
  const asked = { ...shared, pace: { interval, step, nextPollAt } }
  if (state === "pending") return userId === null ? { ...asked, state, userId } : null
  if (userId === null || claimedAt === null) return null
  const claimed = { ...asked, userId, claimedAt }
  switch (state) {
    case "claimed":
      return { ...claimed, state }
    case "approved":
      return approvedAt === null || epoch === null || wrongNumbers === null
        ? null
        : { ...claimed, state, approvedAt, epoch, numberHash, wrongNumbers }
    case "denied":
      return deniedAt === null || deniedBy === null ? null : { ...claimed, state, deniedAt, deniedBy }
    case "redeemed":
      return approvedAt === null || redeemedAt === null ? null : { ...claimed, state, approvedAt, redeemedAt }
  }
}
