import { samples } from "@latchkey/conformance/store"
import { describe, expect, expectTypeOf, it, test } from "vitest"
import { auditNameOf } from "../audit/trace.ts"
import { UserId } from "../secret/user-id.ts"
import { type Session, SessionId } from "../session/session.ts"
import { type AccessToken, TokenId } from "../token/access-token.ts"
import type { User } from "../user/user.ts"
import {
  type Identity,
  type PasswordIdentity,
  pendingOf,
  type SessionIdentity,
  type TokenIdentity
} from "./identity.ts"
import {
  admin,
  admit,
  all,
  anyone,
  either,
  evenPending,
  type Policy,
  permits,
  person,
  recently,
  role,
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
  impersonation: null,
  data: null,
  dataVersion: 0
}

const { user } = samples.sampleUser(1, {
  id: session.userId,
  username: "ada",
  email: "ada@example.org",
  createdAt: now
})

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

const ada: SessionIdentity = { user, pending: null, via: "session", scopes: "all", session }
const as = (change: Partial<User>): Identity => ({ ...ada, user: { ...user, ...change } })

const root = as({ isSuperuser: true })
const proved = as({ isVerified: true })
const gone = as({ isActive: false, isSuperuser: true, isVerified: true })
const bearer: SessionIdentity = { ...ada, via: "bearer" }
const reader: TokenIdentity = { user, pending: null, via: "token", scopes: token.scopes, token }
const typed: PasswordIdentity = {
  user,
  pending: null,
  via: "basic",
  scopes: "all",
  authenticatedAt: now
}

/** A token of a superuser, with these scopes. */
const rootToken = (scopes: ReadonlyArray<string>): TokenIdentity => ({ ...reader, user: root.user, scopes })

/** A program with a session. Zero: nobody ever gave a password for it. */
const programOf = (authenticatedAt: number): SessionIdentity => ({
  ...bearer,
  session: { ...session, kind: "bearer", authenticatedAt }
})

/** The code of the refusal. */
const judge = (policy: Policy<Identity | null>, identity: Identity | null, at = now): string | null =>
  policy.judge(identity, at)?.code ?? null

