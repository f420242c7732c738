import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { countingHasher } from "../../test/counting-hasher.ts"
import { everyInterleaving } from "../../test/interleavings.ts"
import { ada, eventsOf, from, newPassword } from "../../test/people.ts"
import { noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import { Passwords } from "../password/passwords.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import type { User } from "../user/user.ts"
import { Users } from "../user/users.ts"
import { isWithin } from "../vocabulary/time.ts"
import { isSessionLive, type Json, type Session } from "./session.ts"
import { SessionEnded } from "./session-errors.ts"
import { Sessions } from "./sessions.ts"

const withAda = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const made = await createTestAuth({ store: storeOver(tables), ...options })
  const user = await made.auth.users.register(ada)
  return { ...made, tables, user }
}

const minute = 60_000
const hour = 60 * minute

describe("logging in again", () => {
  test("SES-28 the owner of a secret whose session has ended logs in by the password alone", async () => {
    const { auth, user } = await withAda()
    const { secret } = await auth.sessions.logIn(ada, { kind: "browser" })
    await auth.users.endCredentials(user.id)
    expect(await auth.sessions.resume(secret)).toBeNull()
    const again = await auth.sessions.logInAgain(reveal(secret), ada.password, { kind: "browser", method: "form" })
    expect(again.user.id).toBe(user.id)
    expect(await auth.sessions.resume(again.secret, "browser")).toMatchObject({ session: { id: again.session.id } })
    expect(await eventsOf(auth, { type: "login.succeeded" })).toMatchObject([{}, { details: { method: "form" } }])
  })

  test("SES-28 a wrong password costs one hash and is told as a refused log-in; what is no secret of a session costs none", async () => {
    const { work, layer } = countingHasher()
    const { auth, user } = await withAda({ hasher: layer })
    const { secret } = await auth.sessions.logIn(ada)
    const { secret: token } = await auth.tokens.issue({ user, scopes: "all" }, { name: "build" })
    const refused = { _tag: "InvalidCredentials" }
    work.verifies = 0
    await expect(auth.sessions.logInAgain(reveal(secret), newPassword)).rejects.toMatchObject(refused)
    expect(work.verifies).toBe(1)
    expect(await eventsOf(auth, { type: "login.refused" })).toMatchObject([{ subject: user.id }])
    await expect(auth.sessions.logInAgain("junk", ada.password)).rejects.toMatchObject(refused)
    await expect(auth.sessions.logInAgain(reveal(token), ada.password)).rejects.toMatchObject(refused)
    expect(work.verifies).toBe(1)
  })

  test("SES-28 RAT-06 wrong passwords count with the log-ins by name", async () => {
    const { auth } = await withAda({ throttle: { perAccountAndNetwork: 2 } })
    const client = from("192.0.2.1")
    const { secret } = await auth.sessions.logIn(ada, { client })
    const again = (password: string) => auth.sessions.logInAgain(reveal(secret), password, { client })
    await expect(again(newPassword)).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    const byName = auth.sessions.logIn({ ...ada, password: newPassword }, { client })
    await expect(byName).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    await expect(again(ada.password)).rejects.toMatchObject({ _tag: "TooManyAttempts" })
  })

  test("SES-28 ENU-02 a user who was removed costs one hash too, and one without a username logs in as well", async () => {
    const { work, layer } = countingHasher()
    const { auth } = await createTestAuth({ hasher: layer })
    const user = await auth.users.register({ email: ada.email, password: ada.password })
    const { secret } = await auth.sessions.logIn({ email: ada.email, password: ada.password })
    expect((await auth.sessions.logInAgain(reveal(secret), ada.password)).user.id).toBe(user.id)
    await auth.users.remove(user.id)
    work.verifies = 0
    const again = auth.sessions.logInAgain(reveal(secret), ada.password)
    await expect(again).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(work.verifies).toBe(1)
  })
})

