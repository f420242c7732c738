import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { everyInterleaving } from "../../test/interleavings.ts"
import { ada, newPassword } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import { tokenScene } from "../../test/token-scene.ts"
import { Passwords } from "../password/passwords.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import type { Sessions } from "../session/sessions.ts"
import { manualClock } from "../testing/manual-clock.ts"
import type { User } from "../user/user.ts"
import { Users } from "../user/users.ts"
import { Tokens } from "./tokens.ts"

const minute = 60_000
const hour = 60 * minute

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

type Scene = Awaited<ReturnType<typeof tokenScene>>

const opens = async ({ auth }: Pick<Scene, "auth">, secret: string, login?: string): Promise<boolean> =>
  (await auth.tokens.check(secret, login)) !== null

/** Which of these texts open something. */
const opening = async ({ auth }: Scene, texts: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const found = await Promise.all(texts.map((text) => auth.tokens.check(text)))
  return texts.filter((_, at) => found[at] !== null)
}

describe("a token's secret", () => {
  test("PAT-01 opens its token and its user, as stored at this moment", async () => {
    const { auth, issue, user } = await tokenScene()
    const { token, secret } = await issue({ scopes: ["packages:read"] })
    await auth.users.change(user.id, { username: "countess", isVerified: true })
    expect(await auth.tokens.check(secret)).toEqual({
      token,
      user: { ...user, username: "countess", isVerified: true }
    })
  })

  test("PAT-01 has the documented form", async () => {
    const { issue } = await tokenScene()
    expect((await issue()).secret).toMatch(/^lk_pat_[0-9A-Za-z]{22}[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/)
    const branded = await tokenScene({ prefix: "acme" })
    expect((await branded.issue()).secret).toMatch(/^acme_pat_[0-9A-Za-z]{71}$/)
  })

  test("PAT-01 with any one character exchanged for another opens nothing, and asks the store nothing", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    const mutants = Array.from(secret, (character, at) =>
      Array.from(`${ALPHABET}_- é`)
        .filter((other) => other !== character)
        .map((other) => secret.slice(0, at) + other + secret.slice(at + 1))
    ).flat()
    scene.asked.length = 0
    expect(await opening(scene, mutants)).toEqual([])
    expect(scene.asked).toEqual([])
    expect(mutants.length).toBeGreaterThan(5_000)
  })

  test("PAT-01 with any two characters exchanged opens nothing, and asks the store nothing", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    const mutants = Array.from(secret, (first, i) =>
      Array.from(secret.slice(i + 1), (second, skipped) => {
        const j = i + 1 + skipped
        return secret.slice(0, i) + second + secret.slice(i + 1, j) + first + secret.slice(j + 1)
      })
    ).flat()
    scene.asked.length = 0
    expect(
      await opening(
        scene,
        mutants.filter((mutant) => mutant !== secret)
      )
    ).toEqual([])
    expect(scene.asked).toEqual([])
  })

  test("PAT-01 cut, grown or with text around it opens nothing, and asks the store nothing", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    scene.asked.length = 0
    const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), minLength: 1 })
    await fc.assert(
      fc.asyncProperty(anyText, fc.nat(secret.length - 1), async (extra, at) => {
        const texts = [
          secret.slice(0, at),
          secret.slice(at + 1),
          secret.slice(0, at) + secret.slice(at + 1),
          secret.slice(0, at) + extra + secret.slice(at),
          secret + extra
        ]
        expect(await opening(scene, texts)).toEqual([])
      }),
      { numRuns: 500 }
    )
    expect(scene.asked).toEqual([])
  })

  it.each(["", "lk_pat_", `lk_pat_${"0".repeat(71)}`, "x".repeat(10_000), "__proto__", "junk-junk-junk-junk"])(
    "PAT-01 %j is junk, and asks the store nothing",
    async (junk) => {
      const scene = await tokenScene()
      expect(await opens(scene, junk)).toBe(false)
      expect(scene.asked).toEqual([])
    }
  )

  test("PAT-01 of another kind or another product opens nothing, and asks the store nothing", async () => {
    const scene = await tokenScene()
    const session = await scene.auth.sessions.logIn(ada, { kind: "browser" })
    const foreign = await (await tokenScene({ prefix: "acme" })).issue()
    scene.asked.length = 0
    const others = [reveal(session.secret), reveal(session.device ?? ""), foreign.secret]
    expect(await opening(scene, others)).toEqual([])
    expect(scene.asked).toEqual([])
  })

  test("PAT-01 of the right form that nobody was given opens nothing", async () => {
    const scene = await tokenScene()
    const elsewhere = await (await tokenScene()).issue()
    expect(await opens(scene, elsewhere.secret)).toBe(false)
    expect(scene.asked).toEqual(["lookupToken"])
  })

  test("opens no session, and a session's opens no token", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    expect(await scene.auth.sessions.resume(secret)).toBeNull()
  })

  test("costs one store call and no hash of a password", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    await scene.auth.tokens.check(secret)
    scene.asked.length = 0
    expect(await opens(scene, secret)).toBe(true)
    expect(scene.asked).toEqual(["lookupToken"])
    expect(scene.work).toEqual({ hashes: 0, verifies: 0 })
  })

  test("SES-13 behind an outage is a StoreError: neither somebody nor nobody", async () => {
    let isDown = false
    const { auth, issue } = await tokenScene({ around: outage((operation) => isDown && operation === "lookupToken") })
    const { secret } = await issue()
    isDown = true
    await expect(auth.tokens.check(secret)).rejects.toMatchObject({ _tag: "StoreError", operation: "lookupToken" })
    isDown = false
    expect(await opens({ auth }, secret)).toBe(true)
  })
})

