import { Admin, administers, parseUserId, Recovery, traceOf, UserNotFound, type UserToCreate } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { empty, json, reply } from "../surface/answer.ts"
import { type FieldsOf, optionalText } from "../surface/body-fields.ts"
import { type Route, route } from "../surface/route.ts"
import { missingNames } from "../users/missing-names.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { listUsers } from "./list-routes.ts"

const group = { name: "admin", base: "/admin" }

const optionalFlag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

const createUser: Route = route({
  method: "POST",
  path: "/admin/users",
  group,
  summary: "Create a user. Without a password, an invitation to choose one is mailed to their address",
  policy: administers,
  body: Schema.Struct({
    username: optionalText,
    email: optionalText,
    password: optionalText,
    is_superuser: optionalFlag,
    is_verified: optionalFlag,
    must_change_password: optionalFlag,
    roles: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))
  } satisfies FieldsOf<UserToCreate>),
  // An invitation needs an address.
  missing: (values, { settings }) =>
    (values.password ?? null) === null && (values.email ?? null) === null ? ["email"] : missingNames(values, settings),
  outcomes: [
    { status: 201, about: "The new user", schema: UserBody },
    { status: 400, about: "REGISTER_USER_ALREADY_EXISTS, or REGISTER_INVALID_PASSWORD with the reason" },
    {
      status: 403,
      about:
        "You are no administrator, your log-in is not recent, a token would make an administrator, or a hook of the host's refuses"
    }
  ],
  handle: Effect.fnUntraced(function* ({ body, client, identity, texts }, context) {
    const admin = yield* Admin
    const wanted: UserToCreate = {
      username: body.username ?? null,
      email: body.email ?? null,
      ...(typeof body.password === "string" ? { password: body.password } : {}),
      isSuperuser: body.is_superuser ?? false,
      isVerified: body.is_verified ?? false,
      mustChangePassword: body.must_change_password ?? false,
      roles: body.roles ?? []
    }
    const user = yield* admin.createUser(identity, wanted, { client, lang: texts.language })
    return reply(json(userBody(user, context.settings), 201))
  })
})

const inviteAgain: Route = route({
  method: "POST",
  path: "/admin/users/:id/invitation",
  group,
  summary: "Mail another invitation to a user who has no password yet. The one before ends",
  policy: administers,
  outcomes: [
    { status: 204, about: "The invitation is on its way, if the site sends mails" },
    { status: 403, about: "You are no administrator, or your log-in is not recent" },
    { status: 404, about: "There is no such user" },
    { status: 409, about: "The user has a password already, or no address" }
  ],
  handle: Effect.fnUntraced(function* ({ client, identity, parameters, texts }) {
    const recovery = yield* Recovery
    const id = parseUserId(parameters.id ?? "")
    if (id === null) return yield* new UserNotFound()
    yield* recovery.invite(id, { ...traceOf(identity, client), lang: texts.language })
    return reply(empty)
  })
})

export const adminRoutes: ReadonlyArray<Route> = [listUsers, createUser, inviteAgain]
