import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { eventsOf, from, newPassword } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import { hostScopes, tagOf, tokenScene } from "../../test/token-scene.ts"
import { reveal } from "../secret/secret-text.ts"
import { TokenId } from "./access-token.ts"

const minute = 60_000
const day = 86_400_000

type Scene = Awaited<ReturnType<typeof tokenScene>>

const opens = async ({ auth }: Pick<Scene, "auth">, secret: string): Promise<boolean> =>
  (await auth.tokens.check(secret)) !== null

const rotate = async (
  { auth, maker }: Pick<Scene, "auth" | "maker">,
  id: TokenId,
  options?: Parameters<Scene["auth"]["tokens"]["rotate"]>[2]
) => {
  const { token, secret } = await auth.tokens.rotate(maker, id, options)
  return { token, secret: reveal(secret) }
}

describe("the token in the place of another", () => {
  test("has its name, its scopes and its lifetime, counted from now, and a secret of its own", async () => {
    const scene = await tokenScene()
    const old = await scene.issue({ name: "runner", scopes: ["packages:read"], lifetime: "7 days" })
    await scene.clock.advance("3 days")
    const { token, secret } = await rotate(scene, old.token.id)
    expect(token).toEqual({
      ...old.token,
      id: token.id,
      hint: secret.slice(-4),
      createdAt: scene.clock.now(),
      expiresAt: scene.clock.now() + 7 * day
    })
    expect([token.id === old.token.id, secret === old.secret]).toEqual([false, false])
    expect(await scene.auth.tokens.check(secret)).toEqual({ token, user: scene.user })
  })

  test("PAT-05 lives no longer than the options now allow", async () => {
    const before = await tokenScene()
    const old = await before.issue({ lifetime: "365 days" })
    const scene = await tokenScene({ tables: before.tables, tokens: { lifetime: "7 days", longest: "30 days" } })
    const { token } = await rotate(scene, old.token.id)
    expect(token.expiresAt).toBe(scene.clock.now() + 30 * day)
  })

  it.each([
    [true, null],
    [false, 90 * day]
  ])(
    "PAT-05 of one without an end has none while the options allow it, else the usual: %s",
    async (mayBeEndless, span) => {
      const before = await tokenScene({ tokens: { mayBeEndless: true } })
      const old = await before.issue({ lifetime: "endless" })
      const scene = await tokenScene({ tables: before.tables, tokens: { mayBeEndless } })
      const { token } = await rotate(scene, old.token.id)
      expect(token.expiresAt).toBe(span === null ? null : scene.clock.now() + span)
    }
  )

  test("PAT-10 has none of the scopes that the host no longer declares", async () => {
    const before = await tokenScene()
    const old = await before.issue({ scopes: ["packages:read", "packages:write"] })
    const { "packages:write": _, ...fewer } = hostScopes
    const scene = await tokenScene({ tables: before.tables, tokens: { scopes: fewer } })
    expect((await rotate(scene, old.token.id)).token.scopes).toEqual(["packages:read"])
  })

  test("PAT-04 has none of the scopes that the token which rotates it does not have", async () => {
    const scene = await tokenScene()
    const old = await scene.issue({ scopes: ["packages:read", "packages:write", "latchkey:tokens"] })
    const maker = { user: scene.user, scopes: ["latchkey:tokens", "packages:read"] }
    const { token } = await rotate({ ...scene, maker }, old.token.id)
    expect(token.scopes).toEqual(["packages:read", "latchkey:tokens"])
  })

  test("PAT-06 was never used", async () => {
    const scene = await tokenScene()
    const old = await scene.issue()
    await scene.auth.tokens.check(old.secret)
    await scene.clock.advance(0)
    expect((await rotate(scene, old.token.id)).token.lastUsedAt).toBeNull()
  })
})

