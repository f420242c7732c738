import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { ada, eventsOf, newPassword } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import { dumpOf, type TokenSceneOptions, tagOf, tokenScene } from "../../test/token-scene.ts"
import { sha256Hex } from "../secret/digest.ts"
import { reveal } from "../secret/secret-text.ts"
import { newUserId } from "../secret/user-id.ts"
import { importedUserId } from "../user/imported-id.ts"
import type { TokenToImport } from "./token-service.ts"

const day = 86_400_000

/** A token of the other system. */
const foreign = "r4nd0m-Token_of.another~system+1/2"

type Scene = Awaited<ReturnType<typeof tokenScene>>

const accepting = ({ tokens, ...options }: TokenSceneOptions = {}) =>
  tokenScene({ ...options, tokens: { acceptImported: true, ...tokens } })

const take = ({ auth, user }: Pick<Scene, "auth" | "user">, change: Partial<TokenToImport> = {}) =>
  auth.tokens.import({ user: user.id, name: "old runner", sha256: sha256Hex(foreign), expiresAt: null, ...change })

const withImported = async (options?: TokenSceneOptions, change?: Partial<TokenToImport>) => {
  const scene = await accepting(options)
  expect(await take(scene, change)).toBe(true)
  return scene
}

const opens = async ({ auth }: Pick<Scene, "auth">, secret: string, login?: string): Promise<boolean> =>
  (await auth.tokens.check(secret, login)) !== null

const basic = (user: string, password: string) => ({
  authorization: `Basic ${btoa(`${user}:${password}`)}`,
  sessionCookie: null
})

describe("an imported token", () => {
  test("opens what its scopes say, as Bearer and as Basic", async () => {
    const scene = await withImported({}, { scopes: ["packages:read"] })
    const presented = [
      { authorization: `Bearer ${foreign}`, sessionCookie: null },
      basic("__token__", foreign),
      basic("ada", foreign),
      basic(foreign, "")
    ]
    const identities = await Promise.all(presented.map((each) => scene.auth.identify(each)))
    const expected = { user: { id: scene.user.id }, via: "token", scopes: ["packages:read"] }
    expect(identities).toMatchObject(presented.map(() => expected))
  })

  test("opens nothing while the option is off, and the store is not asked", async () => {
    const scene = await tokenScene()
    await take(scene)
    scene.asked.length = 0
    expect(await opens(scene, foreign)).toBe(false)
    expect(scene.asked).toEqual([])
  })

  test("is in the list, with what is known of it", async () => {
    const scene = await accepting()
    const known = { createdAt: 1_000, lastUsedAt: 2_000, expiresAt: scene.clock.now() + day, hint: "r4nd" }
    await take(scene, known)
    expect(await scene.auth.tokens.list(scene.user.id)).toMatchObject([
      { ...known, name: "old runner", scopes: [], epoch: scene.user.epoch, replacedBy: null, isImported: true }
    ])
  })

  test("is as old as now when the other system does not say, or says a time to come", async () => {
    const scene = await accepting()
    await take(scene)
    await take(scene, { sha256: sha256Hex("another"), createdAt: scene.clock.now() + day })
    const ages = (await scene.auth.tokens.list(scene.user.id)).map(({ createdAt }) => createdAt)
    expect(ages).toEqual([scene.clock.now(), scene.clock.now()])
  })

  it.each([
    [day - 1, true],
    [day, false],
    [day + 1, false]
  ])("PAT-05 ends when it did there: %i ms after its import it is live: %s", async (after, isLive) => {
    const scene = await accepting()
    await take(scene, { expiresAt: scene.clock.now() + day })
    await scene.clock.advance(after)
    expect(await opens(scene, foreign)).toBe(isLive)
  })

  test("PAT-05 may have no end, though new ones may not", async () => {
    const scene = await withImported({ tokens: { mayBeEndless: false } })
    await scene.clock.advance("1 day")
    expect(await opens(scene, foreign)).toBe(true)
  })

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    ["deactivated", ({ auth, user }) => auth.users.change(user.id, { isActive: false })],
    ["promoted", ({ auth, user }) => auth.users.change(user.id, { isSuperuser: true })],
    ["removed", ({ auth, user }) => auth.users.remove(user.id)],
    [
      "given a new password",
      ({ auth, user }) => auth.passwords.change({ user: user.id, current: ada.password, next: newPassword })
    ],
    ["logged out everywhere", ({ auth, user }) => auth.users.endCredentials(user.id)]
  ])("PAT-09 dies when its user is %s", async (_, end) => {
    const scene = await withImported()
    expect(await opens(scene, foreign)).toBe(true)
    await end(scene)
    expect(await opens(scene, foreign)).toBe(false)
  })

  test("PAT-07 is revoked like any other", async () => {
    const scene = await withImported()
    const [token] = await scene.auth.tokens.list(scene.user.id)
    if (token === undefined) throw new Error("nothing was imported")
    expect(await scene.auth.tokens.revoke({ owner: scene.user.id, id: token.id })).toBe(true)
    expect(await opens(scene, foreign)).toBe(false)
  })

  test("is rotated into one of ours", async () => {
    const scene = await withImported({}, { scopes: ["packages:read"] })
    const [old] = await scene.auth.tokens.list(scene.user.id)
    if (old === undefined) throw new Error("nothing was imported")
    const { token, secret } = await scene.auth.tokens.rotate(scene.maker, old.id, { overlap: 0 })
    expect(token).toMatchObject({ name: "old runner", scopes: ["packages:read"], isImported: false })
    expect(reveal(secret)).toMatch(/^lk_pat_/)
    expect([await opens(scene, foreign), await opens(scene, reveal(secret))]).toEqual([false, true])
  })

  test("BAS-02 opens nothing beside another's name", async () => {
    const scene = await withImported()
    expect([await opens(scene, foreign, "ada"), await opens(scene, foreign, "bob")]).toEqual([true, false])
  })

  test("PAT-06 has its uses noted, once a minute", async () => {
    const scene = await withImported()
    await scene.auth.tokens.check(foreign)
    await scene.auth.tokens.check(foreign)
    await scene.clock.advance(0)
    expect(scene.asked.filter((operation) => operation === "tokens.recordUse")).toHaveLength(1)
  })
})

