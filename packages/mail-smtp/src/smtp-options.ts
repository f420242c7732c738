import { ConfigurationError, isLoopback, isObjectOfOptions, optionsProblem } from "@latchkey/core"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { MailNotSent } from "./mail-not-sent.ts"
import type { MailWriterOptions } from "./mail-writer.ts"

/** The server in one line. */
export interface SmtpUrl {
  /** `smtp://user:password@host:587`, or `smtps://` for a port that speaks TLS from the start. Encode special characters with `%`. */
  readonly url: string
}

/** The server in parts. */
export interface SmtpServer {
  readonly host: string
  /** Default 587, or 465 if `secure`. */
  readonly port?: number
  /** TLS from the start, in place of STARTTLS. Default false. */
  readonly secure?: boolean
  readonly auth?: { readonly user: string; readonly pass: string }
}

export interface SmtpSettings extends MailWriterOptions {
  /** The address that mails come from, such as `"no-reply@example.org"`. The name of the application stands beside it. */
  readonly from: string
  /**
   * The longest that sending one mail may take, with the wait for a connection. Default `"30 seconds"`. A bare number is milliseconds,
   * and 100 of them are the least.
   */
  readonly timeout?: Duration.Input
  /** How many connections there may be at a time; default 4, which is how many mails core sends at a time. */
  readonly connections?: number
  /** Certificates in PEM that are trusted in place of those of the system. */
  readonly ca?: string | ReadonlyArray<string>
  /**
   * Called each time that a mail could not be sent, with what is safe to log. Core's own log says only that a mail was not sent,
   * because it does not know what a mailer puts into its errors.
   */
  readonly onFailure?: (failure: MailNotSent) => void
  /** Sends without TLS to a host that is not this machine: whoever sees the traffic can use every link and the password. */
  readonly unsafePlaintext?: boolean
}

export type SmtpOptions = SmtpSettings & (SmtpUrl | SmtpServer)

/** Checked options. */
export interface SmtpPlan {
  readonly host: string
  readonly port: number
  /** `none` towards this machine, unless certificates are named. */
  readonly encryption: "from-start" | "starttls" | "none"
  readonly auth: { readonly user: string; readonly pass: string } | null
  readonly from: string
  readonly timeout: number
  readonly connections: number
  readonly ca: ReadonlyArray<string>
}

/** Reads the options, or throws a `ConfigurationError` that names every problem. No message repeats a value: it may be a password. */
export const readSmtpOptions = (options: SmtpOptions): SmtpPlan => {
  const mistaken = optionsProblem(options, Object.keys(optionNames))
  const problems = mistaken === null ? [] : [{ setting: "smtpMailer", problem: mistaken }]
  if (!isObjectOfOptions(options)) throw new ConfigurationError({ problems }) // a url alone has a password in it
  const check: Check = (setting, value, problem) => {
    if (value === null) problems.push({ setting, problem })
    return value
  }
  const server = "url" in options ? readInUrl(options, check) : readServer(options, check)
  const from = check("from", isMailAddress(options.from) ? options.from : null, FROM_PROBLEM)
  const timeout = check("timeout", readTimeout(options.timeout ?? "30 seconds"), TIMEOUT_PROBLEM)
  const connections = check("connections", readCount(options.connections ?? 4, 100), "must be a number from 1 to 100")
  const ca = check("ca", readCertificates(options.ca), "must be certificates in PEM, as text or as a list of texts")
  const { onFailure, unsafePlaintext = false } = options
  const isTold = onFailure === undefined || typeof onFailure === "function"
  check("onFailure", isTold || null, "must be a function, which is called for each attempt that fails")
  check("unsafePlaintext", readFlag(unsafePlaintext), FLAG_PROBLEM)
  if (
    problems.length > 0 ||
    server === null ||
    from === null ||
    timeout === null ||
    connections === null ||
    ca === null
  )
    throw new ConfigurationError({ problems })
  const { host, port, secure, auth } = server
  const isPlain = unsafePlaintext || (isLoopback(host) && ca.length === 0)
  const encryption = secure ? "from-start" : isPlain ? "none" : "starttls"
  return { host, port, encryption, auth, from, timeout, connections, ca }
}

type Check = <Value>(setting: string, value: Value | null, problem: string) => Value | null

/** The names of all options. The type makes the compiler ask for a new one. */
const optionNames: { readonly [Name in keyof (SmtpUrl & SmtpServer & SmtpSettings)]-?: true } = {
  url: true,
  host: true,
  port: true,
  secure: true,
  auth: true,
  from: true,
  texts: true,
  templates: true,
  timeout: true,
  connections: true,
  ca: true,
  onFailure: true,
  unsafePlaintext: true
}

