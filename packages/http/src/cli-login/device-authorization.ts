import { CliLogins, reveal, shownUserCode } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../surface/answer.ts"
import { optionalText, patterned, required } from "../surface/body-fields.ts"
import { type Route, route, tooMany } from "../surface/route.ts"
import { oauth } from "./groups.ts"
import { oauthRefusals, refuse, refusing } from "./oauth-refusals.ts"
import { pageOf, seconds } from "./program-answers.ts"

/** What a program shows its user, and keeps (RFC 8628 §3.2). */
const DeviceBody = Schema.Struct({
  device_code: Schema.String,
  user_code: Schema.String,
  verification_uri: Schema.String,
  verification_uri_complete: Schema.String,
  expires_in: Schema.Number,
  interval: Schema.Number,
  /** Ours: the program will be asked for the number that the page shows after the approval. */
  confirmation: Schema.optionalKey(Schema.Literal("number"))
})

/** Where a program begins (RFC 8628 §3.1). Programs are not registered: `client_id` is the name that the page shows, as untrusted text. */
export const authorizeDevice: Route = route({
  method: "POST",
  path: "/oauth/device_authorization",
  group: oauth,
  onlyIn: "session",
  refusals: oauthRefusals,
  accepts: "form",
  summary: "Begin a CLI login by OAuth 2.0 (RFC 8628)",
  policy: null,
  body: Schema.Struct({
    client_id: required,
    scope: optionalText,
    confirmation: Schema.optionalKey(patterned(/^(?:number)?$/))
  }),
  outcomes: [
    { status: 200, about: "The codes. Only this answer contains the device code", schema: DeviceBody },
    { status: 400, about: "invalid_request, invalid_scope, or unauthorized_client" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* ({ body, client }, context) {
    const cliLogins = yield* CliLogins
    const beginning = cliLogins.begin({
      program: body.client_id,
      scopes: scopesIn(body.scope ?? ""),
      canAskForNumber: body.confirmation === "number",
      client
    })
    const answer = Effect.map(beginning, (begun) => {
      const { page, withCode } = pageOf(begun.code, context)
      const codes: typeof DeviceBody.Type = {
        device_code: reveal(begun.secret),
        user_code: shownUserCode(begun.code),
        verification_uri: page,
        verification_uri_complete: withCode,
        expires_in: seconds(begun.expiresIn),
        interval: seconds(begun.interval)
      }
      return reply(json(begun.hasNumber ? { ...codes, confirmation: "number" } : codes))
    })
    return yield* Effect.catchTags(answer, {
      ProgramNameInvalid: refusing("invalid_request", "client_id must be a name of 1 to 100 characters."),
      ScopeNotGrantable: ({ scope }) => Effect.succeed(refuse("invalid_scope", ungrantable(scope))),
      NumberNotSupported: refusing(
        "unauthorized_client",
        "Ask your user for the number that the page shows, and send confirmation=number."
      ),
      CliLoginDisabled: refusing("unauthorized_client", "Logging in from programs is turned off on this server."),
      TokensDisabled: refusing("unauthorized_client", "Tokens are turned off on this server.")
    })
  })
})

/** Scopes are the program's own text, so only one that looks like a scope is repeated. */
const ungrantable = (scope: string): string =>
  `This server does not grant ${/^[\w.:/-]{1,100}$/.test(scope) ? `the scope ${scope}` : "such a scope"}.`

/** RFC 6749 §3.3: scopes are one text with blanks between. */
const scopesIn = (text: string): ReadonlyArray<string> => text.split(" ").filter((scope) => scope !== "")
