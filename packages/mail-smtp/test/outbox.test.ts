import { createTestAuth } from "@latchkey/core/testing"
import { expect, onTestFinished, test } from "vitest"
import { type SmtpOptions, smtpMailer } from "../src/index.ts"
import { refusal, startMailServer } from "./mail-server.ts"

const ada = { username: "ada", email: "ada@example.org", password: "four unrelated words here" }

/** Latchkey with a real mailer, and a clock that moves on until something is so. */
const startAuth = async (url: string, options: Partial<SmtpOptions> = {}) => {
  const mailer = smtpMailer({ from: "no-reply@example.org", ...options, url })
  const { auth, clock } = await createTestAuth({ mailer })
  onTestFinished(async () => {
    await auth.close()
    await mailer.close()
  })
  const until = (look: () => Promise<number> | number) =>
    expect.poll(
      async () => {
        await clock.advance("1 second")
        return look()
      },
      { interval: 100, timeout: 100_000 }
    )
  return { auth, until }
}

test("MAI-01 a request is answered before its mail is sent, and a mail refused for now is tried again until it arrives", async () => {
  let attempts = 0
  const { port, received } = await startMailServer({
    onRcptTo: (_, __, done) => (++attempts < 3 ? done(refusal(451, "4.7.1 greylisted")) : done())
  })
  const { auth, until } = await startAuth(`smtp://127.0.0.1:${port}`)
  await auth.users.register(ada)
  expect(attempts).toBe(0)
  await until(() => received.length).toBe(1)
  expect(attempts).toBe(3)
  expect(received[0]?.to).toEqual(["ada@example.org"])
})

test("MAI-01 MAI-08 a mail refused for good is an event and no failed request, and is not tried again", async () => {
  let attempts = 0
  const onRcptTo = (_: unknown, __: unknown, done: (error: Error) => void) => {
    attempts++
    done(refusal(550, "5.1.1 nobody"))
  }
  const { port } = await startMailServer({ onRcptTo })
  const { auth, until } = await startAuth(`smtp://127.0.0.1:${port}`)
  await auth.users.register(ada)
  const failures = () => auth.audit.list({ type: "mail.failed" })
  await until(async () => (await failures()).length).toBe(1)
  expect(await failures()).toMatchObject([{ event: { details: { kind: "verify", reason: "refused" } } }])
  expect(attempts).toBe(1)
})