describe("the old token", () => {
  it.each([
    [day - 1, true],
    [day, false]
  ])("goes on for a day: after %i ms it is live: %s", async (after, isLive) => {
    const scene = await tokenScene()
    const old = await scene.issue()
    await rotate(scene, old.token.id)
    await scene.clock.advance(after)
    expect(await opens(scene, old.secret)).toBe(isLive)
  })

  it.each<[string, Duration.Input]>([
    ["none", 0],
    ["a negative one", -1],
    ["a fraction of a millisecond", 0.9],
    ["no number", Number.NaN]
  ])("ends at once with an overlap of %s", async (_, overlap) => {
    const scene = await tokenScene()
    const old = await scene.issue()
    const next = await rotate(scene, old.token.id, { overlap })
    expect([await opens(scene, old.secret), await opens(scene, next.secret)]).toEqual([false, true])
  })

  test("goes on for as long as is asked for, or as the options say", async () => {
    const scene = await tokenScene({ tokens: { overlap: "1 hour" } })
    const [asked, usual] = [await scene.issue(), await scene.issue()]
    await rotate(scene, asked.token.id, { overlap: Duration.minutes(5) })
    await rotate(scene, usual.token.id)
    await scene.clock.advance(5 * minute)
    expect([await opens(scene, asked.secret), await opens(scene, usual.secret)]).toEqual([false, true])
    await scene.clock.advance(55 * minute)
    expect(await opens(scene, usual.secret)).toBe(false)
  })

  test("PAT-05 never goes on past its own end", async () => {
    const scene = await tokenScene()
    const old = await scene.issue({ lifetime: "1 hour" })
    await rotate(scene, old.token.id, { overlap: "1 day" })
    await scene.clock.advance("1 hour")
    expect(await opens(scene, old.secret)).toBe(false)
  })

  test("PAT-05 with an overlap that is no duration is refused, and leaves the old one as it was", async () => {
    const scene = await tokenScene()
    const old = await scene.issue()
    const overlap = JSON.parse('"soon"')
    expect(await tagOf(rotate(scene, old.token.id, { overlap }))).toBe("TokenLifetimeInvalid")
    expect(await scene.auth.tokens.list(scene.user.id)).toEqual([old.token])
  })

  test("PAT-05 without an end has one from now on, however long the overlap that is asked for", async () => {
    const scene = await tokenScene({ tokens: { mayBeEndless: true } })
    const old = await scene.issue({ lifetime: "endless" })
    await rotate(scene, old.token.id, { overlap: Duration.infinity })
    const [kept] = (await scene.auth.tokens.list(scene.user.id)).filter(({ id }) => id === old.token.id)
    expect(kept?.expiresAt).toBe(scene.clock.now() + 365 * day)
  })

  test("names the one in its place in lists", async () => {
    const scene = await tokenScene()
    const old = await scene.issue()
    const next = await rotate(scene, old.token.id)
    const listed = await scene.auth.tokens.list(scene.user.id)
    const replacedBy = Object.fromEntries(listed.map((token) => [token.id, token.replacedBy]))
    expect(replacedBy).toEqual({ [old.token.id]: next.token.id, [next.token.id]: null })
  })

  test("cannot be rotated again while it goes on; its heir can", async () => {
    const scene = await tokenScene()
    const old = await scene.issue()
    const next = await rotate(scene, old.token.id)
    expect(await tagOf(rotate(scene, old.token.id))).toBe("TokenNotFound")
    expect(await opens(scene, (await rotate(scene, next.token.id)).secret)).toBe(true)
  })
})

