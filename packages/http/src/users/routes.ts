import { signedIn } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { renewedCookies } from "../sessions/browser-session.ts"
import { json, reply } from "../surface/answer.ts"
import { type FieldsOf, optionalText, textsOf } from "../surface/body-fields.ts"
import { type Route, route, tooMany } from "../surface/route.ts"
import { asUpdateError } from "./as-update-error.ts"
import { changeSelf, type SelfChange } from "./change-self.ts"
import { ownPassword } from "./own-password.ts"
import { OwnUserBody, ownUserBody, UserBody, userBody } from "./user-body.ts"

const group = { name: "users", base: "/users" }

export const showMe: Route = route({
  method: "GET",
  path: "/users/me",
  group,
  summary: "Get your own user",
  policy: signedIn,
  mayImpersonate: true,
  outcomes: [{ status: 200, about: "The user", schema: OwnUserBody }],
  handle: ({ identity }, { settings }) => Effect.succeed(reply(json(ownUserBody(identity, settings))))
})

const changeMe: Route = route({
  method: "PATCH",
  path: "/users/me",
  group,
  summary: "Change your e-mail address, username or password. Roles and ids in the body are ignored",
  policy: ownPassword,
  body: Schema.Struct({
    email: optionalText,
    username: optionalText,
    password: optionalText,
    current_password: optionalText
  } satisfies FieldsOf<SelfChange>),
  outcomes: [
    { status: 200, about: "The changed user", schema: UserBody },
    { status: 400, about: "UPDATE_USER_EMAIL_ALREADY_EXISTS, or UPDATE_USER_INVALID_PASSWORD with the reason" },
    {
      status: 403,
      about:
        "The current password is missing or wrong, or you must choose a password first and the body is not that alone"
    },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const { username, email, password, current_password } = call.body
    const wanted = textsOf<keyof SelfChange>({ username, email, password, current_password })
    const user = yield* Effect.mapError(changeSelf(call, wanted, context), asUpdateError)
    const cookies = wanted.password === undefined ? [] : yield* renewedCookies(call, user, context)
    return reply(json(userBody(user, context.settings)), ...cookies)
  })
})

export const userRoutes: ReadonlyArray<Route> = [showMe, changeMe]
