import { inspect } from "node:util"
import { describe, expect, it, test } from "vitest"
import { eventsOf, from, newPassword } from "../../test/people.ts"
import { dumpOf, tagOf, tokenScene } from "../../test/token-scene.ts"
import { sha256Hex } from "../secret/digest.ts"
import { reveal } from "../secret/secret-text.ts"
import type { User } from "../user/user.ts"
import { TokenId } from "./access-token.ts"
import type { Scopes } from "./scopes.ts"
import type { TokenToIssue } from "./token-service.ts"

const day = 86_400_000

type Scene = Awaited<ReturnType<typeof tokenScene>>

const opens = async ({ auth }: Pick<Scene, "auth">, secret: string): Promise<boolean> =>
  (await auth.tokens.check(secret)) !== null

/** A second user, and a token of theirs. */
const withBob = async (given?: Parameters<typeof tokenScene>[0]) => {
  const scene = await tokenScene(given)
  const bob = await scene.auth.users.register({ username: "bob", password: newPassword })
  const { token, secret } = await scene.auth.tokens.issue({ user: bob, scopes: "all" }, { name: "his" })
  return { ...scene, bob, his: { token, secret: reveal(secret) } }
}

describe("making a token", () => {
  test("PAT-01 gives the token as it was asked for, and the secret, this once and wrapped", async () => {
    const { auth, clock, maker, user } = await tokenScene()
    const wanted = { name: " build runner ", scopes: ["packages:read"], lifetime: "7 days" } as const
    const { token, secret } = await auth.tokens.issue(maker, wanted)
    expect(token).toEqual({
      id: token.id,
      userId: user.id,
      name: "build runner",
      hint: reveal(secret).slice(-4),
      scopes: ["packages:read"],
      epoch: user.epoch,
      createdAt: clock.now(),
      expiresAt: clock.now() + 7 * day,
      lastUsedAt: null,
      replacedBy: null,
      isImported: false
    })
    expect(String(secret)).toBe("<redacted:credential>")
    expect(reveal(secret)).not.toContain(token.id)
  })

  test("PAT-10 PAT-05 without being told more it has no scope and 90 days", async () => {
    const { clock, issue } = await tokenScene()
    expect((await issue()).token).toMatchObject({ scopes: [], expiresAt: clock.now() + 90 * day })
  })

  test("two of one name are two tokens", async () => {
    const { auth, issue, user } = await tokenScene()
    const [one, other] = [await issue(), await issue()]
    expect([one.secret === other.secret, one.token.id === other.token.id]).toEqual([false, false])
    expect(await auth.tokens.list(user.id)).toHaveLength(2)
  })

  it.each<[string, Partial<TokenToIssue>]>([
    ["TokenNameInvalid", { name: "" }],
    ["TokenNameInvalid", { name: "a\nb" }],
    ["ScopeNotGrantable", { scopes: ["packages:delete"] }],
    ["TokenLifetimeInvalid", { lifetime: 0 }],
    ["TokenLifetimeInvalid", { lifetime: "366 days" }],
    ["TokenLifetimeInvalid", { lifetime: "endless" }]
  ])("PAT-05 PAT-10 PAT-11 is refused as %s, and writes nothing: %j", async (tag, wanted) => {
    const { asked, auth, maker } = await tokenScene()
    expect(await tagOf(auth.tokens.issue(maker, { name: "runner", ...wanted }))).toBe(tag)
    expect(asked).toEqual([])
  })

  test("PAT-08 off, none is made, and nothing is written", async () => {
    const { asked, auth, maker } = await tokenScene({ tokens: { enabled: false } })
    expect(await tagOf(auth.tokens.issue(maker, { name: "runner" }))).toBe("TokensDisabled")
    expect(asked).toEqual([])
  })

  test("AUD-01 AUD-02 is an event with the scopes, the end and the id", async () => {
    const { auth, clock, maker, user } = await tokenScene({ sessions: { collectIp: true } })
    const wanted = { name: "canary", scopes: ["packages:read", "packages:write"], client: from("192.0.2.1") }
    const { token } = await auth.tokens.issue(maker, wanted)
    expect(await eventsOf(auth, { type: "token.issued" })).toEqual([
      {
        type: "token.issued",
        details: { scopes: "packages:read packages:write", expiresAt: token.expiresAt },
        at: clock.now(),
        actor: user.id,
        subject: user.id,
        credential: `token:${token.id}`,
        actedWith: null,
        ip: "192.0.2.1",
        userAgent: null,
        request: null
      }
    ])
  })
})