describe("what an unknown text costs, while imported tokens are accepted", () => {
  it.each([
    ["of ours by its beginning", `lk_pat_${"0".repeat(71)}`],
    ["of ours, of another kind", `lk_ses_${"0".repeat(71)}`],
    ["of ours, cut short", "lk_pat_0000000000"],
    ["too short", "fifteen-letters"],
    ["too long", "x".repeat(257)],
    ["with a blank", "r4nd0m Token of another system"],
    ["with a line end", `${foreign}\n`],
    ["with a letter of no token", `${foreign}é`],
    ["with padding in the middle", "r4nd0m=Token=of=another"],
    ["with three signs of padding", `${"x".repeat(16)}===`],
    ["empty", ""]
  ])("nothing, when it is %s", async (_, junk) => {
    const scene = await accepting()
    expect(await opens(scene, junk)).toBe(false)
    expect(scene.asked).toEqual([])
  })

  it.each(["x".repeat(16), "x".repeat(256), foreign, "cGFkZGVkLXRva2VuLTE=", "cGFkZGVkLXRva2VuLQ=="])(
    "one store call, when it may be one: %j",
    async (text) => {
      const scene = await accepting()
      expect(await opens(scene, text)).toBe(false)
      expect(scene.asked).toEqual(["tokens.ownerOf"])
    }
  )

  test("two store calls, when it is one, and no hash of a password", async () => {
    const scene = await withImported()
    await scene.auth.tokens.check(foreign)
    await scene.clock.advance(0)
    scene.asked.length = 0
    expect(await opens(scene, foreign)).toBe(true)
    expect(scene.asked).toEqual(["tokens.ownerOf", "lookupToken"])
    expect(scene.work).toEqual({ hashes: 0, verifies: 0 })
  })

  test("SES-13 an outage is a StoreError: neither somebody nor nobody", async () => {
    const scene = await accepting({ around: outage((operation) => operation === "tokens.ownerOf") })
    expect(await tagOf(scene.auth.tokens.check(foreign))).toBe("StoreError")
  })
})

