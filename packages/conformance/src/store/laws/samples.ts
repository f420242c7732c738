import type {
  AccountName,
  Impersonation,
  Instant,
  ListPage,
  NewSession,
  NewToken,
  NewUser,
  Proof,
  ProvedChange,
  SessionKey,
  TokenKey,
  User,
  UserListing,
  UserSearch
} from "@latchkey/core/store"
import { type AccessToken, SecretHash, type Session, SessionId, TokenId, UserId } from "@latchkey/core/store"

/** When laws begin: in a future that no store's own clock has reached, so that only the times they name count. */
export const start: Instant = Date.UTC(2100, 0, 1)

/** In milliseconds, as all durations of the contract. */
export const minute = 60_000

/** In milliseconds. */
export const hour = 60 * minute

/** A limit that no law reaches unless it says so. */
export const plenty = 1000

/** As much of a list as laws ever make. */
export const wholeList: ListPage = { after: null, limit: 1000 }

const digits = (n: number, length: number): string => n.toString(16).padStart(length, "0")

/** The id of sample user `n`; they order as `n` does. */
export const userId = (n: number): UserId => UserId(`00000000-0000-7000-8000-${digits(n, 12)}`)

/** A login as a person would type it, and how it is unique. */
export const accountName = (typed: string): AccountName => ({ typed, canonical: typed.toLowerCase() })

/** The user called `Name<n>`, with canonical logins `name<n>` and `name<n>@example.org` and the password hash `hash-<n>`. */
export const sampleUser = (n: number, changes: Partial<User> = {}): NewUser => {
  const user: User = {
    id: userId(n),
    username: `Name${n}`,
    email: `Name${n}@example.org`,
    isActive: true,
    isSuperuser: false,
    isVerified: false,
    mustChangePassword: false,
    roles: [],
    epoch: 3,
    createdAt: start,
    updatedAt: start,
    lastLoginAt: null,
    ...changes
  }
  return {
    user,
    canonicalUsername: user.username?.toLowerCase() ?? null,
    canonicalEmail: user.email?.toLowerCase() ?? null,
    passwordHash: `hash-${n}`,
    revocations: 0
  }
}

/** A sample user who is superuser. */
export const sampleAdmin = (n: number, changes: Partial<User> = {}): NewUser =>
  sampleUser(n, { isSuperuser: true, ...changes })

/** All users, and a first page of those whom a query finds, or of all. */
export const everyone: UserSearch = { query: null, filter: {} }
export const usersPage = (limit: number, query: string | null = null): UserListing => ({
  ...everyone,
  query,
  after: null,
  limit
})

/** The change to a new password that its owner chose. It ends every session but `keep`. */
export const newPassword = (hash: string | null, keep: SessionId | null = null): ProvedChange => ({
  password: { hash, mustChangePassword: false, keep }
})

/** A proof that rests on no single session or token. Sample users have epoch 3. */
export const proofAt = (epoch: number): Proof => ({ epoch, revocations: null })

/** The hash of the secret of sample session or token `n`. */
export const secretHash = (n: number): SecretHash => SecretHash(digits(n, 64))

/** An administrator who acts in somebody's place. */
export const impersonation: Impersonation = {
  by: userId(99),
  epoch: 5,
  session: SessionId("session-98"),
  reason: 'Ticket "7"\n(ü)'
}

/** The session `n` of an owner: idle end after an hour, absolute end after twelve. */
export const sampleSession = (n: number, owner: UserId, changes: Partial<Session> = {}): NewSession => ({
  hash: secretHash(n),
  session: {
    id: SessionId(`session-${n}`),
    userId: owner,
    kind: "browser",
    epoch: 3,
    createdAt: start,
    authenticatedAt: start,
    lastSeenAt: start,
    idleExpiresAt: start + hour,
    expiresAt: start + 12 * hour,
    ip: null,
    userAgent: null,
    impersonation: null,
    data: null,
    dataVersion: 0,
    ...changes
  }
})