describe("a session's secret", () => {
  test("SES-01 is shown once, in a wrapper, and is another value than the id", async () => {
    const { auth } = await withAda()
    const { session, secret } = await auth.sessions.logIn(ada)
    expect(reveal(secret)).toMatch(/^lk_ses_[0-9A-Za-z]{71}$/)
    expect(String(secret)).toBe("<redacted:credential>")
    expect(reveal(secret)).not.toContain(session.id)
    expect(JSON.stringify(await auth.sessions.list(session.userId))).not.toContain(reveal(secret).slice(7))
  })

  test("SES-02 stands nowhere in the store, nor do passwords, device credentials and setup tokens", async () => {
    const { auth, tables, user } = await withAda({ audit: { chain: true }, sessions: { collectUserAgent: true } })
    const first = await auth.sessions.logIn(ada, { kind: "browser", method: "form" })
    const confirmed = await auth.sessions.confirm(first.session, ada.password)
    const opened = await auth.sessions.open(user)
    const changed = await auth.passwords.change({ user: user.id, current: ada.password, next: newPassword })
    const renewed = await auth.sessions.renew(opened.session, changed)
    const dump = JSON.stringify(tables, (_, value) => (value instanceof Map ? [...value] : value))
    const secrets = [first.secret, first.device ?? "", confirmed.secret, opened.secret, renewed.secret].map(reveal)
    const halves = secrets.flatMap((secret) => [secret, secret.slice(-49, -6), secret.slice(7, -6)])
    expect(dump).toContain(user.id)
    expect([...halves, ada.password, newPassword].filter((secret) => dump.includes(secret))).toEqual([])
  })

  test("SES-03 is new with each log-in", async () => {
    const { auth } = await withAda()
    const [one, other] = [await auth.sessions.logIn(ada), await auth.sessions.logIn(ada)]
    expect(reveal(one.secret)).not.toBe(reveal(other.secret))
    expect(one.session.id).not.toBe(other.session.id)
  })

  test("SES-03 is new after confirming, and the old one dies in the same step", async () => {
    const { auth, clock } = await withAda()
    const before = await auth.sessions.logIn(ada)
    await clock.advance("5 minutes")
    const after = await auth.sessions.confirm(before.session, ada.password)
    expect(await auth.sessions.resume(before.secret)).toBeNull()
    expect(await auth.sessions.resume(after.secret)).toMatchObject({ session: after.session })
    expect(after.session).toMatchObject({
      createdAt: before.session.createdAt,
      expiresAt: before.session.expiresAt,
      authenticatedAt: clock.now(),
      kind: before.session.kind
    })
  })

  test("SES-03 SES-12 a wrong password confirms nothing, and the session goes on", async () => {
    const { auth } = await withAda()
    const { session, secret } = await auth.sessions.logIn(ada)
    await expect(auth.sessions.confirm(session, "a wrong guess")).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(await auth.sessions.resume(secret)).toMatchObject({ session })
    expect(await eventsOf(auth, { type: "session.confirm-refused" })).toMatchObject([
      { subject: session.userId, credential: `session:${session.id}` }
    ])
  })

  test("SES-03 of two confirmations at one moment one gives a secret, and one session is left (F13)", async () => {
    await everyInterleaving(async ({ around, atOnce }) => {
      const { auth } = await createTestAuth({ store: storeAround(around) })
      const user = await auth.users.register(ada)
      const { session } = await auth.sessions.logIn(ada)
      const secrets: Array<SecretText> = []
      await auth.run(
        Effect.gen(function* () {
          const sessions = yield* Sessions
          const confirm = Effect.map(sessions.confirm(session, ada.password), ({ secret }) => secrets.push(secret))
          yield* atOnce(confirm, confirm)
        })
      )
      expect(secrets).toHaveLength(1)
      expect(await auth.sessions.list(user.id)).toHaveLength(1)
    })
  })

  it.each([
    "",
    "lk_ses_",
    "lk_dev_0000000000000000000000000000000000000000000000000000000000000000000000000",
    "x".repeat(10_000),
    "__proto__"
  ])("COO-04 %j is junk, and asks the store nothing", async (junk) => {
    const asked: Array<string> = []
    const { auth } = await createTestAuth({ store: storeAround(noting(asked)) })
    asked.length = 0
    expect(await auth.sessions.resume(junk)).toBeNull()
    expect(asked).toEqual([])
  })

  test("SES-02 a device's credential and a setup token resume nothing, and ask the store nothing", async () => {
    const asked: Array<string> = []
    const { auth } = await createTestAuth({ store: storeAround(noting(asked)), admin: null })
    const token = (await auth.setup.issueToken()) ?? ""
    await auth.setup.createFirstAdmin({ ...ada, token })
    const { device } = await auth.sessions.logIn(ada, { kind: "browser" })
    const other = (await auth.setup.issueToken()) ?? token
    asked.length = 0
    expect([await auth.sessions.resume(device ?? ""), await auth.sessions.resume(other)]).toEqual([null, null])
    expect(asked).toEqual([])
  })
})

