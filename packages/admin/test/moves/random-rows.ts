import type { BackupRow } from "@latchkey/core"
import {
  type AccessToken,
  type AuditEvent,
  type Code,
  codePurposes,
  type Impersonation,
  type Instant,
  type NewUser,
  SecretHash,
  type Session,
  SessionId,
  TokenId,
  type User,
  UserId
} from "@latchkey/core/store"
import fc from "fast-check"

/** A field that is missing here does not compile, so a new one is compared from its first day. */
type Arbitraries<Model> = { readonly [Field in keyof Model]-?: fc.Arbitrary<Model[Field]> }

const record = <Model>(fields: Arbitraries<Model>): fc.Arbitrary<Model> => fc.record(fields) as fc.Arbitrary<Model>
const orNull = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | null> => fc.option(arbitrary)

/** What people write, in any script; and what a careless store would take for something of its own. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "",
    "O'Brien",
    '"; DROP TABLE users; --',
    "null",
    "0",
    " blanks ",
    "line\nend",
    "José",
    "例え",
    "🔑🧵"
  )
)
const names = fc.array(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 12 }), { maxLength: 4 })
const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length })
const past: fc.Arbitrary<Instant> = fc.integer({ min: 0, max: Date.UTC(2026, 0, 1) })
/** What has ended need not be moved, and old events are swept: nothing of this ends while the tests run. */
const future: fc.Arbitrary<Instant> = fc.integer({ min: Date.UTC(2100, 0, 1), max: Date.UTC(2200, 0, 1) })
const count = fc.oneof(fc.nat(3), fc.nat(2 ** 40))

/** In one order of their keys, because JSON objects have none. */
const json: fc.Arbitrary<Session["data"]> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Session["data"]) // as it comes out of a file

const user = (id: UserId, at: number): fc.Arbitrary<NewUser> =>
  record<User>({
    id: fc.constant(id),
    username: orNull(text.map((typed) => `User${at}${typed}`)),
    email: orNull(text.map((typed) => `User${at}${typed}@Example.org`)),
    isActive: fc.boolean(),
    isSuperuser: fc.boolean(),
    isVerified: fc.boolean(),
    mustChangePassword: fc.boolean(),
    roles: names.map((roles) => [...new Set(roles)].sort()),
    epoch: count,
    createdAt: past,
    updatedAt: past,
    lastLoginAt: orNull(past)
  }).chain((made) =>
    record<NewUser>({
      user: fc.constant(made),
      canonicalUsername: fc.constant(made.username?.toLowerCase() ?? null),
      canonicalEmail: fc.constant(made.email?.toLowerCase() ?? null),
      passwordHash: orNull(text.filter((hash) => hash !== "")),
      revocations: count
    })
  )

const session = (userId: UserId) =>
  record<Session>({
    id: fc.uuid().map(SessionId),
    userId: fc.constant(userId),
    kind: fc.constantFrom("browser", "bearer"),
    epoch: count,
    createdAt: past,
    authenticatedAt: past,
    lastSeenAt: past,
    idleExpiresAt: future,
    expiresAt: future,
    ip: orNull(fc.constantFrom("192.0.2.1", "2001:db8::1")),
    userAgent: orNull(text),
    impersonation: orNull(
      record<Impersonation>({
        by: fc.uuid().map(UserId),
        epoch: count,
        session: fc.uuid().map(SessionId),
        reason: orNull(text)
      })
    ),
    data: json,
    dataVersion: count
  })

const token = (userId: UserId) =>
  record<AccessToken>({
    id: fc.uuid().map(TokenId),
    userId: fc.constant(userId),
    name: text,
    hint: text,
    scopes: names,
    epoch: count,
    createdAt: past,
    expiresAt: orNull(future),
    lastUsedAt: orNull(past),
    replacedBy: orNull(fc.uuid().map(TokenId)),
    isImported: fc.boolean()
  })

const code = (userId: UserId, purpose: Code["purpose"]) =>
  record<Code>({
    userId: fc.constant(userId),
    purpose: fc.constant(purpose),
    email: record({ typed: text, canonical: text }),
    ownEmail: orNull(text),
    epoch: count,
    createdAt: past,
    expiresAt: future,
    usedAt: orNull(past)
  })

const hash = digits(64).map(SecretHash)

/** A user with all that is theirs. */
const household = (at: number): fc.Arbitrary<ReadonlyArray<BackupRow>> =>
  fc.uuid({ version: 7 }).chain((id) => {
    const owner = UserId(id)
    return fc
      .tuple(
        user(owner, at),
        fc.array(fc.record({ hash, session: session(owner) }), { maxLength: 4 }),
        fc.array(fc.record({ hash, token: token(owner) }), { maxLength: 4 }),
        fc.tuple(...codePurposes.map((purpose) => orNull(fc.record({ hash, code: code(owner, purpose) }))))
      )
      .map(
        ([person, sessions, tokens, codes]): ReadonlyArray<BackupRow> => [
          { part: "user", row: person },
          ...sessions.map((row): BackupRow => ({ part: "session", row })),
          ...tokens.map((row): BackupRow => ({ part: "token", row })),
          ...codes.flatMap((row): ReadonlyArray<BackupRow> => (row === null ? [] : [{ part: "code", row }]))
        ]
      )
  })

const event: fc.Arbitrary<AuditEvent> = fc
  .record({
    what: fc.constantFrom(
      { type: "user.registered", details: {} },
      { type: "session.closed", details: { by: "admin", count: 3 } },
      { type: "token.issued", details: { scopes: "read write", expiresAt: null } },
      { type: "login.refused", details: { method: "form", reason: "wrong-password" } }
    ),
    at: future,
    actor: orNull(fc.uuid().map(UserId)),
    subject: orNull(fc.uuid().map(UserId)),
    credential: orNull(text),
    actedWith: orNull(text),
    ip: orNull(fc.constant("192.0.2.1")),
    userAgent: orNull(text),
    request: orNull(fc.uuid())
  })
  .map(({ what, ...rest }) => ({ ...rest, ...what }) as AuditEvent) // each type with its own details

/** Without links: a restoration checks them, and random ones are none. */
const trail: fc.Arbitrary<ReadonlyArray<BackupRow>> = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), event }), {
    minLength: 20,
    maxLength: 60
  })
  .map((records) => {
    let sequence = 7
    return [
      { part: "trail-start", row: { sequence, hash: null } },
      ...records.map((each): BackupRow => {
        sequence += each.gap
        return { part: "trail", row: { sequence, event: each.event, hash: null } }
      })
    ]
  })

/** All that a backup can have, in the order of a backup. The same seed gives the same rows. */
export const randomRows = (seed: number, users: number): ReadonlyArray<BackupRow> => {
  const sampleOf = <A>(arbitrary: fc.Arbitrary<A>, from: number): ReadonlyArray<A> =>
    fc.sample(arbitrary, { seed: from, numRuns: 1 })
  return [
    { part: "settings", row: { text: JSON.stringify({ name: "Häfen 🔑" }) } },
    ...sampleOf(trail, seed).flat(),
    ...Array.from({ length: users }, (_, at) => sampleOf(household(at), seed * 10_000 + at).flat()).flat()
  ]
}
