import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import type { AuthServices } from "../src/auth/auth-layer.ts"
import type { Auth } from "../src/auth/create-auth.ts"
import { Passwords } from "../src/password/passwords.ts"
import type { UserId } from "../src/secret/user-id.ts"
import type { LoggedIn } from "../src/session/session-service.ts"
import { Sessions } from "../src/session/sessions.ts"
import type { Actor } from "../src/store/actor.ts"
import { createTestAuth } from "../src/testing/create-test-auth.ts"
import { emptyTables, type Tables } from "../src/testing/memory-tables.ts"
import { ownScopes } from "../src/token/scopes.ts"
import type { IssuedToken } from "../src/token/token-service.ts"
import { Tokens } from "../src/token/tokens.ts"
import { Users } from "../src/user/users.ts"
import { everyInterleaving } from "./interleavings.ts"
import { ada, newPassword } from "./people.ts"
import { type Around, storeAround } from "./store-around.ts"

/** What Ada has: a session that somebody stole, one of her own, and a token that somebody stole. */
interface Scene {
  readonly auth: Auth
  readonly tables: Tables
  readonly stolen: LoggedIn
  readonly mine: LoggedIn
  readonly token: IssuedToken
}

const openScene = async (around: Around): Promise<Scene> => {
  const tables = emptyTables()
  const tokens = { scopes: { [ownScopes.tokens]: "Make tokens", [ownScopes.credentials]: "Change the password" } }
  const sessions = { perUser: 2, idle: "1 hour" } as const
  const options = { tokens, sessions, profile: { mayDelete: true } }
  const { auth, clock } = await createTestAuth({ store: storeAround(around, tables), ...options })
  const user = await auth.users.register(ada)
  const stolen = await auth.sessions.logIn(ada)
  await clock.advance("1 minute")
  const mine = await auth.sessions.logIn(ada)
  const scopes = [ownScopes.tokens, ownScopes.credentials]
  const token = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner", scopes })
  return { auth, tables, stolen, mine, token }
}

type Step = (scene: Scene) => Effect.Effect<unknown, unknown, AuthServices>

const thief = "the password of a thief"

/** What a credential can be used to change. */
const changes: Readonly<Record<string, (actor: Actor, scene: Scene) => ReturnType<Step>>> = {
  "a password": (actor) => Users.use((users) => users.changeSelf(actor, { password: thief })),
  "a username": (actor) => Users.use((users) => users.changeSelf(actor, { username: "mallory" })),
  "an address": (actor) => Users.use((users) => users.changeSelf(actor, { email: "mallory@example.org" })),
  "names and a password": (actor) =>
    Users.use((users) => users.changeSelf(actor, { username: "mallory", password: thief })),
  "a password alone": (actor) => Passwords.use((passwords) => passwords.set({ ...actor, next: thief })),
  "a new token": (actor) => Tokens.use((tokens) => tokens.issue({ ...actor, scopes: "all" }, { name: "mine" })),
  "a rotated token": (actor, { token }) =>
    Tokens.use((tokens) => tokens.rotate({ ...actor, scopes: "all" }, token.token.id))
}

const bySession = ({ stolen }: Scene): Actor => ({ user: stolen.user, session: stolen.session })
const byToken = ({ stolen, token }: Scene): Actor => ({ user: stolen.user, token: token.token })

const keyOf = ({ session }: LoggedIn) => ({ owner: session.userId, id: session.id })

/** What ends the stolen session, or all of Ada's credentials. */
const sessionEndings: Readonly<Record<string, Step>> = {
  "is closed": ({ stolen }) => Sessions.use((sessions) => sessions.close(keyOf(stolen))),
  "is closed by its secret": ({ stolen }) => Sessions.use((sessions) => sessions.closeBySecret(stolen.secret)),
  "is closed with all others but one": ({ mine }) => Sessions.use((sessions) => sessions.closeOthers(mine.session)),
  "is closed with all others": ({ mine }) => Sessions.use((sessions) => sessions.closeAll(mine.user.id)),
  "is renewed": ({ stolen }) => Sessions.use((sessions) => sessions.renew(stolen.session, stolen.user)),
  "is pushed out by a log-in": ({ mine }) => Sessions.use((sessions) => sessions.open(mine.user)),
  "ends with its user's account": ({ mine }) => Users.use((users) => users.remove(mine.user.id)),
  "ends because its user is inactive": ({ mine }) =>
    Users.use((users) => users.change(mine.user.id, { isActive: false })),
  "ends with all credentials": ({ mine }) => Users.use((users) => users.endCredentials(mine.user.id)),
  "ends by a new password": ({ mine }) =>
    Users.use((users) => users.changeSelf({ user: mine.user, session: mine.session }, { password: newPassword })),
  "ends by a changed password": ({ mine }) =>
    Passwords.use((passwords) => passwords.change({ user: mine.user.id, current: ada.password, next: newPassword }))
}

