import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import type { AuthServices } from "../src/auth/auth-layer.ts"
import { CliLogins } from "../src/cli-login/cli-logins.ts"
import { Passwords } from "../src/password/passwords.ts"
import { Sessions } from "../src/session/sessions.ts"
import { Users } from "../src/user/users.ts"
import { browser, cliLoginScene } from "./cli-login-scene.ts"
import { everyInterleaving } from "./interleavings.ts"
import { ada, newPassword } from "./people.ts"
import type { Around } from "./store-around.ts"

/** Ada with a session that approves, or that somebody stole to do so, and a program whose code she has entered. */
const make = async (around: Around, result: "token" | "session") => {
  const scene = await cliLoginScene({ around, cliLogin: { approvers: "verified" } })
  const stolen = await scene.auth.sessions.open(scene.ada)
  const begun = await scene.claimed({ result })
  return { ...scene, stolen, begun }
}

type Scene = Awaited<ReturnType<typeof make>>
type Step = (scene: Scene) => Effect.Effect<unknown, unknown, AuthServices>

/** All that opens something for Ada, but for the sessions that she had before. */
const gainedIn = ({ ada: { id }, stolen, tables }: Scene): ReadonlyArray<string> => {
  const user = tables.users.get(id)?.user
  if (user === undefined || !user.isActive) return []
  const tokens = [...(tables.tokens.get(id)?.values() ?? [])].filter(({ token }) => token.epoch === user.epoch)
  const sessions = [...(tables.sessions.get(id)?.values() ?? [])].filter(({ session }) => session.epoch === user.epoch)
  return [
    ...tokens.map(({ hash }) => hash),
    ...sessions.filter(({ session }) => session.id !== stolen.session.id).map(({ hash }) => hash)
  ]
}

/** What ends the session that approves, and what it rests on. */
const sessionEndings: Readonly<Record<string, Step>> = {
  "is closed": ({ stolen: { session } }) =>
    Sessions.use((sessions) => sessions.close({ owner: session.userId, id: session.id })),
  "ends with all credentials": ({ ada }) => Users.use((users) => users.endCredentials(ada.id))
}

/** What takes from the approver what the approval rests on. */
const endings: Readonly<Record<string, Step>> = {
  "logs out everywhere": ({ ada }) => Users.use((users) => users.endCredentials(ada.id)),
  "is deactivated": ({ ada }) => Users.use((users) => users.change(ada.id, { isActive: false })),
  "is removed": ({ ada }) => Users.use((users) => users.remove(ada.id)),
  "changes the password": ({ ada: { id } }) =>
    Passwords.use((passwords) => passwords.change({ user: id, current: ada.password, next: newPassword })),
  "is no longer verified": ({ ada }) => Users.use((users) => users.change(ada.id, { isVerified: false })),
  "denies it": ({ ada, begun }) => CliLogins.use((cliLogins) => cliLogins.deny({ user: ada }, begun.id))
}

/** Runs an approval by the session and what ends it in every order, with a program that polls after every step of the approval. */
const countLateApprovals = async (end: Step, broken: (around: Around) => Around = (around) => around) => {
  let late = 0
  const orders = await everyInterleaving(async ({ around, atOnce }) => {
    let poll: Effect.Effect<unknown> = Effect.void
    const scene = await make(
      broken((operation, call) =>
        around(operation, operation === "challenges.decide" ? Effect.tap(call, () => poll) : call)
      ),
      "session"
    )
    const { auth, begun, collect, stolen, storedOf } = scene
    // In a runtime of its own, so that the turnstile lets it pass.
    poll = Effect.promise(() => collect(begun).catch(() => null))
    let answered: { readonly isApproved: boolean; readonly gained: ReadonlyArray<string> } | null = null
    const ending = Effect.tap(end(scene), () =>
      Effect.sync(() => {
        answered = { isApproved: storedOf(begun)?.state === "approved", gained: gainedIn(scene) }
      })
    )
    const { user, session } = { user: scene.ada, session: stolen.session }
    const approval = CliLogins.use((cliLogins) => cliLogins.approve({ user, session }, begun.id, browser))
    await auth.run(atOnce(approval, ending))
    await Effect.runPromise(poll)
    if (answered === null) return
    const { isApproved, gained }: { readonly isApproved: boolean; readonly gained: ReadonlyArray<string> } = answered
    if (!isApproved && gainedIn(scene).some((hash) => !gained.includes(hash))) late += 1
  })
  return { orders, late }
}

/** Runs a collection and what ends its right in every order, and tells how often something was gained after the end was answered. */
const countLateCollections = async (end: Step, result: "token" | "session") => {
  let late = 0
  const orders = await everyInterleaving(async ({ around, atOnce }) => {
    const scene = await make(around, result)
    const { auth, begun } = scene
    await auth.cliLogins.approve({ user: scene.ada }, begun.id)
    let gained: ReadonlyArray<string> | null = null
    const ending = Effect.tap(end(scene), () =>
      Effect.sync(() => {
        gained = gainedIn(scene)
      })
    )
    const collection = CliLogins.use((cliLogins) => cliLogins.collect({ secret: begun.secret }))
    await auth.run(atOnce(collection, ending))
    if (gained !== null && gainedIn(scene).some((hash) => !gained?.includes(hash))) late += 1
  })
  return { orders, late }
}

describe("an approval by a session", () => {
  it.each(Object.entries(sessionEndings))(
    "gives no program anything once it is answered that the session %s, whatever the order of their steps (SES-22, DEV-07)",
    async (_, end) => {
      const { orders, late } = await countLateApprovals(end)
      expect(orders).toBeGreaterThan(10)
      expect(late).toBe(0)
    }
  )

  test("is found to be late, if the session is never looked for again", async () => {
    let looks = 0
    const once =
      (around: Around): Around =>
      (operation, call) => {
        if (operation !== "sessions.isThere") return around(operation, call)
        looks += 1
        // The second look says that it is there: the verb gives a boolean.
        return looks % 2 === 0
          ? (Effect.as(around(operation, call), true) as unknown as typeof call)
          : around(operation, call)
      }
    const { "is closed": end = () => Effect.void } = sessionEndings
    const { late } = await countLateApprovals(end, once)
    expect(late).toBeGreaterThan(0)
  })
})

const cases = Object.entries(endings).flatMap(([name, end]) =>
  (["token", "session"] as const).map((result) => [name, result, end] as const)
)

describe("a collection", () => {
  it.each(cases)(
    "gives nothing once it is answered that the approver %s, whatever the order of their steps: a %s (DEV-07)",
    async (name, result, end) => {
      const { orders, late } = await countLateCollections(end, result)
      expect(orders).toBeGreaterThan(5)
      expect({ name, late }).toEqual({ name, late: 0 })
    }
  )
})
