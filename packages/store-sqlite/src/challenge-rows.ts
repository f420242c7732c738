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
import type { SqliteValue } from "./handle.ts"
import type { Row } from "./row.ts"
import { rowKind } from "./row-kind.ts"
import {
  bit,
  count,
  flag,
  instant,
  optionalCount,
  optionalInstant,
  optionalText,
  refuse,
  same,
  text,
  texts
} from "./values.ts"

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
  (value: unknown): Word =>
    words.find((word) => word === value) ?? refuse(`one of ${words.join(", ")}`)

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
export const challengeValues = ({ pace, ...fields }: Challenge): ReadonlyArray<SqliteValue> =>
  challenges.valuesOf({ ...NOTHING, ...fields, ...pace })

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

/** Reads the columns of `challenges`. A row without what its state needs is refused. */
export const readChallenge = (row: Row): Challenge => {
  const { state, userId, interval, step, nextPollAt, ...fields } = challenges.read(row, 0, null)
  const { claimedAt, approvedAt, epoch, numberHash, wrongNumbers, deniedAt, deniedBy, redeemedAt, ...shared } = fields
  const asked = { ...shared, pace: { interval, step, nextPollAt } }
  if (state === "pending") return userId === null ? { ...asked, state, userId } : refuse("a challenge without an owner")
  const claimed = { ...asked, userId: needed(userId), claimedAt: needed(claimedAt) }
  switch (state) {
    case "claimed":
      return { ...claimed, state }
    case "approved":
      return {
        ...claimed,
        state,
        approvedAt: needed(approvedAt),
        epoch: needed(epoch),
        numberHash,
        wrongNumbers: needed(wrongNumbers)
      }
    case "denied":
      return { ...claimed, state, deniedAt: needed(deniedAt), deniedBy: needed(deniedBy) }
    case "redeemed":
      return { ...claimed, state, approvedAt: needed(approvedAt), redeemedAt: needed(redeemedAt) }
  }
}

/** Reads a row that was found by its owner. */
export const readOwnChallenge = (row: Row): OwnChallenge => {
  const challenge = readChallenge(row)
  return challenge.state === "pending" ? refuse("a challenge that was claimed") : challenge
}

const needed = <A>(value: A | null): A => value ?? refuse("a challenge with all fields of its state")
