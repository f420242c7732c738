import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, type Reply, reply } from "../surface/answer.ts"
import type { Problem } from "../surface/problem.ts"
import type { RefusalForm } from "../surface/route.ts"

/** The words of RFC 6749 §5.2, RFC 8628 §3.5 and RFC 7009 §2.2.1 that we use. `server_error` is from RFC 6749 §4.1.2.1. */
export type OAuthError =
  | "invalid_request"
  | "invalid_scope"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "authorization_pending"
  | "slow_down"
  | "access_denied"
  | "expired_token"
  | "temporarily_unavailable"
  | "server_error"

/** What tells a program why (RFC 6749 §5.2). Further members are ours: what to do next. */
const OAuthErrorBody = Schema.Struct({
  error: Schema.String,
  error_description: Schema.String,
  interval: Schema.optionalKey(Schema.Number),
  confirmation_required: Schema.optionalKey(Schema.Boolean),
  confirmation_attempts_left: Schema.optionalKey(Schema.Number)
})

/** What an endpoint answers that has nothing to give. */
export const refuse = (
  error: OAuthError,
  description: string,
  more: Partial<Omit<typeof OAuthErrorBody.Type, "error" | "error_description">> = {}
): Reply => reply(json({ ...bodyOf(error, description), ...more }, 400))

/** The same in place of a failure. */
export const refusing =
  (error: OAuthError, description: string): (() => Effect.Effect<Reply>) =>
  () =>
    Effect.succeed(refuse(error, description))

const bodyOf = (error: OAuthError, description: string): typeof OAuthErrorBody.Type => ({
  error,
  error_description: description.replace(NOT_ALLOWED, "?")
})

/** RFC 6749 §5.2: a description is printable ASCII without `"` and `\`. */
const NOT_ALLOWED = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g

/** The refusals that come before a handler or instead of it: a body that is none of ours, an outage, a mistake of ours. */
export const oauthRefusals: RefusalForm = {
  of: (problem) => ({ status: statusOf(problem.status), body: bodyOf(errorOf(problem.status), describe(problem)) }),
  schema: OAuthErrorBody
}

/** RFC 6749 §5.2 has 400 for all that is wrong with a request. What the rest of HTTP understands keeps its status. */
const statusOf = (status: number): number => (status === 415 || status === 422 ? 400 : status)

const errorOf = (status: number): OAuthError => {
  if (status === 429) return "slow_down"
  if (status === 503) return "temporarily_unavailable"
  return status >= 500 ? "server_error" : "invalid_request"
}

const describe = ({ status, code, detail }: Problem): string => {
  if (status === 415) return "Send the parameters as application/x-www-form-urlencoded."
  if (code === "forged-request") return "A page of another site sent this request."
  if (typeof detail === "string") return `${detail}.`
  return "reason" in detail ? detail.reason : detail.map(({ loc, msg }) => `${nameIn(loc.at(-1))}: ${msg}.`).join(" ")
}

/** Names are the program's own text, so only one that looks like a parameter is repeated. */
const nameIn = (name: string | number | undefined): string =>
  typeof name === "string" && /^[a-z_]{1,40}$/.test(name) ? name : "a parameter"
