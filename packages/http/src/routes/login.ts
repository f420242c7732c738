import { anyone, reveal, type SessionIdentity, Sessions, Setup, viaSession } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { LoginView, Notice } from "../pages/views.ts"
import { nextIn, safeNext } from "../request/safe-next.ts"
import { empty, json, page, redirect, reply } from "../surface/answer.ts"
import { paths } from "../surface/paths.ts"
import type { Toolkit } from "../surface/toolkit.ts"
import { cookiesOf, endSession } from "./browser-session.ts"
import { orPageAgain } from "./refused-form.ts"
import { route, tooMany } from "./route.ts"
import { formText, optionalText, required, TokenBody } from "./schemas.ts"

const group = "login"

/** What the page says of where the visitor comes from: a closed list, so that no link can make it say something else. */
const notices: Readonly<Record<string, Notice>> = {
  setup: { kind: "success", text: "The administrator was created. Log in to begin." },
  registered: { kind: "success", text: "Your account was created. Verify your e-mail address, then log in." },
  fresh: { kind: "information", text: "Log in once more to go on: this asks for a log-in of the last minutes." }
}

const loginView = (tools: Toolkit, fields: Partial<LoginView>): LoginView => ({
  ...tools.viewFor(null, paths.login),
  logins: tools.settings.logins,
  username: "",
  next: null,
  registrationOpen: tools.canRegister,
  notice: null,
  errors: {},
  ...fields
})

const showLogin = route({
  method: "GET",
  path: "/login",
  group,
  onlyIn: "session",
  summary: "The login page",
  policy: anyone,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Logged in already, or the first administrator is still to be made" }
  ],
  handle: Effect.fnUntraced(function* (call, tools) {
    const next = safeNext(nextIn(call.query), tools.publicUrl)
    const from = call.query.get("done") ?? ""
    if (call.identity !== null && from !== "fresh") return reply(redirect(next ?? paths.profile))
    if (yield* (yield* Setup).needed()) return reply(redirect(paths.setup))
    const notice = Object.hasOwn(notices, from) ? (notices[from] ?? null) : null
    return reply(page(tools.pages.login(loginView(tools, { next, notice }))))
  })
})

const logIn = route({
  method: "POST",
  path: "/login",
  group,
  onlyIn: "session",
  summary: "Log in with a browser: opens a session and sets its cookie",
  policy: anyone,
  body: Schema.Struct({ username: formText, password: formText, next: optionalText }),
  outcomes: [
    { status: 303, about: "Logged in; on to `next` or the profile" },
    { status: 400, about: "The page again, or LOGIN_BAD_CREDENTIALS for programs" },
    tooMany
  ],
  handle: (call, tools) => {
    const { username, password } = call.body
    const next = safeNext(call.body.next ?? nextIn(call.query), tools.publicUrl)
    const attempt = Effect.gen(function* () {
      const context = { kind: "browser", method: "form", client: call.client, device: call.device } as const
      const opened = yield* (yield* Sessions).logIn({ username, password }, context)
      if (call.identity?.via === "session") yield* endSession(call.identity, call.client)
      return reply(redirect(next ?? paths.profile), ...cookiesOf(tools, opened))
    })
    return orPageAgain(attempt, call.wantsPage, (errors) =>
      tools.pages.login(loginView(tools, { username, next, errors }))
    )
  }
})

const showLogout = route({
  method: "GET",
  path: "/logout",
  group,
  onlyIn: "session",
  summary: "Asks whether to log out: a link must not change anything (CSR-05)",
  policy: anyone,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Nobody is logged in" }
  ],
  handle: (call, tools) => {
    if (call.identity === null) return Effect.succeed(reply(redirect(paths.login)))
    const view = {
      ...tools.viewFor(call.identity, paths.logout),
      user: call.identity.user.username ?? call.identity.user.email ?? "",
      back: paths.profile
    }
    return Effect.succeed(reply(page(tools.pages.logout(view))))
  }
})

const logOut = route({
  method: "POST",
  path: "/logout",
  group,
  onlyIn: "session",
  summary: "Log out: ends the session, then removes its cookie. Also for a session that has ended",
  policy: anyone,
  outcomes: [
    { status: 303, about: "To the login page" },
    { status: 204, about: "For programs" }
  ],
  handle: Effect.fnUntraced(function* (call, tools) {
    if (call.identity?.via === "session") yield* endSession(call.identity, call.client)
    else if (call.sessionSecret !== null) {
      yield* (yield* Sessions).closeBySecret(call.sessionSecret, { client: call.client, as: "logout" })
    }
    return reply(call.wantsPage ? redirect(paths.login) : empty, tools.caller.sessionCookie.clear())
  })
})

const issueBearer = route({
  method: "POST",
  path: "/auth/jwt/login",
  group,
  summary: "Log in with a program: opens a bearer session (OAuth 2.0 password form)",
  policy: null,
  body: Schema.Struct({
    username: required,
    password: required,
    grant_type: Schema.optionalKey(Schema.NullOr(Schema.Literals(["password", ""]))),
    scope: optionalText,
    client_id: optionalText,
    client_secret: optionalText
  }),
  outcomes: [
    { status: 200, about: "A bearer token", schema: TokenBody },
    { status: 400, about: "LOGIN_BAD_CREDENTIALS, or LOGIN_USER_NOT_VERIFIED" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* ({ body, client }) {
    const { secret } = yield* (yield* Sessions).logIn(body, { kind: "bearer", method: "token-endpoint", client })
    return reply(json({ access_token: reveal(secret), token_type: "bearer" } satisfies typeof TokenBody.Type))
  })
})

const endBearer = route<SessionIdentity>({
  method: "POST",
  path: "/auth/jwt/logout",
  group,
  summary: "Log out with a program: the credential is dead afterwards",
  policy: viaSession,
  outcomes: [{ status: 204, about: "Logged out" }],
  handle: Effect.fnUntraced(function* (call, tools) {
    yield* endSession(call.identity, call.client)
    return call.identity.via === "session" ? reply(empty, tools.caller.sessionCookie.clear()) : reply(empty)
  })
})

export const loginRoutes = [showLogin, logIn, showLogout, logOut, issueBearer, endBearer]
