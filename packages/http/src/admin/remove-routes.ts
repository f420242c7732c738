import { Admin, admin, type User } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { FormErrors } from "../page/form.ts"
import { proofProblems } from "../sessions/prove-self.ts"
import { empty, redirect, reply } from "../surface/answer.ts"
import { formText } from "../surface/body-fields.ts"
import { type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { group } from "./group.ts"
import { orAskPassword, provenAdmin } from "./prove-admin.ts"
import { askAboutUser, askRoute } from "./questions.ts"
import { findTarget, userIsGone } from "./target.ts"
import { nameOf } from "./user-views.ts"

type Asking = Parameters<typeof askAboutUser>[1]

const question = (context: SurfaceContext, call: Asking, user: User, errors: FormErrors = {}) => {
  const { remove } = call.texts.admin.ask
  const words = { ...remove, question: remove.question(nameOf(user)) }
  const action = context.places.linkTo(removeUser, { id: user.id })
  return askAboutUser(context, call, user, { words, action, errors, isGrave: true, from: "#access" })
}

export const askToRemoveUser: Route = askRoute({
  path: "/admin/users/:id/delete",
  summary: "Show the page that asks whether to delete a user",
  ask: (call, context, user) => question(context, call, user)
})

const problems = {
  ...proofProblems,
  LastSuperuser: () => ({ status: 409, errors: { form: ["last-superuser-other"] } })
} satisfies FormProblems

/** The button of the question. Whoever posts it twice is answered as the first time: the user is gone. */
const removeUser: Route = route({
  method: "POST",
  path: "/admin/users/:id/delete",
  group,
  summary: "Delete a user, from their page",
  policy: admin,
  unknownFields: "refused",
  body: Schema.Struct({ current_password: formText }),
  outcomes: [
    { status: 303, about: "Deleted; redirects to the list. The same form again is answered alike" },
    { status: 204, about: "Deleted, for programs that take JSON" },
    { status: 404, about: "There is no such user, for programs" },
    { status: 409, about: "They are the last administrator; shows the page again, or LAST_SUPERUSER to programs" },
    { status: 422, about: "The log-in is too old, and the password is missing or wrong; shows the page again" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const { paths } = context.site
    const user = yield* findTarget(call)
    if (user === null) return yield* userIsGone(call, context, "user-deleted")
    const isOwn = user.id === call.identity.user.id && call.identity.via === "session"
    const to = isOwn ? `${paths.login}?done=account-deleted` : `${paths.admin}?done=user-deleted`
    const attempt = Effect.gen(function* () {
      const service = yield* Admin
      const actor = yield* provenAdmin(call, call.body.current_password, context)
      yield* orAskPassword(service.removeUser(actor, user.id, call.client))
      const cookies = isOwn ? [context.caller.sessionCookie.clear(), context.caller.deviceCookie.clear()] : []
      return reply(call.wantsJson ? empty : redirect(to), ...cookies)
    })
    return yield* orPageAgain(attempt, call, problems, (errors) => question(context, call, user, errors))
  })
})

export const removeRoutes: ReadonlyArray<Route> = [askToRemoveUser, removeUser]
