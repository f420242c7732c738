import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { describe, expect, it, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { everyInterleaving } from "../../test/interleavings.ts"
import { newPassword } from "../../test/people.ts"
import { type Around, outage } from "../../test/store-around.ts"
import { dumpOf, tokenScene } from "../../test/token-scene.ts"
import type { StoreError } from "../store/store-error.ts"
import { type AccessToken, TokenId } from "./access-token.ts"
import { makeUseNotes } from "./note-use.ts"
import type { TokenKey } from "./token-store.ts"
import { Tokens } from "./tokens.ts"

const minute = 60_000

type Scene = Awaited<ReturnType<typeof tokenScene>>

/** How many uses were written, once all that runs beside the requests has come to rest. */
const writesOf = async ({ asked, clock }: Scene): Promise<number> => {
  await clock.advance(0)
  return asked.filter((operation) => operation === "tokens.recordUse").length
}

const lastUseOf = async ({ auth, clock, user }: Scene): Promise<number | null | undefined> => {
  await clock.advance(0)
  return (await auth.tokens.list(user.id)).at(0)?.lastUsedAt
}

/** Runs the first write of each use only when it is let. */
const heldWrites = () => {
  const gate = Deferred.makeUnsafe<void>()
  const around: Around = (operation, call) =>
    operation === "tokens.recordUse" ? Effect.andThen(Deferred.await(gate), call) : call
  return { around, release: () => Effect.runPromise(Deferred.succeed(gate, undefined)) }
}

describe("the last use of a token", () => {
  test("PAT-06 is never before there is one, and then the time of it", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    expect(await lastUseOf(scene)).toBeNull()
    await scene.clock.advance("7 seconds")
    await scene.auth.tokens.check(secret)
    expect(await lastUseOf(scene)).toBe(scene.clock.now())
  })

  test("PAT-06 costs two writes at most for 2000 uses in five seconds", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    for (let at = 0; at < 50; at++) {
      await Promise.all(Array.from({ length: 40 }, () => scene.auth.tokens.check(secret)))
      await scene.clock.advance(100)
    }
    expect(await writesOf(scene)).toBe(1)
    expect(scene.asked.filter((operation) => operation === "lookupToken")).toHaveLength(2_000)
  })

  test("PAT-06 costs one write for 2000 uses at once, before the first write is done", async () => {
    const held = heldWrites()
    const scene = await tokenScene({ around: held.around })
    const { secret } = await scene.issue()
    const found = await Promise.all(Array.from({ length: 2_000 }, () => scene.auth.tokens.check(secret)))
    expect(found.filter((each) => each === null)).toEqual([])
    await scene.clock.advance("5 seconds")
    await scene.auth.tokens.check(secret)
    expect(await writesOf(scene)).toBe(1)
    await held.release()
    expect(await lastUseOf(scene)).toBe(scene.clock.now() - 5_000)
  })

  test("PAT-06 costs two writes at most for 2000 uses at once of two servers on one store", async () => {
    const held = heldWrites()
    const one = await tokenScene({ around: held.around })
    const other = await tokenScene({ around: held.around, tables: one.tables })
    const { secret } = await one.issue()
    await Promise.all(Array.from({ length: 2_000 }, (_, at) => (at % 2 === 0 ? one : other).auth.tokens.check(secret)))
    await held.release()
    await one.clock.advance("5 seconds")
    await other.clock.advance("5 seconds")
    await Promise.all([one, other].map(({ auth }) => auth.tokens.check(secret)))
    expect((await writesOf(one)) + (await writesOf(other))).toBe(2)
  })

  test("PAT-06 that another server has written is not written again within the minute", async () => {
    const one = await tokenScene()
    const { secret } = await one.issue()
    await one.auth.tokens.check(secret)
    await one.clock.advance(0)
    const other = await tokenScene({ tables: one.tables })
    await other.auth.tokens.check(secret)
    await other.clock.advance(minute - 1)
    await other.auth.tokens.check(secret)
    expect(await writesOf(other)).toBe(0)
    await other.clock.advance(1)
    await other.auth.tokens.check(secret)
    expect(await writesOf(other)).toBe(1)
  })

  test("PAT-06 is written again from the sixtieth second on", async () => {
    const scene = await tokenScene()
    const { secret } = await scene.issue()
    await scene.auth.tokens.check(secret)
    await scene.clock.advance(minute - 1)
    await scene.auth.tokens.check(secret)
    expect(await writesOf(scene)).toBe(1)
    await scene.clock.advance(1)
    await scene.auth.tokens.check(secret)
    expect(await writesOf(scene)).toBe(2)
    expect(await lastUseOf(scene)).toBe(scene.clock.now())
  })

  test("PAT-06 is each token's own", async () => {
    const scene = await tokenScene()
    const [used, idle] = [await scene.issue({ name: "used" }), await scene.issue({ name: "idle" })]
    await scene.auth.tokens.check(used.secret)
    await scene.clock.advance(0)
    const tokens = await scene.auth.tokens.list(scene.user.id)
    const uses = Object.fromEntries(tokens.map(({ id, lastUsedAt }) => [id, lastUsedAt]))
    expect(uses).toEqual({ [used.token.id]: scene.clock.now(), [idle.token.id]: null })
  })

  test("PAT-06 is remembered of 10 000 tokens: of one more, the first is written once more", async () => {
    const recorded: Array<string> = []
    const recordUse = ({ id }: TokenKey) => Effect.sync(() => recorded.push(id) > 0)
    const token = (await (await tokenScene()).issue()).token
    const tokenOf = (number: number): AccessToken => ({ ...token, id: TokenId(`${number}`) })
    const notes = makeUseNotes({ recordUse }, Scope.makeUnsafe())
    const noteAll = Effect.forEach(
      Array.from({ length: 10_000 }, (_, at) => tokenOf(at)),
      (each) => notes.note(each, 0)
    )
    await Effect.runPromise(noteAll)
    expect(notes.isDue(tokenOf(0), 0)).toBe(false)
    await Effect.runPromise(notes.note(tokenOf(10_000), 0))
    expect([0, 1, 10_000].map((number) => notes.isDue(tokenOf(number), 0))).toEqual([true, false, false])
  })
})

