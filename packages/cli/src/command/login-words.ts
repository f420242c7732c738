import type { Account } from "../account/who-am-i.ts"
import type { Login } from "../login/log-in.ts"
import type { ShownCode } from "../login/shown-code.ts"
import { endOf, nameOf } from "./words.ts"

/** What `latchkey login` says to people, and to programs (`--json`). */

export const codeEvent = (server: string, shown: ShownCode): object => ({
  event: "code",
  server,
  user_code: shown.userCode,
  verification_uri: shown.verificationUri,
  verification_uri_complete: shown.verificationUriComplete,
  expires_at: shown.expiresAt
})

export const doneText = ({ server, expiresAt }: Omit<Login, "token">, account: Account | null): string =>
  `Logged in to ${server}${account === null ? "" : ` as ${nameOf(account)}`}. ${endOf(expiresAt, "The token")}\n`

export const alreadyText = ({ server, expiresAt }: Omit<Login, "token">, account: Account | null): string =>
  `You are logged in to ${server} already${account === null ? "" : `, as ${nameOf(account)}`}. ${endOf(expiresAt, "The token")} To log in again, add --force.\n`

export const loginEvent = (
  event: string,
  { server, expiresAt, scopes }: Omit<Login, "token">,
  account: Account | null
) => ({
  event,
  server,
  user: account,
  expires_at: expiresAt,
  scopes
})