const tokenEndings: Readonly<Record<string, Step>> = {
  "is revoked": ({ token: { token } }) => Tokens.use((tokens) => tokens.revoke({ owner: token.userId, id: token.id })),
  "is revoked with all others": ({ token: { token } }) => Tokens.use((tokens) => tokens.revokeAllOf(token.userId)),
  "is rotated and ends at once": ({ mine, token: { token } }) =>
    Tokens.use((tokens) => tokens.rotate({ user: mine.user, scopes: "all" }, token.id, { overlap: 0 })),
  "ends with all credentials": ({ mine }) => Users.use((users) => users.endCredentials(mine.user.id))
}

/** All that a thief could have gained: Ada's names and password, and the tokens that open something. */
const stateOf = ({ tables }: Scene, id: UserId) => {
  const row = tables.users.get(id)
  const tokens = [...(tables.tokens.get(id)?.values() ?? [])].filter(({ token }) => token.epoch === row?.user.epoch)
  return {
    account: [row?.user.username, row?.user.email, row?.passwordHash],
    tokens: tokens.map(({ hash }) => hash)
  }
}

/** Runs a change and an ending in every order, and tells how often something changed after the ending was answered. */
const countLate = async (
  actorOf: (scene: Scene) => Actor,
  change: (actor: Actor, scene: Scene) => ReturnType<Step>,
  end: Step,
  broken: (around: Around) => Around = (around) => around
): Promise<{ readonly orders: number; readonly late: number }> => {
  let late = 0
  const orders = await everyInterleaving(async ({ around, atOnce }) => {
    const scene = await openScene(broken(around))
    const { id } = scene.mine.user
    let answered: ReturnType<typeof stateOf> | null = null
    const ending = Effect.tap(end(scene), () =>
      Effect.sync(() => {
        answered = stateOf(scene, id)
      })
    )
    await scene.auth.run(atOnce(change(actorOf(scene), scene), ending))
    if (answered === null) return
    const { account, tokens }: ReturnType<typeof stateOf> = answered
    const after = stateOf(scene, id)
    const isLate = after.account.join() !== account.join() || after.tokens.some((hash) => !tokens.includes(hash))
    if (isLate) late += 1
  })
  return { orders, late }
}

/** Every change beside one ending of each kind, and one change beside every ending: the rest runs the same code. */
const pairs = (endings: Readonly<Record<string, Step>>, each: ReadonlyArray<string>) =>
  Object.entries(changes).flatMap(([what, change]) =>
    Object.entries(endings)
      .filter(([how]) => what === "a password" || each.includes(how))
      .map(([how, end]) => [what, how, change, end] as const)
  )

describe("SES-20 PWD-23 SES-22 (F13)", () => {
  it.each(pairs(sessionEndings, ["is closed", "ends with all credentials"]))(
    "a session gives nobody %s once it is answered that it %s",
    async (_, __, change, end) => {
      const { orders, late } = await countLate(bySession, change, end)
      expect(orders).toBeGreaterThan(2)
      expect(late).toBe(0)
    }
  )

  it.each(Object.entries(sessionEndings))(
    "a session deletes nobody's account once it is answered that it %s",
    async (_, end) => {
      const removal = (actor: Actor) => Users.use((users) => users.removeSelf(actor))
      const { orders, late } = await countLate(bySession, removal, end)
      expect(orders).toBeGreaterThan(2)
      expect(late).toBe(0)
    }
  )

  it.each(pairs(tokenEndings, ["is revoked"]))(
    "a token gives nobody %s once it is answered that it %s",
    async (_, __, change, end) => {
      const { orders, late } = await countLate(byToken, change, end)
      expect(orders).toBeGreaterThan(2)
      expect(late).toBe(0)
    }
  )

  const withoutCount =
    (around: Around): Around =>
    (operation, call) =>
      // The verb gives nothing, as this does.
      around(operation, operation === "users.countRevocation" ? (Effect.void as unknown as typeof call) : call)

  test("a store that does not count revocations is found", async () => {
    const { "a password": change = () => Effect.void } = changes
    const { "is closed": end = () => Effect.void } = sessionEndings
    const removal = (actor: Actor) => Users.use((users) => users.removeSelf(actor))
    for (const each of [change, removal]) {
      const { late } = await countLate(bySession, each, end, withoutCount)
      expect(late).toBeGreaterThan(0)
    }
  })
})