describe("no use is noted", () => {
  it.each<[string, (scene: Scene, secret: string) => Promise<unknown>]>([
    ["of a secret with one character wrong", ({ auth }, secret) => auth.tokens.check(`${secret.slice(0, -1)}!`)],
    ["with a name that is not its owner's", ({ auth }, secret) => auth.tokens.check(secret, "bob")],
    [
      "past its end",
      async ({ auth, clock }, secret) => {
        await clock.advance("1 hour")
        return auth.tokens.check(secret)
      }
    ],
    [
      "of a token that was revoked",
      async ({ auth, user }, secret) => {
        await auth.tokens.revokeAllOf(user.id)
        return auth.tokens.check(secret)
      }
    ],
    [
      "of an earlier epoch",
      async ({ auth, user }, secret) => {
        await auth.users.change(user.id, { isSuperuser: true })
        return auth.tokens.check(secret)
      }
    ],
    [
      "of an inactive user",
      async ({ auth, user }, secret) => {
        await auth.users.change(user.id, { isActive: false })
        return auth.tokens.check(secret)
      }
    ]
  ])("PAT-06 %s", async (_, use) => {
    const scene = await tokenScene()
    const { secret } = await scene.issue({ lifetime: "1 hour" })
    expect(await use(scene, secret)).toBeNull()
    expect(await writesOf(scene)).toBe(0)
  })

  test("PAT-06 of a token that is revoked at this moment: the note never brings it back (F13)", async () => {
    const orders = await everyInterleaving(async ({ around, atOnce }) => {
      const { auth, clock, issue, tables, user } = await tokenScene({ around })
      const { token, secret } = await issue()
      const use = Tokens.use((tokens) => tokens.check(secret))
      const revoke = Tokens.use((tokens) => tokens.revoke({ owner: user.id, id: token.id }))
      await auth.run(atOnce<Tokens>(use, revoke))
      await clock.advance(0)
      expect(tables.tokens.size).toBe(0)
      expect(await auth.tokens.check(secret)).toBeNull()
    })
    expect(orders).toBeGreaterThan(1)
  })
})

describe("a note that cannot be written", () => {
  const isNote = (operation: string) => operation === "tokens.recordUse"

  test("PAT-06 turns nobody away, and is told to the host (F15)", async () => {
    const log = capturedLog()
    const scene = await tokenScene({ around: outage(isNote), ambient: log.layer })
    const { secret } = await scene.issue()
    expect(await scene.auth.tokens.check(secret)).toMatchObject({ user: { id: scene.user.id } })
    await scene.clock.advance(0)
    expect(log.lines.join("\n")).toContain("a token's use was not noted")
    expect(log.lines.join("\n")).not.toContain(secret.slice(7))
    expect(await scene.auth.tokens.check(secret)).not.toBeNull()
    expect(await writesOf(scene)).toBe(1)
  })

  it.each<[string, Effect.Effect<never, StoreError>]>([
    ["is never answered", Effect.never],
    ["is a bug of the driver's", Effect.die(new Error("undefined is not a function"))]
  ])("PAT-06 delays nobody, when the call %s", async (_, fault) => {
    const around: Around = (operation, call) => (isNote(operation) ? fault : call)
    const scene = await tokenScene({ around })
    const { secret } = await scene.issue()
    expect(await scene.auth.tokens.check(secret)).toMatchObject({ user: { id: scene.user.id } })
    await scene.clock.advance("2 minutes")
    expect(await scene.auth.tokens.check(secret)).not.toBeNull()
    expect(await writesOf(scene)).toBe(2)
  })

  test("does not keep a server from closing", async () => {
    const scene = await tokenScene({ around: (operation, call) => (isNote(operation) ? Effect.never : call) })
    const { secret } = await scene.issue()
    await scene.auth.tokens.check(secret)
    expect(await scene.auth.close()).toBeUndefined()
  })
})

test("PAT-06 a note has the token's id and the time, and nothing of the secret", async () => {
  const scene = await tokenScene()
  const { secret } = await scene.issue()
  await scene.auth.users.register({ username: "bob", password: newPassword })
  await scene.auth.tokens.check(secret)
  await scene.clock.advance(0)
  expect(dumpOf(scene.tables)).not.toContain(secret.slice(29, -6))
})
