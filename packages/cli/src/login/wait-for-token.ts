import type { Clock } from "../clock.ts"
import { exchange, formOf, type Link } from "../server/exchange.ts"
import { DEVICE_CODE_GRANT, type Metadata } from "../server/metadata.ts"
import { Aborted, NotAnAuthorizationServer, RequestRefused, ServerUnreachable } from "../server/server-errors.ts"
import type { DeviceCode } from "./device-code.ts"
import { LoginDenied, LoginExpired } from "./login-errors.ts"
import { type AskNumber, askNumber, type EnteredNumber } from "./number.ts"
import { firstPace, nextPace } from "./pace.ts"
import { type GrantedToken, type PollAnswer, readPollAnswer } from "./poll-answer.ts"

/** A log-in that waits for a person. */
export interface Waiting {
  readonly link: Link
  readonly metadata: Metadata
  readonly client: string
  readonly code: DeviceCode
  /** When the code ends, in milliseconds since 1970. */
  readonly endsAt: number
  readonly clock: Clock
  /** False if the server was told that the program cannot ask. */
  readonly onConfirm: AskNumber | false
  readonly onRetry: ((failure: { readonly reason: string; readonly wait: number }) => void) | undefined
}

/** Polls until there is a token, or until it is certain that there will be none (RFC 8628 §3.4, §3.5). */
export const waitForToken = async (waiting: Waiting): Promise<GrantedToken> => {
  const { code, endsAt, clock, metadata, onRetry } = waiting
  const signal = waiting.link.signal ?? new AbortController().signal
  let pace = firstPace(code.interval)
  let entered: EnteredNumber | null = null
  let digits: string | undefined
  let failure: string | null = null
  for (;;) {
    await clock.sleep(Math.min(pace.wait, endsAt - clock.now()), signal)
    if (signal.aborted) throw new Aborted()
    if (clock.now() >= endsAt) throw tooLate(metadata.issuer, failure)

    const answer = await poll(waiting, digits)
    pace = nextPace(pace, answer)
    digits = undefined
    if (answer.kind === "granted") return answer.token
    if (answer.kind === "number-wanted") {
      entered = await numberFor(waiting, signal, answer.attemptsLeft, entered, failure !== null)
      digits = entered.digits
      pace = { ...pace, wait: entered.question > PATIENT_QUESTIONS ? pace.interval : 0 }
    }
    failure = answer.kind === "failed" ? answer.reason : null
    if (answer.kind === "failed") onRetry?.({ reason: answer.reason, wait: pace.wait })
    else throwIfOver(answer, metadata.issuer)
  }
}

/** A number is sent at once: an approved log-in has no pace. But a server that never stops to ask is not asked at once. */
const PATIENT_QUESTIONS = 5

const poll = async (
  { link, metadata, client, code }: Waiting,
  confirmation: string | undefined
): Promise<PollAnswer> => {
  const form = { grant_type: DEVICE_CODE_GRANT, device_code: code.secret, client_id: client, confirmation }
  return readPollAnswer(await exchange(link, metadata.tokenEndpoint, formOf(form)))
}

/**
 * The number to send. When the poll that carried one has failed, nobody knows whether the server has counted it, so the
 * next poll went without; if as many attempts are left as before, it never arrived and goes again.
 */
const numberFor = async (
  { metadata, clock, endsAt, onConfirm }: Waiting,
  signal: AbortSignal,
  attemptsLeft: number,
  entered: EnteredNumber | null,
  hasFailed: boolean
): Promise<EnteredNumber> => {
  const server = metadata.issuer
  if (!onConfirm)
    throw new NotAnAuthorizationServer({
      server,
      reason: "it asks for a number, though the program cannot ask for one."
    })
  if (hasFailed && entered?.attemptsLeft === attemptsLeft) return entered
  return askNumber({ server, onConfirm, clock, endsAt, signal }, attemptsLeft, entered)
}

const throwIfOver = (answer: PollAnswer, server: string): void => {
  if (answer.kind === "denied") throw new LoginDenied({ server, description: answer.description })
  if (answer.kind === "expired") throw new LoginExpired({ server })
  if (answer.kind === "refused")
    throw new RequestRefused({ server, code: answer.code, description: answer.description })
  if (answer.kind === "unreadable") throw new NotAnAuthorizationServer({ server, reason: answer.reason })
}

/** If the last poll failed, the person may well have approved: then the outage is what to tell. */
const tooLate = (server: string, failure: string | null): LoginExpired | ServerUnreachable =>
  failure === null ? new LoginExpired({ server }) : new ServerUnreachable({ server, reason: failure })