/** The token `n` of an owner: it ends after ninety days, and may do nothing. */
export const sampleToken = (n: number, owner: UserId, changes: Partial<AccessToken> = {}): NewToken => ({
  hash: secretHash(n),
  token: {
    id: TokenId(`token-${n}`),
    userId: owner,
    name: `Token ${n}`,
    hint: "aB3x",
    scopes: [],
    epoch: 3,
    createdAt: start,
    expiresAt: start + 90 * 24 * hour,
    lastUsedAt: null,
    replacedBy: null,
    isImported: false,
    ...changes
  }
})

/** Every field set: what may be null is not. A new field of the model does not compile until it is set below. */
type Full<Model> = { readonly [Field in keyof Model]: Exclude<Model[Field], null> }

/** The user `n` with every field set, and none as a new user has it. */
export const fullUser = (n: number): NewUser => {
  const user: Full<User> = {
    id: userId(n),
    username: `Full${n}`,
    email: `Full${n}@example.org`,
    isActive: false,
    isSuperuser: true,
    isVerified: true,
    mustChangePassword: true,
    roles: ["editor", "reviewer"],
    epoch: 41,
    createdAt: start - hour,
    updatedAt: start - minute,
    lastLoginAt: start - 1
  }
  return { ...sampleUser(n, user), revocations: 6 }
}

/** The session `n` of an owner, with every field set. */
export const fullSession = (n: number, owner: UserId): NewSession => {
  const session: Full<Session> = {
    id: SessionId(`session-${n}`),
    userId: owner,
    kind: "bearer",
    epoch: 41,
    createdAt: start - 5,
    authenticatedAt: start - 4,
    lastSeenAt: start - 3,
    idleExpiresAt: start + hour,
    expiresAt: start + 12 * hour,
    ip: "2001:db8::1",
    userAgent: 'Mozilla/5.0 ("x"; ü)',
    impersonation,
    data: { cart: [1, null, { deep: true }] },
    dataVersion: 7
  }
  return { hash: secretHash(n), session }
}

/** The token `n` of an owner, with every field set, as an import alone brings one. */
export const fullToken = (n: number, owner: UserId): NewToken => {
  const token: Full<AccessToken> = {
    id: TokenId(`token-${n}`),
    userId: owner,
    name: "Backup of the archive (\u00FC)",
    hint: "Zz9_",
    scopes: ["write:b", "read", "write:a"],
    epoch: 41,
    createdAt: start - 5,
    expiresAt: start + hour,
    lastUsedAt: start - 4,
    replacedBy: TokenId("token-9"),
    isImported: true
  }
  return { hash: secretHash(n), token }
}

/** What names a token to its store. */
export const tokenKeyOf = ({ token }: NewToken): TokenKey => ({ owner: token.userId, id: token.id })

/** What names a session to its store. */
export const keyOf = ({ session }: NewSession): SessionKey => ({ owner: session.userId, id: session.id })

/** Well-formed texts that some key schemes and query languages take for more than text (STO-05). */
export const awkwardTexts: ReadonlyArray<string> = [
  ":",
  "a:b",
  "*",
  "?[a-z]",
  "{}",
  "{a}:b",
  "%",
  "_",
  "\\",
  "a'b\"c`d",
  "'; DROP TABLE users; --",
  " a ",
  "a\nb\r\nc\td",
  "a\u0000b",
  "\u0000",
  "\uFEFFa",
  "a\u200Bb",
  "e\u0301",
  "\u00E9",
  "\u{1F9D1}\u200D\u{1F680}",
  "\uFFFF",
  "A",
  "a",
  "0",
  "00",
  "1e3",
  "null",
  "true",
  "undefined",
  "[object Object]",
  "__proto__",
  "constructor",
  "x".repeat(10_000),
  "\u{1F600}".repeat(2_500)
]
