import { type ApprovedCliLogin, type OwnChallenge, reveal } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { isoText } from "../surface/body-fields.ts"
import { stateOf } from "./cli-login-view.ts"

/** A program that asks to log in, for a program that shows it to its user. Instants are ISO 8601 in UTC. */
export const CliLoginBody = Schema.Struct({
  id: Schema.String,
  client: Schema.String,
  scopes: Schema.Array(Schema.String),
  result: Schema.Literals(["token", "session"]),
  state: Schema.Literals(["undecided", "approved", "denied", "logged-in", "expired"]),
  ip: Schema.NullOr(Schema.String),
  user_agent: Schema.NullOr(Schema.String),
  created_at: Schema.String,
  expires_at: Schema.String
}).annotate({ identifier: "CliLogin" })

export const cliLoginBody = (challenge: OwnChallenge, now: number): typeof CliLoginBody.Type => ({
  id: challenge.id,
  client: challenge.program,
  scopes: challenge.scopes,
  result: challenge.result,
  state: stateOf(challenge, now).name,
  ip: challenge.ip,
  user_agent: challenge.userAgent,
  created_at: isoText(challenge.createdAt),
  expires_at: isoText(challenge.expiresAt)
})

/** An approval. */
export const ApprovedBody = Schema.Struct({
  status: Schema.Literal("approved"),
  /** Six digits that the program asks for, if it said that it can. */
  number: Schema.optionalKey(Schema.String)
})

export const approvedBody = (number: ApprovedCliLogin["number"]): typeof ApprovedBody.Type =>
  number === null ? { status: "approved" } : { status: "approved", number: reveal(number) }
