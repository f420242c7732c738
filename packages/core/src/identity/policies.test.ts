import { samples } from "@latchkey/conformance/store"
import { describe, expect, expectTypeOf, it, test } from "vitest"
import { UserId } from "../secret/user-id.ts"
import { type Session, SessionId } from "../session/session.ts"
import { type AccessToken, TokenId } from "../token/access-token.ts"
import type { User } from "../user/user.ts"
import {
  auditNameOf,
  type Identity,
  type PasswordIdentity,
  type SessionIdentity,
  type TokenIdentity
} from "./identity.ts"
import {
  admin,
  all,
  anyone,
  either,
  type Policy,
  permits,
  type Refusal,
  recently,
  scope,
  signedIn,
  verified,
  viaSession
} from "./policies.ts"

const now = Date.UTC(2026, 0, 1)
const minute = 60_000

const session: Session = {
  id: SessionId("019b76da-a800-77b0-bc80-479a1a7c109b"),
  userId: UserId("019b76da-a800-7451-a8ef-b2f4bb9392c1"),
  kind: "browser",
  epoch: 0,
  createdAt: now,
  authenticatedAt: now,
  lastSeenAt: now,
  idleExpiresAt: now + 60 * minute,
  expiresAt: now + 720 * minute,
  ip: null,
  userAgent: null,
  data: null,
  dataVersion: 0
}

const { user } = samples.sampleUser(1, { id: session.userId, username: "ada", email: null, createdAt: now })

const token: AccessToken = {
  id: TokenId("019b76da-a800-7cc2-9d3f-6ac2c5b7a001"),
  userId: session.userId,
  name: "runner",
  hint: "x9Qz",
  scopes: ["packages:read"],
  epoch: 0,
  createdAt: now,
  expiresAt: null,
  lastUsedAt: null,
  replacedBy: null,
  isImported: false
}

const ada: SessionIdentity = { user, via: "session", scopes: "all", session }
const as = (change: Partial<User>): Identity => ({ ...ada, user: { ...user, ...change } })

const root = as({ isSuperuser: true })
const proved = as({ isVerified: true })
const gone = as({ isActive: false, isSuperuser: true, isVerified: true })
const bearer: SessionIdentity = { ...ada, via: "bearer" }
const reader: TokenIdentity = { user, via: "token", scopes: token.scopes, token }
const typed: PasswordIdentity = { user, via: "basic", scopes: "all", authenticatedAt: now }

/** A token of a superuser, with these scopes. */
const rootToken = (scopes: ReadonlyArray<string>): TokenIdentity => ({ ...reader, user: root.user, scopes })

const judge = (policy: Policy<Identity | null>, identity: Identity | null): Refusal | null =>
  policy.judge(identity, now)

describe("whom a policy allows", () => {
  it.each<[string, Policy<Identity | null>, Record<string, Refusal | null>]>([
    ["anyone", anyone, { nobody: null, ada: null, root: null, proved: null, gone: null }],
    ["signedIn", signedIn, { nobody: "unauthenticated", ada: null, root: null, proved: null, gone: "unauthenticated" }],
    [
      "verified",
      verified,
      { nobody: "unauthenticated", ada: "forbidden", root: "forbidden", proved: null, gone: "unauthenticated" }
    ],
    [
      "admin",
      admin,
      { nobody: "unauthenticated", ada: "forbidden", root: null, proved: "forbidden", gone: "unauthenticated" }
    ],
    [
      "viaSession",
      viaSession,
      { nobody: "unauthenticated", ada: null, root: null, proved: null, gone: "unauthenticated" }
    ],
    [
      "recently(10 minutes)",
      recently("10 minutes"),
      { nobody: "unauthenticated", ada: null, root: null, proved: null, gone: "unauthenticated" }
    ]
  ])("ADM-01 %s", (_, policy, table) => {
    const found = { nobody: null, ada, root, proved, gone }
    expect(Object.fromEntries(Object.entries(found).map(([name, who]) => [name, judge(policy, who)]))).toEqual(table)
  })

  it.each<[string, Identity, Refusal | null]>([
    ["with a session", root, null],
    ["with their name and password", { ...typed, user: root.user }, null],
    ["with a token that may", rootToken(["packages:read", "latchkey:admin"]), null],
    ["with a token that may nothing", rootToken([]), "forbidden"],
    ["with a token of other scopes", rootToken(["packages:read", "latchkey:tokens", "admin"]), "forbidden"],
    ["who is none any more, with a token that may", { ...rootToken(["latchkey:admin"]), user }, "forbidden"],
    ["who is gone, with a token that may", { ...rootToken(["latchkey:admin"]), user: gone.user }, "unauthenticated"]
  ])("ADM-01 PAT-10 an administrator %s", (_, identity, refusal) => {
    expect(judge(admin, identity)).toBe(refusal)
  })

  it.each<[string, Identity, Refusal | null]>([
    ["a cookie's session", ada, null],
    ["a bearer's session", bearer, null],
    ["a token with every scope of ours", { ...reader, scopes: ["latchkey:tokens", "latchkey:admin"] }, "forbidden"],
    ["a password", typed, "forbidden"]
  ])("PAT-04 viaSession: %s", (_, identity, refusal) => {
    expect(judge(viaSession, identity)).toBe(refusal)
  })

  it.each<[string, Identity | null, Refusal | null]>([
    ["a session, which has every scope", ada, null],
    ["a password, which has every scope", typed, null],
    ["a credential with it", { ...reader, scopes: ["packages:read", "packages:write"] }, null],
    ["a credential with another", reader, "forbidden"],
    ["a credential with none", { ...reader, scopes: [] }, "forbidden"],
    ["a credential with a longer one", { ...reader, scopes: ["packages:write:all"] }, "forbidden"],
    ["a credential with one named all", { ...reader, scopes: ["all"] }, "forbidden"],
    ["nobody", null, "unauthenticated"]
  ])("a scope: %s", (_, identity, refusal) => {
    expect(judge(scope("packages:write"), identity)).toBe(refusal)
  })

  it.each([
    [-5_001, "not-fresh"],
    [-5_000, null],
    [0, null],
    [10 * minute - 1, null],
    [10 * minute, "not-fresh"],
    [10 * minute + 1, "not-fresh"]
  ])("TIM-01 SES-12 ten minutes of freshness: %i ms after the proof it is %j", (after, refusal) => {
    expect(recently("10 minutes").judge(ada, now + after)).toBe(refusal)
  })

  test("SES-12 freshness is of the proof, not of the last use or of the session", () => {
    const used = { ...ada, session: { ...session, lastSeenAt: now + 20 * minute } }
    const confirmed = { ...ada, session: { ...session, authenticatedAt: now + 15 * minute } }
    const refusals = [used, confirmed].map((identity) => recently("10 minutes").judge(identity, now + 20 * minute))
    expect(refusals).toEqual(["not-fresh", null])
  })

  test("PAT-04 SES-12 a token is never fresh, however new it is", () => {
    const used = { ...reader, token: { ...token, createdAt: now, lastUsedAt: now } }
    expect(recently("10 minutes").judge(used, now)).toBe("not-fresh")
    expect(recently("1000 days").judge(used, now + 1)).toBe("not-fresh")
  })

  it.each([
    [0, null],
    [30_000 - 1, null],
    [30_000, "not-fresh"]
  ])("SES-12 a password is as fresh as its last proof: %i ms after it %j", (after, refusal) => {
    expect(recently("30 seconds").judge(typed, now + after)).toBe(refusal)
  })
})

