import {
  type Challenge,
  ChallengeId,
  challengeOfRow,
  type FlatChallenge,
  flatChallenge,
  type OwnChallenge,
  SecretHash,
  UserId
} from "@latchkey/core/store"
import type { Row } from "./postgres.ts"
import { rowKind } from "./row-kind.ts"
import { bytes, flag, number, oneOf, optionalNumber, optionalText, same, text, texts, wrong } from "./values.ts"

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

export const challengeRows = {
  names: flatChallenges.names,
  selected: flatChallenges.selected,
  valuesOf: (challenge: Challenge): Array<unknown> => flatChallenges.valuesOf(flatChallenge(challenge)),

  /** A row without what its state needs is refused. */
  read: (row: Row, alias: string): Challenge => {
    const flat = flatChallenges.read(row, alias)
    return challengeOfRow(flat) ?? wrong("state", flat.state)
  },

  /** Reads a row that was found by its owner. */
  readOwn: (row: Row, alias: string): OwnChallenge => {
    const challenge = challengeRows.read(row, alias)
    return challenge.state === "pending" ? wrong("state", challenge.state) : challenge
  }
}
