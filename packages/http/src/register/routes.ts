import { anyone, type Identity, type Registration, RegistrationClosed, Sessions, Setup, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nextIn, safeNext } from "../request/safe-next.ts"
import { cookiesOf, endBroughtSession, withoutWaiting } from "../sessions/browser-session.ts"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { type FieldsOf, formText, given, optionalText } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { FormMistake, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { newAccountProblems } from "../users/account-problems.ts"
import { missingInForm, missingNames } from "../users/missing-names.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { RegisterPage } from "./page.tsx"
import type { RegisterView } from "./view.ts"

const group = { name: "register", base: "/" }
/** Programs depend on these paths, so they stay where they are when the pages move. */
const programs = { name: "auth", base: "/auth", partOf: "register" }

const registerView = (
  context: SurfaceContext,
  call: Pick<Call<Identity | null, unknown>, "identity" | "texts">,
  fields: Partial<RegisterView>
): RegisterView => ({
  ...context.viewFor(call, context.site.paths.register),
  logins: context.settings.logins,
  needsEmail: context.settings.sessions.requireVerified,
  username: "",
  email: "",
  passwordRule: context.settings.passwords,
  canLogIn: context.offers("login"),
  next: null,
  errors: {},
  ...fields
})

export const showRegister: Route = route({
  method: "GET",
  path: "/register",
  group,
  summary: "Show the registration page",
  policy: anyone,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Already logged in, or the first administrator does not exist yet; redirects" },
    { status: 403, about: "Registration is closed" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const setup = yield* Setup
    const { paths } = context.site
    if (!context.canRegister) return yield* new RegistrationClosed()
    const next = safeNext(nextIn(call.query), context.publicUrl)
    if (call.identity !== null) return reply(redirect(next ?? context.landing))
    if (!context.settings.unsafeDevMode && (yield* setup.needed())) {
      return context.offers("setup") ? reply(redirect(paths.setup)) : yield* new RegistrationClosed()
    }
    return reply(page(context.draw(RegisterPage, registerView(context, call, { next }))))
  })
})

const registerInBrowser: Route = route({
  method: "POST",
  path: "/register",
  group,
  summary: "Register from a browser: creates the user and logs in",
  policy: anyone,
  unknownFields: "refused",
  body: Schema.Struct({
    username: formText,
    email: formText,
    password: formText,
    password_confirm: optionalText, // a host's own page, or a program, need not ask twice
    next: optionalText
  } satisfies FieldsOf<Registration & { readonly passwordConfirm: string; readonly next: string }>),
  missing: missingInForm,
  outcomes: [
    { status: 201, about: "Registered and logged in: the user, for programs that take JSON", schema: UserBody },
    {
      status: 303,
      about:
        "Registered and logged in; redirects to `next` or the landing page, or to the login page if only verified users may log in. The same form again is answered alike"
    },
    { status: 400, about: "The name is taken; shows the page again" },
    {
      status: 403,
      about: "A hook of the host's refuses, or registration is closed; shows the page again with the reason"
    },
    { status: 422, about: "A field is not valid; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const { username, email, password, password_confirm: again = null } = call.body
    const { paths } = context.site
    const next = safeNext(call.body.next ?? nextIn(call.query), context.publicUrl)
    const attempt = Effect.gen(function* () {
      if (again !== null && again !== password) {
        return yield* Effect.fail(new FormMistake({ password_confirm: ["passwords-differ"] }))
      }
      const [users, sessions] = [yield* Users, yield* Sessions]
      const wanted: Required<Registration> = { username: given(username), email: given(email), password }
      const made = Effect.map(users.register(wanted, { client: call.client, lang: call.texts.language }), (user) => ({
        user,
        isNew: true
      }))
      const { user, isNew } = yield* Effect.catchTag(
        made,
        ["AccountNameTaken", "RegistrationRefused", "TooManyAttempts"],
        (refused) => (call.wantsJson ? Effect.fail(refused) : orDoneBefore(wanted, call, refused))
      )
      const on = (page: string) => goOn(call, page, json(userBody(user, context.settings), 201))
      if (context.settings.mode === "basic") return reply(on(next ?? context.landing))
      const from = { kind: "browser", method: "form", client: call.client, device: call.device } as const
      const opened = yield* Effect.catchTag(
        isNew ? sessions.open(user, from) : sessions.logIn(wanted, from), // a log-in is on record (AUD-01)
        "NotVerified",
        () => Effect.succeed(null)
      )
      if (opened === null) return reply(on(`${paths.login}?done=registered`))
      yield* endBroughtSession(call)
      return reply(on(next ?? context.landing), ...cookiesOf(context, opened), ...withoutWaiting(call, context))
    })
    return orPageAgain(attempt, call, newAccountProblems(context), (errors) =>
      context.draw(RegisterPage, registerView(context, call, { username, email, next, errors }))
    )
  }
})

/** The same form again, by a second click or a reload, ends where the first one did (REG-11). */
const orDoneBefore = <Refused>(
  wanted: Registration,
  context: Pick<Call<null, unknown>, "client" | "device">,
  refused: Refused
) =>
  Effect.gen(function* () {
    const users = yield* Users
    const user = (yield* users.findJustRegistered(wanted, context)) ?? (yield* Effect.fail(refused))
    return { user, isNew: false }
  })

const register: Route = route({
  method: "POST",
  path: "/auth/register",
  group: programs,
  summary: "Register from a program. Roles and ids in the body are ignored",
  policy: null,
  body: Schema.Struct({
    email: optionalText,
    username: optionalText,
    password: Schema.String // an empty one is refused with its reason, as any other that may not be chosen
  } satisfies FieldsOf<Registration>),
  missing: (values, { settings }) => missingNames(values, settings),
  outcomes: [
    { status: 201, about: "The new user", schema: UserBody },
    { status: 400, about: "REGISTER_USER_ALREADY_EXISTS, or REGISTER_INVALID_PASSWORD with the reason" },
    { status: 403, about: "Registration is closed, or a hook of the host's refuses, for the `reason` in the answer" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* ({ body, client, texts }, context) {
    const users = yield* Users
    const { username = null, email = null, password } = body
    const wanted: Required<Registration> = { username, email, password }
    const user = yield* users.register(wanted, { client, lang: texts.language })
    return reply(json(userBody(user, context.settings), 201))
  })
})

export const registerRoutes: ReadonlyArray<Route> = [showRegister, registerInBrowser, register]

/** By the names that a host uses to replace them. */
export const registerPages = { register: RegisterPage }
