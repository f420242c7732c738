import { expect, test } from "vitest"
import { ada, eventsOf } from "../../test/people.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"

const withAda = async (options: TestAuthOptions = {}) => {
  const made = await createTestAuth(options)
  return { ...made, user: await made.auth.users.register(ada) }
}

const minute = "1 minute"

test("SES-15 SES-23 one log-in more than the limit ends the oldest session, and the trail tells which", async () => {
  const { auth, clock, user } = await withAda({ sessions: { perUser: 2 } })
  const first = await auth.sessions.logIn(ada)
  await clock.advance(minute)
  const second = await auth.sessions.logIn(ada)
  expect(await eventsOf(auth, { type: "session.closed" })).toEqual([])
  await clock.advance(minute)
  const third = await auth.sessions.logIn(ada)
  expect(await auth.sessions.resume(first.secret)).toBeNull()
  expect(await auth.sessions.resume(second.secret)).not.toBeNull()
  expect((await auth.sessions.list(user.id)).map(({ id }) => id)).toEqual([third.session.id, second.session.id])
  expect(await eventsOf(auth, { type: "session.closed" })).toMatchObject([
    { subject: user.id, actor: null, credential: `session:${first.session.id}`, details: { by: "limit", count: 1 } }
  ])
})

test("SES-23 a user has a hundred sessions unless the options say otherwise, and confirming one adds none", async () => {
  const { auth, clock, user } = await withAda()
  const first = await auth.sessions.open(user)
  for (let n = 1; n < 100; n++) {
    await clock.advance("1 second")
    await auth.sessions.open(user)
  }
  const confirmed = await auth.sessions.confirm(first.session, ada.password)
  expect(await auth.sessions.list(user.id, { limit: 500 })).toHaveLength(100)
  await auth.sessions.open(user)
  expect(await auth.sessions.list(user.id, { limit: 500 })).toHaveLength(100)
  expect(await auth.sessions.resume(confirmed.secret)).toBeNull() // it began with the first
})

test("SES-23 sessions that ended by the clock or the epoch make room, and nobody is told of them", async () => {
  const { auth, clock, user } = await withAda({ sessions: { perUser: 2, idle: "1 hour" } })
  await auth.sessions.open(user)
  await clock.advance("1 hour")
  const kept = await auth.sessions.open(user)
  await auth.sessions.open(user)
  expect(await auth.sessions.resume(kept.secret)).not.toBeNull()
  const changed = await auth.users.change(user.id, { isSuperuser: true })
  const next = await auth.sessions.open(changed)
  expect((await auth.sessions.list(user.id)).map(({ id }) => id)).toEqual([next.session.id])
  expect(await eventsOf(auth, { type: "session.closed" })).toEqual([])
})

test.each([0, 1_001, 1.5])("a limit of %s is refused at start", async (perUser) => {
  await expect(createTestAuth({ sessions: { perUser } })).rejects.toThrow(/sessions\.perUser/)
})

test("SES-24 a list has fifty sessions, newest first, and goes on after any of them", async () => {
  const { auth, clock, user } = await withAda()
  for (let n = 0; n < 60; n++) {
    await auth.sessions.open(user)
    await clock.advance("1 second")
  }
  const first = await auth.sessions.list(user.id)
  expect(first).toHaveLength(50)
  const rest = await auth.sessions.list(user.id, { after: first.at(-1) ?? null })
  expect(rest).toHaveLength(10)
  const times = [...first, ...rest].map(({ createdAt }) => createdAt)
  expect(times).toEqual([...new Set(times)].sort((a, b) => b - a))
})

test("SES-24 a page is full although dead sessions of an older epoch stand between", async () => {
  const { auth, clock, user } = await withAda()
  const old = await auth.sessions.open(user)
  await clock.advance(minute)
  const changed = await auth.users.change(user.id, { isSuperuser: true })
  const live = [await auth.sessions.open(changed), await auth.sessions.open(changed)]
  for (let n = 0; n < 5; n++) await auth.sessions.open(user) // at the epoch that has passed
  await clock.advance(minute)
  const page = await auth.sessions.list(user.id, { limit: 2 })
  expect(page.map(({ id }) => id).sort()).toEqual(live.map(({ session }) => session.id).sort())
  expect(await auth.sessions.resume(old.secret)).toBeNull()
})

test("SES-24 of more tokens than a page has each can be rotated", async () => {
  const { auth, clock, user } = await withAda({ tokens: { perUser: 600 } })
  const maker = { user, scopes: "all" } as const
  const { token } = await auth.tokens.issue(maker, { name: "the oldest" })
  await clock.advance(minute)
  for (let n = 0; n < 501; n++) await auth.tokens.issue(maker, { name: `token ${n}` })
  expect(await auth.tokens.list(user.id)).toHaveLength(50)
  expect((await auth.tokens.rotate(maker, token.id)).token.name).toBe("the oldest")
})
