import { english } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import { expect, onTestFinished, test } from "vitest"
import {
  MailNotSent,
  type MailProblem,
  type SmtpMailer,
  type SmtpServer,
  type SmtpSettings,
  type SmtpUrl,
  smtpMailer
} from "../src/index.ts"
import { makeCertificate } from "./certificate.ts"
import { refusal, startMailServer } from "./mail-server.ts"
import { kinds, sampleMail, token } from "./sample-mails.ts"

const localhost = makeCertificate("localhost")

/** A mailer that is closed with the test. */
const openMailer = (options: Partial<SmtpSettings> & (SmtpUrl | SmtpServer)): SmtpMailer => {
  const mailer = smtpMailer({ from: "no-reply@app.example.org", ...options })
  onTestFinished(() => mailer.close())
  return mailer
}

/** How sending failed: in a way that may be logged. */
const failureOf = async (sending: Promise<void>): Promise<Pick<MailNotSent, "problem" | "detail" | "isPermanent">> => {
  const error: unknown = await sending.then(
    () => null,
    (reason) => reason
  )
  if (!(error instanceof MailNotSent)) throw new Error(`it did not fail as it should: ${error}`)
  const shown = `${error.message} ${JSON.stringify(error)} ${error.stack}`
  for (const secret of ["ada@example.org", token, "s3cret", btoa("s3cret")]) expect(shown).not.toContain(secret)
  const { problem, detail, isPermanent } = error
  return { problem, detail, isPermanent }
}

const permanent = (problem: MailProblem, detail: string) => ({ problem, detail, isPermanent: true })
const passing = (problem: MailProblem, detail: unknown) => ({ problem, detail, isPermanent: false })

test("a mail arrives whole: its subject, text and HTML, and the link in one piece in both", async () => {
  const { port, received } = await startMailServer()
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}` })
  for (const kind of kinds) {
    const sent = sampleMail(kind)
    await mailer.send(sent)
    const got = received.at(-1)
    expect(got?.from).toBe("no-reply@app.example.org")
    expect(got?.to).toEqual(["ada@example.org"])
    expect(got?.mail.subject).toBe(english.mail[kind].subject("Harbour"))
    expect(got?.mail.text?.split("\n")).toContain(sent.link)
    expect(got?.mail.html).toContain(`href="${sent.link?.replaceAll("&", "&#38;")}"`)
    for (const line of got?.raw.split("\r\n") ?? []) expect(line.length).toBeLessThanOrEqual(76)
  }
})

test("MAI-06 the headers say that a program wrote it, in which language, and nothing that could be answered or tracked", async () => {
  const { port, received } = await startMailServer()
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}`, texts: [english, german] })
  await mailer.send(sampleMail("reset", { lang: "de-AT" }))
  const headers = received[0]?.mail.headers ?? []
  expect(Object.fromEntries(headers.map(({ key, value }) => [key, value]))).toEqual({
    from: "Harbour <no-reply@app.example.org>",
    to: "ada@example.org",
    subject: expect.stringContaining("=?UTF-8?"),
    "message-id": expect.stringMatching(/^<[\da-f]{32}@app\.example\.org>$/),
    date: expect.any(String),
    "auto-submitted": "auto-generated",
    "content-language": "de",
    "mime-version": "1.0",
    "content-type": expect.stringContaining("multipart/alternative")
  })
  expect(received[0]?.mail.subject).toBe("Neues Passwort für Harbour wählen")
})

test("MAI-08 a mail that is tried again keeps its Message-ID, and another one has another", async () => {
  const { port, received } = await startMailServer()
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}` })
  const [one, other] = [sampleMail("reset"), sampleMail("reset", { token: `${token}2` })]
  for (const mail of [one, { ...one }, other]) await mailer.send(mail)
  const [first, again, second] = received.map(({ mail }) => mail.messageId)
  expect(again).toBe(first)
  expect(second).not.toBe(first)
})

