import { Admin, actorOf, impersonates, parseUserId, reveal } from "@latchkey/core"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fieldProblem } from "../../request/field-problem.ts"
import { json, reply } from "../../surface/answer.ts"
import { digits, optionalText, wholeNumber } from "../../surface/body-fields.ts"
import { RouteProblem, validationProblem } from "../../surface/problem.ts"
import { plainProblem } from "../../surface/problems.ts"
import { type Route, route } from "../../surface/route.ts"
import { group } from "../group.ts"

/** What opens a session in a user's place. */
const ImpersonationBody = Schema.Struct({
  access_token: Schema.String,
  token_type: Schema.Literal("bearer"),
  expires_in: Schema.Int,
  impersonated_by: Schema.String
}).annotate({ identifier: "ImpersonationToken" })

/** Older clients know these two under the name of their own parameter, and in these words (wire.md §2). */
const noId = validationProblem([fieldProblem("uuid_parsing", ["path", "user_id"])])
const noUser = { ...plainProblem.notFound, detail: "User not found" }

export const impersonate: Route = route({
  method: "POST",
  path: "/admin/users/:id/token",
  group,
  summary: "Act in a user's place: opens a bearer session that says so, and ends by itself",
  policy: impersonates,
  refusals: "problems",
  body: Schema.Struct({
    reason: optionalText,
    expires_in: Schema.optionalKey(Schema.NullOr(Schema.Union([wholeNumber, digits])))
  }),
  outcomes: [
    { status: 200, about: "A bearer token, with the seconds that it lasts", schema: ImpersonationBody },
    {
      status: 403,
      about: "You are no administrator with a recent log-in and a session of your own, or nobody may act as this user"
    },
    { status: 404, about: "There is no such user, or they are not active" },
    { status: 422, about: "The id is none, the reason is too long, or expires_in is above the maximum" }
  ],
  handle: Effect.fnUntraced(function* ({ body, client, identity, parameters }) {
    const id = parseUserId(parameters.id ?? "")
    if (id === null) return yield* Effect.fail(new RouteProblem(noId))
    const service = yield* Admin
    const { reason = null, expires_in = null } = body
    const wanted = {
      reason,
      client,
      ...(expires_in === null ? {} : { lifetime: Duration.seconds(Number(expires_in)) })
    }
    const { session, secret } = yield* Effect.catchTag(service.impersonate(identity, id, wanted), "UserNotFound", () =>
      Effect.fail(new RouteProblem(noUser))
    )
    return reply(
      json({
        access_token: reveal(secret),
        token_type: "bearer",
        expires_in: Math.floor((session.expiresAt - session.createdAt) / 1_000),
        impersonated_by: actorOf(identity).id
      } satisfies typeof ImpersonationBody.Type)
    )
  })
})
