import {
  Admin,
  AdminRefused,
  admin,
  either,
  type Identity,
  isImpersonated,
  type Policy,
  reveal,
  type User
} from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { FormErrors } from "../page/form.ts"
import { proofProblems } from "../sessions/prove-self.ts"
import { empty, reply } from "../surface/answer.ts"
import { formText } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { group } from "./group.ts"
import { orAskPassword, provenAdmin } from "./prove-admin.ts"
import { askAboutUser, askRoute } from "./questions.ts"
import { findTarget, orUserIsGone, userIsGone } from "./target.ts"
import { nameOf } from "./user-views.ts"

/** Who acts as somebody else already: a form that comes a second time, by a click. */
const acting: Policy<Identity> = {
  name: "acting",
  judge: (identity) => (identity !== null && isImpersonated(identity) ? null : { code: "admin-required" })
}

const question = (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  user: User,
  reason = "",
  errors: FormErrors = {}
) => {
  const { actAs } = call.texts.admin.ask
  const { reason: label, reasonHint: hint, ...words } = actAs
  const asking = {
    words: { ...words, question: actAs.question(nameOf(user)) },
    fields: [{ kind: "text", name: "reason", label, hint, value: reason }],
    action: context.places.linkTo(impersonate, { id: user.id }),
    errors,
    isGrave: true,
    isHarmless: true,
    from: "#access"
  } as const
  return askAboutUser(context, call, user, asking)
}

export const askToImpersonate: Route = askRoute({
  path: "/admin/users/:id/impersonate",
  onlyIn: "session",
  summary: "Show the page that asks why to act as a user",
  ask: (call, context, user) => question(context, call, user)
})

const problems = {
  ...proofProblems,
  ImpersonationRefused: ({ reason }) => ({ status: 403, errors: { form: [`impersonation-${reason}`] } }),
  ImpersonationInvalid: () => ({ status: 422, errors: { reason: ["reason-too-long"] } })
} satisfies FormProblems

/**
 * The browser gets a session of the user in the usual cookie, and keeps the administrator's own in another until that ends. Both
 * cookies end with it (IMP-03).
 */
const impersonate: Route = route({
  method: "POST",
  path: "/admin/users/:id/impersonate",
  group,
  onlyIn: "session",
  summary: "Act as a user in this browser, from their page",
  policy: either(acting, admin),
  mayImpersonate: true,
  unknownFields: "refused",
  body: Schema.Struct({ reason: formText, current_password: formText }),
  outcomes: [
    { status: 303, about: "Begun; redirects to a page that says so. The same form again is answered alike" },
    { status: 204, about: "Begun, for programs that take JSON" },
    { status: 403, about: "You are no administrator with a browser's session, or nobody may act as this user" },
    { status: 404, about: "There is no such user, for programs" },
    { status: 422, about: "The reason is too long, or the log-in too old; shows the page again" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const { body, identity, sessionSecret } = call
    const begun = goOn(call, context.site.paths.impersonation, empty)
    if (isImpersonated(identity)) {
      if (identity.user.id === call.parameters.id) return reply(begun)
      return yield* new AdminRefused({ code: "impersonation-forbidden" })
    }
    if (identity.via !== "session" || sessionSecret === null)
      return yield* new AdminRefused({ code: "session-required" })
    const user = yield* findTarget(call)
    if (user === null) return yield* userIsGone(call, context)
    const attempt = Effect.gen(function* () {
      const service = yield* Admin
      const actor = yield* provenAdmin(call, body.current_password, context)
      const wanted = { reason: body.reason, kind: "browser", client: call.client } as const
      const { session, secret } = yield* orAskPassword(service.impersonate(actor, user.id, wanted))
      const seconds = (session.expiresAt - (yield* Clock.currentTimeMillis)) / 1_000
      const { sessionCookie, adminCookie } = context.caller
      return reply(begun, sessionCookie.set(reveal(secret), seconds), adminCookie.set(sessionSecret, seconds))
    })
    const again = orPageAgain(attempt, call, problems, (errors) => question(context, call, user, body.reason, errors))
    return yield* orUserIsGone(again, call, context)
  })
})

export const impersonateRoutes: ReadonlyArray<Route> = [askToImpersonate, impersonate]
