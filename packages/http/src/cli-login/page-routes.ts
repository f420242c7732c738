import * as Effect from "effect/Effect"
import { redirect, reply } from "../surface/answer.ts"
import { type Route, route } from "../surface/route.ts"
import { pages } from "./groups.ts"

/** Where people enter the code that a program shows: the address that programs open. */
export const showCliLogin: Route = route({
  method: "GET",
  path: "/auth/cli",
  group: pages,
  onlyIn: "session",
  summary: "Show the page on which people enter the code of a program",
  policy: null,
  isStatic: true,
  outcomes: [{ status: 303, about: "Redirects to the profile" }],
  handle: (_call, context) => Effect.succeed(reply(redirect(context.site.paths.profile)))
})

export const cliLoginPageRoutes: ReadonlyArray<Route> = [showCliLogin]
