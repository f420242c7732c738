import { type Registration, Setup, SetupAlreadyDone, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { formText, given } from "../surface/body-fields.ts"
import { FormMistake, type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { newAccountProblems } from "../users/account-problems.ts"
import { missingInForm } from "../users/missing-names.ts"
import { SetupPage } from "./page.tsx"
import type { SetupToken, SetupView } from "./view.ts"

const group = { name: "setup", base: "/setup" }

const setupView = (
  context: SurfaceContext,
  call: Pick<Call<null, unknown>, "identity" | "texts">,
  token: string,
  fields: Partial<SetupView>
): SetupView => ({
  ...context.viewFor(call),
  navigation: [],
  logins: context.settings.logins,
  needsEmail: context.settings.sessions.requireVerified,
  username: "",
  email: "",
  passwordRule: context.settings.passwords,
  token: tokenField(context, token),
  errors: {},
  ...fields
})

const tokenField = (context: SurfaceContext, token: string): SetupToken => {
  if (context.settings.setup.unsafeOpen) return { kind: "unneeded" }
  return token === "" ? { kind: "asked" } : { kind: "known", value: token }
}

const setupProblems = (context: SurfaceContext) =>
  ({
    ...newAccountProblems(context),
    SetupTokenInvalid: () => ({ status: 403, errors: { token: ["setup-token-invalid"] } })
  }) satisfies FormProblems

const checkSetup: Route = route({
  method: "GET",
  path: "/setup/check",
  group,
  summary: "Check whether the first administrator still has to be created",
  policy: null,
  outcomes: [{ status: 200, about: "Whether setup is needed", schema: Schema.Struct({ needs_setup: Schema.Boolean }) }],
  handle: Effect.fnUntraced(function* () {
    const setup = yield* Setup
    return reply(json({ needs_setup: yield* setup.needed() }))
  })
})

export const showSetup: Route = route({
  method: "GET",
  path: "/setup/",
  group,
  summary: "Show the setup page, as long as there is no administrator",
  policy: null,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 404, about: "Setup is already done" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const setup = yield* Setup
    if (!(yield* setup.needed())) return yield* new SetupAlreadyDone({ isTokenRight: false })
    return reply(page(context.draw(SetupPage, setupView(context, call, call.query.get("token") ?? "", {}))))
  })
})

const SetupForm = Schema.Struct({
  username: formText,
  email: formText,
  password: formText,
  password_confirm: formText,
  token: formText
})

const completeSetup: Route = route({
  method: "POST",
  path: "/setup/",
  group,
  summary: "Create the first administrator, with the one-time token that the server printed when it started",
  policy: null,
  body: SetupForm,
  missing: missingInForm,
  outcomes: [
    { status: 303, about: "Created; redirects to the login page. The same form again is answered alike" },
    { status: 403, about: "The setup token is wrong or has expired" },
    { status: 404, about: "Setup is already done" },
    { status: 400, about: "REGISTER_INVALID_PASSWORD with the reason, for programs that take JSON" },
    { status: 422, about: "A field is not valid; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const { body, client } = call
    const { username, email, password, token } = body
    const attempt = Effect.gen(function* () {
      const setup = yield* Setup
      if (password !== body.password_confirm && (yield* setup.needed())) {
        return yield* Effect.fail(new FormMistake({ password_confirm: ["passwords-differ"] }))
      }
      const wanted = { username: given(username), email: given(email), password }
      yield* Effect.catchTag(setup.createFirstAdmin({ ...wanted, token }, client), "SetupAlreadyDone", (done) =>
        call.wantsJson || password !== body.password_confirm ? Effect.fail(done) : orDoneBefore(wanted, call, done)
      )
      return reply(redirect(`${context.site.paths.login}?done=setup`))
    })
    return orPageAgain(attempt, { wantsPage: !call.wantsJson, texts: call.texts }, setupProblems(context), (errors) =>
      // Ask for the token again, because the one in the form is wrong.
      context.draw(SetupPage, setupView(context, call, "token" in errors ? "" : token, { username, email, errors }))
    )
  }
})

/**
 * The same form again, by a second click or a reload, ends where the first one did (SET-13). Without the setup token nobody learns
 * whether there is such an account (ENU-02).
 */
const orDoneBefore = Effect.fnUntraced(function* (
  wanted: Registration,
  context: Pick<Call<null, unknown>, "client" | "device">,
  done: SetupAlreadyDone
) {
  if (!done.isTokenRight) return yield* done
  const users = yield* Users
  const found = yield* users.findJustRegistered(wanted, context)
  if (found === null || !found.isSuperuser) return yield* done
})

export const setupRoutes: ReadonlyArray<Route> = [checkSetup, showSetup, completeSetup]

/** By the names that a host uses to replace them. */
export const setupPages = { setup: SetupPage }