describe("an import", () => {
  test("may be run again, and then takes nothing over and is no event", async () => {
    const scene = await withImported()
    expect(await take(scene)).toBe(false)
    expect(await take(scene, { name: "again", sha256: sha256Hex(foreign).toUpperCase() })).toBe(false)
    expect(await scene.auth.tokens.list(scene.user.id)).toHaveLength(1)
    expect(await eventsOf(scene.auth, { type: "token.imported" })).toHaveLength(1)
  })

  test("of one hash for two users at one moment is one user's", async () => {
    const scene = await accepting()
    const bob = await scene.auth.users.register({ username: "bob", password: newPassword })
    const taken = await Promise.all([scene.user, bob, scene.user, bob].map((user) => take({ ...scene, user })))
    expect(taken.filter((isTaken) => isTaken)).toEqual([true])
  })

  test("takes the hash in either case of letters", async () => {
    const scene = await withImported({}, { sha256: sha256Hex(foreign).toUpperCase() })
    expect(await opens(scene, foreign)).toBe(true)
  })

  it.each<[string, Partial<TokenToImport>]>([
    ["TokenImportInvalid", { hint: "123456789" }],
    ["TokenImportInvalid", { hint: "a\n" }],
    ["TokenImportInvalid", { createdAt: Number.NaN }],
    ["TokenImportInvalid", { createdAt: -1 }],
    ["TokenImportInvalid", { expiresAt: Number.POSITIVE_INFINITY }],
    ["TokenImportInvalid", { lastUsedAt: 0.5 }],
    ["TokenImportInvalid", { sha256: "" }],
    ["TokenImportInvalid", { sha256: foreign }],
    ["TokenImportInvalid", { sha256: "0".repeat(63) }],
    ["TokenImportInvalid", { sha256: "0".repeat(65) }],
    ["TokenImportInvalid", { sha256: `${"0".repeat(63)}g` }],
    ["TokenImportInvalid", { sha256: `${"0".repeat(64)}\n` }],
    ["TokenNameInvalid", { name: "" }],
    ["TokenNameInvalid", { name: "a\nb" }],
    ["ScopeNotGrantable", { scopes: ["packages:delete"] }],
    ["UserNotFound", { user: newUserId(0, new Uint8Array(16)) }]
  ])("PAT-10 PAT-11 is refused as %s, and writes nothing: %j", async (tag, change) => {
    const scene = await accepting()
    const before = dumpOf(scene.tables)
    expect(await tagOf(take(scene, change))).toBe(tag)
    expect(dumpOf(scene.tables)).toBe(before)
  })

  test("PAT-02 is of the hash alone: the store never meets the text", async () => {
    const scene = await withImported()
    await scene.auth.tokens.check(foreign)
    await scene.clock.advance(0)
    expect(dumpOf(scene.tables)).not.toContain(foreign)
    expect(dumpOf(scene.tables)).toContain(sha256Hex(foreign))
  })

  test("is not kept by the limit of new ones", async () => {
    const scene = await withImported({ tokens: { perUser: 1 } })
    expect(await take(scene, { sha256: sha256Hex("another") })).toBe(true)
  })

  test("AUD-01 is an event with the scopes and the end", async () => {
    const scene = await withImported({}, { scopes: ["packages:read"] })
    const [token] = await scene.auth.tokens.list(scene.user.id)
    expect(await eventsOf(scene.auth, { type: "token.imported" })).toMatchObject([
      {
        details: { scopes: "packages:read", expiresAt: null },
        subject: scene.user.id,
        credential: `token:${token?.id}`
      }
    ])
  })

  test("says so when what it takes over opens nothing, for the option is off", async () => {
    const log = capturedLog()
    const scene = await tokenScene({ ambient: log.layer })
    await take(scene)
    expect(log.lines.join("\n")).toContain("opens nothing while tokens.acceptImported is off")
  })
})

