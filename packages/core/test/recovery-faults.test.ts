import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { mailScene, outcomeOf } from "./mail-scene.ts"
import { ada, newPassword } from "./people.ts"
import { type Around, outage } from "./store-around.ts"

/** A server whose store fails the calls of which `isDown` says so; `asked` has those since it was emptied. */
const faultScene = async () => {
  const asked: Array<string> = []
  let failing: number | null = null
  const around: Around = (operation, call) => {
    // What counts attempts and what is told afterwards has tests of its own.
    if (/^(?:attempts|audit)\./.test(operation)) return call
    const at = asked.push(operation) - 1
    return outage(() => at === failing)(operation, call)
  }
  const scene = await mailScene({ around })
  const user = await scene.auth.users.register(ada)
  const verifyToken = await scene.tokenOf("verify")
  const ask = async (email: string) => {
    await scene.auth.users.changeSelf({ user: (await scene.auth.users.find(user.id)) ?? user }, { email })
    return scene.tokenOf("change-email")
  }
  const failAt = (at: number | null) => {
    asked.length = 0
    failing = at
  }
  return { ...scene, user, verifyToken, ask, asked, failAt }
}

type Scene = Awaited<ReturnType<typeof faultScene>>

const stateOf = ({ tables, user: { id } }: Scene) => {
  const row = tables.users.get(id)
  return structuredClone({ user: row?.user, hash: row?.passwordHash })
}

/** What uses a code, what prepares it, and what has changed once it is done. */
const uses: Readonly<
  Record<string, (scene: Scene) => Promise<{ readonly run: () => Promise<unknown>; readonly done: object }>>
> = {
  "a verification": async ({ auth, verifyToken }) => ({
    run: () => auth.recovery.verify(verifyToken),
    done: { isVerified: true }
  }),
  "a reset": async ({ auth, tokenOf }) => {
    await auth.recovery.forgot(ada.username)
    const token = await tokenOf("reset")
    return { run: () => auth.recovery.reset(token, newPassword), done: { isVerified: true, epoch: 2 } }
  },
  "a change of address": async ({ auth, ask }) => {
    const token = await ask("ada@example.com")
    return { run: () => auth.recovery.changeEmail(token), done: { email: "ada@example.com", isVerified: true } }
  },
  "the way back": async ({ auth, verifyToken, ask, tokenOf }) => {
    await auth.recovery.verify(verifyToken)
    await auth.recovery.changeEmail(await ask("ada@example.com"))
    const token = await tokenOf("email-changed")
    return { run: () => auth.recovery.undoEmailChange(token), done: { email: ada.email, isVerified: true, epoch: 2 } }
  }
}

describe("an outage of the store", () => {
  it.each(Object.entries(uses))(
    "REC-01 STO-05 at any call of %s changes nothing, and the same code works afterwards",
    async (_, use) => {
      const calls = await (async () => {
        const scene = await faultScene()
        const { run } = await use(scene)
        scene.failAt(null)
        await run()
        return scene.asked.length
      })()
      expect(calls).toBeGreaterThan(3)
      for (let at = 0; at < calls; at++) {
        const scene = await faultScene()
        const { run, done } = await use(scene)
        const before = stateOf(scene)
        scene.failAt(at)
        expect(await outcomeOf(run())).toBe("StoreError")
        scene.failAt(null)
        expect(stateOf(scene)).toEqual(before)
        await run()
        expect(stateOf(scene).user).toMatchObject(done)
        expect(await outcomeOf(run())).toMatch(/^(?:CodeInvalid|AlreadyVerified)/)
      }
    }
  )

  test("REC-06 at any call of a request for another address leaves no code that opens something, and it can be asked again", async () => {
    const first = await faultScene()
    first.failAt(null)
    await first.auth.users.changeSelf({ user: first.user }, { email: "ada@example.com" })
    const calls = first.asked.length
    for (let at = 0; at < calls; at++) {
      const scene = await faultScene()
      scene.failAt(at)
      expect(await outcomeOf(scene.auth.users.changeSelf({ user: scene.user }, { email: "ada@example.com" }))).toBe(
        "StoreError"
      )
      scene.failAt(null)
      await scene.clock.advance("10 seconds")
      expect(await scene.auth.recovery.pendingEmail(scene.user.id)).toBeNull()
      expect(scene.box.mails.map(({ kind }) => kind)).toEqual(["verify"])
      expect(await outcomeOf(scene.auth.recovery.changeEmail(await scene.ask("ada@example.com")))).toBe("done")
    }
  })

  test("REC-09 while somebody is created without a password fails nobody who is made: the invitation comes later", async () => {
    const scene = await faultScene()
    scene.failAt(1)
    const bob = await scene.auth.users.create({ email: "bob@example.org" })
    expect(scene.asked).toEqual(["users.insert", "codes.insert"])
    scene.failAt(null)
    expect(await scene.auth.recovery.accept(await scene.tokenOf("invite"), newPassword)).toMatchObject({ id: bob.id })
  })
})

test("REC-03 a code that is given back never takes the place of a newer one, however old it is", async () => {
  let newer: Promise<unknown> | null = null
  let isDown = false
  const scene = await mailScene({
    around: (operation, call) =>
      isDown && operation === "users.changeWithProof"
        ? Effect.andThen(
            Effect.promise(async () => {
              isDown = false
              newer = scene.auth.recovery.forgot(ada.username)
              await newer
              await scene.clock.advance("1 second")
            }),
            outage(() => true)(operation, call)
          )
        : call
  })
  await scene.auth.users.register(ada)
  await scene.auth.recovery.forgot(ada.username)
  const old = await scene.tokenOf("reset")
  await scene.clock.advance("30 minutes")
  isDown = true
  expect(await outcomeOf(scene.auth.recovery.reset(old, newPassword))).toBe("StoreError")
  expect(newer).not.toBeNull()
  expect(await outcomeOf(scene.auth.recovery.reset(old, newPassword))).toBe("CodeInvalid unknown")
  expect(await outcomeOf(scene.auth.recovery.reset(await scene.tokenOf("reset"), newPassword))).toBe("done")
})

test("REC-03 a code that was given up while it was used is not given back", async () => {
  let isDown = false
  const scene = await mailScene({
    around: (operation, call) =>
      isDown && operation === "users.changeWithProof"
        ? Effect.andThen(
            Effect.promise(() => scene.auth.recovery.cancelEmailChange(user.id)),
            outage(() => true)(operation, call)
          )
        : call
  })
  const user = await scene.auth.users.register(ada)
  await scene.auth.users.changeSelf({ user }, { email: "ada@example.com" })
  const token = await scene.tokenOf("change-email")
  isDown = true
  expect(await outcomeOf(scene.auth.recovery.changeEmail(token))).toBe("StoreError")
  isDown = false
  expect(await outcomeOf(scene.auth.recovery.changeEmail(token))).toBe("CodeInvalid unknown")
  expect(await scene.auth.recovery.pendingEmail(user.id)).toBeNull()
})