describe("the end of a session", () => {
  test("SES-04 TIM-01 by idleness: alive until the last millisecond, dead from its end", async () => {
    const { auth, clock } = await withAda({ sessions: { idle: "30 minutes" } })
    const [kept, left] = [await auth.sessions.logIn(ada), await auth.sessions.logIn(ada)]
    await clock.advance(30 * minute - 1)
    expect(await auth.sessions.resume(kept.secret)).not.toBeNull()
    await clock.advance(1)
    expect(await auth.sessions.resume(left.secret)).toBeNull()
    expect(await auth.sessions.resume(kept.secret)).not.toBeNull()
    await clock.advance(1)
    expect(await auth.sessions.resume(left.secret)).toBeNull()
  })

  test("SES-04 TIM-01 by age, however much it is used", async () => {
    const { auth, clock } = await withAda({ sessions: { idle: "1 hour", absolute: "3 hours" } })
    const { secret } = await auth.sessions.logIn(ada)
    for (let halfHour = 0; halfHour < 5; halfHour++) {
      await clock.advance("30 minutes")
      expect(await auth.sessions.resume(secret)).not.toBeNull()
    }
    await clock.advance(30 * minute - 1)
    expect(await auth.sessions.resume(secret)).toMatchObject({ session: { idleExpiresAt: clock.now() + 1 } })
    await clock.advance(1)
    expect(await auth.sessions.resume(secret)).toBeNull()
  })

  test("SES-04 confirming and renewing never move the absolute end", async () => {
    const { auth, clock, user } = await withAda({ sessions: { idle: "3 hours", absolute: "3 hours" } })
    const first = await auth.sessions.logIn(ada)
    await clock.advance("2 hours")
    const second = await auth.sessions.confirm(first.session, ada.password)
    const third = await auth.sessions.renew(second.session, user)
    await clock.advance(hour - 1)
    expect(await auth.sessions.resume(third.secret)).not.toBeNull()
    await clock.advance(1)
    expect(await auth.sessions.resume(third.secret)).toBeNull()
  })

  test("SES-04 is an hour without use and twelve in all, unless the options say otherwise", async () => {
    const { auth, clock } = await withAda()
    const { session } = await auth.sessions.logIn(ada)
    expect(session).toMatchObject({ idleExpiresAt: clock.now() + hour, expiresAt: clock.now() + 12 * hour })
  })

  test("TIM-01 an ended session can neither be confirmed nor renewed", async () => {
    const { auth, clock, user } = await withAda({ sessions: { idle: "1 hour" } })
    const { session } = await auth.sessions.logIn(ada)
    await clock.advance(hour)
    await expect(auth.sessions.confirm(session, ada.password)).rejects.toBeInstanceOf(SessionEnded)
    await expect(auth.sessions.renew(session, user)).rejects.toBeInstanceOf(SessionEnded)
    expect(await auth.sessions.list(user.id)).toEqual([])
  })

  it.each([
    [-5_001, false],
    [-5_000, true],
    [0, true],
    [9, true],
    [10, false],
    [11, false]
  ])("TIM-01 the one predicate: %i ms after issue, a life of 10 ms is valid: %s", (at, isValid) => {
    expect(isWithin(1_000, 1_010, 1_000 + at)).toBe(isValid)
  })

  test("TIM-01 what has died stays dead as time goes on, whatever its ends, and nothing lives past either of them (F09)", async () => {
    const { auth, user } = await withAda()
    const { session } = await auth.sessions.logIn(ada)
    const span = fc.nat(40)
    fc.assert(
      fc.property(span, span, span, span, (idle, age, sooner, later) => {
        const ends = { idleExpiresAt: session.createdAt + idle, expiresAt: session.createdAt + age }
        const livesAt = (after: number) => isSessionLive({ ...session, ...ends }, user, session.createdAt + after)
        if (!livesAt(sooner)) expect(livesAt(sooner + later)).toBe(false)
        expect(livesAt(sooner)).toBe(sooner < Math.min(idle, age))
      })
    )
  })

  test("TIM-02 a session that one machine opened is live on the next at once, though its clock is five seconds behind", async () => {
    const { auth, user } = await withAda()
    const { session } = await auth.sessions.logIn(ada)
    expect(isSessionLive(session, user, session.createdAt - 5_000)).toBe(true)
  })

  test("TIM-03 when the clock jumps back, a session is not older than itself, and comes back only with its own time", async () => {
    const { auth, user } = await withAda()
    const { session } = await auth.sessions.logIn(ada)
    const lives = [-hour, -5_001, -5_000, 0, hour - 1, hour, 12 * hour].map((jump) =>
      isSessionLive(session, user, session.createdAt + jump)
    )
    expect(lives).toEqual([false, false, true, true, true, false, false])
  })
})

