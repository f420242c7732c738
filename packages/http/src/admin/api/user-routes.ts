import { Admin, admin, type Identity, recentAdmin, UserNotFound, type UserToChange } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { empty, json, reply } from "../../surface/answer.ts"
import { RouteProblem } from "../../surface/problem.ts"
import { type Call, type Route, route } from "../../surface/route.ts"
import { asUpdateError } from "../../users/as-update-error.ts"
import { UserBody, userBody } from "../../users/user-body.ts"
import { target } from "../target.ts"
import { editTag, isTagged, stale } from "./edit-tag.ts"
import { EditedUserBody, userToChange } from "./user-fields.ts"

// They move with the other routes of users, where older clients look for them.
const group = { name: "users", base: "/users" }

const nobody = { status: 404, about: "There is no such user, or the id is none" }

const showUser: Route = route({
  method: "GET",
  path: "/users/:id",
  group,
  summary: "Get a user. ETag names them as they are, for If-Match when they are changed",
  policy: admin,
  outcomes: [{ status: 200, about: "The user", schema: UserBody }, nobody],
  handle: Effect.fnUntraced(function* (call, { settings }) {
    const user = yield* target(call)
    return reply(json(userBody(user, settings), 200, { ETag: editTag(user) }))
  })
})

/** Edits a user over what they are. With If-Match only if that is what the client has seen, and else once more if somebody was faster. */
const edit = Effect.fnUntraced(function* (
  call: Pick<Call<Identity, unknown>, "client" | "header" | "identity" | "parameters">,
  change: UserToChange
) {
  const service = yield* Admin
  const seen = call.header("if-match")
  const once = Effect.fnUntraced(function* () {
    const user = yield* target(call)
    if (seen !== null && !isTagged(seen, user)) return yield* Effect.fail(new RouteProblem(stale))
    if (Object.keys(change).length === 0) return user
    return yield* service.editUser(call.identity, user, change, call.client)
  })
  // Once more: with If-Match, that finds out whether what changed is what the client has seen.
  return yield* Effect.catchTag(once(), "EditConflict", once)
})

const changeUser: Route = route({
  method: "PATCH",
  path: "/users/:id",
  group,
  summary: "Change a user's names, states and roles. With If-Match, only if they still are as they were seen",
  policy: admin,
  headers: [
    {
      name: "If-Match",
      about: "The ETag of the user as the change was made over. Without it, over any",
      schema: Schema.String
    }
  ],
  body: EditedUserBody,
  outcomes: [
    { status: 200, about: "The changed user", schema: UserBody },
    { status: 400, about: "UPDATE_USER_EMAIL_ALREADY_EXISTS, or that of a username" },
    {
      status: 403,
      about: "You are no administrator, or your log-in is not recent and the change opens an account or gives a right"
    },
    nobody,
    {
      status: 409,
      about: "LAST_SUPERUSER: the last active administrator stays one. Or EDIT_CONFLICT, without If-Match"
    },
    { status: 412, about: "Somebody else changed the user since they were seen. Nothing was changed" }
  ],
  handle: Effect.fnUntraced(function* (call, { settings }) {
    const user = yield* Effect.mapError(edit(call, userToChange(call.body)), asUpdateError)
    return reply(json(userBody(user, settings), 200, { ETag: editTag(user) }))
  })
})

const removeUser: Route = route({
  method: "DELETE",
  path: "/users/:id",
  group,
  summary: "Remove a user with everything that is theirs. The audit trail keeps the id",
  policy: recentAdmin,
  outcomes: [
    { status: 204, about: "Removed" },
    { status: 403, about: "You are no administrator with a recent log-in, or a hook of the host's refuses" },
    nobody,
    { status: 409, about: "LAST_SUPERUSER: the last active administrator stays" }
  ],
  handle: Effect.fnUntraced(function* (call) {
    const service = yield* Admin
    const { id } = yield* target(call)
    const isRemoved = yield* service.removeUser(call.identity, id, call.client)
    return isRemoved ? reply(empty) : yield* new UserNotFound()
  })
})

export const userByIdRoutes: ReadonlyArray<Route> = [showUser, changeUser, removeUser]