describe("rotating", () => {
  test("of sixteen at one moment exactly one gives a secret, and two tokens are there", async () => {
    const scene = await tokenScene({ around: (_, call) => Effect.andThen(Effect.yieldNow, call) })
    const old = await scene.issue()
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => tagOf(rotate(scene, old.token.id))))
    const losers = outcomes.filter((outcome) => outcome === "TokenNotFound")
    expect(losers).toHaveLength(15)
    expect(await scene.auth.tokens.list(scene.user.id)).toHaveLength(2)
    expect(await eventsOf(scene.auth, { type: "token.rotated" })).toHaveLength(1)
  })

  it.each<[string, (scene: Scene, id: TokenId) => Promise<unknown>]>([
    ["that has ended", ({ clock }) => clock.advance("1 hour")],
    ["that was revoked", ({ auth, user }, id) => auth.tokens.revoke({ owner: user.id, id })],
    ["of an earlier epoch", ({ auth, user }) => auth.users.change(user.id, { isSuperuser: true })],
    ["of an inactive user", ({ auth, user }) => auth.users.change(user.id, { isActive: false })],
    ["of a user who is gone", ({ auth, user }) => auth.users.remove(user.id)]
  ])("PAT-09 of one %s gives none", async (_, end) => {
    const scene = await tokenScene()
    const old = await scene.issue({ lifetime: "1 hour" })
    await end(scene, old.token.id)
    expect(await tagOf(rotate(scene, old.token.id))).toBe("TokenNotFound")
    expect(await eventsOf(scene.auth, { type: "token.rotated" })).toEqual([])
  })

  test("PAT-07 of another's token, or of none, gives none", async () => {
    const scene = await tokenScene()
    const bob = await scene.auth.users.register({ username: "bob", password: newPassword })
    const his = await scene.auth.tokens.issue({ user: bob, scopes: "all" }, { name: "his" })
    expect(await tagOf(rotate(scene, his.token.id))).toBe("TokenNotFound")
    expect(await tagOf(rotate(scene, TokenId("nothing")))).toBe("TokenNotFound")
    expect(await scene.auth.tokens.list(bob.id)).toEqual([his.token])
  })

  test("PAT-09 by someone whose credentials have ended since gives a dead token", async () => {
    const scene = await tokenScene()
    const promoted = await scene.auth.users.change(scene.user.id, { isSuperuser: true })
    const made = await scene.auth.tokens.issue({ user: promoted, scopes: "all" }, { name: "runner" })
    const late = await rotate(scene, made.token.id)
    expect(await opens(scene, late.secret)).toBe(false)
  })

  test("PAT-08 gives none while tokens are off", async () => {
    const before = await tokenScene()
    const old = await before.issue()
    const off = await tokenScene({ tables: before.tables, tokens: { enabled: false } })
    expect(await tagOf(rotate(off, old.token.id))).toBe("TokensDisabled")
    expect(off.asked).toEqual([])
  })

  test("does not count the old token, but all others", async () => {
    const scene = await tokenScene({ tokens: { perUser: 2 } })
    const [one, other] = [await scene.issue(), await scene.issue()]
    expect((await rotate(scene, one.token.id)).token.name).toBe("runner")
    expect(await tagOf(rotate(scene, other.token.id))).toBe("TooManyTokens")
    expect(await opens(scene, other.secret)).toBe(true)
  })

  test("ERR-03 that the store does not do leaves the old token as it was", async () => {
    const scene = await tokenScene({ around: outage((operation) => operation === "tokens.rotate") })
    const old = await scene.issue()
    expect(await tagOf(rotate(scene, old.token.id))).toBe("StoreError")
    expect(await scene.auth.tokens.list(scene.user.id)).toEqual([old.token])
  })

  test("AUD-01 is an event with both tokens and the end of the old one", async () => {
    const scene = await tokenScene({ sessions: { collectIp: true } })
    const old = await scene.issue()
    const next = await rotate(scene, old.token.id, { overlap: "1 hour", client: from("192.0.2.1") })
    expect(await eventsOf(scene.auth, { type: "token.rotated" })).toMatchObject([
      {
        details: { from: `token:${old.token.id}`, oldExpiresAt: scene.clock.now() + 60 * minute },
        actor: scene.user.id,
        subject: scene.user.id,
        credential: `token:${next.token.id}`,
        ip: "192.0.2.1"
      }
    ])
  })

  test("AUD-01 tells the end that the old one has, when that is sooner than the overlap", async () => {
    const scene = await tokenScene()
    const old = await scene.issue({ lifetime: "1 hour" })
    await rotate(scene, old.token.id)
    expect(await eventsOf(scene.auth, { type: "token.rotated" })).toMatchObject([
      { details: { oldExpiresAt: old.token.expiresAt } }
    ])
  })
})
