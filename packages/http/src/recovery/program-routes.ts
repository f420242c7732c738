import { Recovery, type User } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../surface/answer.ts"
import { RouteProblem } from "../surface/problem.ts"
import { problemOf, type RouteError } from "../surface/problems.ts"
import { type Route, route, tooMany } from "../surface/route.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { programs as group } from "./groups.ts"

const Nothing = Schema.Null

/**
 * Older clients read `null`. The answer is the same whether anybody has the address, and comes in the same time
 * (ENU-05).
 */
const accepted = reply(json(null, 202))

const forgotPassword: Route = route({
  method: "POST",
  path: "/auth/forgot-password",
  group,
  summary: "Ask for a link to choose a new password. The answer does not tell whether the address has an account",
  policy: null,
  body: Schema.Struct({ email: Schema.String }),
  outcomes: [{ status: 202, about: "A mail is sent if the address has an account", schema: Nothing }, tooMany],
  handle: ({ body, client, texts }) =>
    Effect.as(
      Recovery.use((recovery) => recovery.forgot(body.email, { client, lang: texts.language })),
      accepted
    )
})

const requestVerifyToken: Route = route({
  method: "POST",
  path: "/auth/request-verify-token",
  group,
  summary: "Ask for a link to verify an address. The answer does not tell whether the address has an account",
  policy: null,
  body: Schema.Struct({ email: Schema.String }),
  outcomes: [{ status: 202, about: "A mail is sent if the address waits to be verified", schema: Nothing }, tooMany],
  handle: ({ body, client, texts }) =>
    Effect.as(
      Recovery.use((recovery) => recovery.requestVerification(body.email, { client, lang: texts.language })),
      accepted
    )
})

const resetPassword: Route = route({
  method: "POST",
  path: "/auth/reset-password",
  group,
  summary: "Choose a new password by the code from a mail. Ends all sessions and revokes all tokens of the user",
  policy: null,
  body: Schema.Struct({ token: Schema.String, password: Schema.String }),
  outcomes: [
    { status: 200, about: "The password was changed", schema: Nothing },
    { status: 400, about: "RESET_PASSWORD_BAD_TOKEN, or RESET_PASSWORD_INVALID_PASSWORD with the reason" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* ({ body, client }) {
    const recovery = yield* Recovery
    yield* Effect.mapError(recovery.reset(body.token, body.password, client), toldAs("RESET_PASSWORD"))
    return reply(json(null))
  })
})

const verify: Route = route({
  method: "POST",
  path: "/auth/verify",
  group,
  summary: "Verify an e-mail address by the code from a mail",
  policy: null,
  body: Schema.Struct({ token: Schema.String }),
  outcomes: [
    { status: 200, about: "The user, verified", schema: UserBody },
    { status: 400, about: "VERIFY_USER_BAD_TOKEN or VERIFY_USER_ALREADY_VERIFIED" }
  ],
  handle: Effect.fnUntraced(function* ({ body, client }, context) {
    const recovery = yield* Recovery
    const user: User = yield* Effect.mapError(recovery.verify(body.token, client), toldAs("VERIFY_USER"))
    return reply(json(userBody(user, context.settings)))
  })
})

/** The names that older clients know begin with what was tried. */
const toldAs =
  (start: "RESET_PASSWORD" | "VERIFY_USER") =>
  (error: RouteError): RouteError => {
    const problem = problemOf(error)
    if (error._tag === "CodeInvalid") return new RouteProblem({ ...problem, detail: `${start}_BAD_TOKEN` })
    if (error._tag !== "PasswordRefused") return error
    return new RouteProblem({ ...problem, detail: { code: `${start}_INVALID_PASSWORD`, reason: error.message } })
  }

export const programRoutes: ReadonlyArray<Route> = [forgotPassword, resetPassword, requestVerifyToken, verify]
