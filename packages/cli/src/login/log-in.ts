import { type Clock, systemClock } from "../clock.ts"
import { discover, throwIfAway } from "../server/discover.ts"
import { exchange, formOf, type Link } from "../server/exchange.ts"
import type { Metadata } from "../server/metadata.ts"
import { refusalIn } from "../server/refusal.ts"
import { readServerAddress } from "../server/server-address.ts"
import { NotAnAuthorizationServer, RequestRefused } from "../server/server-errors.ts"
import { hasBrowser, type OpenBrowser, openBrowser as openHere } from "./browser.ts"
import { type DeviceCode, readDeviceCode } from "./device-code.ts"
import type { NumberQuestion } from "./number.ts"
import { isScope } from "./scope.ts"
import { waitForToken } from "./wait-for-token.ts"

export interface LogInOptions {
  /** The server's address, such as `https://app.example.org`. A `http://` address must be one of this machine. */
  readonly server: string
  /** The program's name as people know it: 1 to 100 characters. The page shows it to the person who approves. */
  readonly client: string
  /** What the token shall allow. Without it, the server decides. */
  readonly scopes?: ReadonlyArray<string>
  /** Shows the code and the address to the person. Without it, both go to standard error. */
  readonly onCode?: (shown: ShownCode) => void
  /**
   * Asks for the number that the page shows after the approval. With it, the server is told that the program can ask.
   * Blanks and dashes do not count. Its signal fires when the code ends.
   */
  readonly onConfirm?: (question: NumberQuestion) => Promise<string>
  /** Told when a poll failed and will be repeated. */
  readonly onRetry?: (failure: { readonly reason: string; readonly wait: number }) => void
  /** Opens the address; `false` opens nothing. Default: the person's browser, where there is one. */
  readonly openBrowser?: OpenBrowser | false
  /** Ends the log-in with `Aborted`. */
  readonly signal?: AbortSignal
  /** Default: the runtime's. Redirects are never followed. */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds that one answer may take. Default: 30 seconds. */
  readonly timeout?: number
  /** Allows `http://` to another machine. Anyone on the way can then read the token. Default: false. */
  readonly unsafeHttp?: boolean
  /** The time, for tests. */
  readonly clock?: Clock
}

/** What a person needs to approve. The text is safe to print: it has no control characters. */
export interface ShownCode {
  readonly userCode: string
  readonly verificationUri: string
  /** The same address with the code in it; null if the server has none. */
  readonly verificationUriComplete: string | null
  readonly expiresAt: Date
  /** Whether the address is being opened in a browser. */
  readonly opensBrowser: boolean
}

/** A token, and what is known about it. Keep it with `tokenFile`; print it nowhere. */
export interface Login {
  readonly server: string
  readonly token: string
  /** Null for a token that does not end by itself. */
  readonly expiresAt: Date | null
  readonly scopes: ReadonlyArray<string>
}

/**
 * Logs a program in: a person approves it in a browser, and the program gets a token (OAuth 2.0 device flow, RFC 8628).
 * Works with Latchkey and with other servers that publish metadata (RFC 8414).
 *
 * Fails with `LoginDenied`, `LoginExpired`, `ServerAddressInvalid`, `ServerUnreachable`, `NotAnAuthorizationServer`,
 * `RequestRefused` or `Aborted`. A server that is away while a person approves is asked again until the code ends.
 */
export const logIn = async (options: LogInOptions): Promise<Login> => {
  checkOptions(options)
  const server = readServerAddress(options.server, options.unsafeHttp ?? false)
  const clock = options.clock ?? systemClock
  const signal = options.signal ?? null
  const link: Link = { fetch: options.fetch ?? globalThis.fetch, signal, timeout: options.timeout ?? 30_000 }

  const metadata = await discover(link, server)
  const code = await begin(link, metadata, options)
  const endsAt = clock.now() + code.lifetime
  show(code, endsAt, options)
  const { onConfirm, onRetry } = options
  const granted = await waitForToken({
    link,
    metadata,
    client: options.client,
    code,
    endsAt,
    clock,
    onConfirm,
    onRetry
  })
  return {
    server,
    token: granted.token,
    expiresAt: granted.lifetime === null ? null : new Date(clock.now() + granted.lifetime),
    scopes: granted.scopes ?? options.scopes ?? []
  }
}

const checkOptions = ({ client, scopes = [] }: LogInOptions): void => {
  if (client.length < 1 || client.length > 100) throw new Error("logIn: `client` must have 1 to 100 characters.")
  const wrong = scopes.find((scope) => !isScope(scope))
  if (wrong !== undefined) throw new Error(`logIn: ${JSON.stringify(wrong)} cannot be a scope: it may have no blanks.`)
}

const begin = async (link: Link, metadata: Metadata, options: LogInOptions): Promise<DeviceCode> => {
  const server = metadata.issuer
  const form = formOf({
    client_id: options.client,
    scope: options.scopes?.join(" ") || undefined,
    confirmation: options.onConfirm && "number"
  })
  const answer = await exchange(link, metadata.deviceAuthorizationEndpoint, form)
  throwIfAway(answer, server)
  if (answer.kind !== "json")
    throw new NotAnAuthorizationServer({
      server,
      reason: answer.kind === "other" ? `${answer.reason}.` : answer.reason
    })
  if (answer.status !== 200) throw new RequestRefused({ server, ...refusalIn(answer.status, answer.body) })
  const code = readDeviceCode(answer.body, server)
  if (typeof code === "string") throw new NotAnAuthorizationServer({ server, reason: code })
  return code
}

/** The code is shown before the browser opens, so that it can be compared with the one on the page. */
const show = (code: DeviceCode, endsAt: number, options: LogInOptions): void => {
  const open = options.openBrowser ?? (hasBrowser(process) ? openHere : false)
  const { userCode, verificationUri, verificationUriComplete } = code
  const expiresAt = new Date(endsAt)
  const onCode = options.onCode ?? printCode
  onCode({ userCode, verificationUri, verificationUriComplete, expiresAt, opensBrowser: open !== false })
  if (open !== false) void openQuietly(open, verificationUriComplete ?? verificationUri)
}

const printCode = ({ userCode, verificationUri, verificationUriComplete }: ShownCode): void => {
  process.stderr.write(`Open ${verificationUriComplete ?? verificationUri}\nand compare the code: ${userCode}\n`)
}

/** A browser that does not open is no failure: the address was shown. */
const openQuietly = async (open: OpenBrowser, url: string): Promise<void> => {
  try {
    await open(url)
  } catch {}
}