describe("a use of a session", () => {
  test("SES-05 is written once a minute at most, or for long sessions once in a twentieth of their idle time", async () => {
    const asked: Array<string> = []
    const store = storeAround(noting(asked))
    const { auth, clock } = await createTestAuth({ store, sessions: { idle: "1 hour" } })
    await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    for (let second = 0; second < 7 * 60; second++) {
      await auth.sessions.resume(secret)
      await clock.advance(1_000)
    }
    expect(asked.filter((operation) => operation === "sessions.touch")).toHaveLength(2)
  })

  test("SES-05 counts from the millisecond at which it is due", async () => {
    const { auth, clock } = await withAda({ sessions: { idle: "10 minutes" } })
    const { secret, session } = await auth.sessions.logIn(ada)
    await clock.advance(minute - 1)
    expect(await auth.sessions.resume(secret)).toMatchObject({ session: { lastSeenAt: session.createdAt } })
    await clock.advance(1)
    expect(await auth.sessions.resume(secret)).toMatchObject({
      session: { lastSeenAt: clock.now(), idleExpiresAt: clock.now() + 10 * minute }
    })
  })

  test("SES-06 that finds the session just closed is no use: nobody is there, and no cookie is set anew", async () => {
    const tables = emptyTables()
    const store = storeAround(
      (operation, call) =>
        Effect.suspend(() => {
          if (operation === "sessions.touch") tables.sessions.clear()
          return call
        }),
      tables
    )
    const { auth, clock } = await createTestAuth({ store })
    await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    await clock.advance("10 minutes")
    expect(await auth.sessions.resume(secret)).toBeNull()
    expect(tables.sessions.size).toBe(0)
  })

  test("keeps a session of seconds alive too", async () => {
    const { auth, clock } = await withAda({ sessions: { idle: "10 seconds" } })
    const { secret } = await auth.sessions.logIn(ada)
    await clock.advance("5 seconds")
    await auth.sessions.resume(secret)
    await clock.advance("9 seconds")
    expect(await auth.sessions.resume(secret)).not.toBeNull()
  })

  test("that cannot be written logs nobody out, and is told to the host (F15)", async () => {
    let isReadOnly = false
    const log = capturedLog()
    const store = storeAround(outage((operation) => isReadOnly && operation === "sessions.touch"))
    const { auth, clock } = await createTestAuth({ store, ambient: log.layer })
    await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    isReadOnly = true
    await clock.advance("10 minutes")
    expect(await auth.sessions.resume(secret)).toMatchObject({ user: { username: "ada" } })
    expect(log.lines.join("\n")).toContain("a session's use was not noted")
  })

  type Ending = (user: User, session: Session) => Effect.Effect<unknown, unknown, Sessions | Users | Passwords>

  const endingsOfAll: ReadonlyArray<readonly [string, Ending]> = [
    ["closing all", ({ id }) => Users.use((users) => users.endCredentials(id))],
    ["deactivating", ({ id }) => Users.use((users) => users.change(id, { isActive: false }))],
    ["promoting", ({ id }) => Users.use((users) => users.change(id, { isSuperuser: true }))],
    ["removing the user", ({ id }) => Users.use((users) => users.remove(id))],
    [
      "changing the password",
      ({ id }) => Passwords.use((passwords) => passwords.change({ user: id, current: ada.password, next: newPassword }))
    ]
  ]
  const closing: Ending = (_, { userId, id }) => Sessions.use((sessions) => sessions.close({ owner: userId, id }))

  it.each([["closing it", closing] as const, ...endingsOfAll])(
    "SES-05 at the moment of %s never brings a closed session back (F13)",
    async (_, ending) => {
      await everyInterleaving(async ({ around, atOnce }) => {
        const { auth, clock } = await createTestAuth({ store: storeAround(around) })
        const user = await auth.users.register(ada)
        const { secret, session } = await auth.sessions.logIn(ada)
        await clock.advance("10 minutes")
        const use = Sessions.use((sessions) => sessions.resume(secret))
        await auth.run(atOnce<Sessions | Users | Passwords>(use, ending(user, session)))
        expect(await auth.sessions.resume(secret)).toBeNull()
        expect(await auth.sessions.list(user.id)).toEqual([])
      })
    }
  )

  it.each(endingsOfAll)(
    "SES-09 a new secret got at the moment of %s is as dead as the old one (F13)",
    async (_, ending) => {
      await everyInterleaving(async ({ around, atOnce }) => {
        const { auth } = await createTestAuth({ store: storeAround(around) })
        const user = await auth.users.register(ada)
        const { session } = await auth.sessions.logIn(ada)
        const secrets: Array<SecretText> = []
        const renew = Sessions.use((sessions) =>
          Effect.map(sessions.renew(session, user), ({ secret }) => secrets.push(secret))
        )
        await auth.run(atOnce<Sessions | Users | Passwords>(renew, ending(user, session)))
        const found = await Promise.all(secrets.map((secret) => auth.sessions.resume(secret)))
        expect(found.filter((each) => each !== null)).toEqual([])
      })
    }
  )
})

