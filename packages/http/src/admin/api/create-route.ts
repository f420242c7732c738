import { Admin, administers } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { json, reply } from "../../surface/answer.ts"
import { type Route, route } from "../../surface/route.ts"
import { missingNames } from "../../users/missing-names.ts"
import { UserBody, userBody } from "../../users/user-body.ts"
import { group } from "../group.ts"
import { NewUserBody, userToCreate } from "./user-fields.ts"

export const createUser: Route = route({
  method: "POST",
  path: "/admin/users",
  group,
  summary: "Create a user. Without a password, an invitation to choose one is mailed to their address",
  policy: administers,
  body: NewUserBody,
  // An invitation needs an address.
  missing: (values, { settings }) =>
    (values.password ?? null) === null && (values.email ?? null) === null ? ["email"] : missingNames(values, settings),
  outcomes: [
    { status: 201, about: "The new user", schema: UserBody },
    { status: 400, about: "REGISTER_USER_ALREADY_EXISTS, or REGISTER_INVALID_PASSWORD with the reason" },
    {
      status: 403,
      about:
        "You are no administrator, your log-in is not recent, a token would give a right or say that an address is proved, or a hook of the host's refuses"
    }
  ],
  handle: Effect.fnUntraced(function* ({ body, client, identity, texts }, context) {
    const admin = yield* Admin
    const user = yield* admin.createUser(identity, userToCreate(body), { client, lang: texts.language })
    return reply(json(userBody(user, context.settings), 201))
  })
})
