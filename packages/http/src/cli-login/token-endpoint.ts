import { CliLogins, type Collected, reveal } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, type Reply, reply } from "../surface/answer.ts"
import { optionalText, required } from "../surface/body-fields.ts"
import { type Route, route } from "../surface/route.ts"
import { oauth } from "./groups.ts"
import { oauthRefusals, refuse, refusing } from "./oauth-refusals.ts"
import { seconds } from "./program-answers.ts"

export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

/** A token, or a bearer session (RFC 6749 §5.1). Without `expires_in` it has no end. A session allows more than any scope names. */
const GrantedBody = Schema.Struct({
  access_token: Schema.String,
  token_type: Schema.Literal("Bearer"),
  expires_in: Schema.optionalKey(Schema.Number),
  scope: Schema.String
})

/** Where a program polls (RFC 8628 §3.4). Nothing counts but the body: a device code in an address would be in logs (DEV-02). */
export const grantToken: Route = route({
  method: "POST",
  path: "/oauth/token",
  group: oauth,
  onlyIn: "session",
  refusals: oauthRefusals,
  accepts: "form",
  summary: "Ask for the token of a CLI login, by OAuth 2.0 (RFC 8628). Once it is approved, one answer contains it",
  policy: null,
  body: Schema.Struct({
    grant_type: required,
    device_code: optionalText,
    client_id: optionalText,
    confirmation: optionalText
  }),
  outcomes: [
    { status: 200, about: "The token", schema: GrantedBody },
    {
      status: 400,
      about:
        "authorization_pending, slow_down with the new interval, access_denied, expired_token, invalid_grant, " +
        "invalid_request, or unsupported_grant_type"
    }
  ],
  handle: Effect.fnUntraced(function* ({ body, client }) {
    const { grant_type, device_code: secret = null, client_id: program = null, confirmation: number = null } = body
    if (grant_type !== DEVICE_GRANT) return refuse("unsupported_grant_type", `The grant type is ${DEVICE_GRANT}.`)
    if (secret === null || secret === "") return refuse("invalid_request", "device_code is missing.")
    if (program === null || program === "") return refuse("invalid_request", "client_id is missing.")
    const cliLogins = yield* CliLogins
    const typed = number === null || number === "" ? {} : { number }
    const now = yield* Clock.currentTimeMillis
    const answer = Effect.map(cliLogins.collect({ secret, program, client, ...typed }), (collected) =>
      answerOf(collected, now)
    )
    return yield* Effect.catchTags(answer, {
      CliLoginNotFound: refusing("invalid_grant", "The device code is unknown, was used, or is another program's."),
      CliLoginExpired: refusing("expired_token", "The code has expired. Start again."),
      CliLoginDenied: refusing("access_denied", "The program was not allowed to log in."),
      CliLoginDisabled: refusing("access_denied", "Logging in from programs has been turned off."),
      TokensDisabled: refusing("access_denied", "Tokens have been turned off."),
      TooManyTokens: ({ most }) =>
        Effect.succeed(refuse("access_denied", `The user has ${most} tokens, which is the limit. Revoke one first.`))
    })
  })
})

const answerOf = (collected: Collected, now: number): Reply => {
  switch (collected.status) {
    case "pending": {
      const interval = seconds(collected.interval)
      return collected.isEarly
        ? refuse("slow_down", `Ask every ${interval} seconds from now on.`, { interval })
        : refuse("authorization_pending", "The user has not decided.")
    }
    case "number-needed":
      return refuse("authorization_pending", "Send the number that the page shows, as confirmation.", {
        confirmation_required: true,
        confirmation_attempts_left: collected.attemptsLeft
      })
    case "token": {
      const { scopes, expiresAt } = collected.token
      return granted(collected, scopes, expiresAt, now)
    }
    case "session":
      return granted(collected, [], collected.session.expiresAt, now)
  }
}

const granted = (
  { secret }: Extract<Collected, { readonly status: "token" | "session" }>,
  scopes: ReadonlyArray<string>,
  expiresAt: number | null,
  now: number
): Reply =>
  reply(
    json({
      access_token: reveal(secret),
      token_type: "Bearer",
      ...(expiresAt === null ? {} : { expires_in: seconds(expiresAt - now) }),
      scope: scopes.join(" ")
    } satisfies typeof GrantedBody.Type)
  )