test("MAI-04 a recipient is one address: what could be a list, a header or a command is refused before a connection", async () => {
  const { port, connections } = await startMailServer()
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}` })
  const evil = [
    "ada@example.org,eve@example.org",
    "ada@example.org;eve@example.org",
    "ada@example.org\r\nBcc: eve@example.org",
    "ada@example.org\nRCPT TO:<eve@example.org>",
    "<eve@example.org>ada@example.org",
    '"eve@example.org "@example.org',
    "ada@example.org (eve)",
    "Ada <ada@example.org>",
    "team: ada@example.org",
    "ada@example.org\u0000",
    "ada\u2028@example.org",
    "ada@exa\u00admple.org",
    "\ud800@example.org",
    "ada",
    ""
  ]
  for (const to of evil)
    expect(await failureOf(mailer.send(sampleMail("reset", { to }))), to).toEqual({
      problem: "address-invalid",
      detail: null,
      isPermanent: true
    })
  expect(connections.all).toBe(0)
})

test("MAI-04 the odd addresses that an account can have reach exactly their mailbox", async () => {
  const { port, received } = await startMailServer()
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}` })
  const addresses = ["o'brien+tag=1@example.org", "a#$&*/^_`{|}~@example.org", "jörg@example.org"]
  for (const to of addresses) {
    await mailer.send(sampleMail("verify", { to }))
    expect(received.at(-1)?.to, to).toEqual([to])
    expect(received.at(-1)?.mail.to, to).toEqual([expect.objectContaining({ address: to })])
  }
  await mailer.send(sampleMail("verify", { to: "ada@xn--bcher-kva.example" }))
  expect(received.at(-1)?.raw).toContain("To: ada@xn--bcher-kva.example")
  expect(received.at(-1)?.to).toEqual(["ada@bücher.example"]) // the server of this test shows hosts as people read them
})

test("MAI-04 a name of the application with quotes, commas and other scripts stays a name", async () => {
  const { port, received } = await startMailServer()
  for (const name of ['Ada "Harbour", Inc. <x@y.example>', "Hafen Köln, Büro: 1", "港、東京 🛳"]) {
    await openMailer({ url: `smtp://127.0.0.1:${port}` }).send(sampleMail("invite", { application: name }))
    expect(received.at(-1)?.mail.from, name).toEqual({ name, address: "no-reply@app.example.org" })
    expect(received.at(-1)?.mail.subject).toBe(`Your invitation to ${name}`)
  }
})

test("MAI-04 a name of the application with a line end adds no header", async () => {
  const { port, received } = await startMailServer()
  const application = "Harbour\r\nBcc: eve@x.org"
  await openMailer({ url: `smtp://127.0.0.1:${port}` }).send(sampleMail("invite", { application }))
  expect(received.at(-1)?.to).toEqual(["ada@example.org"])
  const [header] = received.at(-1)?.raw.split("\r\n\r\n") ?? []
  expect(header).not.toMatch(/^Bcc/im)
})

test("MAI-04 a subject of a host's template with a line end adds no header", async () => {
  const { port, received } = await startMailServer()
  const reset = () => ({ subject: "Hello\r\nBcc: eve@example.org", text: "Text", html: null })
  await openMailer({ url: `smtp://127.0.0.1:${port}`, templates: { reset } }).send(sampleMail("reset"))
  expect(received[0]?.to).toEqual(["ada@example.org"])
  expect(received[0]?.mail.bcc).toBeUndefined()
  expect(received[0]?.mail.html).toBeUndefined()
})

