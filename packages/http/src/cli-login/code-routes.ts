import { CliLoginDecided, CliLoginNotFound, CliLogins, reveal, type SessionIdentity, viaSession } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { proveSelf } from "../sessions/prove-self.ts"
import { empty, json, reply } from "../surface/answer.ts"
import { optionalText, textsOf } from "../surface/body-fields.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import { ApprovedBody, approvedBody } from "./cli-login-body.ts"
import { codes } from "./groups.ts"
import { pageOf, seconds } from "./program-answers.ts"
import { readSecret } from "./read-secret.ts"

/*
 * CLI logins for programs that know a code and a secret, as an older system has them (wire.md §2). New programs use OAuth's endpoints,
 * which say more.
 */

/** Programs of the older system ask each second, at most 300 times, and do not understand that they should ask less often. */
const PACE = { interval: 1_000, step: 0 }

const BegunBody = Schema.Struct({
  code: Schema.String,
  secret: Schema.String,
  approve_url: Schema.String,
  verification_uri: Schema.String,
  verification_uri_complete: Schema.String,
  expires_in: Schema.Number,
  interval: Schema.Number
})

const beginByCode: Route = route({
  method: "POST",
  path: "/auth/cli-login",
  group: codes,
  onlyIn: "session",
  refusals: "problems",
  summary: "Begin a CLI login: a code for the user of a program, and a secret for the program",
  policy: null,
  body: Schema.Struct({
    client: optionalText,
    scopes: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))
  }),
  outcomes: [
    { status: 200, about: "The code and the secret, which only this answer contains", schema: BegunBody },
    { status: 403, about: "CLI logins or tokens are turned off, or only programs that ask for a number may log in" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* ({ body, client }, context) {
    const cliLogins = yield* CliLogins
    const { client: program } = textsOf({ client: body.client })
    const begun = yield* cliLogins.begin({
      ...(program === undefined ? {} : { program }),
      scopes: body.scopes ?? [],
      result: context.settings.cliLogin.codeResult,
      pace: PACE,
      client
    })
    const { page, withCode } = pageOf(begun.code, context)
    return reply(
      json({
        code: begun.code,
        secret: reveal(begun.secret),
        approve_url: withCode,
        verification_uri: page,
        verification_uri_complete: withCode,
        expires_in: seconds(begun.expiresIn),
        interval: seconds(begun.interval)
      } satisfies typeof BegunBody.Type)
    )
  })
})

/** What a poll finds. `status` and `token` are there with 429 too: programs of the older system read them whatever the status is. */
const FoundBody = Schema.Struct({
  status: Schema.Literals(["pending", "approved"]),
  token: Schema.NullOr(Schema.String)
})

const waiting: typeof FoundBody.Type = { status: "pending", token: null }

const collectByCode: Route = route({
  method: "GET",
  path: "/auth/cli-login/:code",
  group: codes,
  onlyIn: "session",
  refusals: "problems",
  isGivenOnce: true,
  summary: "Ask what has become of a CLI login. Once it is approved, one answer contains the token",
  policy: null,
  headers: [{ name: "Latchkey-Secret", about: "The secret from the begin", schema: Schema.String }],
  query: [{ name: "secret", about: "The secret, from programs that cannot send the header", schema: Schema.String }],
  outcomes: [
    { status: 200, about: "It waits for the user, or is approved", schema: FoundBody },
    { status: 404, about: "Unknown, denied, or collected already; or the secret is wrong" },
    { status: 405, about: "HEAD, whose answer would lose the token" },
    { status: 410, about: "The time of the code is over" },
    { status: 422, about: "There is no secret" },
    { status: 429, about: "The program asks more than once a second", schema: FoundBody }
  ],
  handle: Effect.fnUntraced(function* (call) {
    const cliLogins = yield* CliLogins
    const secret = yield* readSecret(call)
    const collecting = cliLogins.collect({ secret, code: call.parameters.code ?? "", client: call.client })
    // Whatever the reason is that there will be no token: these programs know only this word for it.
    const collected = yield* Effect.catchTags(collecting, {
      CliLoginDisabled: () => new CliLoginNotFound(),
      TokensDisabled: () => new CliLoginNotFound(),
      TooManyTokens: () => new CliLoginNotFound()
    })
    if (collected.status === "pending" || collected.status === "number-needed") {
      if (collected.status === "number-needed" || !collected.isEarly) return reply(json(waiting))
      return reply(json(waiting, 429, { "Retry-After": String(seconds(collected.interval)) }))
    }
    return reply(json({ status: "approved", token: reveal(collected.secret) } satisfies typeof FoundBody.Type))
  })
})

/** A token lives longer than the log-in that approves it, so it needs the same proof as on the tokens page. */
const approveByCode: Route = route({
  method: "PATCH",
  path: "/auth/cli-login/:code",
  group: codes,
  onlyIn: "session",
  refusals: "problems",
  summary: "Approve a program by its code: it gets a token, or a session, of yours",
  policy: viaSession,
  body: Schema.Struct({ current_password: optionalText }),
  outcomes: [
    { status: 200, about: "Approved. With a number, the user types it into the program", schema: ApprovedBody },
    {
      status: 403,
      about: "A token cannot approve, or the current password is missing or wrong, or the settings forbid it"
    },
    { status: 404, about: "Unknown, another user's, or decided already" },
    { status: 409, about: "The user already has the maximum number of live tokens" },
    { status: 410, about: "The time of the code is over" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const cliLogins = yield* CliLogins
    const challenge = yield* cliLogins.lookUp(call.identity, call.parameters.code ?? "", call.client)
    const mayRepeat = challenge.state === "approved" && challenge.hasNumber
    if (challenge.state !== "claimed" && !mayRepeat) return yield* new CliLoginDecided({ state: challenge.state })
    if (challenge.result === "token") yield* proveSelf(call, passwordIn(call.body), "confirm", context)
    const { isDone, number } = yield* cliLogins.approve(call.identity, challenge.id, call.client)
    // Without a number, exactly one of parallel approvals is told that it approved. With one, the last one has the number that counts.
    if (!isDone && number === null) return yield* new CliLoginDecided({ state: "approved" })
    return reply(json(approvedBody(number === null ? null : reveal(number))))
  })
})

const passwordIn = ({
  current_password: current
}: {
  readonly current_password?: string | null
}): string | undefined => (current === null || current === "" ? undefined : current)

const denyByCode: Route = route({
  method: "DELETE",
  path: "/auth/cli-login/:code",
  group: codes,
  onlyIn: "session",
  refusals: "problems",
  summary: "Deny a program by its code",
  policy: viaSession,
  outcomes: [
    { status: 204, about: "Denied, also if it was denied before" },
    { status: 404, about: "Unknown, another user's, collected, or too old" },
    tooMany
  ],
  handle: (call) => Effect.catchTag(deny(call), "CliLoginExpired", () => new CliLoginNotFound())
})

const deny = Effect.fnUntraced(function* (call: Call<SessionIdentity, unknown>) {
  const cliLogins = yield* CliLogins
  const { id } = yield* cliLogins.lookUp(call.identity, call.parameters.code ?? "", call.client)
  yield* cliLogins.deny(call.identity, id, call.client)
  return reply(empty)
})

export const codeRoutes: ReadonlyArray<Route> = [beginByCode, collectByCode, approveByCode, denyByCode]
