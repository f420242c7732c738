import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { MailNotSent, smtpMailer } from "../src/index.ts"
import { startMailServer } from "./mail-server.ts"
import { sampleMail } from "./sample-mails.ts"

/** Accepts connections and does with them what a test says. */
const startSocketServer = async (treat: (socket: Socket) => void): Promise<number> => {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on("error", () => undefined))
    treat(socket)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Sends two mails over one connection, and resolves with the time until both were given up. */
const timeToGiveUp = async (port: number): Promise<number> => {
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from: "a@example.org", timeout: 300, connections: 1 })
  const start = performance.now()
  const results = await Promise.allSettled([mailer.send(sampleMail("reset")), mailer.send(sampleMail("verify"))])
  const time = performance.now() - start
  await mailer.close()
  for (const result of results) {
    if (result.status === "fulfilled") throw new Error("it was sent")
    expect(result.reason).toBeInstanceOf(MailNotSent)
    expect(result.reason).toMatchObject({ problem: "too-slow", isPermanent: false })
  }
  return time
}

/** Less would be a bound that did not hold; more is a busy machine. */
const expectInBounds = (time: number) => {
  expect(time).toBeGreaterThan(250)
  expect(time).toBeLessThan(5_000)
}

test("MAI-03 a server that accepts and says nothing holds a mail no longer than the option says, and the one behind it neither", async () => {
  expectInBounds(await timeToGiveUp(await startSocketServer(() => undefined)))
})

test("MAI-03 nor does one that says a letter at a time, which no timeout of a socket notices", async () => {
  const port = await startSocketServer((socket) => {
    socket.write("220-hello\r\n")
    const timer = setInterval(() => socket.write("2"), 20)
    socket.on("close", () => clearInterval(timer))
  })
  expectInBounds(await timeToGiveUp(port))
})

test("MAI-03 nor does one that takes the mail and never says whether it has it", async () => {
  const port = await startSocketServer((socket) => {
    socket.write("220 hello\r\n")
    socket.on("data", (data) => {
      const text = data.toString()
      if (/^EHLO/m.test(text)) socket.write("250 hello\r\n")
      else if (/^(?:MAIL|RCPT)/m.test(text)) socket.write("250 fine\r\n")
      else if (/^DATA/m.test(text)) socket.write("354 go on\r\n")
    })
  })
  expectInBounds(await timeToGiveUp(port))
})

test("MAI-03 nor does a template of the host's that never ends", async () => {
  const { port } = await startMailServer()
  const never = () => new Promise<never>(() => undefined)
  const options = { from: "a@example.org", timeout: 300, templates: { reset: never } }
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, ...options })
  await expect(mailer.send(sampleMail("reset"))).rejects.toMatchObject({ problem: "too-slow" })
  await mailer.close()
})

test("MAI-03 the check at start has the same bound", async () => {
  const port = await startSocketServer(() => undefined)
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from: "a@example.org", timeout: 300 })
  await expect(mailer.check()).rejects.toMatchObject({ problem: "too-slow" })
  await mailer.close()
})

test("MAI-03 many mails at once share as many connections as the option says, and all arrive", async () => {
  const { port, received, connections } = await startMailServer()
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from: "a@example.org", connections: 2 })
  const addresses = Array.from({ length: 250 }, (_, index) => `user${index}@example.org`)
  await Promise.all(addresses.map((to) => mailer.send(sampleMail("reset", { to }))))
  await mailer.close()
  expect(received.flatMap(({ to }) => to).toSorted()).toEqual(addresses.toSorted())
  expect(connections.most).toBeLessThanOrEqual(2)
})

test("a connection that the server closed while it was idle is replaced, and the mail is sent once", async () => {
  const { port, received, connections } = await startMailServer({ socketTimeout: 150 })
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${port}`, from: "a@example.org", connections: 1 })
  await mailer.send(sampleMail("reset"))
  await expect.poll(() => connections.open, { timeout: 20_000 }).toBe(0)
  await mailer.send(sampleMail("reset"))
  expect(received.length).toBe(2)
  await mailer.close()
})