describe("the end of a token", () => {
  it.each([
    [hour - 1, true],
    [hour, false],
    [hour + 1, false]
  ])("PAT-05 TIM-01 after an hour: %i ms after issue it is live: %s", async (after, isLive) => {
    const scene = await tokenScene()
    const { secret } = await scene.issue({ lifetime: "1 hour" })
    await scene.clock.advance(after)
    expect(await opens(scene, secret)).toBe(isLive)
  })

  test("PAT-05 does not move by using it", async () => {
    const scene = await tokenScene()
    const { token, secret } = await scene.issue({ lifetime: "3 minutes" })
    await scene.clock.advance("1 minute")
    await scene.auth.tokens.check(secret)
    await scene.clock.advance("1 minute")
    expect(await scene.auth.tokens.check(secret)).toMatchObject({ token: { expiresAt: token.expiresAt } })
    await scene.clock.advance("1 minute")
    expect(await opens(scene, secret)).toBe(false)
  })

  test("PAT-05 of one without an end never comes, also when such are no longer made", async () => {
    const scene = await tokenScene({ tokens: { mayBeEndless: true } })
    const { secret } = await scene.issue({ lifetime: "endless" })
    const inACentury = manualClock(scene.clock.now() + 36_500 * 24 * hour).clock
    const ambient = Layer.succeed(Clock.Clock, inACentury)
    const later = await tokenScene({ tables: scene.tables, tokens: { mayBeEndless: false }, ambient })
    expect(await opens(later, secret)).toBe(true)
  })

  test("TIM-02 a token that one machine made is live on the next at once, though its clock is five seconds behind", async () => {
    const scene = await tokenScene()
    const behind = await tokenScene({ tables: scene.tables })
    await scene.clock.advance(5_000)
    const { secret } = await scene.issue()
    expect(await opens(behind, secret)).toBe(true)
    await scene.clock.advance(1)
    expect(await opens(behind, (await scene.issue()).secret)).toBe(false)
  })
})

