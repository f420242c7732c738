import {
  anyone,
  evenPending,
  type Identity,
  type JwtIdentity,
  type Policy,
  reveal,
  type SessionIdentity,
  Sessions,
  Setup,
  type User,
  viaSession
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type NoticeCode, noticeIn, noticeOf } from "../page/notice.tsx"
import { nextIn, safeNext } from "../request/safe-next.ts"
import { cookiesOf, endBroughtSession, endSession, withoutWaiting } from "../sessions/browser-session.ts"
import { profileLink } from "../sessions/profile-link.ts"
import { empty, json, page, redirect, reply } from "../surface/answer.ts"
import { formText, optionalText, patterned, required } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { passwordLink } from "../surface/password-link.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { BearerBody } from "./bearer-body.ts"
import { LogoutPage } from "./logout-page.tsx"
import { LoginPage } from "./page.tsx"
import type { LoginView } from "./view.ts"

const group = { name: "login", base: "/" }
/** Programs depend on these paths, so they stay where they are when the pages move. */
const programs = { name: "auth", base: "/auth", partOf: "login" }

const loginView = (
  context: SurfaceContext,
  call: Pick<Call<Identity | null, unknown>, "identity" | "texts">,
  fields: Partial<LoginView>
): LoginView => ({
  ...context.viewFor(call, context.site.paths.login),
  logins: context.settings.logins,
  username: "",
  next: null,
  registrationOpen: context.canRegister,
  canRecover: context.offers("forgot"),
  notice: null,
  errors: {},
  ...fields
})

/** What may have led here. */
const notices: ReadonlyArray<NoticeCode> = [
  "setup",
  "registered",
  "fresh",
  "ended",
  "logged-out",
  "account-deleted",
  "reset",
  "joined",
  "verified",
  "email-changed",
  "email-undone"
]

const loginProblems = {
  InvalidCredentials: () => ({ status: 400, errors: { form: ["invalid-credentials"] } }),
  NotVerified: () => ({ status: 400, errors: { form: ["email-not-verified"] } })
} satisfies FormProblems

export const showLogin: Route = route({
  method: "GET",
  path: "/login",
  group,
  onlyIn: "session",
  summary: "Show the login page",
  policy: evenPending(anyone, "password-change"), // who is sent on to choose one
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Already logged in, or the first administrator does not exist yet; redirects" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const setup = yield* Setup
    const { paths } = context.site
    const next = safeNext(nextIn(call.query), context.publicUrl)
    const notice = call.isRefused ? noticeOf("foreign-credential", call.texts) : noticeIn(call, notices)
    const mustChange = call.identity?.pending === "password-change"
    if (call.identity !== null && notice?.code !== "fresh" && (!mustChange || context.offers("password"))) {
      return reply(redirect(afterLogin(context, call.identity.user, next)))
    }
    if (context.offers("setup") && (yield* setup.needed())) return reply(redirect(paths.setup))
    return reply(page(context.draw(LoginPage, loginView(context, call, { next, notice }))))
  })
})

/** Where a browser goes on to. Whoever must choose another password does that first. */
const afterLogin = (context: SurfaceContext, user: User, next: string | null): string =>
  user.mustChangePassword && context.offers("password") ? passwordLink(next, context) : (next ?? context.landing)

const logIn: Route = route({
  method: "POST",
  path: "/login",
  group,
  onlyIn: "session",
  summary: "Log in from a browser: opens a session and sets its cookie",
  policy: evenPending(anyone), // whose earlier session ends
  body: Schema.Struct({ username: formText, password: formText, next: optionalText }),
  outcomes: [
    {
      status: 303,
      about: "Logged in; redirects to `next` or the landing page, or first to the page for a new password"
    },
    { status: 200, about: "Logged in: the user, for programs that take JSON", schema: UserBody },
    { status: 400, about: "Refused; shows the page again, or LOGIN_BAD_CREDENTIALS to programs" },
    tooMany
  ],
  handle: (call, context) => {
    const { username, password } = call.body
    const next = safeNext(call.body.next ?? nextIn(call.query), context.publicUrl)
    const attempt = Effect.gen(function* () {
      const sessions = yield* Sessions
      const wanted = { kind: "browser", method: "form", client: call.client, device: call.device } as const
      const opened = yield* sessions.logIn({ username, password }, wanted)
      yield* endBroughtSession(call)
      const answer = goOn(call, afterLogin(context, opened.user, next), json(userBody(opened.user, context.settings)))
      return reply(answer, ...cookiesOf(context, opened), ...withoutWaiting(call, context))
    })
    return orPageAgain(attempt, call, loginProblems, (errors) =>
      context.draw(LoginPage, loginView(context, call, { username, next, errors }))
    )
  }
})

