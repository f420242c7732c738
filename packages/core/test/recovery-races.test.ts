import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import type { AuthServices } from "../src/auth/auth-layer.ts"
import { Passwords } from "../src/password/passwords.ts"
import { Recovery } from "../src/recovery/recovery.ts"
import { Sessions } from "../src/session/sessions.ts"
import { Tokens } from "../src/token/tokens.ts"
import { Users } from "../src/user/users.ts"
import { everyInterleaving } from "./interleavings.ts"
import { mailScene } from "./mail-scene.ts"
import { ada, eventsOf, newPassword } from "./people.ts"
import { type Around, outage } from "./store-around.ts"

const own = ada.email
const first = "first@example.org"
const second = "second@example.org"

/** Ada, with a session that she uses, or that somebody stole. */
const make = async (around: Around) => {
  const scene = await mailScene({ around })
  const user = await scene.auth.users.register(ada)
  const verifyToken = await scene.tokenOf("verify")
  const { session } = await scene.auth.sessions.logIn(ada)
  const actor = { user, session }
  const ask = async (email: string) => {
    const found = await scene.auth.users.find(user.id)
    await scene.auth.users.changeSelf({ user: found ?? user }, { email })
    return scene.tokenOf("change-email")
  }
  const ownAddress = async () => (await scene.auth.users.find(user.id))?.email ?? null
  return { ...scene, user, session, actor, verifyToken, ask, ownAddress }
}

type Scene = Awaited<ReturnType<typeof make>>
type Step = Effect.Effect<unknown, unknown, AuthServices>

/** What opens something for Ada. */
const alive = ({ tables, user: { id } }: Scene): number => {
  const epoch = tables.users.get(id)?.user.epoch
  const sessions = [...(tables.sessions.get(id)?.values() ?? [])].filter(({ session }) => session.epoch === epoch)
  const tokens = [...(tables.tokens.get(id)?.values() ?? [])].filter(({ token }) => token.epoch === epoch)
  return sessions.length + tokens.length
}

/** Runs steps at once, and tells which of them came through. */
const raced = async (scene: Scene, atOnce: (...steps: Array<Step>) => Step, steps: ReadonlyArray<Step>) => {
  const through = steps.map(() => false)
  const noted = steps.map((step, at) =>
    Effect.tap(step, () =>
      Effect.sync(() => {
        through[at] = true
      })
    )
  )
  await scene.auth.run(atOnce(...noted) as Effect.Effect<void, never, AuthServices>)
  return through
}

const reset = (token: string, password: string = newPassword): Step =>
  Recovery.use((recovery) => recovery.reset(token, password))

/** Each way to use a code, with the event that it leaves. */
const uses = {
  verify: { event: "email.verified", prepare: async (scene: Scene) => scene.verifyToken },
  reset: {
    event: "password.changed",
    prepare: async ({ auth, tokenOf }: Scene) => {
      await auth.recovery.forgot(own)
      return tokenOf("reset")
    }
  },
  changeEmail: { event: "user.changed", prepare: ({ ask }: Scene) => ask(first) },
  undoEmailChange: {
    event: "email.change-undone",
    prepare: async ({ auth, verifyToken, ask, tokenOf }: Scene) => {
      await auth.recovery.verify(verifyToken)
      await auth.recovery.changeEmail(await ask(first))
      return tokenOf("email-changed")
    }
  },
  accept: {
    event: "password.changed",
    prepare: async ({ auth, tokenOf }: Scene) => {
      await auth.users.create({ email: "bob@example.org" })
      return tokenOf("invite")
    }
  }
} as const

const use = (kind: keyof typeof uses, token: string): Step =>
  Recovery.use((recovery): Step => {
    if (kind === "reset" || kind === "accept") return recovery[kind](token, newPassword)
    return kind === "verify" ? recovery.verify(token) : recovery[kind](token)
  })

describe("one code, used twice at once", () => {
  it.each(Object.entries(uses))(
    "REC-01 does its work once in whatever order the steps are, to %s",
    async (name, way) => {
      const kind = name as keyof typeof uses
      const orders = await everyInterleaving(async ({ around, atOnce }) => {
        const scene = await make(around)
        const token = await way.prepare(scene)
        const before = (await eventsOf(scene.auth, { type: way.event })).length
        const through = await raced(scene, atOnce, [use(kind, token), use(kind, token)])
        expect(through.filter((isThrough) => isThrough)).toHaveLength(1)
        expect(await eventsOf(scene.auth, { type: way.event })).toHaveLength(before + 1)
      })
      expect(orders).toBeGreaterThan(5)
    }
  )
})

const others: Readonly<Record<string, (scene: Scene) => Step>> = {
  "a log-in with the old password": () => Sessions.use((sessions) => sessions.logIn(ada)),
  "an access token that the old session makes": ({ actor }) =>
    Tokens.use((tokens) => tokens.issue({ ...actor, scopes: "all" }, { name: "ci", scopes: [] })),
  "a change of the password by the old session": ({ actor }) =>
    Users.use((users) => users.changeSelf(actor, { password: "nine loud accordions" })),
  "a change of the password by the old password": ({ user }) =>
    Passwords.use((passwords) =>
      passwords.change({ user: user.id, current: ada.password, next: "nine loud accordions" })
    )
}

