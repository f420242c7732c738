import { isAway } from "../server/answered.ts"
import type { Answer, JsonObject } from "../server/exchange.ts"
import { plainText } from "../server/plain-text.ts"
import { refusalIn } from "../server/refusal.ts"
import { isSeconds } from "./device-code.ts"

/** What one poll of the token endpoint says (RFC 8628 §3.5). Times are in milliseconds. */
export type PollAnswer =
  | { readonly kind: "granted"; readonly token: GrantedToken }
  | { readonly kind: "pending" }
  | { readonly kind: "number-wanted"; readonly attemptsLeft: number }
  /** Poll more slowly from now on. `interval` is null if the server only says so. */
  | { readonly kind: "slow-down"; readonly interval: number | null }
  /** No answer to the question, so it may be asked again. `wait` is null if the server names no time. */
  | { readonly kind: "failed"; readonly reason: string; readonly wait: number | null }
  | { readonly kind: "denied"; readonly description: string }
  | { readonly kind: "expired" }
  | { readonly kind: "refused"; readonly code: string; readonly description: string }
  | { readonly kind: "unreadable"; readonly reason: string }

export interface GrantedToken {
  readonly token: string
  /** Milliseconds; null for a token that does not end by itself. */
  readonly lifetime: number | null
  /** Null if the server granted what was asked for (RFC 6749 §5.1). */
  readonly scopes: ReadonlyArray<string> | null
}

export const readPollAnswer = (answer: Answer): PollAnswer => {
  if (answer.kind === "failed") return { kind: "failed", reason: answer.reason, wait: null }
  const { status, retryAfter } = answer
  const wait = retryAfter === null ? null : retryAfter * 1000
  if (isAway(status)) return { kind: "failed", reason: `http ${status}`, wait }
  if (answer.kind === "other")
    return status < 400 ? { kind: "unreadable", reason: `${answer.reason}.` } : refused(status, {})
  if (status < 300) return readToken(answer.body)
  return readError(status, answer.body)
}

/** RFC 6750 §2.1, so that it fits into the header as it is. */
const TOKEN = /^[\w.~+/-]{1,8192}=*$/

const readToken = (body: JsonObject): PollAnswer => {
  const { access_token: token, token_type: type, expires_in: lifetime = null, scope } = body
  if (typeof token !== "string" || !TOKEN.test(token)) return { kind: "unreadable", reason: "it sent no access_token." }
  if (typeof type !== "string" || type.toLowerCase() !== "bearer")
    return { kind: "unreadable", reason: "its token is not of the type Bearer." }
  if (lifetime !== null && !isSeconds(lifetime))
    return { kind: "unreadable", reason: "it did not say how long the token is valid." }
  const scopes = typeof scope === "string" ? readScopes(scope) : null
  return { kind: "granted", token: { token, lifetime: lifetime === null ? null : lifetime * 1000, scopes } }
}

const readScopes = (scope: string): ReadonlyArray<string> =>
  scope
    .split(" ")
    .map((one) => plainText(one, 200))
    .filter((one) => one !== "")

const readError = (status: number, body: JsonObject): PollAnswer => {
  switch (body.error) {
    case "authorization_pending":
      return body.confirmation_required === true
        ? {
            kind: "number-wanted",
            attemptsLeft: isSeconds(body.confirmation_attempts_left) ? body.confirmation_attempts_left : 1
          }
        : { kind: "pending" }
    case "slow_down":
      return { kind: "slow-down", interval: isSeconds(body.interval) ? body.interval * 1000 : null }
    case "access_denied":
      return { kind: "denied", description: refusalIn(status, body).description }
    case "expired_token":
      return { kind: "expired" }
    case "temporarily_unavailable":
      return { kind: "failed", reason: "temporarily_unavailable", wait: null }
    default:
      return refused(status, body)
  }
}

const refused = (status: number, body: JsonObject): PollAnswer => ({ kind: "refused", ...refusalIn(status, body) })
