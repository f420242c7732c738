import type { Account } from "../account/who-am-i.ts"
import type { Login, ShownCode } from "../login/log-in.ts"
import type { NumberQuestion } from "../login/number.ts"
import { bold, endOf, nameOf } from "./words.ts"
import type { World } from "./world.ts"

/** What `latchkey login` says to people, and to programs (`--json`). */

export const codeText = (shown: ShownCode, world: World): string => {
  const url = shown.verificationUriComplete ?? shown.verificationUri
  const way = shown.opensBrowser
    ? "Your browser opens this page. If it does not, open it yourself:"
    : "Open this page in a browser:"
  return `${way}\n\n  ${bold(world, url)}\n\nApprove only if it shows this code: ${bold(world, shown.userCode)}\n\n`
}

export const codeEvent = (server: string, shown: ShownCode): object => ({
  event: "code",
  server,
  user_code: shown.userCode,
  verification_uri: shown.verificationUri,
  verification_uri_complete: shown.verificationUriComplete,
  expires_at: shown.expiresAt
})

export const numberText = ({ reason, attemptsLeft }: NumberQuestion): string => {
  const left = attemptsLeft === 1 ? "one attempt left" : `${attemptsLeft} attempts left`
  if (reason === "first") return "Approved. Enter the number that the page shows: "
  return reason === "wrong"
    ? `That is not the number (${left}). Enter the number that the page shows: `
    : "Only digits, please. Enter the number that the page shows: "
}

export const doneText = ({ server, expiresAt }: Omit<Login, "token">, account: Account | null): string =>
  `Logged in to ${server}${account === null ? "" : ` as ${nameOf(account)}`}. ${endOf(expiresAt)}\n`

export const alreadyText = ({ server, expiresAt }: Omit<Login, "token">, account: Account | null): string =>
  `You are logged in to ${server} already${account === null ? "" : `, as ${nameOf(account)}`}. ${endOf(expiresAt)} To log in again, add --force.\n`

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
