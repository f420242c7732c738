import { describe, expect, it, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { ada, eventsOf, from, newPassword } from "../../test/people.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import type { LoggedIn } from "./session-service.ts"

/** Ada, who changed her password, and the session that did so, which has a new secret since. */
const withChange = async (options: TestAuthOptions = {}) => {
  const { work, layer: hasher } = countingHasher()
  const made = await createTestAuth({ hasher, ...options })
  const { auth } = made
  const user = await auth.users.register(ada)
  const before = await auth.sessions.logIn(ada, { kind: "browser" })
  const changed = await auth.users.changeSelf(before, { password: newPassword })
  const after = await auth.sessions.renew(before.session, changed)
  Object.assign(work, { hashes: 0, verifies: 0 })
  return { ...made, user, before, after, work }
}

type Scene = Awaited<ReturnType<typeof withChange>>

describe("a log-in by a session that has ended", () => {
  test("opens a session of its own for the user of that session, as a log-in by name does", async () => {
    const { auth, user, before } = await withChange()
    expect(await auth.sessions.resume(before.secret)).toBeNull()
    const again = await auth.sessions.logInAgain(before.secret, newPassword, { kind: "browser", method: "form" })
    expect((await auth.sessions.resume(again.secret, "browser"))?.user.id).toBe(user.id)
    expect(again.device).not.toBeNull()
    const [event] = (await eventsOf(auth, { type: "login.succeeded" })).slice(-1)
    expect(event).toMatchObject({ details: { method: "form" }, credential: `session:${again.session.id}` })
  })

  test("finds a user without a username by the address", async () => {
    const { auth } = await createTestAuth()
    await auth.users.register({ email: ada.email, password: ada.password })
    const { secret } = await auth.sessions.logIn({ email: ada.email, password: ada.password })
    expect((await auth.sessions.logInAgain(secret, ada.password)).user.email).toBe(ada.email)
  })

  it.each<[string, (scene: Scene) => Promise<LoggedIn>]>([
    ["the password of before", ({ auth, before }) => auth.sessions.logInAgain(before.secret, ada.password)],
    ["a secret that is none", ({ auth }) => auth.sessions.logInAgain("lk_ses_nonsense", newPassword)],
    ["no secret", ({ auth }) => auth.sessions.logInAgain("", newPassword)],
    ["a device's secret", ({ auth, before }) => auth.sessions.logInAgain(before.device ?? "", newPassword)],
    [
      "a user who was removed",
      async ({ auth, before, user }) => {
        await auth.users.remove(user.id)
        return auth.sessions.logInAgain(before.secret, newPassword)
      }
    ]
  ])("ENU-02 is refused with %s, as any log-in, and after the work of one hash", async (_, logIn) => {
    const scene = await withChange()
    await expect(logIn(scene)).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(scene.work).toMatchObject({ hashes: 0, verifies: 1 })
  })

  test("RAT-06 is counted with the log-ins by name", async () => {
    const { auth, before } = await withChange({ throttle: { perAccountAndNetwork: 2 } })
    const client = from("192.0.2.1")
    await auth.sessions.logInAgain(before.secret, "a wrong guess", { client }).catch(() => {})
    await auth.sessions.logIn({ ...ada, password: "a wrong guess" }, { client }).catch(() => {})
    const again = auth.sessions.logInAgain(before.secret, newPassword, { client })
    await expect(again).rejects.toMatchObject({ _tag: "TooManyAttempts" })
  })
})
