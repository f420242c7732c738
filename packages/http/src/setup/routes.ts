import { Setup, SetupAlreadyDone } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SetupToken, SetupView } from "../page/view.ts"
import { json, page, redirect, reply } from "../surface/answer.ts"
import type { Toolkit } from "../surface/surface-context.ts"
import { FormRefused, orPageAgain } from "../surface/or-page-again.ts"
import { route, tooMany } from "../surface/route.ts"
import { formText } from "../users/user-body.ts"

const group = "setup"

const setupView = (tools: Toolkit, token: string, fields: Partial<SetupView>): SetupView => ({
  ...tools.viewFor(null),
  navigation: [],
  logins: tools.settings.logins,
  username: "",
  email: "",
  passwordRule: tools.settings.passwords,
  token: tokenField(tools, token),
  errors: {},
  ...fields
})

const tokenField = (tools: Toolkit, token: string): SetupToken => {
  if (tools.settings.setup.unsafeOpen) return { kind: "unneeded" }
  return token === "" ? { kind: "asked" } : { kind: "known", value: token }
}

const checkSetup = route({
  method: "GET",
  path: "/setup/check",
  group,
  summary: "Whether the first administrator is still to be made",
  policy: null,
  outcomes: [{ status: 200, about: "The answer", schema: Schema.Struct({ needs_setup: Schema.Boolean }) }],
  handle: Effect.fnUntraced(function* () {
    return reply(json({ needs_setup: yield* (yield* Setup).needed() }))
  })
})

const showSetup = route({
  method: "GET",
  path: "/setup/",
  group,
  summary: "The page that makes the first administrator; gone once there is one",
  policy: null,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 404, about: "Setup is done" }
  ],
  handle: Effect.fnUntraced(function* (call, tools) {
    if (!(yield* (yield* Setup).needed())) return yield* new SetupAlreadyDone()
    return reply(page(tools.pages.setup(setupView(tools, call.query.get("token") ?? "", {}))))
  })
})

const SetupForm = Schema.Struct({
  username: formText,
  email: formText,
  password: formText,
  password_confirm: formText,
  token: formText
})

const completeSetup = route({
  method: "POST",
  path: "/setup/",
  group,
  summary: "Make the first administrator, with the one-time token from the server's start",
  policy: null,
  body: SetupForm,
  outcomes: [
    { status: 303, about: "Made; on to the login page" },
    { status: 403, about: "The token is wrong" },
    { status: 404, about: "Setup is done" },
    { status: 422, about: "The page again: a field is not right" },
    tooMany
  ],
  handle: ({ body, client }, tools) => {
    const { username, email, password, token } = body
    const attempt = Effect.gen(function* () {
      const setup = yield* Setup
      if (password !== body.password_confirm && (yield* setup.needed())) {
        return yield* Effect.fail(new FormRefused({ password_confirm: "The two passwords are not the same." }))
      }
      const names = { username: username === "" ? null : username, email: email === "" ? null : email }
      yield* setup.createFirstAdmin({ ...names, password, token }, client)
      return reply(redirect(`${tools.site.paths.login}?done=setup`))
    })
    return orPageAgain(attempt, true, (errors) =>
      // A wrong token is asked for anew: the one in the form is of no more use.
      tools.pages.setup(setupView(tools, "token" in errors ? "" : token, { username, email, errors }))
    )
  }
})

export const setupRoutes = [checkSetup, showSetup, completeSetup]
