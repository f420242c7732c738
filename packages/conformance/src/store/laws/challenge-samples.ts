import {
  ChallengeId,
  type ChallengeKey,
  type ChallengeSecret,
  type Decision,
  EXPIRED_KEPT_MS,
  type ChallengeId as Id,
  type Instant,
  type NewChallenge,
  type PendingChallenge,
  type Redemption,
  SecretHash,
  type StoreShape,
  type UserId
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { hour, minute, plenty, secretHash, start } from "./samples.ts"

/** In milliseconds. */
export const second = 1000

/** When a sample challenge ends. */
export const challengeEnd: Instant = start + 10 * minute

/** Until when a sample challenge is kept that nobody decides. */
export const keptUntil: Instant = challengeEnd + EXPIRED_KEPT_MS

/** Until when a decided challenge is kept, unless a law says otherwise. */
export const decidedKeptUntil: Instant = start + 24 * hour

/** The hash of the user code `n`. */
export const codeHash = (n: number): SecretHash => SecretHash(`c0de${n.toString(16).padStart(60, "0")}`)

/** The hash of the confirmation number `n`. */
export const numberHash = (n: number): SecretHash => SecretHash(`9${n.toString(16).padStart(63, "0")}`)

/** The challenge `n`, which nobody has claimed: it ends after ten minutes, and its program may ask every five seconds. */
export const sampleChallenge = (n: number, changes: Partial<PendingChallenge> = {}): NewChallenge => ({
  secretHash: secretHash(n),
  challenge: {
    state: "pending",
    userId: null,
    id: ChallengeId(`challenge-${n}`),
    codeHash: codeHash(n),
    program: `program ${n}`,
    scopes: [],
    result: "token",
    hasNumber: false,
    ip: null,
    userAgent: null,
    createdAt: start,
    expiresAt: challengeEnd,
    keptUntil,
    pace: { interval: 5 * second, step: 5 * second, nextPollAt: start },
    ...changes
  }
})

/** Every field set: what may be null is not. A new field of the model does not compile until it is set below. */
type Full = { readonly [Field in keyof Omit<PendingChallenge, "userId">]: Exclude<PendingChallenge[Field], null> }

/** The challenge `n` with every field set, and none as a sample has it. */
export const fullChallenge = (n: number): NewChallenge => {
  const challenge: Full = {
    state: "pending",
    id: ChallengeId(`challenge-${n}`),
    codeHash: codeHash(n + 1000),
    program: "Backup of the archive (\u00FC)",
    scopes: ["write:b", "read", "write:a"],
    result: "session",
    hasNumber: true,
    ip: "2001:db8::1",
    userAgent: 'latchkey/1.0 ("x"; ü)',
    createdAt: start - 5,
    expiresAt: challengeEnd + 7,
    keptUntil: keptUntil + 11,
    pace: { interval: 1234, step: 567, nextPollAt: start + 89 }
  }
  return { secretHash: secretHash(n), challenge: { ...challenge, userId: null } }
}

/** What a challenge's program presents. */
export const challengeSecretOf = ({ challenge, secretHash }: NewChallenge): ChallengeSecret => ({
  id: challenge.id,
  hash: secretHash
})

/** What names a challenge to its store, once this user has claimed it. */
export const challengeKeyOf = (
  owner: UserId,
  { challenge }: { readonly challenge: { readonly id: Id } }
): ChallengeKey => ({
  owner,
  id: challenge.id
})

/** The approval that an approver of epoch 3 gives, with the number `n` or without one. */
export const approval = (n: number | null = null): Extract<Decision, { to: "approved" }> => ({
  to: "approved",
  epoch: 3,
  numberHash: n === null ? null : numberHash(n)
})

/** The denial by the user. */
export const denial: Extract<Decision, { to: "denied" }> = { to: "denied", by: "user", keptUntil: decidedKeptUntil }

/** A redemption, with the number `n` or without one. */
export const redemption = (at: Instant, n: number | null = null): Redemption => ({
  at,
  numberHash: n === null ? null : numberHash(n),
  keptUntil: decidedKeptUntil
})

/** Claims by the code of a challenge, with a limit that nobody reaches. */
export const claimOf = ({ challenges }: StoreShape, owner: UserId, { challenge }: NewChallenge, at: Instant = start) =>
  challenges.claim(challenge.codeHash, owner, at, plenty)

/** Reads a challenge by its secret and changes nothing: a poll at the end is not counted. Null when it is not there. */
export const peek = ({ challenges }: StoreShape, row: NewChallenge) =>
  Effect.map(challenges.poll(challengeSecretOf(row), row.challenge.expiresAt), (polled) => polled?.challenge ?? null)

/** What a challenge can have become, with the number 1 to be repeated if it was approved with one. */
export const stages = ["pending", "claimed", "approved", "number", "denied", "redeemed"] as const
export type Stage = (typeof stages)[number]

/** Inserts a challenge and brings it to a stage, at the given time. Gives the challenge as the store told it last. */
export const reach = Effect.fnUntraced(function* (
  store: StoreShape,
  row: NewChallenge,
  owner: UserId,
  stage: Stage,
  at: Instant = row.challenge.createdAt
) {
  const { challenges } = store
  const key = challengeKeyOf(owner, row)
  yield* challenges.insert(row, plenty)
  if (stage === "pending") return row.challenge
  const claimed = yield* claimOf(store, owner, row, at)
  if (stage === "claimed") return claimed
  const decision = stage === "denied" ? denial : approval(stage === "number" ? 1 : null)
  const decided = yield* challenges.decide(key, decision, at)
  if (stage !== "redeemed") return decided?.challenge ?? null
  const redeemed = yield* challenges.redeem(challengeSecretOf(row), redemption(at))
  return redeemed?.challenge ?? null
})