test("MAI-02 with STARTTLS and its certificate named, the log-in and the mail are encrypted", async () => {
  const { port, received } = await startMailServer({
    ...localhost,
    authOptional: false,
    onAuth: ({ username, password }, _, done) =>
      password === "s3cret/@:%"
        ? done(null, { user: username })
        : done(refusal(535, "5.7.8 no s3cret of ada@example.org"))
  })
  const url = `smtp://mail%40app:s3cret%2F%40%3A%25@localhost:${port}`
  const mailer = openMailer({ url, ca: localhost.cert })
  await mailer.check()
  await mailer.send(sampleMail("verify"))
  expect(received).toMatchObject([{ user: "mail@app", isEncrypted: true }])

  const wrong = openMailer({ host: "localhost", port, auth: { user: "ada", pass: "s3cret" }, ca: localhost.cert })
  expect(await failureOf(wrong.check())).toEqual(permanent("log-in-refused", "535 5.7.8"))
  expect(await failureOf(wrong.send(sampleMail("verify")))).toEqual(permanent("log-in-refused", "535 5.7.8"))
})

test("MAI-02 TLS from the start works the same way", async () => {
  const { port, received } = await startMailServer({ ...localhost, secure: true })
  await openMailer({ url: `smtps://localhost:${port}`, ca: localhost.cert }).send(sampleMail("verify"))
  expect(received).toMatchObject([{ isEncrypted: true }])
})

test("MAI-02 a certificate that nobody vouches for, or of another host, gets neither password nor mail", async () => {
  const other = makeCertificate("mail.example.org")
  let logIns = 0
  for (const secure of [true, false]) {
    const onAuth = () => void logIns++
    const { port, received } = await startMailServer({ ...other, secure, onAuth })
    const server = { host: "localhost", port, secure, auth: { user: "ada", pass: "s3cret" } }
    const ofAnother = openMailer({ ...server, ca: other.cert })
    expect(await failureOf(ofAnother.send(sampleMail("reset")))).toEqual(
      passing("no-connection", expect.stringContaining("altnames"))
    )
    const unknown = openMailer({ ...server, ca: localhost.cert })
    expect(await failureOf(unknown.send(sampleMail("reset")))).toEqual(
      passing("no-connection", expect.stringContaining("self-signed certificate"))
    )
    expect(received).toEqual([])
  }
  expect(logIns).toBe(0)
})

test("MAI-02 a server that offers no STARTTLS gets neither password nor mail", async () => {
  let logIns = 0
  const onAuth = () => void logIns++
  const { port, received } = await startMailServer({ onAuth })
  const mailer = openMailer({ url: `smtp://ada:s3cret@localhost:${port}`, ca: localhost.cert })
  expect((await failureOf(mailer.send(sampleMail("reset")))).problem).toBe("no-connection")
  expect(received).toEqual([])
  expect(logIns).toBe(0)
})

test("a server that offers no log-in gets no mail of a mailer that has one", async () => {
  const { port, received } = await startMailServer({ disabledCommands: ["STARTTLS", "AUTH"] })
  const mailer = openMailer({ url: `smtp://ada:s3cret@localhost:${port}` })
  await failureOf(mailer.send(sampleMail("reset")))
  expect(received).toEqual([])
})

test("MAI-08 an answer 5xx is permanent, and an answer 4xx is not: for the sender, the recipient and the mail", async () => {
  const answers = [
    { code: 550, says: "5.1.1 no ada@example.org here", isPermanent: true, detail: /^550 5\.1\.1$/ },
    { code: 554, says: "spam of ada@example.org", isPermanent: true, detail: /^554(?: 5\.\d\.\d)?$/ },
    { code: 451, says: "4.7.1 greylisted ada@example.org", isPermanent: false, detail: /^451 4\.7\.1$/ },
    { code: 452, says: "4.2.2 mailbox of ada@example.org full", isPermanent: false, detail: /^452 4\.2\.2$/ }
  ]
  for (const { code, says, isPermanent, detail } of answers) {
    const refuse = (_: unknown, __: unknown, done: (error: Error) => void) => done(refusal(code, says))
    for (const options of [
      { onMailFrom: refuse },
      { onRcptTo: refuse },
      {
        onData: (stream: NodeJS.ReadableStream, _: unknown, done: (error: Error) => void) => {
          stream.resume()
          stream.on("end", () => done(refusal(code, says)))
        }
      }
    ]) {
      const { port } = await startMailServer(options)
      const mailer = openMailer({ url: `smtp://127.0.0.1:${port}` })
      const failure = await failureOf(mailer.send(sampleMail("reset")))
      expect(failure, `${code} ${Object.keys(options)}`).toMatchObject({ problem: "refused", isPermanent })
      expect(failure.detail).toMatch(detail)
    }
  }
})

