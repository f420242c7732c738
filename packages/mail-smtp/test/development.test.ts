import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ConfigurationError } from "@latchkey/core"
import { german } from "@latchkey/http/german"
import { expect, onTestFinished, test } from "vitest"
import { consoleMailer, fileMailer, mailerFromEnv, mailVariables } from "../src/index.ts"
import { startMailServer } from "./mail-server.ts"
import { kinds, sampleMail, token } from "./sample-mails.ts"

const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-mails-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const mailsIn = (folder: string) =>
  readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))

test("a mail becomes a file with its link and token, and files sort by time", async () => {
  const folder = join(makeFolder(), "new", "mails")
  const mailer = fileMailer(folder)
  for (const kind of [...kinds, ...kinds]) await mailer.send(sampleMail(kind, { expiresAt: 1_796_000_000_000 }))
  expect(mailsIn(folder).map(({ kind }) => kind)).toEqual([...kinds, ...kinds])
  expect(mailsIn(folder)[0]).toEqual({
    kind: "verify",
    to: "ada@example.org",
    link: sampleMail("verify").link,
    token,
    lang: "en",
    userId: sampleMail("verify").user.id,
    expiresAt: "2026-11-30T00:53:20.000Z"
  })
})

test("many mails at once become as many files, each whole", async () => {
  const folder = makeFolder()
  const mailer = fileMailer(folder)
  await Promise.all(Array.from({ length: 50 }, () => mailer.send(sampleMail("reset"))))
  expect(mailsIn(folder).length).toBe(50)
})

test.skipIf(process.platform === "win32")("MAI-09 only the owner can read the files and a new folder", async () => {
  const folder = join(makeFolder(), "mails")
  await fileMailer(folder).send(sampleMail("reset"))
  const modes = [folder, ...readdirSync(folder).map((name) => join(folder, name))].map(
    (path) => statSync(path).mode & 0o777
  )
  expect(modes).toEqual([0o700, 0o600])
})

test("a folder that cannot be is refused at start", () => {
  const file = join(makeFolder(), "file")
  writeFileSync(file, "")
  expect(() => fileMailer(file)).toThrow(ConfigurationError)
  expect(() => fileMailer(join(file, "below"))).toThrow("directory must be a directory that this process can")
})

test("the console shows what a mail is for, to whom, and its link, in one line", async () => {
  const lines: Array<string> = []
  const mailer = consoleMailer((line) => lines.push(line))
  await mailer.send(sampleMail("reset", { link: "https://app.example.org/reset?token=abc" }))
  await mailer.send(sampleMail("reset", { link: null }))
  await mailer.send(sampleMail("email-changed", { link: null, token: null, to: "ada\n\u001b[2J@example.org" }))
  expect(lines).toEqual([
    "Mail (reset) to ada@example.org: https://app.example.org/reset?token=abc",
    `Mail (reset) to ada@example.org: ${token}`,
    "Mail (email-changed) to ada\\u{a}\\u{1b}[2J@example.org: nothing to open"
  ])
})

test("the environment chooses SMTP, with the languages of the host", async () => {
  const { port, received } = await startMailServer()
  const env = {
    LATCHKEY_SMTP_URL: `smtp://127.0.0.1:${port}`,
    LATCHKEY_MAIL_FROM: "a@example.org"
  }
  const mailer = mailerFromEnv({ ...env, NODE_ENV: "production" }, { texts: german })
  await mailer?.send(sampleMail("invite", { application: "Hafen" }))
  await mailer?.close()
  expect(received.map(({ mail }) => mail.subject)).toEqual(["Ihre Einladung zu Hafen"])
})

test("or a folder, or else the console", async () => {
  const folder = makeFolder()
  const lines: Array<string> = []
  const print = (line: string) => lines.push(line)
  await mailerFromEnv({ LATCHKEY_MAIL_DIR: folder }, { print })?.send(sampleMail("reset"))
  expect(mailsIn(folder).length).toBe(1)
  expect(lines).toEqual([])
  for (const publicUrl of ["", "http://localhost:3000", "no address"]) {
    const env = { LATCHKEY_SMTP_URL: "", LATCHKEY_MAIL_DIR: "", LATCHKEY_PUBLIC_URL: publicUrl }
    await mailerFromEnv(env, { print })?.send(sampleMail("reset"))
  }
  expect(lines.length).toBe(3)
})

test.each([
  { NODE_ENV: "production" },
  { LATCHKEY_PUBLIC_URL: "https://app.example.org" },
  { LATCHKEY_PUBLIC_URL: "http://192.0.2.7:3000" }
])("MAI-09 in production nothing is printed but a warning that no mail will be sent: %o", (env) => {
  const [lines, warnings]: [Array<string>, Array<string>] = [[], []]
  const options = { print: (line: string) => lines.push(line), warn: (line: string) => warnings.push(line) }
  expect(mailerFromEnv(env, options)).toBeNull()
  expect(lines).toEqual([])
  expect(warnings).toEqual(["No mail will be sent: set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM."])
})

test("why mails are not sent is told once a minute, however many there are", async () => {
  const warnings: Array<string> = []
  const env = { LATCHKEY_SMTP_URL: "smtp://127.0.0.1:1", LATCHKEY_MAIL_FROM: "a@example.org" }
  const mailer = mailerFromEnv(env, { warn: (line) => warnings.push(line) })
  for (const to of ["ada@example.org", "ada@example.org", "a,b@example.org"])
    await expect(mailer?.send(sampleMail("reset", { to }))).rejects.toThrow()
  await mailer?.close()
  expect(warnings).toEqual([
    expect.stringMatching(/^A mail was not sent: there is no connection .*ECONNREFUSED 127\.0\.0\.1:1\.$/),
    "A mail was not sent: this address cannot stand in a mail."
  ])
})

test("MAI-07 a mistake in the environment is told by the name of its variable, and not by its value", () => {
  const url = "smtp://ada:s3cret@mail.example.org"
  const problem = (env: Record<string, string>): string => {
    try {
      mailerFromEnv(env)
      return "none"
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      expect(error.message).not.toContain("s3cret")
      return error.problems.map(({ setting }) => setting).join()
    }
  }
  const from = "no-reply@example.org"
  expect(problem({ LATCHKEY_SMTP_URL: url })).toBe("LATCHKEY_MAIL_FROM")
  expect(problem({ LATCHKEY_MAIL_FROM: from })).toBe("LATCHKEY_MAIL_FROM")
  expect(problem({ LATCHKEY_SMTP_URL: url, LATCHKEY_MAIL_FROM: "Ada <a@example.org>" })).toBe("LATCHKEY_MAIL_FROM")
  expect(problem({ LATCHKEY_SMTP_URL: `${url}/s3cret`, LATCHKEY_MAIL_FROM: from })).toBe("LATCHKEY_SMTP_URL")
  expect(problem({ LATCHKEY_SMTP_URL: url, LATCHKEY_MAIL_FROM: from, LATCHKEY_MAIL_DIR: "x" })).toBe(
    "LATCHKEY_MAIL_DIR"
  )
  expect(problem({ LATCHKEY_MAIL_DIR: "/dev/null/x" })).toBe("LATCHKEY_MAIL_DIR")
  expect(mailVariables.every((name) => name.startsWith("LATCHKEY_"))).toBe(true)
})

test("an option that mailerFromEnv does not have is refused, whatever the environment asks for", () => {
  expect(() => mailerFromEnv({}, { wran: () => undefined } as never)).toThrow(
    "mailerFromEnv cannot have wran: did you mean warn?"
  )
})