describe("ending sessions", () => {
  test("SES-07 closing is true once, false ever after, and dead at once", async () => {
    const { auth, user } = await withAda()
    const { secret, session } = await auth.sessions.logIn(ada)
    const key = { owner: user.id, id: session.id }
    const closed = await Promise.all([1, 2, 3, 4].map(() => auth.sessions.close(key, { as: "logout", actor: user.id })))
    expect(closed.filter((isMine) => isMine)).toEqual([true])
    expect(await auth.sessions.resume(secret)).toBeNull()
    expect(await auth.sessions.close(key)).toBe(false)
    expect(await eventsOf(auth, { type: "session.closed" })).toMatchObject([
      { details: { by: "logout", count: 1 }, actor: user.id, subject: user.id, credential: `session:${session.id}` }
    ])
  })

  test("SES-07 an expired session can be closed", async () => {
    const { auth, clock, user } = await withAda()
    const { session } = await auth.sessions.logIn(ada)
    await clock.advance("1 hour")
    expect(await auth.sessions.close({ owner: user.id, id: session.id })).toBe(true)
  })

  test("SES-11 nobody closes another's session by its id", async () => {
    const { auth } = await withAda()
    const bob = await auth.users.register({ username: "bob", password: newPassword })
    const { secret, session } = await auth.sessions.logIn(ada)
    expect(await auth.sessions.close({ owner: bob.id, id: session.id })).toBe(false)
    expect(await auth.sessions.resume(secret)).not.toBeNull()
    expect(await eventsOf(auth, { type: "session.closed" })).toEqual([])
  })

  test("SES-11 a user's live sessions are listed, newest first, and nobody else's", async () => {
    const { auth, clock, user } = await withAda()
    const bob = await auth.users.register({ username: "bob", password: newPassword })
    const first = await auth.sessions.logIn(ada)
    await clock.advance("30 minutes")
    const second = await auth.sessions.open(user)
    await auth.sessions.open(bob)
    expect(await auth.sessions.list(user.id)).toEqual([second.session, first.session])
    await clock.advance("30 minutes")
    expect(await auth.sessions.list(user.id)).toEqual([second.session])
  })

  test("SES-11 a session of an older epoch is in no list", async () => {
    const { auth, user } = await withAda()
    await auth.sessions.logIn(ada)
    await auth.users.change(user.id, { isSuperuser: true })
    expect(await auth.sessions.list(user.id)).toEqual([])
  })

  test("SES-11 closing the others keeps this one", async () => {
    const { auth, user } = await withAda()
    const [mine, ...others] = [
      await auth.sessions.logIn(ada),
      await auth.sessions.logIn(ada),
      await auth.sessions.logIn(ada)
    ]
    expect(await auth.sessions.closeOthers(mine.session, { actor: user.id })).toBe(2)
    expect(await Promise.all(others.map(({ secret }) => auth.sessions.resume(secret)))).toEqual([null, null])
    expect(await auth.sessions.resume(mine.secret)).not.toBeNull()
    expect(await auth.sessions.closeOthers(mine.session)).toBe(0)
    expect(await eventsOf(auth, { type: "session.closed" })).toMatchObject([{ details: { by: "owner", count: 2 } }])
  })

  test("ending all of a user's credentials says how many sessions that were, and spares nobody else's", async () => {
    const { auth, user } = await withAda()
    const bob = await auth.users.register({ username: "bob", password: newPassword })
    const [mine, his] = [await auth.sessions.logIn(ada), await auth.sessions.open(bob)]
    expect(await auth.users.endCredentials(user.id, { as: "admin", actor: bob.id })).toBe(1)
    expect([await auth.sessions.resume(mine.secret), await auth.sessions.resume(his.secret)]).toMatchObject([
      null,
      { user: { id: bob.id } }
    ])
  })

  test("PAT-09 ending all of a user's credentials ends their tokens too, in the store as well", async () => {
    const { auth, tables, user } = await withAda()
    const { secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    expect(await auth.users.endCredentials(user.id)).toBe(0)
    expect(await auth.tokens.check(secret)).toBeNull()
    expect(tables.tokens.size).toBe(0)
  })

  test("PAT-09 ending all credentials is done and on record, though dead tokens cannot be taken out of the store", async () => {
    const log = capturedLog()
    const store = storeAround(outage((operation) => operation === "tokens.revokeAll"))
    const { auth } = await createTestAuth({ store, ambient: log.layer })
    const user = await auth.users.register(ada)
    const [session, token] = [
      await auth.sessions.open(user),
      await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    ]
    expect(await auth.users.endCredentials(user.id)).toBe(1)
    expect([await auth.sessions.resume(session.secret), await auth.tokens.check(token.secret)]).toEqual([null, null])
    expect(await eventsOf(auth, { type: "session.closed" })).toHaveLength(1)
    expect(log.lines.join("\n")).toContain("ended tokens open nothing, but stay stored")
  })

  test("PAT-09 closing one session, or all others, ends no token", async () => {
    const { auth, user } = await withAda()
    const { secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    const [one, other] = [await auth.sessions.logIn(ada), await auth.sessions.logIn(ada)]
    await auth.sessions.closeOthers(one.session)
    await auth.sessions.close({ owner: user.id, id: other.session.id })
    expect(await auth.tokens.check(secret)).not.toBeNull()
  })

  test("AUD-01 ending all credentials is an event also when there was no session: the epoch moved", async () => {
    const { auth, user } = await withAda()
    expect(await auth.users.endCredentials(user.id, { as: "admin" })).toBe(0)
    expect(await auth.users.find(user.id)).toMatchObject({ epoch: 2 })
    expect(await eventsOf(auth, { type: "session.closed" })).toMatchObject([{ details: { by: "admin", count: 0 } }])
  })

  test("ending the credentials of nobody is no event", async () => {
    const { auth, user } = await withAda()
    await auth.users.remove(user.id)
    expect(await auth.users.endCredentials(user.id)).toBe(0)
    expect(await eventsOf(auth, { type: "session.closed" })).toEqual([])
  })
})

describe("the user behind a session", () => {
  test("SES-10 is as stored at this moment", async () => {
    const { auth, user } = await withAda()
    const { secret } = await auth.sessions.logIn(ada)
    await auth.users.change(user.id, { username: "countess", isVerified: true })
    expect(await auth.sessions.resume(secret)).toMatchObject({ user: { username: "countess", isVerified: true } })
  })

  it.each([
    ["deactivated", { isActive: false }],
    ["promoted", { isSuperuser: true }]
  ])("SES-09 that is %s is logged out at once", async (_, change) => {
    const { auth, user } = await withAda()
    const { secret } = await auth.sessions.logIn(ada)
    await auth.users.change(user.id, change)
    expect(await auth.sessions.resume(secret)).toBeNull()
  })

  test("SES-09 that is demoted is logged out at once", async () => {
    const { auth } = await withAda()
    const boss = await auth.users.create({ username: "boss", password: newPassword, isSuperuser: true })
    const { secret } = await auth.sessions.open(boss)
    await auth.users.change(boss.id, { isSuperuser: false })
    expect(await auth.sessions.resume(secret)).toBeNull()
  })

  test("SES-09 that is removed is logged out at once, and stays so though the name returns", async () => {
    const { auth, user } = await withAda()
    const { secret } = await auth.sessions.logIn(ada)
    await auth.users.remove(user.id)
    await auth.users.register(ada)
    expect(await auth.sessions.resume(secret)).toBeNull()
  })

  test("SES-09 that was deactivated and activated again has no session from before", async () => {
    const { auth, user } = await withAda()
    const { secret } = await auth.sessions.logIn(ada)
    await auth.users.change(user.id, { isActive: false })
    await auth.users.change(user.id, { isActive: true })
    expect(await auth.sessions.resume(secret)).toBeNull()
  })

  test("SES-09 a session that is opened for an inactive user is dead from the start", async () => {
    const { auth, user } = await withAda()
    const inactive = await auth.users.change(user.id, { isActive: false })
    const { secret } = await auth.sessions.open(inactive)
    expect([await auth.sessions.resume(secret), await auth.sessions.list(user.id)]).toEqual([null, []])
  })

  test("SES-09 a session that is opened for a user of an older epoch is dead from the start", async () => {
    const { auth, user } = await withAda()
    await auth.users.endCredentials(user.id)
    const { secret } = await auth.sessions.open(user)
    expect(await auth.sessions.resume(secret)).toBeNull()
  })
})

describe("what a session keeps", () => {
  const client = { ip: "192.0.2.1", userAgent: `Mozilla\r\nINFO admin logged in \u202e${"x".repeat(500)}` }

  test("SES-29 where it was opened from, also once it has a new secret and was used from elsewhere", async () => {
    const { auth } = await withAda()
    const { session } = await auth.sessions.logIn(ada, { client: { ip: "192.0.2.1", userAgent: "Mozilla/5.0" } })
    const renewed = await auth.sessions.confirm(session, ada.password, {
      ip: "192.0.2.9",
      userAgent: "curl/8"
    })
    expect(renewed.session).toMatchObject({ ip: "192.0.2.1", userAgent: "Mozilla/5.0" })
  })

  it.each([
    [{ collectIp: false }, [false, true]],
    [{ collectUserAgent: false }, [true, false]],
    [{ collectIp: false, collectUserAgent: false }, [false, false]]
  ])("SES-29 AUD-05 no address and no user agent in any row, with the options off: %j", async (sessions, kept) => {
    const { auth, tables } = await withAda({ sessions })
    await auth.sessions.logIn({ ...ada, password: "a wrong guess" }, { client }).catch(() => {})
    const { session } = await auth.sessions.logIn(ada, { client, kind: "browser" })
    expect([session.ip !== null, session.userAgent !== null]).toEqual(kept)
    const dump = JSON.stringify(tables, (_, value) => (value instanceof Map ? [...value] : value))
    expect([dump.includes("192.0.2.1"), dump.includes("Mozilla")]).toEqual(kept)
  })

  test("SES-29 AUD-03 a user agent is cut at 256 characters, with what could forge a line escaped", async () => {
    const { auth } = await withAda()
    const { session } = await auth.sessions.logIn(ada, { client })
    expect(session.ip).toBe("192.0.2.1")
    expect(session.userAgent).toMatch(/^Mozilla\\u\{d\}\\u\{a\}INFO admin logged in \\u\{202e\}x+$/)
    expect(session.userAgent?.match(/x+$/)?.[0].length).toBe(256 - "Mozilla..INFO admin logged in .".length)
  })

  test("SES-16 data of the host, written only over the version that was read", async () => {
    const { auth } = await withAda()
    const { secret, session } = await auth.sessions.logIn(ada)
    const written = await auth.sessions.setData(session, { cart: [1, 2] })
    expect(written).toMatchObject({ data: { cart: [1, 2] }, dataVersion: 1 })
    await expect(auth.sessions.setData(session, { cart: [] })).rejects.toMatchObject({ _tag: "SessionDataChanged" })
    expect(await auth.sessions.resume(secret)).toMatchObject({ session: { data: { cart: [1, 2] } } })
  })

  test("SES-16 of twenty writers at one moment exactly one wins", async () => {
    const { auth } = await withAda()
    const { secret, session } = await auth.sessions.logIn(ada)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, writer) => auth.sessions.setData(session, { writer }))
    )
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled")
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    expect(await auth.sessions.resume(secret)).toMatchObject({ session: { data: { writer: winner }, dataVersion: 1 } })
  })

  it.each([
    ["ASCII", "x".repeat(16 * 1024 - 2)],
    ["letters of three bytes", `${"漢".repeat(5_460)}xx`]
  ])("SES-16 up to 16 kB of JSON text in %s, and not a byte more", async (_, data: Json) => {
    const { auth } = await withAda()
    const { session } = await auth.sessions.logIn(ada)
    await expect(auth.sessions.setData(session, `${data}x`)).rejects.toMatchObject({
      _tag: "SessionDataTooLarge",
      size: 16 * 1024 + 1
    })
    expect(await auth.sessions.setData(session, data)).toMatchObject({ dataVersion: 1 })
  })

  test("SES-16 nothing more once it has ended", async () => {
    const { auth, user } = await withAda()
    const { session } = await auth.sessions.logIn(ada)
    await auth.sessions.close({ owner: user.id, id: session.id })
    await expect(auth.sessions.setData(session, 1)).rejects.toMatchObject({ _tag: "SessionDataChanged" })
  })
})

