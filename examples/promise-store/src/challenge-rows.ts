import {
  type ApprovedChallenge,
  type Challenge,
  ChallengeId,
  type ClaimedChallenge,
  type DeniedChallenge,
  type OwnChallenge,
  type PendingChallenge,
  type RedeemedChallenge,
  SecretHash,
  UserId
} from "@latchkey/core/store"
import type { Row } from "./postgres.ts"
import { rowKind } from "./row-kind.ts"
import { bytes, flag, number, optionalNumber, optionalText, same, text, texts, wrong } from "./values.ts"

/** A challenge as its row has it: the fields of all states side by side, those of other states null. */
interface FlatChallenge extends Asked, Pace, Partly<InSomeStates> {
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

const oneOf =
  <const Word extends string>(...words: ReadonlyArray<Word>) =>
  (row: Row, column: string): Word =>
    words.find((word) => word === row[column]) ?? wrong(column, row[column])

const deniedBy = oneOf("user", "number", "change")

const optionalHash = (row: Row, column: string): SecretHash | null => {
  const hash = optionalText(row, column)
  return hash === null ? null : SecretHash(hash)
}

const optionalUserId = (row: Row, column: string): UserId | null => {
  const id = optionalText(row, column)
  return id === null ? null : UserId(id)
}

/** Each field with its column, as in `rows.ts`. */
const flatChallenges = rowKind<FlatChallenge>({
  id: ["id", (row, column) => ChallengeId(text(row, column)), bytes],
  state: ["state", oneOf("pending", "claimed", "approved", "denied", "redeemed"), same],
  userId: ["user_id", optionalUserId, bytes],
  codeHash: ["code_hash", (row, column) => SecretHash(text(row, column)), bytes],
  program: ["program", text, bytes],
  scopes: ["scopes", texts, JSON.stringify],
  result: ["result", oneOf("token", "session"), same],
  hasNumber: ["has_number", flag, same],
  ip: ["ip", optionalText, bytes],
  userAgent: ["user_agent", optionalText, bytes],
  createdAt: ["created_at", number, same],
  expiresAt: ["expires_at", number, same],
  keptUntil: ["kept_until", number, same],
  interval: ["poll_interval", number, same],
  step: ["poll_step", number, same],
  nextPollAt: ["next_poll_at", number, same],
  claimedAt: ["claimed_at", optionalNumber, same],
  approvedAt: ["approved_at", optionalNumber, same],
  epoch: ["epoch", optionalNumber, same],
  numberHash: ["number_hash", optionalHash, bytes],
  wrongNumbers: ["wrong_numbers", optionalNumber, same],
  deniedAt: ["denied_at", optionalNumber, same],
  deniedBy: ["denied_by", (row, column) => (row[column] === null ? null : deniedBy(row, column)), same],
  redeemedAt: ["redeemed_at", optionalNumber, same]
})

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

export const challengeRows = {
  names: flatChallenges.names,
  selected: flatChallenges.selected,
  valuesOf: ({ pace, ...fields }: Challenge): Array<unknown> =>
    flatChallenges.valuesOf({ ...NOTHING, ...fields, ...pace }),

  /** A row without what its state needs is refused. */
  read: (row: Row, alias: string): Challenge => {
    const { state, userId, interval, step, nextPollAt, ...fields } = flatChallenges.read(row, alias)
    const { claimedAt, approvedAt, epoch, numberHash, wrongNumbers, deniedAt, deniedBy, redeemedAt, ...shared } = fields
    const asked = { ...shared, pace: { interval, step, nextPollAt } }
    if (state === "pending") return userId === null ? { ...asked, state, userId } : wrong("user_id", userId)
    const claimed = { ...asked, userId: needed("user_id", userId), claimedAt: needed("claimed_at", claimedAt) }
    switch (state) {
      case "claimed":
        return { ...claimed, state }
      case "approved":
        return {
          ...claimed,
          state,
          approvedAt: needed("approved_at", approvedAt),
          epoch: needed("epoch", epoch),
          numberHash,
          wrongNumbers: needed("wrong_numbers", wrongNumbers)
        }
      case "denied":
        return {
          ...claimed,
          state,
          deniedAt: needed("denied_at", deniedAt),
          deniedBy: needed("denied_by", deniedBy)
        }
      case "redeemed":
        return {
          ...claimed,
          state,
          approvedAt: needed("approved_at", approvedAt),
          redeemedAt: needed("redeemed_at", redeemedAt)
        }
    }
  },

  /** Reads a row that was found by its owner. */
  readOwn: (row: Row, alias: string): OwnChallenge => {
    const challenge = challengeRows.read(row, alias)
    return challenge.state === "pending" ? wrong("state", challenge.state) : challenge
  }
}

const needed = <A>(column: string, value: A | null): A => value ?? wrong(column, value)