describe("who asks a moment too late", () => {
  const through: Around = (_, call) => call

  const tagOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "done",
      (error: { readonly _tag: string }) => error._tag
    )

  test("PWD-23 is told that the credential has ended, and nothing is changed", async () => {
    const scene = await openScene(through)
    const { auth, stolen } = scene
    await auth.sessions.close(keyOf(stolen))
    const before = stateOf(scene, stolen.user.id)
    const change = { username: "mallory", email: "mallory@example.org", password: thief }
    expect(await tagOf(auth.users.changeSelf(bySession(scene), change))).toBe("CredentialEnded")
    expect(await auth.passwords.set({ ...bySession(scene), next: thief })).toBeNull()
    const maker = { ...bySession(scene), scopes: "all" } as const
    expect(await tagOf(auth.tokens.issue(maker, { name: "mine" }))).toBe("CredentialEnded")
    expect(await tagOf(auth.tokens.rotate(maker, scene.token.token.id))).toBe("CredentialEnded")
    expect(stateOf(scene, stolen.user.id)).toEqual(before)
  })

  test("SES-20 is told so for a session past its end, and for an inactive user", async () => {
    const { auth, clock } = await createTestAuth({ sessions: { idle: "1 hour" } })
    await auth.users.register(ada)
    const { user, session } = await auth.sessions.logIn(ada)
    await clock.advance("1 hour")
    expect(await tagOf(auth.users.changeSelf({ user, session }, { username: "ada.l" }))).toBe("CredentialEnded")
    const again = await auth.sessions.logIn(ada)
    await auth.users.change(user.id, { isActive: false })
    expect(await tagOf(auth.users.changeSelf(again, { username: "ada.l" }))).toBe("CredentialEnded")
    expect((await auth.users.find(user.id))?.username).toBe("ada")
  })

  test("SES-20 does not stop the others: a change goes on although another session ends meanwhile", async () => {
    let closing = 0
    const scene = await openScene((operation, call) => {
      if (operation !== "users.changeWithProof" || closing === 0) return call
      closing -= 1
      // Another session of the user ends between the look at the credential and the write.
      const row = scene.tables.users.get(scene.mine.user.id)
      if (row !== undefined) scene.tables.users.set(row.user.id, { ...row, revocations: row.revocations + 1 })
      return call
    })
    closing = 20
    const hashed = await scene.auth.users.changeSelf(scene.mine, { password: newPassword })
    expect([closing, hashed.epoch]).toEqual([0, 2])
    closing = Number.POSITIVE_INFINITY
    expect(await tagOf(scene.auth.users.changeSelf({ ...scene.mine, user: hashed }, { username: "b" }))).toBe(
      "StoreError"
    )
  })
})

describe("SES-21 a new password", () => {
  test("leaves the session that set it, and ends everything else", async () => {
    const { auth, mine, stolen, token } = await openScene((_, call) => call)
    const user = await auth.users.changeSelf(mine, { password: newPassword })
    expect(await auth.sessions.resume(mine.secret)).toMatchObject({ user, session: { id: mine.session.id, epoch: 2 } })
    expect(await auth.sessions.resume(stolen.secret)).toBeNull()
    expect(await auth.tokens.check(token.secret)).toBeNull()
    expect(await auth.sessions.list(user.id)).toMatchObject([{ id: mine.session.id }])
    await auth.sessions.logIn({ username: ada.username, password: newPassword })
  })

  test("leaves no session when a token set it, or nobody's credential", async () => {
    const { auth, mine, stolen, token } = await openScene((_, call) => call)
    const user = await auth.users.changeSelf({ user: mine.user, token: token.token }, { password: newPassword })
    for (const { secret } of [mine, stolen]) expect(await auth.sessions.resume(secret)).toBeNull()
    expect(await auth.tokens.check(token.secret)).toBeNull()
    const other = await auth.sessions.open(user)
    expect(await auth.passwords.set({ user, next: thief })).toMatchObject({ epoch: 3 })
    expect(await auth.sessions.resume(other.secret)).toBeNull()
  })
})
