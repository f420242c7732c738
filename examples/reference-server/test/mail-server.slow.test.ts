import { describe, expect, test, vi } from "vitest"
import { type MailServer, refusal, startMailServer } from "../../../packages/mail-smtp/test/mail-server.ts"
import { goodPassword, postForm, sendJson } from "./client.ts"
import { newMails } from "./mails.ts"
import { type Server, startServer } from "./server.ts"
import { openSlowLine } from "./slow-line.ts"

const patience = { timeout: 60_000, interval: 100 }

const start = (port: number | string, env: Readonly<Record<string, string>> = {}) =>
  startServer({
    env: {
      LATCHKEY_ADMIN_USERNAME: "root",
      LATCHKEY_ADMIN_PASSWORD: goodPassword,
      LATCHKEY_SMTP_URL: `smtp://127.0.0.1:${port}`,
      LATCHKEY_MAIL_FROM: "no-reply@harbour.example",
      ...env
    }
  })

const registerWithAddress = async (server: Server, username: string) => {
  const account = { username, email: `${username}@example.org`, password: goodPassword }
  const answer = await sendJson(server, "POST", "/auth/register", account)
  expect({ status: answer.status, body: await answer.text() }).toMatchObject({ status: 201 })
  return account.email
}

const forget = async (server: Server, email: string) => {
  const answer = await sendJson(server, "POST", "/auth/forgot-password", { email })
  expect([answer.status, await answer.text()]).toEqual([202, "null"])
}

const receivedBy = ({ received }: MailServer, email: string) => received.filter(({ to }) => to.includes(email))

/** The log line about a mail that was given up. */
const notSent = (server: Server) =>
  server
    .log()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, string>>)
    .filter(({ message }) => message === "a mail was not sent")

describe("a mail server", () => {
  test("MAI-01 that is away holds up no request, is told in the log, and gets the mail once it is back", async () => {
    const line = await openSlowLine(0)
    const server = await start(new URL(line.url).port)
    const email = await registerWithAddress(server, "ada")
    await forget(server, email)
    const page = await postForm(server, "/forgot-password", { username: "ada" })
    expect(page.headers.get("location")).toBe("/forgot-password?done=mail-sent")
    await server.logged("A mail was not sent")
    const back = await startMailServer()
    line.leadTo(back.port)
    await vi.waitUntil(() => receivedBy(back, email).length === 3, patience)
    expect(receivedBy(back, email)[0]?.raw).toContain("From: Latchkey <no-reply@harbour.example>")
    expect(notSent(server)).toEqual([])
    await server.stop()
    expect(server.log()).not.toMatch(/lk_otc_|ada@example/)
  })

  test("MAI-01 that says nothing for a long time holds up no request", async () => {
    const silent: Array<() => void> = []
    const slow = await startMailServer({ onConnect: (_, done) => void silent.push(done) })
    const server = await start(slow.port)
    const email = await registerWithAddress(server, "ada")
    await vi.waitUntil(() => silent.length === 1, patience)
    await forget(server, email)
    await registerWithAddress(server, "grace")
    await vi.waitUntil(() => silent.length === 3, patience)
    expect(slow.received).toEqual([])
    for (const goOn of silent) goOn()
    await vi.waitUntil(() => slow.received.length === 3, patience)
    await server.stop()
  })

  test("MAI-01 that refuses a mail for good is not asked again, and it is a log line and an event", async () => {
    let asked = 0
    const strict = await startMailServer({
      onRcptTo: (_, __, done) => {
        asked++
        done(refusal(550, "no such mailbox: ada@example.org"))
      }
    })
    const server = await start(strict.port)
    await registerWithAddress(server, "ada")
    await server.logged("a mail was not sent")
    expect(notSent(server)).toMatchObject([{ level: "error", operation: "verify", reason: "refused" }])
    await vi.waitUntil(async () => (await server.place.dump()).includes("mail.failed"), patience)
    expect((await server.stop()).code).toBe(0)
    expect(asked).toBe(1)
    expect(server.log()).not.toMatch(/lk_otc_|ada@example|no such mailbox/)
  })

  test("MAI-01 that is slow gets all mails that wait before a server that is told to stop ends", async () => {
    const slow = await startMailServer({ onRcptTo: (_, __, done) => void setTimeout(done, 300) })
    const server = await start(slow.port, { LATCHKEY_RECOVERY_VERIFY_NEW: "false" })
    const names = Array.from({ length: 8 }, (_, n) => `person${n}`)
    const emails = await Promise.all(names.map((name) => registerWithAddress(server, name)))
    await Promise.all(emails.map((email) => forget(server, email)))
    expect((await server.stop()).code).toBe(0)
    expect(slow.received.flatMap(({ to }) => to).sort()).toEqual(emails)
    expect(notSent(server)).toEqual([])
  })

  test("MAI-01 that is away does not keep a server that is told to stop: what it cannot send is told", async () => {
    const line = await openSlowLine(0)
    const server = await start(new URL(line.url).port)
    await registerWithAddress(server, "ada")
    await server.logged("A mail was not sent")
    const begun = performance.now()
    expect((await server.stop()).code).toBe(0)
    expect(performance.now() - begun).toBeLessThan(30_000) // after which Kubernetes kills it
    expect(notSent(server)).toMatchObject([{ operation: "verify", reason: "unreachable" }])
    expect(await server.place.dump()).toContain("mail.failed")
  })
})

test("MAI-01 mails that wait when a server is told to stop are in their files when it has ended", async () => {
  const mails = newMails()
  const admin = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
  const server = await startServer({ env: { ...admin, ...mails.env } })
  const email = await registerWithAddress(server, "ada")
  await forget(server, email)
  expect((await server.stop()).code).toBe(0)
  expect(
    mails
      .all()
      .map(({ kind, to }) => `${kind} ${to}`)
      .sort()
  ).toEqual([`reset ${email}`, `verify ${email}`])
})
