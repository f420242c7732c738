import { anyone, type Identity, Recovery } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, page, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { FormMistake, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { newAccountProblems } from "../users/account-problems.ts"
import { ChoosePasswordPage } from "./choose-password-page.tsx"
import { pages as group } from "./groups.ts"
import { accountOf, invalidCode, openCode, openLink } from "./mailed-code.ts"
import type { ChoosePasswordView } from "./view.ts"

const PasswordForm = Schema.Struct({ token: formText, password: formText, password_confirm: optionalText })

type PasswordCall = Call<Identity | null, typeof PasswordForm.Type>

const choosePage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Pick<Call<Identity | null, unknown>, "identity" | "texts">,
  purpose: ChoosePasswordView["purpose"],
  token: string | null,
  fields: Partial<ChoosePasswordView> = {}
) {
  const opened = yield* openCode(token, purpose, call, context)
  const action = context.places.linkTo(purpose === "reset" ? resetInBrowser : acceptInvitation)
  const view: ChoosePasswordView = {
    ...context.viewFor(call, action),
    purpose,
    account: accountOf(opened),
    token: opened.token,
    passwordRule: context.settings.passwords,
    action,
    errors: {},
    ...fields
  }
  return context.draw(ChoosePasswordPage, view)
})

/** Sets the password. A form that comes twice, by a second click or a reload, ends where the first one did (REC-12). */
const choosePassword = (call: PasswordCall, context: SurfaceContext, purpose: ChoosePasswordView["purpose"]) => {
  const { token, password, password_confirm: again = null } = call.body
  const done = `${context.site.paths.login}?done=${purpose === "reset" ? "reset" : "joined"}`
  const attempt = Effect.gen(function* () {
    if (again !== null && again !== password) {
      return yield* Effect.fail(new FormMistake({ password_confirm: ["passwords-differ"] }))
    }
    const recovery = yield* Recovery
    const set = purpose === "reset" ? recovery.reset : recovery.accept
    yield* Effect.catchTag(set(token, password, call.client), "CodeInvalid", (invalid) =>
      Effect.flatMap(recovery.findJustReset(token, password, purpose, call.client), (user) =>
        user === null ? Effect.fail(invalidCode(invalid, purpose, call, context)) : Effect.void
      )
    )
    return reply(goOn(call, done, json(null)), context.caller.codeCookie.clear())
  })
  return orPageAgain(attempt, call, newAccountProblems(context), (errors) =>
    choosePage(context, call, purpose, token, { errors })
  )
}

const outcomes: Route["outcomes"] = [
  { status: 303, about: "The password is set; redirects to the login page. The same form again is answered alike" },
  { status: 200, about: "The password is set, for programs that take JSON", schema: Schema.Null },
  { status: 400, about: "The code is not valid" },
  { status: 422, about: "A field is not valid; shows the page again" },
  tooMany
]

export const showReset: Route = route({
  method: "GET",
  path: "/reset-password",
  group,
  summary: "Show the page that a link for a new password opens",
  policy: anyone,
  query: [{ name: "token", about: "The code from the mail. It moves to a cookie", schema: Schema.String }],
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Redirects to the same page, without the code in its address" },
    { status: 400, about: "The code is not valid" }
  ],
  handle: (call, context) =>
    openLink(call, context, context.places.linkTo(showReset), "reset", (token) =>
      Effect.map(choosePage(context, call, "reset", token), (shown) => reply(page(shown)))
    )
})

const resetInBrowser: Route = route({
  method: "POST",
  path: "/reset-password",
  group,
  summary: "Choose a new password by the code from a mail, in a browser. Ends all sessions and revokes all tokens",
  policy: anyone,
  unknownFields: "refused",
  body: PasswordForm,
  outcomes,
  handle: (call, context) => choosePassword(call, context, "reset")
})

export const showInvitation: Route = route({
  method: "GET",
  path: "/accept-invitation",
  group,
  summary: "Show the page that an invitation opens",
  policy: anyone,
  query: [{ name: "token", about: "The code from the mail. It moves to a cookie", schema: Schema.String }],
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Redirects to the same page, without the code in its address" },
    { status: 400, about: "The code is not valid" }
  ],
  handle: (call, context) =>
    openLink(call, context, context.places.linkTo(showInvitation), "invite", (token) =>
      Effect.map(choosePage(context, call, "invite", token), (shown) => reply(page(shown)))
    )
})

const acceptInvitation: Route = route({
  method: "POST",
  path: "/accept-invitation",
  group,
  summary: "Choose the first password by the code from an invitation",
  policy: anyone,
  unknownFields: "refused",
  body: PasswordForm,
  outcomes,
  handle: (call, context) => choosePassword(call, context, "invite")
})

export const choosePasswordRoutes: ReadonlyArray<Route> = [showReset, resetInBrowser, showInvitation, acceptInvitation]
