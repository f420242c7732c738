import { anyone, RegistrationClosed, Sessions, Setup, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { RegisterView } from "../page/view.ts"
import { nextIn, safeNext } from "../request/safe-next.ts"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { paths } from "../page/paths.ts"
import type { Toolkit } from "../surface/surface-context.ts"
import { cookiesOf, endSession } from "../sessions/browser-session.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import { route, tooMany } from "../surface/route.ts"
import { formText, optionalText, required, UserBody, userBody } from "../users/user-body.ts"

const group = "register"

const registerView = (tools: Toolkit, fields: Partial<RegisterView>): RegisterView => ({
  ...tools.viewFor(null, paths.register),
  logins: tools.settings.logins,
  username: "",
  email: "",
  passwordRule: tools.settings.passwords,
  next: null,
  errors: {},
  ...fields
})

/** An empty field of a form is a field that was left out. */
const given = (text: string): string | null => (text === "" ? null : text)

const showRegister = route({
  method: "GET",
  path: "/register",
  group,
  summary: "The page for new users",
  policy: anyone,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Logged in already, or the first administrator is still to be made" },
    { status: 403, about: "Registration is closed" }
  ],
  handle: Effect.fnUntraced(function* (call, tools) {
    if (!tools.canRegister) return yield* new RegistrationClosed()
    const next = safeNext(nextIn(call.query), tools.publicUrl)
    if (call.identity !== null) return reply(redirect(next ?? paths.profile))
    if (!tools.settings.unsafeDevMode && (yield* (yield* Setup).needed())) return reply(redirect(paths.setup))
    return reply(page(tools.pages.register(registerView(tools, { next }))))
  })
})

const registerInBrowser = route({
  method: "POST",
  path: "/register",
  group,
  summary: "Register with a browser: makes the user and logs in",
  policy: anyone,
  unknownFields: "refused",
  body: Schema.Struct({ username: formText, email: formText, password: formText, next: optionalText }),
  outcomes: [
    { status: 303, about: "Registered and logged in; or to the login page, where only verified users get in" },
    { status: 400, about: "The page again: the name is taken" },
    { status: 422, about: "The page again: a field is not right" },
    tooMany
  ],
  handle: (call, tools) => {
    const { username, email, password } = call.body
    const next = safeNext(call.body.next ?? nextIn(call.query), tools.publicUrl)
    const attempt = Effect.gen(function* () {
      const wanted = { username: given(username), email: given(email), password }
      const user = yield* (yield* Users).register(wanted, { client: call.client })
      if (tools.settings.mode === "basic") return reply(redirect(next ?? paths.profile))
      const opened = yield* Effect.catchTag(
        (yield* Sessions).open(user, { kind: "browser", client: call.client }),
        "NotVerified",
        () => Effect.succeed(null)
      )
      if (opened === null) return reply(redirect(`${paths.login}?done=registered`))
      if (call.identity?.via === "session") yield* endSession(call.identity, call.client)
      return reply(redirect(next ?? paths.profile), ...cookiesOf(tools, opened))
    })
    return orPageAgain(attempt, call.wantsPage, (errors) =>
      tools.pages.register(registerView(tools, { username, email, next, errors }))
    )
  }
})

const register = route({
  method: "POST",
  path: "/auth/register",
  group,
  summary: "Register with a program; roles and ids in the body mean nothing",
  policy: null,
  body: Schema.Struct({ email: optionalText, username: optionalText, password: required }),
  outcomes: [
    { status: 201, about: "The user", schema: UserBody },
    { status: 400, about: "REGISTER_USER_ALREADY_EXISTS, or REGISTER_INVALID_PASSWORD with its reason" },
    { status: 403, about: "Registration is closed" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* ({ body, client }) {
    const user = yield* (yield* Users).register(body, { client })
    return reply(json(userBody(user), 201))
  })
})

export const registerRoutes = [showRegister, registerInBrowser, register]