export const showLogout: Route = route({
  method: "GET",
  path: "/logout",
  group,
  onlyIn: "session",
  summary: "Show the page that asks whether to log out. A link alone never logs out (CSR-05)",
  mayImpersonate: true,
  policy: evenPending(anyone),
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Not logged in; redirects to the login page" }
  ],
  handle: (call, context) => {
    const { paths } = context.site
    if (call.identity === null) return Effect.succeed(reply(redirect(paths.login)))
    const view = {
      ...context.viewFor(call, paths.logout),
      user: call.identity.user.username ?? call.identity.user.email ?? "",
      back: profileLink(context)
    }
    return Effect.succeed(reply(page(context.draw(LogoutPage, view))))
  }
})

/** Whoever acted as somebody else leaves nothing of their own behind either. */
const clearedCookies = (
  call: Pick<Call<null, unknown>, "adminSecret">,
  context: Pick<SurfaceContext, "caller">
): ReadonlyArray<string> => [context.caller.sessionCookie.clear(), ...withoutWaiting(call, context)]

/** The session first, then its cookie; also for a cookie whose session has ended (SES-07). */
const logOut: Route = route({
  method: "POST",
  path: "/logout",
  group,
  onlyIn: "session",
  summary: "Log out: ends the session and removes its cookie. Works for a session that has already ended",
  mayImpersonate: true,
  policy: evenPending(anyone),
  outcomes: [
    { status: 303, about: "Logged out; redirects to the login page" },
    { status: 204, about: "Logged out, for programs" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* endBroughtSession(call)
    const answer = call.wantsPage ? redirect(`${context.site.paths.login}?done=logged-out`) : empty
    return reply(answer, ...clearedCookies(call, context))
  })
})

const issueBearer: Route = route({
  method: "POST",
  path: "/auth/jwt/login",
  group: programs,
  summary: "Log in from a program: opens a bearer session (OAuth 2.0 password form)",
  policy: null,
  body: Schema.Struct({
    username: required,
    password: required,
    grant_type: Schema.optionalKey(Schema.NullOr(patterned(/^(?:password)?$/))),
    scope: optionalText,
    client_id: optionalText,
    client_secret: optionalText
  }),
  outcomes: [
    { status: 200, about: "A bearer token", schema: BearerBody },
    { status: 400, about: "LOGIN_BAD_CREDENTIALS or LOGIN_USER_NOT_VERIFIED" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const sessions = yield* Sessions
    const { secret } = yield* sessions.logIn(call.body, {
      kind: "bearer",
      method: "token-endpoint",
      client: call.client
    })
    const answer = json({ access_token: reveal(secret), token_type: "bearer" } satisfies typeof BearerBody.Type)
    return (yield* endBroughtSession(call)) ? reply(answer, ...clearedCookies(call, context)) : reply(answer)
  })
})

/** Who has a session, or a signed token without one. */
const isLoggedIn: Policy<SessionIdentity | JwtIdentity> = {
  name: "isLoggedIn",
  judge: (identity, now) => (identity?.via === "jwt" ? null : viaSession.judge(identity, now))
}

const endBearer: Route = route({
  method: "POST",
  path: "/auth/jwt/logout",
  group: programs,
  summary: "Log out from a program: ends the session, so its credential stops working",
  mayImpersonate: true,
  policy: evenPending(isLoggedIn),
  outcomes: [{ status: 204, about: "Logged out" }],
  handle: Effect.fnUntraced(function* (call, context) {
    if (call.identity.via === "session") {
      yield* endBroughtSession(call)
      return reply(empty, ...clearedCookies(call, context))
    }
    yield* endSession(call.identity, call.client)
    return reply(empty)
  })
})

export const loginRoutes: ReadonlyArray<Route> = [showLogin, logIn, showLogout, logOut, issueBearer, endBearer]

/** By the names that a host uses to replace them. */
export const loginPages = { login: LoginPage, logout: LogoutPage }
