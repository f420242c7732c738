import { type Clock, systemClock } from "../clock.ts"
import { type ConnectionOptions, connect } from "../server/connection.ts"
import { beginLogin } from "./begin-login.ts"
import { hasBrowser, type OpenBrowser, openBrowser as openHere } from "./browser.ts"
import type { DeviceCode } from "./device-code.ts"
import type { AskNumber } from "./number.ts"
import { isScope } from "./scope.ts"
import type { ShownCode } from "./shown-code.ts"
import { askForNumber, isTerminal, printCode } from "./terminal.ts"
import { waitForToken } from "./wait-for-token.ts"

export interface LogInOptions extends ConnectionOptions {
  /** The program's name as people know it: 1 to 100 characters. The page shows it. Other servers: the `client_id`. */
  readonly client: string
  /** What the token shall allow. Without it, the server decides. */
  readonly scopes?: ReadonlyArray<string>
  /** Shows the code and the address to the person. Default: prints both on standard error. */
  readonly onCode?: (shown: ShownCode) => void
  /**
   * Asks for the number that the page shows after the approval, which proves that the person who approves sees this
   * program (RFC 8628 §5.4). Blanks and dashes in the answer do not count. Default: a question on the terminal, if
   * there is one. `false`, or no terminal: the server is told that the program cannot ask.
   */
  readonly onConfirm?: AskNumber | false
  /** Told when a poll failed and will be repeated. */
  readonly onRetry?: (failure: { readonly reason: string; readonly wait: number }) => void
  /** Opens the address; `false` opens nothing. Default: the person's browser, where there is one. */
  readonly openBrowser?: OpenBrowser | false
  /** The time, for tests. */
  readonly clock?: Clock
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
 * Works with Latchkey, and with other servers that publish metadata (RFC 8414) and keep all their addresses on one origin.
 *
 * Fails with `LoginDenied`, `LoginExpired`, `ServerAddressInvalid`, `ServerUnreachable`, `NotAnAuthorizationServer`,
 * `RequestRefused` or `Aborted`. A server that is away while a person approves is asked again until the code ends.
 */
export const logIn = async (options: LogInOptions): Promise<Login> => {
  checkOptions(options)
  const clock = options.clock ?? systemClock
  const { link, metadata } = await connect(options)
  const onConfirm = options.onConfirm ?? (isTerminal() && askForNumber)
  const code = await beginLogin(link, metadata, options, onConfirm !== false)
  const endsAt = clock.now() + code.lifetime
  show(code, endsAt, options)
  const granted = await waitForToken({
    link,
    metadata,
    client: options.client,
    code,
    endsAt,
    clock,
    onConfirm,
    onRetry: options.onRetry
  })
  return {
    server: metadata.issuer,
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

/** The code is shown before the browser opens, so that it can be compared with the one on the page. */
const show = (code: DeviceCode, endsAt: number, options: LogInOptions): void => {
  const open = options.openBrowser ?? (hasBrowser(process) ? openHere : false)
  const { userCode, verificationUri, verificationUriComplete } = code
  const expiresAt = new Date(endsAt)
  const onCode = options.onCode ?? printCode
  onCode({ userCode, verificationUri, verificationUriComplete, expiresAt, opensBrowser: open !== false })
  if (open !== false) void openQuietly(open, verificationUriComplete ?? verificationUri)
}

/** A browser that does not open is no failure: the address was shown. */
const openQuietly = async (open: OpenBrowser, url: string): Promise<void> => {
  try {
    await open(url)
  } catch {}
}