describe("a reset", () => {
  it.each(Object.entries(others))(
    "REC-04 leaves nothing of before alive, not even %s at the same moment",
    async (_, other) => {
      let resets = 0
      const orders = await everyInterleaving(async ({ around, atOnce }) => {
        const scene = await make(around)
        const token = await uses.reset.prepare(scene)
        const [isReset] = await raced(scene, atOnce, [reset(token), other(scene)])
        if (!isReset) return
        resets += 1
        expect(alive(scene)).toBe(0)
        await scene.auth.sessions.logIn({ ...ada, password: newPassword })
      })
      expect(orders).toBeGreaterThan(5)
      expect(resets).toBeGreaterThan(0)
    }
  )
})

/** Without the steps that only read before the first write: there are too many orders of them. */
const ofWrites =
  (around: Around): Around =>
  (operation, call) =>
    /^(?:codes\.|users\.(?:change|find$)|sessions\.(?:isThere|close))/.test(operation) ? around(operation, call) : call

const asking = ({ actor }: Scene, email: string): Step => Users.use((users) => users.changeSelf(actor, { email }))

describe("a change of address", () => {
  test("REG-06 REC-03 of two that are asked for at once, one code opens, and it gives the address that it went to", async () => {
    await everyInterleaving(async ({ around, atOnce }) => {
      const scene = await make(ofWrites(around))
      await raced(scene, atOnce, [asking(scene, first), asking(scene, second)])
      await scene.clock.advance("1 second")
      const applied: Array<string> = []
      for (const { token, to } of scene.box.mails.filter(({ kind }) => kind === "change-email")) {
        await scene.auth.recovery.changeEmail(token ?? "").then(
          () => applied.push(to),
          () => null
        )
      }
      expect(applied).toHaveLength(1)
      expect(await scene.ownAddress()).toBe(applied[0])
    })
  })

  test("REC-06 SES-20 asked for by a session that has ended never arrives", async () => {
    let late = 0
    const orders = await everyInterleaving(async ({ around, atOnce }) => {
      const scene = await make(around)
      const isPending = () => scene.tables.codes.get(scene.user.id)?.has("change-email") === true
      let wasPending = true
      const { session } = scene
      const ending = Effect.tap(
        Sessions.use((sessions) => sessions.close({ owner: session.userId, id: session.id })),
        () =>
          Effect.sync(() => {
            wasPending = isPending()
          })
      )
      await raced(scene, atOnce, [asking(scene, first), ending])
      if (!wasPending && isPending()) late += 1
    })
    expect(orders).toBeGreaterThan(10)
    expect(late).toBe(0)
  })
})

const besideUndo: Readonly<Record<string, (scene: Scene, next: string) => Step>> = {
  "a second change": (_, next) => Recovery.use((recovery) => recovery.changeEmail(next)),
  "the same address wanted by the account again": ({ user }) =>
    Users.use((users) => users.change(user.id, { email: second })),
  "a deactivation": ({ user }) => Users.use((users) => users.change(user.id, { isActive: false })),
  "a removal": ({ user }) => Users.use((users) => users.remove(user.id))
}

describe("the way back", () => {
  it.each(Object.entries(besideUndo))(
    "REC-07 REC-08 beside %s gives the address back, or changes nothing",
    async (name, beside) => {
      await everyInterleaving(async ({ around, atOnce }) => {
        const scene = await make(around)
        const undo = await uses.undoEmailChange.prepare(scene)
        const next = await scene.ask(second)
        const [isUndone] = await raced(scene, atOnce, [use("undoEmailChange", undo), beside(scene, next)])
        const user = await scene.auth.users.find(scene.user.id)
        if (name === "a second change") expect([isUndone, user?.email]).toEqual([true, own])
        if (isUndone) expect(alive(scene)).toBe(0)
        if (!isUndone && user !== null) expect(user.email).not.toBe(own)
      })
    }
  )

  test("REC-08 leads to the oldest address, also when its notice comes after that of the next change", async () => {
    let isDown = false
    const scene = await make((operation, call) =>
      outage((name) => isDown && name.startsWith("codes."))(operation, call)
    )
    await scene.auth.recovery.verify(scene.verifyToken)
    await scene.auth.recovery.changeEmail(await scene.ask(first))
    // The notice is tried within a second, after one more and after two more. The next try is four seconds later.
    isDown = true
    await scene.clock.advance("4 seconds")
    isDown = false
    await scene.auth.recovery.changeEmail(await scene.ask(second))
    await scene.clock.advance("10 seconds")
    const notices = scene.box.mails.filter(({ kind }) => kind === "email-changed")
    expect(notices.map(({ to, token }) => [to, token !== null])).toEqual([
      [first, false],
      [own, true]
    ])
    await scene.auth.recovery.undoEmailChange(notices[1]?.token ?? "")
    expect(await scene.ownAddress()).toBe(own)
  })

  test("REC-08 is not opened for the next address by going back while its notice waits", async () => {
    const scene = await make((_, call) => call)
    await scene.auth.recovery.verify(scene.verifyToken)
    await scene.auth.recovery.changeEmail(await scene.ask(first))
    const undo = await scene.tokenOf("email-changed")
    await scene.auth.recovery.changeEmail(await scene.ask(second))
    await scene.auth.recovery.undoEmailChange(undo)
    await scene.clock.advance("2 seconds")
    expect(scene.box.mails.findLast(({ to }) => to === first)).toMatchObject({ kind: "email-changed", token: null })
  })
})
