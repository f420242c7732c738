import {
  Admin,
  admin,
  type Identity,
  recentAdmin,
  SettingPasswordNotAllowed,
  UserNotFound,
  type UserToChange
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { valueProblem } from "../../request/field-problem.ts"
import { empty, json, reply } from "../../surface/answer.ts"
import { RouteProblem, validationProblem } from "../../surface/problem.ts"
import { type Call, type Route, route } from "../../surface/route.ts"
import { asUpdateError } from "../../users/as-update-error.ts"
import { UserBody, userBody } from "../../users/user-body.ts"
import { target } from "../target.ts"
import { editTag, isTagged, stale } from "./edit-tag.ts"
import { ChangedUserBody, userToChange } from "./user-fields.ts"

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

const ifMatch = (about: string) => ({ name: "If-Match", about, schema: Schema.String })

const overtaken = { status: 412, about: "Somebody else changed the user since they were seen. Nothing was changed" }

type Asked = Pick<Call<Identity, unknown>, "client" | "header" | "identity" | "parameters">

/** The user whom a change is about, as they are: with If-Match, only if that is what the client has seen. */
const targetAsSeen = Effect.fnUntraced(function* (call: Asked) {
  const user = yield* target(call)
  const seen = call.header("if-match")
  return seen === null || isTagged(seen, user) ? user : yield* Effect.fail(new RouteProblem(stale))
})

/** How often an edit begins anew because somebody was faster. Ten administrators at one moment need no more. */
const MOST_TRIES = 10

/**
 * Edits a user over what they are, and anew if somebody was faster: clients of older systems know no conflict. With If-Match, the next
 * look finds out whether what changed is what the client has seen.
 */
const edit = Effect.fnUntraced(function* (call: Asked, change: UserToChange) {
  const service = yield* Admin
  const once = Effect.fnUntraced(function* () {
    const user = yield* targetAsSeen(call)
    return Object.keys(change).length === 0 ? user : yield* service.editUser(call.identity, user, change, call.client)
  })
  return yield* once().pipe(Effect.retry({ times: MOST_TRIES - 1, while: ({ _tag }) => _tag === "EditConflict" }))
})

const notAlone = validationProblem([valueProblem(["body", "password"], "Input should come without other changes")])

/** Sets a password. It is another write than an edit, so it comes alone: no refusal leaves half of a request done. */
const setPassword = Effect.fnUntraced(function* (call: Asked, password: string, change: UserToChange) {
  if (Object.keys(change).length > 0) return yield* Effect.fail(new RouteProblem(notAlone))
  const service = yield* Admin
  const { id } = yield* targetAsSeen(call)
  return yield* service.setPassword(call.identity, id, password, call.client)
})

const changeUser: Route = route({
  method: "PATCH",
  path: "/users/:id",
  group,
  summary:
    "Change a user's names, states and roles, or their password alone. With If-Match, only if they still are as they were seen",
  policy: admin,
  headers: [ifMatch("The ETag of the user as the change was made over. Without it, over any")],
  body: ChangedUserBody,
  outcomes: [
    { status: 200, about: "The changed user", schema: UserBody },
    {
      status: 400,
      about: "UPDATE_USER_EMAIL_ALREADY_EXISTS, or that of a username, or UPDATE_USER_INVALID_PASSWORD with the reason"
    },
    {
      status: 403,
      about:
        "You are no administrator, your log-in is not recent and the change opens an account, gives a right or says that an address is proved, or administrators set no passwords here"
    },
    nobody,
    {
      status: 409,
      about:
        "LAST_SUPERUSER: the last active administrator stays one. Or EDIT_CONFLICT, without If-Match: others changed the user again and again"
    },
    overtaken
  ],
  handle: Effect.fnUntraced(function* (call, { settings }) {
    const { password = null } = call.body
    if (password !== null && !settings.admin.maySetPassword) return yield* new SettingPasswordNotAllowed()
    const change = userToChange(call.body)
    const changing = password === null ? edit(call, change) : setPassword(call, password, change)
    const user = yield* Effect.mapError(changing, asUpdateError)
    return reply(json(userBody(user, settings), 200, { ETag: editTag(user) }))
  })
})

const removeUser: Route = route({
  method: "DELETE",
  path: "/users/:id",
  group,
  summary:
    "Remove a user with everything that is theirs. The audit trail keeps the id. With If-Match, only if they still are as they were seen",
  policy: recentAdmin,
  headers: [ifMatch("The ETag of the user as the removal was decided over. Without it, over any")],
  outcomes: [
    { status: 204, about: "Removed" },
    { status: 403, about: "You are no administrator with a recent log-in, or a hook of the host's refuses" },
    nobody,
    { status: 409, about: "LAST_SUPERUSER: the last active administrator stays" },
    overtaken
  ],
  handle: Effect.fnUntraced(function* (call) {
    const service = yield* Admin
    const { id } = yield* targetAsSeen(call)
    const isRemoved = yield* service.removeUser(call.identity, id, call.client)
    return isRemoved ? reply(empty) : yield* new UserNotFound()
  })
})

export const userByIdRoutes: ReadonlyArray<Route> = [showUser, changeUser, removeUser]
