import { expect, test, vi } from "vitest"
import { ada } from "../../test/people.ts"
import { noting, storeAround } from "../../test/store-around.ts"
import { createTestAuth } from "./create-test-auth.ts"
import { mailbox } from "./mailbox.ts"
import { emptyTables } from "./memory-tables.ts"

test("a test auth that is closed sends the mails that wait for its clock", async () => {
  const box = mailbox()
  const { auth } = await createTestAuth({ mailer: box.mailer })
  await auth.users.register(ada)
  await auth.close()
  expect(box.mails.map(({ kind }) => kind)).toEqual(["verify"])
})

test("a test auth is closed while a mailer is away, and while one never answers", async () => {
  const send = vi.fn()
  const { auth, clock } = await createTestAuth({ mailer: { send } })
  send.mockRejectedValueOnce(new Error("away")).mockReturnValue(new Promise(() => {}))
  for (const username of ["ada", "bob"]) {
    await auth.users.register({ username, email: `${username}@example.org`, password: ada.password })
    await clock.advance("1 second")
  }
  await auth.close()
  expect(send).toHaveBeenCalledTimes(3)
})

test("a test auth that is closed waits for a hook that asks the outside", async () => {
  const told = vi.fn()
  const { auth } = await createTestAuth({
    hooks: {
      afterRegister: async ({ user }) => {
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
        told(user?.username)
      }
    }
  })
  await auth.users.register(ada)
  await auth.close()
  expect(told).toHaveBeenCalledWith(ada.username)
})

test("the next mail of a kind is the oldest that was not given yet, and is waited for", async () => {
  const { mailer, next } = mailbox()
  const { auth, clock } = await createTestAuth({ mailer })
  const waiting = next("verify")
  const { email } = await auth.users.register(ada)
  await clock.advance("1 second") // each mail begins after a pause of its own
  await auth.users.register({ username: "bob", email: "bob@example.org", password: ada.password })
  await clock.advance("1 second")
  expect((await waiting).to).toBe(email)
  expect((await next("verify")).to).toBe("bob@example.org")
  await auth.recovery.forgot(ada.email)
  const [verify, reset] = [next("verify"), next("reset")]
  await clock.advance("1 second")
  expect((await reset).to).toBe(email)
  expect(await Promise.race([verify, Promise.resolve("none")])).toBe("none")
})

test("SES-19 a year passes with one sweep in place of 52 560, and what has ended is gone all the same", async () => {
  const tables = emptyTables()
  const asked: Array<string> = []
  const { auth, clock } = await createTestAuth({ store: storeAround(noting(asked), tables) })
  await auth.sessions.open(await auth.users.register(ada))
  await clock.advance("1 minute") // the sweep at the start
  asked.length = 0
  await clock.advance("365 days")
  expect(asked.filter((operation) => operation === "sessions.removeExpired")).toHaveLength(1)
  expect(tables.sessions.size).toBe(0)
})
