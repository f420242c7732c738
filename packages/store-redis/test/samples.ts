import { samples } from "@latchkey/conformance/store"
import {
  type AccessToken,
  type AuditEvent,
  ChallengeId,
  type ChallengeKey,
  type ChallengeSecret,
  type Code,
  type CodeKey,
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

export const { hour, keyOf, minute, newPassword, tokenKeyOf, userId } = samples

/** When the tests' stories begin: in their own present, for the server's clock runs on. */
export const now = Date.now()

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

/** The token `n` of an owner: it ends after an hour. */
export const token = (n: number, owner: UserId, changes: Partial<AccessToken> = {}): NewToken =>
  samples.sampleToken(n, owner, { epoch: 0, createdAt: now, expiresAt: now + hour, ...changes })

export const importedToken = (n: number, owner: UserId, changes: Partial<AccessToken> = {}): NewToken =>
  token(n, owner, { isImported: true, ...changes })

/** More tokens than any user has here. */
export const manyTokens = 1_000

/** The challenge `n`, which nobody has claimed: it ends after ten minutes, and its program may ask every five seconds. */
export const challenge = (n: number, changes: Partial<PendingChallenge> = {}): NewChallenge => ({
  secretHash: SecretHash(`secret-${n}`),
  challenge: {
    state: "pending",
    userId: null,
    id: ChallengeId(`challenge-${n}`),
    codeHash: SecretHash(`code-${n}`),
    program: `program ${n}`,
    scopes: ["read"],
    result: "token",
    hasNumber: false,
    ip: null,
    userAgent: null,
    createdAt: now,
    expiresAt: now + 10 * minute,
    keptUntil: now + 10 * minute + EXPIRED_KEPT_MS,
    pace: { interval: 5_000, step: 5_000, nextPollAt: now },
    ...changes
  }
})

/** What the program of a challenge presents. */
export const secretOf = ({ challenge, secretHash }: NewChallenge): ChallengeSecret => ({
  id: challenge.id,
  hash: secretHash
})

/** What names a challenge to the user who claimed it. */
export const ownKey = (owner: UserId, { challenge }: NewChallenge): ChallengeKey => ({ owner, id: challenge.id })

export const approval = { to: "approved", epoch: 0, numberHash: null } as const

/** Kept no longer than the challenge would have been anyway. */
export const denial = { to: "denied", by: "user", keptUntil: now + minute } as const

export const redemption = { at: now, numberHash: null, keptUntil: now + minute }

/** A code of an owner, with the secret `n`: to choose a new password, for an hour. */
export const code = (n: number, userId: UserId, changes: Partial<Code> = {}): NewCode => ({
  hash: SecretHash(`otc-${n}`),
  code: {
    userId,
    purpose: "reset",
    email: { typed: `Name${n}@Example.org`, canonical: `name${n}@example.org` },
    ownEmail: `name${n}@example.org`,
    epoch: 0,
    createdAt: now,
    expiresAt: now + hour,
    usedAt: null,
    ...changes
  }
})

export const codeKey = ({ code, hash }: NewCode): CodeKey => ({ owner: code.userId, purpose: code.purpose, hash })

export const event = (n: number): AuditEvent => ({
  type: "user.removed",
  details: { by: "admin" },
  at: now,
  actor: null,
  subject: userId(n),
  credential: null,
  actedWith: null,
  ip: null,
  userAgent: null,
  request: null
})

/** Two free attempts, then shut for a minute, for two, and so on. */
export const limit = { free: 2, delay: 60_000, longest: hour, forget: hour }

export const { plenty, wholeList } = samples
