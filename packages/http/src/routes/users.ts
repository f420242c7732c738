import { type Identity, ownScopes, scope, signedIn } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../surface/answer.ts"
import { Refused } from "../surface/problem.ts"
import type { RouteError } from "../surface/problems.ts"
import { renewedCookies } from "./browser-session.ts"
import { changeSelf } from "./change-self.ts"
import { route, tooMany } from "./route.ts"
import { optionalText, UserBody, userBody } from "./schemas.ts"

const group = "users"

const showMe = route<Identity>({
  method: "GET",
  path: "/users/me",
  group,
  summary: "Who is calling",
  policy: signedIn,
  outcomes: [{ status: 200, about: "The user", schema: UserBody }],
  handle: ({ identity }) => Effect.succeed(reply(json(userBody(identity.user))))
})

const changeMe = route({
  method: "PATCH",
  path: "/users/me",
  group,
  summary: "Change one's own e-mail address, username or password; roles and ids in the body mean nothing",
  policy: scope(ownScopes.credentials),
  body: Schema.Struct({
    email: optionalText,
    username: optionalText,
    password: optionalText,
    current_password: optionalText
  }),
  outcomes: [
    { status: 200, about: "The user as it is now", schema: UserBody },
    { status: 400, about: "UPDATE_USER_EMAIL_ALREADY_EXISTS, or UPDATE_USER_INVALID_PASSWORD with its reason" },
    { status: 403, about: "The current password is needed, or wrong" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, tools) {
    const wanted = Object.fromEntries(Object.entries(call.body).filter(([, value]) => typeof value === "string"))
    const user = yield* Effect.mapError(changeSelf(call, wanted, tools), asUpdateError)
    const cookies = wanted.password === undefined ? [] : yield* renewedCookies(call, user, tools)
    return reply(json(userBody(user)), ...cookies)
  })
})

/** The same refusals have other names here than at registration. */
const asUpdateError = (error: RouteError): RouteError => {
  if (error._tag === "AccountNameTaken") {
    const detail = `UPDATE_USER_${error.kind.toUpperCase()}_ALREADY_EXISTS`
    return new Refused({ status: 400, code: "update-user-already-exists", detail })
  }
  if (error._tag === "PasswordRefused") {
    const detail = { code: "UPDATE_USER_INVALID_PASSWORD", reason: error.message }
    return new Refused({ status: 400, code: "invalid-password", detail })
  }
  return error
}

export const userRoutes = [showMe, changeMe]