test("MAI-08 a connection that ends with 421 may be tried again, and one that is refused with 554 may not", async () => {
  const busy = await startMailServer({ onRcptTo: (_, __, done) => done(refusal(421, "4.3.2 too busy")) })
  const mailer = openMailer({ url: `smtp://127.0.0.1:${busy.port}` })
  expect((await failureOf(mailer.send(sampleMail("reset")))).isPermanent).toBe(false)
  const closed = await startMailServer({ onConnect: (_, done) => done(refusal(554, "5.7.1 not from there")) })
  const shut = openMailer({ url: `smtp://127.0.0.1:${closed.port}` })
  expect(await failureOf(shut.send(sampleMail("reset")))).toEqual(permanent("no-connection", "554 5.7.1"))
})

test("after a refusal the next mail is delivered", async () => {
  const { port, received } = await startMailServer({
    onRcptTo: ({ address }, _, done) => (address === "gone@example.org" ? done(refusal(550, "gone")) : done())
  })
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}`, connections: 1 })
  const results = await Promise.allSettled(
    ["ada@example.org", "gone@example.org", "eve@example.org"].map((to) => mailer.send(sampleMail("reset", { to })))
  )
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"])
  expect(received.flatMap(({ to }) => to)).toEqual(["ada@example.org", "eve@example.org"])
})

test("MAI-08 a server that is away is told so, and may be tried again", async () => {
  const mailer = openMailer({ url: "smtp://127.0.0.1:1" })
  expect(await failureOf(mailer.send(sampleMail("reset")))).toEqual(
    passing("no-connection", expect.stringContaining("ECONNREFUSED"))
  )
  await failureOf(mailer.check())
  const nowhere = openMailer({ url: "smtp://mail.invalid" })
  expect(await failureOf(nowhere.send(sampleMail("reset")))).toMatchObject(passing("no-connection", expect.anything()))
})

test("a template of the host's that fails is told by the name of its error alone, and not tried again", async () => {
  const reset = () => {
    throw new RangeError(`cannot say ${token}`)
  }
  const mailer = openMailer({ url: "smtp://127.0.0.1:1", templates: { reset } })
  expect(await failureOf(mailer.send(sampleMail("reset")))).toEqual(permanent("template-failed", "RangeError"))
})

test("the host is told of each failure, and what it makes of it changes nothing", async () => {
  const told: Array<string> = []
  const onFailure = (failure: MailNotSent) => {
    told.push(failure.message)
    throw new Error("the log is full")
  }
  const { port } = await startMailServer({ onRcptTo: (_, __, done) => done(refusal(550, "5.1.1 gone")) })
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}`, onFailure })
  await failureOf(mailer.send(sampleMail("reset")))
  await failureOf(mailer.send(sampleMail("reset", { to: "a,b@example.org" })))
  expect(told).toEqual(["the mail server refused the mail: 550 5.1.1", "this address cannot stand in a mail"])
})

test("closing waits for the mails under way, and refuses later ones", async () => {
  const { port, received } = await startMailServer()
  const mailer = openMailer({ url: `smtp://127.0.0.1:${port}` })
  const sending = [1, 2, 3, 4, 5].map(() => mailer.send(sampleMail("reset")))
  await mailer.close()
  expect(received.length).toBe(5)
  await Promise.all(sending)
  expect((await failureOf(mailer.send(sampleMail("reset")))).problem).toBe("closed")
})
