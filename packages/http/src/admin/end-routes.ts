import { Admin, admin } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { empty, reply } from "../surface/answer.ts"
import { goOn } from "../surface/go-on.ts"
import { type Route, route } from "../surface/route.ts"
import { askToEndSession, askToRevokeToken, endSession, revokeToken } from "./end-one-routes.ts"
import { group } from "./group.ts"
import { askAboutUser, askRoute } from "./questions.ts"
import { orUserIsGone, target } from "./target.ts"
import { nameOf, userPath } from "./user-views.ts"

// What ends a user's sessions and tokens, from their page. Whoever asks a second time is answered as the first time.

export const askToEndAll: Route = askRoute({
  path: "/admin/users/:id/revoke",
  summary: "Show the page that asks whether to end all sessions and tokens of a user",
  ask: (call, context, user) => {
    const { end } = call.texts.admin.ask
    const words = { ...end, question: end.question(nameOf(user)) }
    const action = context.places.linkTo(endAll, { id: user.id })
    return askAboutUser(context, call, user, { words, action, from: "#access" })
  }
})

const endAll: Route = route({
  method: "POST",
  path: "/admin/users/:id/revoke",
  group,
  summary: "End all sessions and tokens of a user, from their page",
  policy: admin,
  outcomes: [
    { status: 303, about: "Ended; redirects to the user's page. The same form again is answered alike" },
    { status: 204, about: "Ended, for programs that take JSON" },
    { status: 404, about: "There is no such user, for programs" }
  ],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const { id } = yield* target(call)
        const service = yield* Admin
        yield* service.endCredentials(call.identity, id, call.client)
        const isOwn = id === call.identity.user.id && call.identity.via === "session"
        const to = isOwn ? `${context.site.paths.login}?done=ended` : userPath(context, id, "?done=user-ended#access")
        return reply(goOn(call, to, empty), ...(isOwn ? [context.caller.sessionCookie.clear()] : []))
      }),
      call,
      context
    )
})

export const endRoutes: ReadonlyArray<Route> = [
  askToEndAll,
  endAll,
  askToEndSession,
  endSession,
  askToRevokeToken,
  revokeToken
]
