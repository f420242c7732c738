import { codeSamples, samples } from "@latchkey/conformance/store"
import {
  type AccessToken,
  type AuditEvent,
  type AuditRecord,
  ChallengeId,
  type ChallengeKey,
  type ChallengeSecret,
  type Code,
  type Decision,
  EXPIRED_KEPT_MS,
  type NewChallenge,
  type NewCode,
  type NewSession,
  type NewToken,
  type NewUser,
  type PendingChallenge,
  SecretHash,
  type Session,
  type User,
  type UserId
} from "@latchkey/core/store"

export const { hour, keyOf, newPassword, tokenKeyOf, userId } = samples

/** When the tests' stories begin. */
export const now = Date.UTC(2026, 5, 1)

/** The user with canonical logins `name<n>` and `name<n>@example.org`, and the password hash `hash-<n>`. */
export const person = (n: number, changes: Partial<User> = {}): NewUser =>
  samples.sampleUser(n, { isVerified: true, epoch: 0, createdAt: now, updatedAt: now, ...changes })

export const admin = (n: number): NewUser => person(n, { isSuperuser: true })

/** The session `n` of an owner: idle end after an hour, absolute end after twelve. */
export const session = (n: number, owner: UserId, changes: Partial<Session> = {}): NewSession =>
  samples.sampleSession(n, owner, {
    epoch: 0,
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    idleExpiresAt: now + hour,
    expiresAt: now + 12 * hour,
    ...changes
  })

/** The token `n` of an owner: it ends after twelve hours, and may read. */
export const token = (n: number, owner: UserId, changes: Partial<AccessToken> = {}): NewToken =>
  samples.sampleToken(n, owner, {
    scopes: ["read"],
    epoch: 0,
    createdAt: now,
    expiresAt: now + 12 * hour,
    ...changes
  })

/** Puts a token in the place of another, which ends at once. */
export const rotation = (next: NewToken, at = now) => ({ next, at, oldExpiresAt: at })

/** The challenge `n`, which nobody has claimed: it ends after five minutes. */
export const challenge = (n: number, changes: Partial<PendingChallenge> = {}): NewChallenge => {
  const { createdAt = now, expiresAt = createdAt + 300_000 } = changes
  return {
    secretHash: SecretHash(`secret-hash-${n}`),
    challenge: {
      state: "pending",
      userId: null,
      id: ChallengeId(`challenge-${n}`),
      codeHash: codeOf(n),
      program: `Program ${n}`,
      scopes: ["read"],
      result: "token",
      hasNumber: false,
      ip: "192.0.2.1",
      userAgent: null,
      createdAt,
      expiresAt,
      keptUntil: expiresAt + EXPIRED_KEPT_MS,
      pace: { interval: 5_000, step: 5_000, nextPollAt: createdAt },
      ...changes
    }
  }
}

/** The hash of the code of challenge `n`. */
export const codeOf = (n: number): SecretHash => SecretHash(`code-hash-${n}`)

/** How an owner names challenge `n`. */
export const challengeKeyOf = (n: number, owner: UserId): ChallengeKey => ({ owner, id: challenge(n).challenge.id })

/** How its program names challenge `n`. */
export const challengeSecretOf = (n: number): ChallengeSecret => ({
  id: challenge(n).challenge.id,
  hash: challenge(n).secretHash
})

export const approval = (numberHash: SecretHash | null = null): Decision => ({ to: "approved", epoch: 0, numberHash })

export const denial = { to: "denied", by: "user", keptUntil: now + 24 * hour } satisfies Decision

export const redemption = (numberHash: SecretHash | null = null, at = now) => ({
  at,
  numberHash,
  keptUntil: at + 24 * hour
})

/** The one-time code `n` of an owner, to reset a password: it ends after an hour. */
export const code = (n: number, owner: UserId, changes: Partial<Code> = {}): NewCode =>
  codeSamples.sampleCode(n, owner, { epoch: 0, createdAt: now, expiresAt: now + hour, ...changes })

export const { codeKeyOf } = codeSamples

export const event = (n: number, at = now): AuditEvent => ({
  type: "user.removed",
  details: { by: "admin" },
  at,
  actor: null,
  subject: userId(n),
  credential: null,
  actedWith: null,
  ip: null,
  userAgent: null,
  request: null
})

/** An event as a backup has it. */
export const record = (sequence: number, hash: string | null = null): AuditRecord => ({
  sequence,
  event: event(sequence),
  hash
})

/** Two free attempts, then shut for a minute, for two, and so on. */
export const limit = { free: 2, delay: 60_000, longest: hour, forget: hour }

export const { plenty, wholeList } = samples
