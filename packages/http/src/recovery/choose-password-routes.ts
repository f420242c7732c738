import { type Identity, Recovery } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { FormMistake, orPageAgain } from "../surface/or-page-again.ts"
import { RouteProblem } from "../surface/problem.ts"
import { problemOf } from "../surface/problems.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { newAccountProblems } from "../users/account-problems.ts"
import { ChoosePasswordPage } from "./choose-password-page.tsx"
import { everybody, pages as group } from "./groups.ts"
import { linkPage } from "./link-page.ts"
import { afterCode, invalidCode, type Opened, reopenCode, usedCookies } from "./mailed-code.ts"
import type { ChoosePasswordView } from "./view.ts"

const PasswordForm = Schema.Struct({ token: formText, password: formText, password_confirm: optionalText })

type PasswordCall = Call<Identity | null, typeof PasswordForm.Type>

type Purpose = ChoosePasswordView["purpose"]

const choosePage = (
  context: SurfaceContext,
  call: Pick<Call<Identity | null, unknown>, "identity" | "texts">,
  purpose: Purpose,
  { token, account }: Opened,
  errors: ChoosePasswordView["errors"] = {}
) => {
  const action = context.places.linkTo(rows[purpose][1])
  const view: ChoosePasswordView = {
    ...context.viewFor(call, action),
    purpose,
    account,
    token,
    passwordRule: context.settings.passwords,
    action,
    errors
  }
  return context.draw(ChoosePasswordPage, view)
}

/** Sets the password. A form that comes twice, by a second click or a reload, ends where the first one did (REC-12). */
const choosePassword = (call: PasswordCall, context: SurfaceContext, purpose: Purpose) => {
  const { token, password, password_confirm: again = null } = call.body
  const attempt = Effect.gen(function* () {
    if (again !== null && again !== password) {
      return yield* Effect.fail(new FormMistake({ password_confirm: ["passwords-differ"] }))
    }
    const recovery = yield* Recovery
    const set = purpose === "reset" ? recovery.reset : recovery.accept
    const user = yield* Effect.catchTag(set(token, password, call.client), "CodeInvalid", (invalid) =>
      Effect.flatMap(wasJustSet(call, purpose), (user) =>
        user === null ? Effect.fail(invalidCode(invalid, purpose, call, context)) : Effect.succeed(user)
      )
    )
    const whose = call.identity === null || call.identity.user.id === user.id ? "own" : "other"
    const done = purpose === "reset" ? "reset" : "joined"
    const to = afterCode(call, context, whose, { page: "login", done })
    return reply(goOn(call, to, json(null)), ...usedCookies(call, purpose, token, context))
  })
  return orPageAgain(attempt, call, newAccountProblems(context), (errors) =>
    Effect.map(reopenCode(token, purpose, call, context), (opened) =>
      choosePage(context, call, purpose, opened, errors)
    )
  )
}

/** Too many tries are told by a page of their own: the code is used, so there is no form to show again. */
const wasJustSet = ({ body: { token, password }, client }: PasswordCall, purpose: Purpose) =>
  Effect.catchTag(
    Recovery.use((recovery) => recovery.findJustReset(token, password, purpose, client)),
    "TooManyAttempts",
    (error) => Effect.fail(new RouteProblem(problemOf(error)))
  )

/** The two rows of a page: the one that its link opens, and the one that its form posts to. */
const rowsOf = (
  path: string,
  purpose: Purpose,
  summaries: { readonly show: string; readonly act: string }
): readonly [Route, Route] => [
  linkPage({
    path,
    purpose,
    summary: summaries.show,
    draw: (context, call, opened) => choosePage(context, call, purpose, opened)
  }),
  route({
    method: "POST",
    path,
    group,
    summary: summaries.act,
    policy: everybody,
    unknownFields: "refused",
    body: PasswordForm,
    outcomes: [
      { status: 303, about: "The password is set; redirects to the login page. The same form again is answered alike" },
      { status: 200, about: "The password is set, for programs that take JSON", schema: Schema.Null },
      { status: 400, about: "The code is not valid" },
      { status: 422, about: "A field is not valid; shows the page again" },
      tooMany
    ],
    handle: (call, context) => choosePassword(call, context, purpose)
  })
]

const rows = {
  reset: rowsOf("/reset-password", "reset", {
    show: "Show the page that a link for a new password opens",
    act: "Choose a new password by the code from a mail, in a browser. Ends all sessions and revokes all tokens"
  }),
  invite: rowsOf("/accept-invitation", "invite", {
    show: "Show the page that an invitation opens",
    act: "Choose the first password by the code from an invitation"
  })
} satisfies Readonly<Record<Purpose, readonly [Route, Route]>>

export const [showReset] = rows.reset
export const [showInvitation] = rows.invite

export const choosePasswordRoutes: ReadonlyArray<Route> = Object.values(rows).flat()