describe("how many tokens a user may have", () => {
  test("is 50 unless the options say otherwise, also when more are made at one moment", async () => {
    const { auth, issue, user } = await tokenScene()
    const made = await Promise.allSettled(Array.from({ length: 60 }, () => issue()))
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(50)
    expect(await auth.tokens.list(user.id)).toHaveLength(50)
  })

  test("is told when one too many is asked for", async () => {
    const { auth, issue, maker } = await tokenScene({ tokens: { perUser: 1 } })
    await issue()
    await expect(auth.tokens.issue(maker, { name: "second" })).rejects.toMatchObject({ _tag: "TooManyTokens", most: 1 })
    expect(await eventsOf(auth, { type: "token.issued" })).toHaveLength(1)
  })

  test("counts live ones alone: not those that ended, were revoked, or died with an epoch", async () => {
    const { auth, clock, issue, user } = await tokenScene({ tokens: { perUser: 1 } })
    const first = await issue({ lifetime: "1 hour" })
    expect(await tagOf(issue())).toBe("TooManyTokens")
    await clock.advance("1 hour")
    const second = await issue()
    expect(await tagOf(issue())).toBe("TooManyTokens")
    await auth.tokens.revoke({ owner: user.id, id: second.token.id })
    await issue()
    const promoted = await auth.users.change(user.id, { isSuperuser: true })
    const third = await auth.tokens.issue({ user: promoted, scopes: "all" }, { name: "third" })
    expect((await auth.tokens.list(user.id)).map(({ id }) => id)).toEqual([third.token.id])
    expect(await opens({ auth }, first.secret)).toBe(false)
  })

  test("is each user's own", async () => {
    const { issue } = await withBob({ tokens: { perUser: 1 } })
    expect((await issue()).token.name).toBe("runner")
  })
})

describe("what the store holds of a token", () => {
  test("PAT-02 is the SHA-256 of the secret, and not one part of it", async () => {
    const { issue, tables, user } = await tokenScene({ audit: { chain: true } })
    const { token, secret } = await issue({ scopes: ["packages:read"] })
    const rows = [...(tables.tokens.get(user.id) ?? [])]
    expect(rows.map(([hash]) => hash)).toEqual([sha256Hex(secret)])
    expect(dumpOf(tables)).toContain(token.id)
    const parts = [secret, secret.slice(7), secret.slice(29, -6), secret.slice(29, 51), secret.slice(-28, -6)]
    expect(parts.filter((part) => dumpOf(tables).includes(part))).toEqual([])
  })

  test("PAT-02 has a hint that is four characters of the check, which anybody can compute of the rest", async () => {
    const { issue } = await tokenScene()
    const { token, secret } = await issue()
    expect(token.hint).toMatch(/^[0-9A-Za-z]{4}$/)
    expect(secret.lastIndexOf(token.hint)).toBe(secret.length - 4)
  })

  test("PAT-03 is told by a list without secret and hash", async () => {
    const { auth, issue, user } = await tokenScene()
    const { secret } = await issue({ scopes: ["packages:read"] })
    await auth.tokens.check(secret)
    const told = [await auth.tokens.list(user.id), await auth.tokens.check(secret)]
    const printed = `${JSON.stringify(told)}${inspect(told, { depth: 20, showHidden: true })}`
    expect(printed).toContain("runner")
    expect([secret, secret.slice(29, -6), sha256Hex(secret)].filter((each) => printed.includes(each))).toEqual([])
  })

  test("PWD-20 shows in no print of what was just made", async () => {
    const { auth, maker } = await tokenScene()
    const issued = await auth.tokens.issue(maker, { name: "runner" })
    const rotated = await auth.tokens.rotate(maker, issued.token.id)
    const printed = [issued, rotated].map((each) =>
      [inspect(each, { depth: 20, showHidden: true, getters: true }), JSON.stringify(each), `${each.secret}`].join()
    )
    const secrets = [issued, rotated].map(({ secret }) => reveal(secret))
    expect(secrets.filter((secret) => printed.join().includes(secret.slice(29, -6)))).toEqual([])
  })
})