test("AUD-01 a credential is named by what it is and its id, never by its secret; a password by nothing", () => {
  expect([ada, bearer, reader, typed].map(auditNameOf)).toEqual([
    `session:${session.id}`,
    `session:${session.id}`,
    `token:${token.id}`,
    null
  ])
})

describe("several policies", () => {
  test("all allow when each does; the first that refuses says why", () => {
    const policy = all(verified, recently("10 minutes"), admin)
    expect(judge(policy, as({ isVerified: true, isSuperuser: true }))).toBeNull()
    expect(judge(policy, root)).toBe("forbidden")
    expect(policy.judge(proved, now + 11 * minute)).toBe("not-fresh")
    expect(judge(policy, null)).toBe("unauthenticated")
  })

  test("either allows when one does; the last says why when none does", () => {
    const policy = either(admin, scope("packages:write"), recently("10 minutes"))
    expect(judge(policy, root)).toBeNull()
    expect(judge(policy, ada)).toBeNull()
    expect(judge(policy, reader)).toBe("not-fresh")
    expect(policy.judge({ ...reader, scopes: ["packages:write"] }, now + 11 * minute)).toBeNull()
    expect(judge(either(admin, anyone), null)).toBeNull()
    expect(judge(either(anyone, admin), null)).toBeNull()
  })

  test("SES-09 an inactive user passes no combination but one with anyone", () => {
    expect(judge(either(admin, verified), gone)).toBe("unauthenticated")
    expect(judge(all(anyone, signedIn), gone)).toBe("unauthenticated")
    expect(judge(either(admin, anyone), gone)).toBeNull()
  })

  test("have a name that says what was asked", () => {
    expect(all(either(admin, scope("a:b")), recently("10 minutes")).name).toBe(
      "all(either(admin, scope(a:b)), recently(600 s))"
    )
  })
})

test("SES-14 the policy's type says whether a handler may rely on somebody being there", () => {
  const allowedBy = <Allowed extends Identity | null>(_: Policy<Allowed>, identity: Identity | null) =>
    identity as Allowed
  expectTypeOf(allowedBy(signedIn, ada)).toEqualTypeOf<Identity>()
  expectTypeOf(allowedBy(anyone, null)).toEqualTypeOf<Identity | null>()
  expectTypeOf(all(anyone, admin)).toEqualTypeOf<Policy<Identity>>()
  expectTypeOf(all(anyone, anyone)).toEqualTypeOf<Policy<Identity | null>>()
  expectTypeOf(allowedBy(viaSession, ada)).toEqualTypeOf<SessionIdentity>()
  expectTypeOf(all(admin, viaSession)).toEqualTypeOf<Policy<SessionIdentity>>()
  expectTypeOf(either(admin, viaSession)).toEqualTypeOf<Policy<Identity>>()
  expectTypeOf(either(admin, scope("x"))).toEqualTypeOf<Policy<Identity>>()
  expectTypeOf(either(admin, anyone)).toEqualTypeOf<Policy<Identity | null>>()
  expectTypeOf<[]>().not.toExtend<Parameters<typeof all>>()
  expectTypeOf<[]>().not.toExtend<Parameters<typeof either>>()
  expectTypeOf<["admin"]>().not.toExtend<Parameters<typeof all>>()
})

it.each([all, either])("ERR-03 a combination of no policies throws, where no types forbid it", (combine) => {
  const callUntyped = combine as unknown as () => unknown
  expect(() => callUntyped()).toThrow("use `anyone`")
})

test("SES-14 permits tells the compiler that somebody is there, only when that is so", () => {
  const whoever = (): Identity | null => ada
  const somebody = whoever()
  if (permits(admin, somebody, now)) expectTypeOf(somebody).toEqualTypeOf<Identity>()
  if (permits(anyone, somebody, now)) expectTypeOf(somebody).toEqualTypeOf<Identity | null>()
  expect([permits(admin, ada, now), permits(admin, root, now), permits(anyone, null, now)]).toEqual([false, true, true])
})