describe("the user behind a token", () => {
  type Ending = (user: User) => Effect.Effect<unknown, unknown, Sessions | Users | Passwords | Tokens>

  const endings: ReadonlyArray<readonly [string, Ending]> = [
    ["deactivated", ({ id }) => Users.use((users) => users.change(id, { isActive: false }))],
    ["promoted", ({ id }) => Users.use((users) => users.change(id, { isSuperuser: true }))],
    ["removed", ({ id }) => Users.use((users) => users.remove(id))],
    [
      "given a new password by themselves",
      ({ id }) => Passwords.use((passwords) => passwords.change({ user: id, current: ada.password, next: newPassword }))
    ],
    ["given a new password", (user) => Passwords.use((passwords) => passwords.set({ user, next: newPassword }))],
    ["logged out everywhere", ({ id }) => Users.use((users) => users.endCredentials(id))],
    ["without any token", ({ id }) => Tokens.use((tokens) => tokens.revokeAllOf(id))]
  ]

  it.each(endings)("PAT-09 that is %s has no live token, at once", async (_, end) => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    expect(await opens(scene, secret)).toBe(true)
    await scene.auth.run(end(scene.user))
    expect(await opens(scene, secret)).toBe(false)
    expect(await scene.auth.tokens.list(scene.user.id)).toEqual([])
  })

  test("PAT-09 that is demoted has no live token, at once", async () => {
    const { auth } = await tokenScene()
    const boss = await auth.users.create({ username: "boss", password: newPassword, isSuperuser: true })
    const { secret } = await auth.tokens.issue({ user: boss, scopes: "all" }, { name: "runner" })
    await auth.users.change(boss.id, { isSuperuser: false })
    expect(await auth.tokens.check(secret)).toBeNull()
  })

  test("PAT-09 that was deactivated and activated again has no token from before", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    await scene.auth.users.change(scene.user.id, { isActive: false })
    await scene.auth.users.change(scene.user.id, { isActive: true })
    expect(await opens(scene, secret)).toBe(false)
  })

  test("PAT-09 that is inactive gets a dead token, also with their present epoch", async () => {
    const scene = await tokenScene()
    const user = await scene.auth.users.change(scene.user.id, { isActive: false })
    const { secret } = await scene.auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    expect(await opens(scene, reveal(secret))).toBe(false)
    expect(await scene.auth.tokens.list(user.id)).toEqual([])
  })

  test("PAT-09 that is removed has no token, though the name returns", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    await scene.auth.users.remove(scene.user.id)
    await scene.auth.users.register(ada)
    expect(await opens(scene, secret)).toBe(false)
    expect(scene.tables.tokens.size).toBe(0)
  })

  test("PAT-09 that is logged out everywhere keeps no token in the store, and nobody else loses one", async () => {
    const scene = await tokenScene()
    await scene.issue()
    const bob = await scene.auth.users.register({ username: "bob", password: newPassword })
    const his = await scene.auth.tokens.issue({ user: bob, scopes: "all" }, { name: "runner" })
    await scene.auth.users.endCredentials(scene.user.id)
    expect([...scene.tables.tokens.keys()]).toEqual([bob.id])
    expect(await opens(scene, reveal(his.secret))).toBe(true)
  })

  test("PAT-09 keeps their tokens with a new name, a new address and a log-in", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    await scene.auth.users.change(scene.user.id, { username: "countess", email: "countess@example.org" })
    await scene.auth.sessions.logIn({ ...ada, username: "countess" })
    expect(await opens(scene, secret)).toBe(true)
  })

  const endingsOfAll = endings.slice(0, -1)

  it.each(endingsOfAll)(
    "PAT-09 that is %s at the moment at which a token is made gets a dead one (F13)",
    async (_, end) => {
      const orders = await everyInterleaving(async ({ around, atOnce }) => {
        const { auth, user, maker } = await tokenScene({ around })
        const secrets: Array<SecretText> = []
        const make = Tokens.use((tokens) =>
          Effect.map(tokens.issue(maker, { name: "runner" }), ({ secret }) => secrets.push(secret))
        )
        await auth.run(atOnce<Sessions | Users | Passwords | Tokens>(make, end(user)))
        const found = await Promise.all(secrets.map((secret) => auth.tokens.check(secret)))
        expect(found.filter((each) => each !== null)).toEqual([])
        expect(await auth.tokens.list(user.id)).toEqual([])
      })
      expect(orders).toBeGreaterThan(1)
    }
  )

  it.each(endings)(
    "PAT-09 that is %s at the moment at which a token is rotated gets a dead one (F13)",
    async (_, end) => {
      const orders = await everyInterleaving(async ({ around, atOnce }) => {
        const { auth, user, maker, issue } = await tokenScene({ around })
        const old = await issue()
        const secrets: Array<SecretText> = [old.secret]
        const rotate = Tokens.use((tokens) =>
          Effect.map(tokens.rotate(maker, old.token.id), ({ secret }) => secrets.push(secret))
        )
        await auth.run(atOnce<Sessions | Users | Passwords | Tokens>(rotate, end(user)))
        const found = await Promise.all(secrets.map((secret) => auth.tokens.check(secret)))
        expect(found.filter((each) => each !== null)).toEqual([])
        expect(await auth.tokens.list(user.id)).toEqual([])
      })
      expect(orders).toBeGreaterThan(1)
    }
  )
})

describe("the switch", () => {
  test("PAT-08 off, no token opens anything, those from before and imported ones too, and the store is not asked", async () => {
    const before = await tokenScene({ tokens: { acceptImported: true } })
    const { secret } = await before.issue()
    const off = await tokenScene({ tables: before.tables, tokens: { enabled: false, acceptImported: true } })
    expect(await opens(off, secret)).toBe(false)
    expect(await opens(off, "a-token-of-another-system")).toBe(false)
    expect(off.asked).toEqual([])
  })

  test("PAT-08 on again, they open what they did", async () => {
    const before = await tokenScene()
    const { secret } = await before.issue()
    await tokenScene({ tables: before.tables, tokens: { enabled: false } })
    const on = await tokenScene({ tables: before.tables })
    expect(await opens(on, secret)).toBe(true)
  })
})

describe("a name beside the secret", () => {
  it.each(["ada", "ADA", "Ada", "\uff41\uff44\uff41", "ada@example.org", "Ada@EXAMPLE.org"])(
    "BAS-06 that is its owner's in a spelling that logs them in is right: %j",
    async (login) => {
      const scene = await tokenScene()
      const { secret } = await scene.issue()
      expect(await opens(scene, secret, login)).toBe(true)
      expect((await scene.auth.sessions.logIn({ username: login, password: ada.password })).user.id).toBe(scene.user.id)
    }
  )

  it.each(["bob", "", "a da", "ad", "ada@example.com", "@", "ada@", "__token__", "null", "x".repeat(500)])(
    "BAS-02 that is not its owner's opens nothing: %j",
    async (login) => {
      const scene = await tokenScene()
      const { secret } = await scene.issue()
      expect(await opens(scene, secret, login)).toBe(false)
    }
  )

  test("BAS-02 that nobody has is not that of a user without one", async () => {
    const { auth } = await tokenScene()
    const nameless = await auth.users.create({ email: "nameless@example.org" })
    const addressless = await auth.users.create({ username: "addressless" })
    const secretOf = async (user: User) =>
      reveal((await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })).secret)
    expect(await opens({ auth }, await secretOf(nameless), "nameless")).toBe(false)
    expect(await opens({ auth }, await secretOf(addressless), "addressless@example.org")).toBe(false)
    expect(await opens({ auth }, await secretOf(nameless), "null")).toBe(false)
  })
})
