import { ConfigurationError } from "@latchkey/core"
import { expect, test } from "vitest"
import { readSmtpOptions, type SmtpOptions } from "./smtp-options.ts"

const from = "no-reply@example.org"

/** The settings that are refused, and that no message repeats a value. */
const refused = (options: unknown): ReadonlyArray<string> => {
  try {
    readSmtpOptions(options as SmtpOptions) // as a host in JavaScript could give it
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    expect(error.message).not.toMatch(/s3cret|eve@/)
    return error.problems.map(({ setting }) => setting)
  }
}

test("a url says the server, its port, TLS and the log-in, with anything in the password", () => {
  expect(readSmtpOptions({ url: "smtp://ada%40x:p%2F%3A%25%F0%9F%94%91@mail.example.org:2525", from })).toMatchObject({
    host: "mail.example.org",
    port: 2525,
    encryption: "starttls",
    auth: { user: "ada@x", pass: "p/:%🔑" }
  })
  expect(readSmtpOptions({ url: "smtp://mail.example.org", from })).toMatchObject({ port: 587, auth: null })
  expect(readSmtpOptions({ url: "smtps://mail.example.org/", from })).toMatchObject({
    port: 465,
    encryption: "from-start"
  })
})

test("a server in parts means the same", () => {
  const auth = { user: "ada", pass: "s3cret" }
  const inParts = readSmtpOptions({ host: "mail.example.org", secure: true, auth, from })
  expect(inParts).toEqual(readSmtpOptions({ url: "smtps://ada:s3cret@mail.example.org:465", from }))
})

test("MAI-02 TLS is left out towards this machine alone, or where an option says that it is unsafe", () => {
  const encryption = (url: string, more: Partial<SmtpOptions> = {}) =>
    readSmtpOptions({ url, from, ...more }).encryption
  for (const host of ["localhost", "127.0.0.1", "127.8.0.1", "[::1]", "mail.localhost"])
    expect(encryption(`smtp://${host}`), host).toBe("none")
  for (const host of ["mail", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org", "[::2]", "0.0.0.0"])
    expect(encryption(`smtp://${host}`), host).toBe("starttls")
  expect(readSmtpOptions({ host: "::1", from }).encryption).toBe("none")
  expect(encryption("smtp://localhost", { ca: "PEM" })).toBe("starttls")
  expect(encryption("smtps://localhost")).toBe("from-start")
  expect(encryption("smtp://mail", { unsafePlaintext: true })).toBe("none")
  expect(encryption("smtps://mail", { unsafePlaintext: true })).toBe("from-start")
})

test("MAI-07 a url that cannot be is refused at start, and the message repeats none of it", () => {
  const urls = [
    "",
    "mail.example.org:587",
    "http://mail.example.org",
    "smtp://",
    "smtp://ada:s3cret@",
    "smtp://ada:s3cret@mail.example.org:99999",
    "smtp://ada:s3cret@mail.example.org:0",
    "smtp://ada:s3cret@mail.example.org:587/inbox",
    "smtp://ada:s3cret@mail.example.org?tls.rejectUnauthorized=false",
    "smtp://mail.example.org#s3cret",
    "smtp://ada:s3cret%@mail.example.org",
    "smtp://ada:s3cret/x@mail.example.org",
    "smtp://ada:s3cret#x@mail.example.org",
    "smtp://ada@mail.example.org",
    "smtp://:s3cret@mail.example.org",
    "smtp://mail_.example.org,eve.example.org",
    " smtps:s3cret"
  ]
  for (const url of urls) expect(refused({ url, from }), url).toEqual(["url"])
  for (const url of [undefined, null, 7, {}]) expect(refused({ url, from })).toEqual(["url"])
})

test("MAI-04 a sender that is no plain address is refused at start", () => {
  const url = "smtp://localhost"
  const senders = [
    "",
    "ada",
    "Ada <ada@example.org>",
    "a@example.org, eve@example.org",
    "a@example.org\r\nBcc: eve@x.org"
  ]
  for (const sender of senders) expect(refused({ url, from: sender }), sender).toEqual(["from"])
})

test("every problem is named at once", () => {
  const options = { host: "a b", port: 0, auth: { user: "ada", pass: "" }, from: "x", timeout: "soon", connections: 0 }
  expect(refused(options)).toEqual(["host", "port", "auth", "from", "timeout", "connections"])
  for (const timeout of [0, -1, Number.NaN, "2 hours", "Infinity"])
    expect(refused({ url: "smtp://localhost", from, timeout })).toEqual(["timeout"])
})

test("MAI-07 what is no object of options is refused, and none of it repeated: write { url, from }", () => {
  for (const wrong of [
    "smtp://ada:s3cret@mail.example.org",
    null,
    undefined,
    Promise.resolve({ from }),
    [],
    () => from
  ])
    expect(refused(wrong)).toEqual(["smtpMailer"])
  expect(() => readSmtpOptions(Promise.resolve() as never)).toThrow("a promise, of which `await` is missing")
})

test("a name that is no option is refused with those that there are: user and pass belong into auth", () => {
  const server = { host: "mail.example.org", from }
  for (const wrong of [{ user: "ada", pass: "s3cret" }, { tls: {} }, { onFaliure: () => undefined }])
    expect(refused({ ...server, ...wrong })).toEqual(["smtpMailer"])
  expect(() => readSmtpOptions({ ...server, form: from } as never)).toThrow("cannot have form: did you mean from?")
  expect(refused({ ...server, auth: { user: "ada", pass: "s3cret", pasword: "s3cret" } })).toEqual(["auth"])
  expect(refused({ ...server, auth: Promise.resolve({ user: "ada", pass: "s3cret" }) })).toEqual(["auth"])
})

test("a url says all of the server: what says it again would have no effect, and is refused", () => {
  const again = { host: "mail.example.org", port: 25, secure: true, auth: { user: "ada", pass: "s3cret" } }
  const url = "smtp://localhost"
  expect(refused({ url, from, ...again })).toEqual(["host", "port", "secure", "auth"])
  expect(readSmtpOptions({ url, from, host: undefined } as never).host).toBe("localhost")
})

test("an option of another type is refused: secure is true or false, ca is text, onFailure is a function", () => {
  const wrong = { secure: "false", ca: 3, onFailure: "x", unsafePlaintext: "false" }
  expect(refused({ host: "mail.example.org", from, ...wrong })).toEqual([
    "secure",
    "ca",
    "onFailure",
    "unsafePlaintext"
  ])
  expect(refused({ url: "smtp://localhost", from, ca: ["PEM", null] })).toEqual(["ca"])
  expect(readSmtpOptions({ url: "smtp://localhost", from, ca: ["PEM"] }).ca).toEqual(["PEM"])
})

test("a bare number is milliseconds, and a time in which no mail can be sent is refused: 30 is told to be no seconds", () => {
  const timeout = (given: number) => () => readSmtpOptions({ url: "smtp://localhost", from, timeout: given }).timeout
  expect(timeout(30)).toThrow("A bare number is milliseconds")
  expect(timeout(30_000)()).toBe(30_000)
})
