import { samples } from "@latchkey/conformance/store"
import type {
  AccessToken,
  AuditEvent,
  NewSession,
  NewToken,
  NewUser,
  Session,
  User,
  UserId
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

export const event = (n: number, at = now): AuditEvent => ({
  type: "user.removed",
  details: {},
  at,
  actor: null,
  subject: userId(n),
  credential: null,
  ip: null,
  userAgent: null
})

/** Two free attempts, then shut for a minute, for two, and so on. */
export const limit = { free: 2, delay: 60_000, longest: hour, forget: hour }

export const { plenty, wholeList } = samples
