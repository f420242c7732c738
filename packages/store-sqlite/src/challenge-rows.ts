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
import type { SqliteValue } from "./handle.ts"
import type { Row } from "./row.ts"
import { rowKind } from "./row-kind.ts"
import {
  bit,
  count,
  flag,
  instant,
  oneOf,
  optionalCount,
  optionalInstant,
  optionalText,
  refuse,
  same,
  text,
  texts
} from "./values.ts"

const deniedBy = oneOf("user", "number", "change")

/** Each field with its column, the id first, as in `rows.ts`. */
export const challenges = rowKind(
  "latchkey_challenges",
  (row): FlatChallenge => ({
    id: row.column("id", (value) => ChallengeId(text(value)), same),
    state: row.column("state", oneOf("pending", "claimed", "approved", "denied", "redeemed"), same),
    userId: row.column("user_id", (value) => (value === null ? null : UserId(text(value))), same),
    codeHash: row.column("code_hash", (value) => SecretHash(text(value)), same),
    program: row.column("program", text, same),
    scopes: row.column("scopes", texts, (scopes) => JSON.stringify(scopes)),
    result: row.column("result", oneOf("token", "session"), same),
    hasNumber: row.column("has_number", flag, bit),
    ip: row.column("ip", optionalText, same),
    userAgent: row.column("user_agent", optionalText, same),
    createdAt: row.column("created_at", instant, instant),
    expiresAt: row.column("expires_at", instant, instant),
    keptUntil: row.column("kept_until", instant, instant),
    interval: row.column("poll_interval", count, count),
    step: row.column("poll_step", count, count),
    nextPollAt: row.column("next_poll_at", instant, instant),
    claimedAt: row.column("claimed_at", optionalInstant, optionalInstant),
    approvedAt: row.column("approved_at", optionalInstant, optionalInstant),
    epoch: row.column("epoch", optionalCount, optionalCount),
    numberHash: row.column("number_hash", (value) => (value === null ? null : SecretHash(text(value))), same),
    wrongNumbers: row.column("wrong_numbers", optionalCount, optionalCount),
    deniedAt: row.column("denied_at", optionalInstant, optionalInstant),
    deniedBy: row.column("denied_by", (value) => (value === null ? null : deniedBy(value)), same),
    redeemedAt: row.column("redeemed_at", optionalInstant, optionalInstant)
  })
)

/** The values of a challenge, in the order of `challenges.names`. */
export const challengeValues = (challenge: Challenge): ReadonlyArray<SqliteValue> =>
  challenges.valuesOf(flatChallenge(challenge))

/** Reads the columns of `challenges`. A row without what its state needs is refused. */
export const readChallenge = (row: Row): Challenge =>
  challengeOfRow(challenges.read(row, 0, null)) ?? refuse("a challenge with the fields of its state")

/** Reads a row that was found by its owner. */
export const readOwnChallenge = (row: Row): OwnChallenge => {
  const challenge = readChallenge(row)
  return challenge.state === "pending" ? refuse("a challenge that was claimed") : challenge
}
