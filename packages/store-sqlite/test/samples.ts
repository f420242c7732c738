import {
  type AccessToken,
  type AuditEvent,
  type NewSession,
  type NewToken,
  type NewUser,
  SecretHash,
  type Session,
  SessionId,
  TokenId,
  type User,
  UserId
} from "@latchkey/core/store"

/** When the tests' stories begin. */
export const now = Date.UTC(2026, 5, 1)
export const hour = 3_600_000

const digits = (n: number, length: number): string => n.toString(16).padStart(length, "0")

export const userId = (n: number): UserId => UserId(`01979000-0000-7000-8000-${digits(n, 12)}`)

/** The user with canonical logins `name<n>` and `name<n>@example.org`, and the password hash `hash-<n>`. */
export const person = (n: number, changes: Partial<User> = {}): NewUser => {
  const user: User = {
    id: userId(n),
    username: `Name${n}`,
    email: `Name${n}@example.org`,
    isActive: true,
    isSuperuser: false,
    isVerified: true,
    mustChangePassword: false,
    epoch: 0,
    createdAt: now,
    updatedAt: now,
    lastLoginAt: null,
    ...changes
  }
  return {
    user,
    canonicalUsername: user.username?.toLowerCase() ?? null,
    canonicalEmail: user.email?.toLowerCase() ?? null,
    passwordHash: `hash-${n}`
  }
}

export const admin = (n: number): NewUser => person(n, { isSuperuser: true })

/** The session `n` of an owner: idle end after an hour, absolute end after twelve. */
export const session = (n: number, owner: UserId, changes: Partial<Session> = {}): NewSession => ({
  hash: SecretHash(digits(n, 64)),
  session: {
    id: SessionId(`session-${n}`),
    userId: owner,
    kind: "browser",
    epoch: 0,
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    idleExpiresAt: now + hour,
    expiresAt: now + 12 * hour,
    ip: null,
    userAgent: null,
    data: null,
    dataVersion: 0,
    ...changes
  }
})

export const keyOf = ({ session }: NewSession) => ({ owner: session.userId, id: session.id })

/** The token `n` of an owner: it ends after twelve hours, and may read. */
export const token = (n: number, owner: UserId, changes: Partial<AccessToken> = {}): NewToken => ({
  hash: SecretHash(digits(n, 64)),
  token: {
    id: TokenId(`token-${n}`),
    userId: owner,
    name: `Token ${n}`,
    hint: "aB3x",
    scopes: ["read"],
    epoch: 0,
    createdAt: now,
    expiresAt: now + 12 * hour,
    lastUsedAt: null,
    replacedBy: null,
    isImported: false,
    ...changes
  }
})

export const tokenKeyOf = ({ token }: NewToken) => ({ owner: token.userId, id: token.id })

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
