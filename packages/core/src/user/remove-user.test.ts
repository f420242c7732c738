import { describe, expect, test } from "vitest"
import { ada } from "../../test/people.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"

const open = async (options: TestAuthOptions = {}) => {
  const made = await createTestAuth({ profile: { mayDelete: true }, ...options })
  const user = await made.auth.users.register(ada)
  return { ...made, user, loggedIn: await made.auth.sessions.logIn(ada) }
}

const client = { ip: "192.0.2.7", userAgent: "Firefox" }

describe("people who delete their own account", () => {
  test("PRI-03 ADM-06 are gone with all that is theirs, and the trail tells that it was them", async () => {
    const { auth, user, loggedIn } = await open()
    const issued = await auth.tokens.issue({ ...loggedIn, scopes: "all" }, { name: "runner" })
    await auth.users.removeSelf(loggedIn, client)
    expect(await auth.users.find(user.id)).toBeNull()
    expect(await auth.sessions.resume(loggedIn.secret)).toBeNull()
    expect(await auth.tokens.check(issued.secret)).toBeNull()
    const [last] = await auth.audit.list({ user: user.id, limit: 1 })
    expect(last?.event).toMatchObject({ type: "user.removed", actor: user.id, subject: user.id, ip: client.ip })
    expect(last?.event.details).toEqual({ by: "owner" })
    expect((await auth.users.register(ada)).id).not.toBe(user.id)
  })

  test("PRI-03 are told that they cannot where the option is off, and nothing is removed", async () => {
    const { auth, user, loggedIn } = await open({ profile: {} })
    await expect(auth.users.removeSelf(loggedIn)).rejects.toMatchObject({ _tag: "RemovalNotAllowed", reason: "off" })
    expect(await auth.users.find(user.id)).not.toBeNull()
    expect(await auth.audit.list({ type: "user.removed" })).toEqual([])
  })

  test("PRI-03 do so themselves: no program does, with a token or with a session that it was lent", async () => {
    const { auth, user } = await open()
    const { token } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    const { session } = await auth.sessions.open(user, { kind: "bearer", isRecent: false })
    for (const actor of [
      { user, token },
      { user, session }
    ]) {
      const refused = auth.users.removeSelf(actor)
      await expect(refused).rejects.toMatchObject({ _tag: "RemovalNotAllowed", reason: "program" })
    }
    expect(await auth.users.find(user.id)).not.toBeNull()
  })

  test("ADM-02 ADM-10 stay where they are the last superuser, with their sessions", async () => {
    const { auth } = await open()
    const [root] = (await auth.users.list({ query: "root" })).items
    const opened = await auth.sessions.open(root ?? (await auth.users.register(ada)))
    const actor = { user: root ?? (await auth.users.register(ada)), session: opened.session }
    await expect(auth.users.removeSelf(actor)).rejects.toMatchObject({ _tag: "LastSuperuser" })
    expect(await auth.sessions.resume(opened.secret)).not.toBeNull()
    await auth.users.create({ username: "second", isSuperuser: true })
    await auth.users.removeSelf(actor)
    expect(await auth.sessions.resume(opened.secret)).toBeNull()
  })

  test("SES-20 stay where the session behind it has ended, and are told so, also after they are gone", async () => {
    const { auth, user, loggedIn } = await open()
    const other = await auth.sessions.logIn(ada)
    await auth.sessions.close({ owner: user.id, id: loggedIn.session.id })
    await expect(auth.users.removeSelf(loggedIn)).rejects.toMatchObject({ _tag: "CredentialEnded" })
    expect(await auth.users.find(user.id)).not.toBeNull()
    await auth.users.removeSelf(other)
    await expect(auth.users.removeSelf(other)).rejects.toMatchObject({ _tag: "CredentialEnded" })
    expect(await auth.audit.list({ type: "user.removed" })).toHaveLength(1)
  })

  test("EVT-08 stay where the hook refuses, with its reason", async () => {
    const reason = "There are orders to be paid."
    const { auth, user, loggedIn } = await open({ hooks: { beforeDelete: () => reason } })
    const refused = auth.users.removeSelf(loggedIn)
    await expect(refused).rejects.toMatchObject({ _tag: "DeletionRefused", reason })
    expect(await auth.sessions.resume(loggedIn.secret)).not.toBeNull()
    expect(await auth.users.find(user.id)).not.toBeNull()
  })

  test("leave one event, however often they ask at once", async () => {
    const { auth, loggedIn } = await open()
    const asked = await Promise.allSettled([1, 2, 3].map(() => auth.users.removeSelf(loggedIn)))
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    expect(await auth.audit.list({ type: "user.removed" })).toHaveLength(1)
  })
})

describe("a session", () => {
  test("PRI-03 is told to have removed its user if it did, and nothing else is told of anybody", async () => {
    const { auth, user, loggedIn } = await open()
    const other = await auth.sessions.logIn(ada)
    const mine = { owner: user.id, id: loggedIn.session.id }
    expect(await auth.users.wasRemovedBy(mine)).toBe(false)
    await auth.users.removeSelf(loggedIn)
    expect(await auth.users.wasRemovedBy(mine)).toBe(true)
    expect(await auth.users.wasRemovedBy({ owner: user.id, id: other.session.id })).toBe(false)
  })

  test("has not removed its user whom somebody else removed", async () => {
    const { auth, user, loggedIn } = await open()
    await auth.users.remove(user.id)
    expect(await auth.users.wasRemovedBy({ owner: user.id, id: loggedIn.session.id })).toBe(false)
  })
})