describe("a token that makes tokens", () => {
  /** What comes of asking for scopes with a credential of scopes. */
  const outcomeOf = async (scopes: Scopes, wanted: ReadonlyArray<string>): Promise<unknown> => {
    const { auth, user } = await tokenScene()
    const made = await tagOf(auth.tokens.issue({ user, scopes }, { name: "child", scopes: wanted }))
    return typeof made === "string" ? made : made.token.scopes
  }

  it.each<[ReadonlyArray<string>, ReadonlyArray<string>, unknown]>([
    [[], [], "ScopeMissing"],
    [["packages:read", "packages:write", "latchkey:admin"], [], "ScopeMissing"],
    [["latchkey:tokens"], [], []],
    [["latchkey:tokens"], ["packages:read"], "ScopeNotGrantable"],
    [["latchkey:tokens", "packages:read"], ["packages:read"], ["packages:read"]],
    [["latchkey:tokens", "packages:read"], ["packages:write"], "ScopeNotGrantable"],
    [["latchkey:tokens", "packages:read"], ["packages:read", "latchkey:admin"], "ScopeNotGrantable"],
    [["latchkey:tokens"], ["latchkey:tokens"], ["latchkey:tokens"]]
  ])("PAT-04 with the scopes %j, asked for %j: %j", async (scopes, wanted, outcome) => {
    expect(await outcomeOf(scopes, wanted)).toEqual(outcome)
  })

  test("PAT-04 an identity is its maker: a token without the scope makes none, and rotates none, its own neither", async () => {
    const { asked, auth, issue } = await tokenScene()
    const { token, secret } = await issue({ scopes: ["packages:read"] })
    const identity = await auth.identify({ authorization: `Bearer ${secret}`, sessionCookie: null })
    if (identity === null) throw new Error("the token opens nothing")
    asked.length = 0
    expect(await tagOf(auth.tokens.issue(identity, { name: "child" }))).toBe("ScopeMissing")
    expect(await tagOf(auth.tokens.rotate(identity, token.id))).toBe("ScopeMissing")
    expect(asked.filter((operation) => operation.startsWith("tokens."))).toEqual([])
  })
})

describe("the list of a user's tokens", () => {
  test("PAT-07 has the live ones, newest first, and nobody else's", async () => {
    const { auth, bob, clock, his, issue, user } = await withBob()
    const short = await issue({ name: "short", lifetime: "1 hour" })
    await clock.advance("30 minutes")
    const long = await issue({ name: "long" })
    expect(await auth.tokens.list(user.id)).toEqual([long.token, short.token])
    expect(await auth.tokens.list(bob.id)).toEqual([his.token])
    await clock.advance("30 minutes")
    expect(await auth.tokens.list(user.id)).toEqual([long.token])
  })

  test("PAT-09 is empty for a user who is inactive, and for nobody", async () => {
    const { auth, issue, user } = await tokenScene()
    await issue()
    await auth.users.change(user.id, { isActive: false })
    expect(await auth.tokens.list(user.id)).toEqual([])
    await auth.users.remove(user.id)
    expect(await auth.tokens.list(user.id)).toEqual([])
  })
})