type Server = Required<Omit<SmtpServer, "auth">> & Pick<SmtpPlan, "auth">

const URL_PROBLEM =
  'must be an address such as "smtp://user:password@mail.example.org:587", or "smtps://…:465", without anything after the port. In the user and the password write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F and % as %25'
const FROM_PROBLEM = 'must be an address such as "no-reply@example.org", without a name'
const TIMEOUT_PROBLEM =
  'must be a duration such as "30 seconds", from 100 milliseconds to an hour. A bare number is milliseconds'
const FLAG_PROBLEM = "must be true or false"

/** What else says something of the server would have no effect. */
const readInUrl = (options: SmtpUrl & Partial<SmtpServer>, check: Check): Server | null => {
  for (const name of ["host", "port", "secure", "auth"] as const)
    check(name, options[name] === undefined || null, "cannot be set along with url, which says it: remove one of them")
  return check("url", readUrl(options.url), URL_PROBLEM)
}

const readUrl = (text: unknown): Server | null => {
  const url = typeof text === "string" ? URL.parse(text) : null
  if (url === null || !/^smtps?:$/.test(url.protocol) || !HOST.test(url.hostname)) return null
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "") return null
  const [user, pass] = [decoded(url.username), decoded(url.password)]
  if (user === null || pass === null || (user === "") !== (pass === "")) return null
  const secure = url.protocol === "smtps:"
  const port = url.port === "" ? defaultPort(secure) : Number(url.port)
  return port === 0 ? null : { host: url.hostname, port, secure, auth: user === "" ? null : { user, pass } }
}

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

const defaultPort = (secure: boolean): number => (secure ? 465 : 587)

/** A name or an address; other schemes than http's keep what is in a url as it is written. */
const HOST = /^(?:[a-z\d](?:[a-z\d._-]*[a-z\d])?|\[[\da-f:.]+\])$/i

const readServer = ({ host, port, secure = false, auth }: SmtpServer, check: Check): Server | null => {
  const enclosed = typeof host === "string" && /^[^[].*:/.test(host) ? `[${host}]` : host // as in a url
  const isHost = typeof enclosed === "string" && HOST.test(enclosed)
  const readHost = check(
    "host",
    isHost ? enclosed : null,
    'must be a host name such as "mail.example.org"; or give `url`'
  )
  const readPort = check("port", readCount(port ?? defaultPort(secure), 65_535), "must be a number from 1 to 65535")
  const isSecure = check("secure", readFlag(secure), FLAG_PROBLEM)
  const mistaken = auth === undefined ? null : optionsProblem(auth, ["user", "pass"])
  const isAuth = auth === undefined || [auth?.user, auth?.pass].every((text) => typeof text === "string" && text !== "")
  const readAuth = check(
    "auth",
    isAuth && mistaken === null ? (auth ?? "none") : null,
    mistaken ?? "must have a user and a pass, or be left out"
  )
  if (readHost === null || readPort === null || isSecure === null || readAuth === null) return null
  return { host: readHost, port: readPort, secure: isSecure, auth: readAuth === "none" ? null : readAuth }
}

/** No blanks, no controls, and nothing that separates addresses or encloses them (INP-03): it is one address, and never a list. */
const ADDRESS = /^[^\s\p{C}<>(),;:"\\[\]@]{1,64}@[^\s\p{C}<>(),;:"\\[\]@]{1,255}$/u

/** Whether a text is one address, and can stand in a header and a command as it is. */
export const isMailAddress = (text: unknown): text is string =>
  typeof text === "string" && text.isWellFormed() && ADDRESS.test(text)

/** In less hardly a mail can be sent: whoever writes 30 means seconds. */
const SHORTEST_MS = 100

const LONGEST_MS = 3_600_000

const readTimeout = (input: Duration.Input): number | null => {
  const read = Option.getOrNull(Option.map(Duration.fromInput(input), Duration.toMillis))
  return read !== null && read >= SHORTEST_MS && read <= LONGEST_MS ? read : null
}

const readCount = (count: unknown, most: number): number | null =>
  typeof count === "number" && Number.isInteger(count) && count >= 1 && count <= most ? count : null

const readFlag = (flag: unknown): boolean | null => (typeof flag === "boolean" ? flag : null)

const readCertificates = (given: unknown = []): ReadonlyArray<string> | null => {
  const list: ReadonlyArray<unknown> = Array.isArray(given) ? given : [given]
  return list.every((each) => typeof each === "string" && each !== "") ? (list as ReadonlyArray<string>) : null
}