describe("logging in", () => {
  test("opens a bearer session unless the page asks for a browser's, and is an event", async () => {
    const { auth, user } = await withAda()
    const direct = await auth.sessions.logIn(ada)
    const page = await auth.sessions.logIn(ada, { kind: "browser", method: "form" })
    expect([direct.session.kind, page.session.kind]).toEqual(["bearer", "browser"])
    expect(await eventsOf(auth, { type: "login.succeeded" })).toMatchObject([
      { details: { method: "direct" }, actor: user.id, credential: `session:${direct.session.id}` },
      { details: { method: "form" }, actor: user.id, credential: `session:${page.session.id}` }
    ])
  })

  it.each([
    { username: "ada" },
    { username: "ADA" },
    { email: "ada@example.org" },
    { username: "Ada@EXAMPLE.org" },
    { email: "ada" }
  ])("INP-01 takes the name in any spelling and either place: %j", async (name) => {
    const { auth, user } = await withAda()
    expect((await auth.sessions.logIn({ ...name, password: ada.password })).user.id).toBe(user.id)
  })

  test("is noted with its time", async () => {
    const { auth, clock, user } = await withAda()
    expect((await auth.users.find(user.id))?.lastLoginAt).toBeNull()
    await auth.sessions.logIn(ada)
    expect((await auth.users.find(user.id))?.lastLoginAt).toBe(clock.now())
  })

  test("tells that the address is not verified only to whoever knows the password", async () => {
    const { auth, user } = await withAda({ sessions: { requireVerified: true } })
    await expect(auth.sessions.logIn(ada)).rejects.toMatchObject({ _tag: "NotVerified" })
    await expect(auth.sessions.logIn({ ...ada, password: "x" })).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(await auth.sessions.list(user.id)).toEqual([])
    await expect(auth.sessions.open(user)).rejects.toMatchObject({ _tag: "NotVerified" })
    await auth.users.change(user.id, { isVerified: true })
    expect(await auth.sessions.logIn(ada)).toMatchObject({ user: { id: user.id } })
    expect((await eventsOf(auth, { type: "login.refused" })).map(({ details }) => details)).toMatchObject([
      { reason: "not-verified" },
      { reason: "wrong-password" }
    ])
  })
})

test("SES-13 an outage of the store is a StoreError: neither somebody nor nobody", async () => {
  let isDown = false
  const store = storeAround(outage((operation) => isDown && operation === "lookupSession"))
  const { auth } = await createTestAuth({ store })
  await auth.users.register(ada)
  const { secret } = await auth.sessions.logIn(ada)
  isDown = true
  await expect(auth.sessions.resume(secret)).rejects.toMatchObject({ _tag: "StoreError", operation: "lookupSession" })
  isDown = false
  expect(await auth.sessions.resume(secret)).not.toBeNull()
})