describe("revoking", () => {
  test("PAT-07 is dead at once, on every server, true once and false ever after", async () => {
    const scene = await tokenScene()
    const other = await tokenScene({ tables: scene.tables })
    const { token, secret } = await scene.issue()
    expect(await opens(other, secret)).toBe(true)
    const key = { owner: scene.user.id, id: token.id }
    const revoked = await Promise.all([1, 2, 3, 4].map(() => scene.auth.tokens.revoke(key)))
    expect(revoked.filter((isMine) => isMine)).toEqual([true])
    expect([await opens(scene, secret), await opens(other, secret)]).toEqual([false, false])
    expect(await scene.auth.tokens.revoke(key)).toBe(false)
  })

  test("PAT-07 leaves the user's other tokens and sessions alone", async () => {
    const scene = await tokenScene()
    const [one, other] = [await scene.issue(), await scene.issue()]
    const session = await scene.auth.sessions.open(scene.user)
    await scene.auth.tokens.revoke({ owner: scene.user.id, id: one.token.id })
    expect(await opens(scene, other.secret)).toBe(true)
    expect(await scene.auth.sessions.resume(session.secret)).not.toBeNull()
  })

  test("PAT-07 nobody revokes another's by its id, nor one that is not there", async () => {
    const scene = await withBob()
    expect(await scene.auth.tokens.revoke({ owner: scene.user.id, id: scene.his.token.id })).toBe(false)
    expect(await scene.auth.tokens.revoke({ owner: scene.user.id, id: TokenId("nothing") })).toBe(false)
    expect(await opens(scene, scene.his.secret)).toBe(true)
    expect(await eventsOf(scene.auth, { type: "token.revoked" })).toEqual([])
  })

  test("PAT-07 an administrator revokes anybody's by its owner, and is on record for it", async () => {
    const scene = await withBob({ sessions: { collectIp: true } })
    const key = { owner: scene.bob.id, id: scene.his.token.id }
    const by = { as: "admin", actor: scene.user.id, client: from("192.0.2.1") } as const
    expect(await scene.auth.tokens.revoke(key, by)).toBe(true)
    expect(await opens(scene, scene.his.secret)).toBe(false)
    expect(await eventsOf(scene.auth, { type: "token.revoked" })).toMatchObject([
      {
        details: { by: "admin", count: 1 },
        actor: scene.user.id,
        subject: scene.bob.id,
        credential: `token:${key.id}`,
        ip: "192.0.2.1"
      }
    ])
  })

  test("PAT-08 works with tokens off, and for one that has ended", async () => {
    const scene = await tokenScene()
    const { token } = await scene.issue({ lifetime: "1 hour" })
    const off = await tokenScene({ tables: scene.tables, tokens: { enabled: false } })
    await off.clock.advance("1 hour")
    expect(await off.auth.tokens.list(scene.user.id)).toEqual([])
    expect(await off.auth.tokens.revoke({ owner: scene.user.id, id: token.id })).toBe(true)
  })

  test("PAT-07 all of a user's says how many, spares nobody else's, and is one event", async () => {
    const scene = await withBob()
    const mine = [await scene.issue(), await scene.issue()]
    const { id } = scene.user
    expect(await scene.auth.tokens.revokeAllOf(id, { as: "owner", actor: id })).toBe(2)
    expect(await Promise.all(mine.map(({ secret }) => opens(scene, secret)))).toEqual([false, false])
    expect(await opens(scene, scene.his.secret)).toBe(true)
    expect(await scene.auth.tokens.revokeAllOf(id)).toBe(0)
    expect(await eventsOf(scene.auth, { type: "token.revoked" })).toMatchObject([
      { details: { by: "owner", count: 2 }, actor: id, subject: id, credential: null }
    ])
  })
})

test("PAT-10 a token of somebody who is no administrator is none, whatever its scopes say", async () => {
  const { auth, issue } = await tokenScene()
  const { secret } = await issue({ scopes: ["latchkey:admin"] })
  const identity = await auth.identify({ authorization: `Bearer ${secret}`, sessionCookie: null })
  const found: User | undefined = identity?.user
  expect([found?.isSuperuser, identity?.scopes]).toEqual([false, ["latchkey:admin"]])
})