describe("whom a policy allows", () => {
  it.each<[string, Policy<Identity | null>, Record<string, string | null>]>([
    ["anyone", anyone, { nobody: null, ada: null, root: null, proved: null, gone: null }],
    ["signedIn", signedIn, { nobody: "unauthorized", ada: null, root: null, proved: null, gone: "unauthorized" }],
    [
      "verified",
      verified,
      {
        nobody: "unauthorized",
        ada: "email-not-verified",
        root: "email-not-verified",
        proved: null,
        gone: "unauthorized"
      }
    ],
    [
      "admin",
      admin,
      {
        nobody: "unauthorized",
        ada: "admin-required",
        root: null,
        proved: "admin-required",
        gone: "unauthorized"
      }
    ],
    ["viaSession", viaSession, { nobody: "unauthorized", ada: null, root: null, proved: null, gone: "unauthorized" }],
    [
      "recently(10 minutes)",
      recently("10 minutes"),
      { nobody: "unauthorized", ada: null, root: null, proved: null, gone: "unauthorized" }
    ]
  ])("ADM-01 %s", (_, policy, table) => {
    const found = { nobody: null, ada, root, proved, gone }
    expect(Object.fromEntries(Object.entries(found).map(([name, who]) => [name, judge(policy, who)]))).toEqual(table)
  })

  it.each<[string, Identity | null, string | null]>([
    ["nobody", null, "unauthorized"],
    ["a user without roles", ada, "role-required"],
    ["a user with another role", as({ roles: ["author"] }), "role-required"],
    ["a user with the role", as({ roles: ["author", "editor"] }), null],
    ["a user with the role who is gone", as({ roles: ["editor"], isActive: false }), "unauthorized"],
    ["a superuser", root, null],
    ["a token of a user without it", reader, "role-required"],
    ["a token of a user with it", { ...reader, user: as({ roles: ["editor"] }).user }, null],
    ["a superuser's token", rootToken(["packages:read"]), "role-required"],
    ["a superuser's token that may act as one", rootToken(["latchkey:admin"]), null],
    [
      "a token of a superuser with the role",
      { ...rootToken([]), user: as({ isSuperuser: true, roles: ["editor"] }).user },
      null
    ]
  ])("ROL-01 ROL-02 ROL-03 role allows by the user's row: %s", (_, identity, refusal) => {
    expect(judge(role("editor"), identity)).toBe(refusal)
  })

  it("ROL-01 a refusal names the role", () => {
    expect(role("editor").judge(ada, now)).toEqual({ code: "role-required", role: "editor" })
  })

  it.each<[string, Identity, string | null]>([
    ["with a session", root, null],
    ["with their name and password", { ...typed, user: root.user }, null],
    ["with a token that may", rootToken(["packages:read", "latchkey:admin"]), null],
    ["with a token that may nothing", rootToken([]), "insufficient-scope"],
    ["with a token of other scopes", rootToken(["packages:read", "latchkey:tokens", "admin"]), "insufficient-scope"],
    ["who is none any more, with a token that may", { ...rootToken(["latchkey:admin"]), user }, "admin-required"],
    ["who is gone, with a token that may", { ...rootToken(["latchkey:admin"]), user: gone.user }, "unauthorized"]
  ])("ADM-01 PAT-10 an administrator %s", (_, identity, refusal) => {
    expect(judge(admin, identity)).toBe(refusal)
  })

  it.each<[string, Identity, string | null]>([
    ["a cookie's session", ada, null],
    ["a bearer's session", bearer, null],
    [
      "a token with every scope of ours",
      { ...reader, scopes: ["latchkey:tokens", "latchkey:admin"] },
      "session-required"
    ],
    ["a password", typed, "session-required"]
  ])("PAT-04 viaSession: %s", (_, identity, refusal) => {
    expect(judge(viaSession, identity)).toBe(refusal)
  })

  it.each<[string, Identity, string | null]>([
    ["a cookie's session", ada, null],
    ["a password", typed, null],
    ["a program's session, for which somebody gave a password", programOf(now), null],
    ["a program's session from a CLI login, for which nobody did", programOf(0), "session-required"],
    ["a token with every scope of ours", rootToken(["latchkey:tokens", "latchkey:admin"]), "session-required"],
    ["somebody who is gone", gone, "unauthorized"]
  ])("PRI-03 DEV-14 person: %s", (_, identity, refusal) => {
    expect(judge(person, identity)).toBe(refusal)
  })

  it.each<[string, Identity | null, string | null]>([
    ["a session, which has every scope", ada, null],
    ["a password, which has every scope", typed, null],
    ["a credential with it", { ...reader, scopes: ["packages:read", "packages:write"] }, null],
    ["a credential with another", reader, "insufficient-scope"],
    ["a credential with none", { ...reader, scopes: [] }, "insufficient-scope"],
    ["a credential with a longer one", { ...reader, scopes: ["packages:write:all"] }, "insufficient-scope"],
    ["a credential with one named all", { ...reader, scopes: ["all"] }, "insufficient-scope"],
    ["nobody", null, "unauthorized"]
  ])("a scope: %s", (_, identity, refusal) => {
    expect(judge(scope("packages:write"), identity)).toBe(refusal)
  })

  it.each([
    [-5_001, "reauthentication-required"],
    [-5_000, null],
    [0, null],
    [10 * minute - 1, null],
    [10 * minute, "reauthentication-required"],
    [10 * minute + 1, "reauthentication-required"]
  ])("TIM-01 SES-12 ten minutes of freshness: %i ms after the proof it is %j", (after, refusal) => {
    expect(judge(recently("10 minutes"), ada, now + after)).toBe(refusal)
  })

  test("SES-12 freshness is of the proof, not of the last use or of the session", () => {
    const used = { ...ada, session: { ...session, lastSeenAt: now + 20 * minute } }
    const confirmed = { ...ada, session: { ...session, authenticatedAt: now + 15 * minute } }
    const refusals = [used, confirmed].map((identity) => judge(recently("10 minutes"), identity, now + 20 * minute))
    expect(refusals).toEqual(["reauthentication-required", null])
  })

  test("PAT-04 SES-12 a token is never fresh, however new it is", () => {
    const used = { ...reader, token: { ...token, createdAt: now, lastUsedAt: now } }
    expect(judge(recently("10 minutes"), used)).toBe("reauthentication-required")
    expect(judge(recently("1000 days"), used, now + 1)).toBe("reauthentication-required")
  })

  it.each([
    [0, null],
    [30_000 - 1, null],
    [30_000, "reauthentication-required"]
  ])("SES-12 a password is as fresh as its last proof: %i ms after it %j", (after, refusal) => {
    expect(judge(recently("30 seconds"), typed, now + after)).toBe(refusal)
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
    expect(judge(policy, root)).toBe("email-not-verified")
    expect(judge(policy, proved, now + 11 * minute)).toBe("reauthentication-required")
    expect(judge(policy, null)).toBe("unauthorized")
  })

  test("either allows when one does; the last says why when none does", () => {
    const policy = either(admin, scope("packages:write"), recently("10 minutes"))
    expect(judge(policy, root)).toBeNull()
    expect(judge(policy, ada)).toBeNull()
    expect(judge(policy, reader)).toBe("reauthentication-required")
    expect(policy.judge({ ...reader, scopes: ["packages:write"] }, now + 11 * minute)).toBeNull()
    expect(judge(either(admin, anyone), null)).toBeNull()
    expect(judge(either(anyone, admin), null)).toBeNull()
  })

  test("SES-09 an inactive user passes no combination but one with anyone", () => {
    expect(judge(either(admin, verified), gone)).toBe("unauthorized")
    expect(judge(all(anyone, signedIn), gone)).toBe("unauthorized")
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

describe.each([
  ["email-verification", "email-not-verified"],
  ["password-change", "password-change-required"]
] as const)("an identity that is pending for %s", (pending, code) => {
  const waiting: SessionIdentity = { ...ada, pending, user: { ...user, isSuperuser: true } }
  const everyWay: ReadonlyArray<Identity> = [
    waiting,
    { ...bearer, pending },
    { ...reader, pending, scopes: ["packages:read", "latchkey:admin"] },
    { ...typed, pending }
  ]

  /** A host's own policy, which looks at the address and knows nothing of pending identities. */
  const ofOurDomain: Policy<Identity> = {
    name: "ofOurDomain",
    judge: (identity) => (identity?.user.email?.endsWith("@example.org") ? null : { code: "other-domain" })
  }
  /** One that lets everybody in and then believes the address. */
  const hostsAnyone: Policy<Identity | null> = { name: "hostsAnyone", judge: () => null }

  it.each<[string, Policy<Identity | null>]>([
    ["signedIn", signedIn],
    ["verified", verified],
    ["admin", admin],
    ["scope", scope("packages:read")],
    ["viaSession", viaSession],
    ["recently", recently("10 minutes")],
    ["a host's own", ofOurDomain],
    ["all", all(signedIn, ofOurDomain)],
    ["all with one that lets pending in", all(evenPending(signedIn), signedIn)],
    ["either", either(admin, ofOurDomain)]
  ])("SES-25 PWD-25 passes no policy, in whatever way it came: %s", (_, policy) => {
    for (const identity of everyWay) {
      expect(admit(policy, identity, now)).toEqual({ isAllowed: false, refusal: { code } })
      expect(permits(policy, identity, now)).toBe(false)
    }
  })

  it.each<[string, Policy<Identity | null>]>([
    ["anyone", anyone],
    ["either with anyone first", either(anyone, signedIn)],
    ["either with anyone last", either(ofOurDomain, anyone)],
    ["all of anyone", all(anyone, anyone)],
    ["a host's own", hostsAnyone]
  ])("SES-25 PWD-25 is nobody to a policy that also lets nobody in: %s", (_, policy) => {
    for (const identity of everyWay) {
      expect(admit(policy, identity, now)).toEqual({ isAllowed: true, identity: null })
      expect(permits(policy, identity, now)).toBe(false)
    }
  })

  test("SES-25 PWD-25 passes a policy that says so, as itself, and only as far as that policy allows", () => {
    expect(admit(evenPending(anyone), waiting, now)).toEqual({ isAllowed: true, identity: waiting })
    expect(admit(evenPending(viaSession), waiting, now)).toEqual({ isAllowed: true, identity: waiting })
    expect(admit(either(evenPending(viaSession), admin), waiting, now)).toEqual({ isAllowed: true, identity: waiting })
    for (const combined of [evenPending(all(signedIn, viaSession)), evenPending(either(admin, signedIn))]) {
      expect(admit(combined, waiting, now)).toEqual({ isAllowed: true, identity: waiting })
    }
    const byToken = admit(evenPending(viaSession), { ...reader, pending }, now)
    expect(byToken).toEqual({ isAllowed: false, refusal: { code: "session-required" } })
    expect(admit(evenPending(viaSession), null, now)).toMatchObject({ refusal: { code: "unauthorized" } })
  })
})

describe("a policy for those who must do one thing", () => {
  const chooses: SessionIdentity = { ...ada, pending: "password-change" }
  const verifies: SessionIdentity = { ...ada, pending: "email-verification" }
  const refused = (code: string) => ({ isAllowed: false, refusal: { code } })

  it.each<[string, Policy<Identity | null>]>([
    ["alone", evenPending(signedIn, "password-change")],
    ["in all", all(evenPending(signedIn, "password-change"), evenPending(viaSession, "password-change"))],
    ["in either, first", either(evenPending(signedIn, "password-change"), admin)],
    ["in either, last", either(admin, evenPending(signedIn, "password-change"))],
    ["around all", evenPending(all(signedIn, viaSession), "password-change")],
    ["around one for everybody", evenPending(evenPending(signedIn), "password-change")]
  ])("PWD-25 lets them in, and SES-25 nobody who must do another: %s", (_, policy) => {
    expect(admit(policy, chooses, now)).toEqual({ isAllowed: true, identity: chooses })
    expect(admit(policy, verifies, now)).toEqual(refused("email-not-verified"))
    expect(admit(policy, null, now)).toEqual(refused("unauthorized"))
    expect(admit(policy, ada, now)).toEqual({ isAllowed: true, identity: ada })
  })

  test("PWD-25 beside one that lets in no one pending, in all, it lets in no one pending", () => {
    const both = all(evenPending(signedIn, "password-change"), signedIn)
    expect(admit(both, chooses, now)).toEqual(refused("password-change-required"))
  })

  test("SES-25 one that also allows nobody sees nobody in place of whom it was not made for", () => {
    const policy = evenPending(anyone, "password-change")
    expect(admit(policy, chooses, now)).toEqual({ isAllowed: true, identity: chooses })
    expect(admit(policy, verifies, now)).toEqual({ isAllowed: true, identity: null })
  })

  test("PWD-25 the password comes first, and afterwards the address is still to verify", () => {
    const demanded = { ...user, mustChangePassword: true, isVerified: false }
    expect(pendingOf(demanded, { requireVerified: true })).toBe("password-change")
    expect(pendingOf(demanded, { requireVerified: false })).toBe("password-change")
    expect(pendingOf({ ...demanded, mustChangePassword: false }, { requireVerified: true })).toBe("email-verification")
  })
})

test("HDR-09 a refusal for a scope names it, also out of a combination", () => {
  const lacking = { isAllowed: false, refusal: { code: "insufficient-scope", scope: "packages:write" } }
  expect(admit(scope("packages:write"), reader, now)).toEqual(lacking)
  expect(admit(all(signedIn, scope("packages:write")), reader, now)).toEqual(lacking)
  expect(admit(either(viaSession, scope("packages:write")), reader, now)).toEqual(lacking)
  expect(admin.judge(rootToken([]), now)).toEqual({ code: "insufficient-scope", scope: "latchkey:admin" })
})

test("REG-10 a row from before the rule, verified without an address, is not verified to any policy", () => {
  expect(judge(verified, as({ email: null, isVerified: true }))).toBe("email-not-verified")
})