describe("a token that has ended here", () => {
  const source = "old"
  const grace = { id: "7", username: "grace" }

  /** Somebody who came by an import, and how the same import is made again. */
  const importedScene = async (around: TokenSceneOptions["around"] = (_, call) => call) => {
    const scene = await accepting({ around })
    const user = importedUserId("7", source)
    const bring = async (returnsRemoved = false) => {
      await scene.auth.users.import([grace], { source, returnsRemoved })
      const token = { user, name: "old runner", sha256: sha256Hex(foreign), expiresAt: null }
      return tagOf(scene.auth.tokens.import(token, { forImported: true }))
    }
    const idOf = async () => {
      const [token] = await scene.auth.tokens.list(user)
      if (token === undefined) throw new Error("there is no token")
      return token.id
    }
    return { ...scene, user, bring, idOf }
  }

  type Imported = Awaited<ReturnType<typeof importedScene>>

  it.each<[string, (scene: Imported) => Promise<unknown>]>([
    ["alone", async ({ auth, user, idOf }) => auth.tokens.revoke({ owner: user, id: await idOf() })],
    ["with all tokens of its user", ({ auth, user }) => auth.tokens.revokeAllOf(user)],
    ["with all that its user had", ({ auth, user }) => auth.users.endCredentials(user)],
    [
      "with a new password, and was swept",
      async ({ auth, user, tables }) => {
        await auth.users.setPassword(user, newPassword)
        tables.tokens.delete(user)
      }
    ],
    ["with its user, who was returned", ({ auth, user }) => auth.users.remove(user)],
    [
      "by being replaced, and was swept",
      async ({ auth, user, idOf, clock }) => {
        const owner = await auth.users.find(user)
        if (owner === null) throw new Error("there is no user")
        await auth.tokens.rotate({ user: owner, scopes: "all" }, await idOf(), { overlap: 0 })
        await clock.advance("2 days")
        await auth.sweep()
      }
    ]
  ])("BAK-04 %s does not come back by the same import", async (_, end) => {
    const scene = await importedScene()
    expect(await scene.bring()).toBe(true)
    expect(await opens(scene, foreign)).toBe(true)
    await end(scene)
    for (let turn = 0; turn < 2; turn++) {
      expect(await scene.bring(true)).toBe("TokenEnded")
      expect(await opens(scene, foreign)).toBe(false)
    }
  })

  test("BAK-04 stays ended when it ends between the look and the write of the same import", async () => {
    let end: () => Promise<unknown> = async () => undefined
    const scene = await importedScene((operation, call) =>
      operation === "tokens.import"
        ? Effect.andThen(
            Effect.promise(() => end()),
            call
          )
        : call
    )
    expect(await scene.bring()).toBe(true)
    const id = await scene.idOf()
    end = () => scene.auth.tokens.revoke({ owner: scene.user, id })
    expect(await scene.bring()).toBe("TokenEnded")
    expect(await opens(scene, foreign)).toBe(false)
  })

  test("BAK-04 with all others ends also while no mark can be set, which is told, and the next try sets it", async () => {
    let isDown = true
    const scene = await importedScene(outage((operation) => operation === "attempts.trust" && isDown))
    await scene.bring()
    expect(await tagOf(scene.auth.tokens.revokeAllOf(scene.user))).toBe("StoreError")
    expect(await opens(scene, foreign)).toBe(false)
    isDown = false
    expect(await scene.auth.tokens.revokeAllOf(scene.user)).toBe(0)
    expect(await scene.bring()).toBe("TokenEnded")
  })

  test("BAK-04 alone ends also while no mark can be set, which is told", async () => {
    let isDown = true
    const scene = await importedScene(outage((operation) => operation === "attempts.trust" && isDown))
    await scene.bring()
    const key = { owner: scene.user, id: await scene.idOf() }
    expect(await tagOf(scene.auth.tokens.revoke(key))).toBe("StoreError")
    expect(await opens(scene, foreign)).toBe(false)
    isDown = false
  })

  test("BAK-04 stays ended when the second look of an import fails, and when an import was broken off before it", async () => {
    let looks = -1_000
    let end: () => Promise<unknown> = async () => undefined
    const scene = await importedScene((operation, call) => {
      if (operation === "tokens.import")
        return Effect.andThen(
          Effect.promise(() => end()),
          call
        )
      if (operation === "attempts.isTrusted" && ++looks > 2) return outage(() => true)(operation, call)
      return call
    })
    await scene.bring()
    const id = await scene.idOf()
    end = () => scene.auth.tokens.revoke({ owner: scene.user, id })
    looks = 0
    expect(await scene.bring()).toBe("StoreError")
    looks = -1_000
    expect(await opens(scene, foreign)).toBe(false)
    expect(await scene.bring()).toBe("TokenEnded")
  })

  test("BAK-04 does not come back when the other system prolonged it", async () => {
    const scene = await importedScene()
    const bring = async (days: number) => {
      const expiresAt = scene.clock.now() + days * day
      const token = { user: scene.user, name: "old runner", sha256: sha256Hex(foreign), expiresAt }
      return tagOf(scene.auth.tokens.import(token))
    }
    await scene.auth.users.import([grace], { source })
    await bring(10)
    await scene.auth.tokens.revoke({ owner: scene.user, id: await scene.idOf() })
    await scene.clock.advance("11 days")
    expect(await bring(100)).toBe("TokenEnded")
  })

  test("BAK-04 with all others keeps new ones out for a month only", async () => {
    const scene = await accepting()
    await scene.auth.tokens.revokeAllOf(scene.user.id)
    expect(await tagOf(take(scene))).toBe("TokenEnded")
    await scene.clock.advance("31 days")
    expect(await take(scene)).toBe(true)
  })

  test("BAK-04 keeps none back that an interrupted import is still to bring", async () => {
    const scene = await importedScene()
    await scene.bring()
    await scene.auth.tokens.revoke({ owner: scene.user, id: await scene.idOf() })
    const next = { user: scene.user, name: "next", sha256: sha256Hex("another text of a token"), expiresAt: null }
    expect(await scene.auth.tokens.import(next, { forImported: true })).toBe(true)
  })
})

