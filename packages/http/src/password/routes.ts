import type { Identity } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { nextIn, safeNext } from "../request/safe-next.ts"
import { proofProblems } from "../sessions/prove-self.ts"
import { page, reply } from "../surface/answer.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import { isPasswordPage } from "../surface/password-link.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { accountProblems } from "../users/account-problems.ts"
import { ownPassword } from "../users/own-password.ts"
import { UserBody } from "../users/user-body.ts"
import { changedBefore, changePassword, PasswordFormWithNext } from "./change-password.ts"
import { PasswordPage } from "./page.tsx"
import type { PasswordView } from "./view.ts"

const group = { name: "password", base: "/password" }

const passwordView = (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  fields: Pick<PasswordView, "next" | "errors">
): PasswordView => ({
  ...context.viewFor(call, context.site.paths.password),
  user: call.identity.user,
  mustChangePassword: call.identity.user.mustChangePassword,
  passwordRule: context.settings.passwords,
  ...fields
})

/** Where somebody wishes to go on to. */
const wishIn = (
  { query }: Pick<Call<null, unknown>, "query">,
  context: SurfaceContext,
  field: string | null = null
): string | null => {
  const next = safeNext(field ?? nextIn(query), context.publicUrl)
  return next === null || isPasswordPage(next, context) ? null : next
}

/** Where a browser goes on to. The profile is the only page that says what was done. */
const goesOnTo = (next: string | null, { landing, site }: SurfaceContext): string => {
  const to = next ?? landing
  return to === site.paths.profile ? `${to}?done=password` : to
}

export const showPassword: Route = route({
  method: "GET",
  path: "/password",
  group,
  summary: "Show the page that changes your password. Whoever must choose another one is led here",
  policy: ownPassword,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Redirects a browser to the login page" }
  ],
  handle: (call, context) => {
    const view = passwordView(context, call, { next: wishIn(call, context), errors: {} })
    return Effect.succeed(reply(page(context.draw(PasswordPage, view))))
  }
})

const postPassword: Route = route({
  method: "POST",
  path: "/password",
  group,
  summary: "Change your password, from its own page. Ends all your other sessions and revokes your tokens",
  policy: ownPassword,
  unknownFields: "refused",
  body: PasswordFormWithNext,
  outcomes: [
    {
      status: 303,
      about:
        "Changed; redirects to `next` or the landing page with a new session. The same form again, with the session that ended, is answered alike"
    },
    { status: 200, about: "Changed: the user, with a new session, for programs that take JSON", schema: UserBody },
    { status: 422, about: "A field is not valid; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const next = wishIn(call, context, call.body.next)
    const attempt = changePassword(call, context, goesOnTo(next, context))
    return orPageAgain(attempt, call, { ...accountProblems, ...proofProblems }, (errors) =>
      context.draw(PasswordPage, passwordView(context, call, { next, errors }))
    )
  },
  again: (call, context) => changedBefore(call, context, goesOnTo(wishIn(call, context, call.body.next), context))
})

export const passwordRoutes: ReadonlyArray<Route> = [showPassword, postPassword]

/** By the names that a host uses to replace them. */
export const passwordPages = { password: PasswordPage }
