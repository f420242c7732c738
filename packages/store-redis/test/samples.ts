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

export const event = (n: number): AuditEvent => ({
  type: "user.removed",
  details: {},
  at: now,
  actor: null,
  subject: userId(n),
  credential: null,
  ip: null,
  userAgent: null
})

/** Two free attempts, then shut for a minute, for two, and so on. */
export const limit = { free: 2, delay: 60_000, longest: hour, forget: hour }

export const { plenty, wholeList } = samples