describe("the rehearsal of an import", () => {
  test("BAK-03 says what an import would, and writes nothing", async () => {
    const scene = await accepting()
    const rehearse = (change: Partial<TokenToImport> = {}) =>
      tagOf(
        scene.auth.tokens.import(
          { user: scene.user.id, name: "old runner", sha256: sha256Hex(foreign), expiresAt: null, ...change },
          { isRehearsal: true }
        )
      )
    const before = dumpOf(scene.tables)
    expect(await rehearse()).toBe(true)
    expect(await rehearse({ name: "" })).toBe("TokenNameInvalid")
    expect(await rehearse({ scopes: ["packages:delete"] })).toBe("ScopeNotGrantable")
    expect(await rehearse({ sha256: "no hash" })).toBe("TokenImportInvalid")
    expect(dumpOf(scene.tables)).toBe(before)
    await take(scene)
    expect(await rehearse()).toBe(false)
    await scene.auth.tokens.revokeAllOf(scene.user.id)
    expect(await rehearse()).toBe("TokenEnded")
  })

  test("AUD-01 the import itself tells who made it", async () => {
    const scene = await accepting()
    const token = { user: scene.user.id, name: "old runner", sha256: sha256Hex(foreign), expiresAt: null }
    await scene.auth.tokens.import(token, { actor: null, actedWith: "operator" })
    expect(await eventsOf(scene.auth, { type: "token.imported" })).toMatchObject([{ actedWith: "operator" }])
  })
})
