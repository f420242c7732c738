import { type Identity, ownScopes, Passwords, type SessionIdentity, Sessions, scope, signedIn } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type NoticeCode, noticeIn } from "../page/notice.tsx"
import { cookiesOf, renewedCookies } from "../sessions/browser-session.ts"
import { mustProve, proofProblems } from "../sessions/prove-self.ts"
import { sessionsView } from "../sessions/sessions-view.ts"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { formText } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { isPageQuery, pageQuery } from "../surface/list-page.ts"
import { FormMistake, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, NotDoneBefore, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { accountProblems } from "../users/account-problems.ts"
import { changeSelf } from "../users/change-self.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { ProfilePage } from "./page.tsx"
import type { ProfileView } from "./view.ts"

const group = { name: "profile", base: "/profile" }

const notices: ReadonlyArray<NoticeCode> = ["details", "password", "session", "sessions", "gone"]

const profileProblems = { ...accountProblems, ...proofProblems }

/** The page, as it is now. */
const profilePage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "query" | "texts">,
  fields: Partial<ProfileView>
) {
  const { places, settings, site } = context
  const { user } = call.identity
  const view: ProfileView = {
    ...context.viewFor(call, site.paths.profile),
    logins: settings.logins,
    user,
    details: { username: user.username ?? "", email: user.email ?? "", errors: {} },
    detailsPath: places.linkTo(changeDetails),
    asksCurrentPassword: yield* mustProve(call.identity, context),
    passwordRule: settings.passwords,
    passwordErrors: {},
    passwordPath: places.linkTo(changePassword),
    mustChangePassword: user.mustChangePassword,
    canLogOut: context.offers("logout"),
    ...(yield* sessionsView(context, call)),
    notice: noticeIn(call, notices),
    ...fields
  }
  return context.draw(ProfilePage, view)
})

export const showProfile: Route = route({
  method: "GET",
  path: "/profile/",
  group,
  summary: "Get your profile: a page for browsers, the user for programs",
  policy: signedIn,
  query: pageQuery,
  outcomes: [
    { status: 200, about: "The page, or the user", schema: UserBody },
    {
      status: 303,
      about: "Redirects a browser: to the login page, or from a page of sessions that cannot be to the first one"
    }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    if (!call.wantsPage) return reply(json(userBody(call.identity.user)))
    if (!isPageQuery(call.query)) return reply(redirect(context.site.paths.profile))
    return reply(page(yield* profilePage(context, call, {})))
  })
})

const changeDetails: Route = route({
  method: "POST",
  path: "/profile/details",
  group,
  page: showProfile,
  summary: "Change your username or e-mail address, from the profile page",
  policy: scope(ownScopes.credentials),
  unknownFields: "refused",
  body: Schema.Struct({ username: formText, email: formText, current_password: formText }),
  outcomes: [
    { status: 303, about: "Saved; redirects to the profile" },
    { status: 200, about: "Saved: the user, for programs that take JSON", schema: UserBody },
    { status: 422, about: "A field is not valid; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const { username, email, current_password } = call.body
    const wanted = {
      ...changedName("username", username, call.identity),
      ...changedName("email", email, call.identity),
      ...(current_password === "" ? {} : { current_password })
    }
    const attempt = Effect.map(changeSelf(call, wanted, context), (user) =>
      reply(goOn(call, `${context.site.paths.profile}?done=details`, json(userBody(user))))
    )
    return orPageAgain(attempt, call, profileProblems, (errors) =>
      profilePage(context, call, { details: { username, email, errors }, notice: null })
    )
  }
})

/** A field with the stored value is not a change, and blanks around it change nothing. */
const changedName = (field: "username" | "email", value: string, { user }: Identity) =>
  value.trim() === (user[field] ?? "") ? {} : { [field]: value }

const PasswordForm = Schema.Struct({ current_password: formText, password: formText, password_confirm: formText })

type PasswordForm = typeof PasswordForm.Type

const changePassword: Route = route({
  method: "POST",
  path: "/profile/password",
  group,
  page: showProfile,
  summary: "Change your password, from the profile page. Ends all your other sessions and revokes your tokens",
  policy: scope(ownScopes.credentials),
  unknownFields: "refused",
  body: PasswordForm,
  outcomes: [
    {
      status: 303,
      about:
        "Changed; redirects to the profile with a new session. The same form again, with the session that ended, is answered alike"
    },
    { status: 200, about: "Changed: the user, with a new session, for programs that take JSON", schema: UserBody },
    { status: 422, about: "A field is not valid; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const { current_password, password, password_confirm } = call.body
    const attempt = Effect.gen(function* () {
      // A form that was sent empty, as by one more click on the page that came back, is no guess.
      if (current_password === "" && call.wantsPage) {
        return yield* Effect.fail(new FormMistake({ current_password: ["current-password-missing"] }))
      }
      if (password !== password_confirm) {
        return yield* Effect.fail(new FormMistake({ password_confirm: ["passwords-differ"] }))
      }
      const user = yield* changeSelf(call, { password, current_password }, context)
      const cookies = yield* renewedCookies(call, user, context)
      const answer = goOn(call, `${context.site.paths.profile}?done=password`, json(userBody(user)))
      return reply(answer, ...cookies)
    }).pipe(
      Effect.catchTag(["CredentialEnded", "WrongPassword"], (refused) =>
        Effect.catchTag(changedBefore(call, context), "NotDoneBefore", () => Effect.fail(refused))
      )
    )
    return orPageAgain(attempt, call, profileProblems, (passwordErrors) =>
      profilePage(context, call, { passwordErrors, notice: null })
    )
  },
  again: (call, context) => changedBefore(call, context)
})

/**
 * A second click or a reload brings the session that the first one ended. If the new password is the user's by now, the form ends
 * where the first one did: it proves as much as a log-in, and counts as one (SES-28).
 */
const changedBefore = Effect.fnUntraced(function* (
  call: Pick<
    Call<Identity | null, PasswordForm>,
    "body" | "client" | "device" | "sessionSecret" | "wantsJson" | "identity"
  >,
  context: SurfaceContext
) {
  const { password, password_confirm } = call.body
  const isBrowser = (call.identity === null || call.identity.via === "session") && !call.wantsJson
  if (call.sessionSecret === null || !isBrowser || password !== password_confirm) {
    return yield* Effect.fail(new NotDoneBefore())
  }
  const sessions = yield* Sessions
  const found = yield* sessions.resume(call.sessionSecret, "browser")
  // Until the first one has renewed the session that it keeps, only the epoch tells that it was here.
  if (found !== null && found.user.epoch === call.identity?.user.epoch) {
    if (yield* isSetJustNow(call, found)) return reply(redirect(`${context.site.paths.profile}?done=password`))
    return yield* Effect.fail(new NotDoneBefore())
  }
  const opened = yield* Effect.catchTag(
    sessions.logInAgain(call.sessionSecret, password, {
      kind: "browser",
      method: "form",
      client: call.client,
      device: call.device
    }),
    ["InvalidCredentials", "NotVerified"],
    () => Effect.fail(new NotDoneBefore())
  )
  return reply(redirect(`${context.site.paths.profile}?done=password`), ...cookiesOf(context, opened))
})

/** As long as a registration that comes again is recognised. */
const REPEAT_MS = 10 * 60_000

/**
 * Whether a form comes with a session that lives on after its first answer, as by a click while the browser follows the redirect, or
 * where the store was away before the session got its new secret. The user was changed a short time ago, and the new password is
 * theirs: the check counts as one at the form itself.
 */
const isSetJustNow = Effect.fnUntraced(function* (
  { body, client, device }: Pick<Call<null, PasswordForm>, "body" | "client" | "device">,
  { user }: Pick<SessionIdentity, "user">
) {
  const isChanged = user.updatedAt > user.createdAt
  if (!isChanged || (yield* Clock.currentTimeMillis) - user.updatedAt >= REPEAT_MS) return false
  const passwords = yield* Passwords
  const claim = { who: user.id, password: body.password, action: "change-password", client, device } as const
  return (yield* passwords.check(claim)).isRight
})

/** Where password managers send people (W3C, A Well-Known URL for Changing Passwords). */
const findPasswordForm: Route = route({
  method: "GET",
  path: "/.well-known/change-password",
  group,
  isFixed: true,
  summary: "Where to change a password, for password managers",
  policy: null,
  isStatic: true,
  outcomes: [{ status: 303, about: "Redirects to the form on the profile" }],
  handle: (_call, { site }) => Effect.succeed(reply(redirect(`${site.paths.profile}#password`)))
})

export const profileRoutes: ReadonlyArray<Route> = [showProfile, changeDetails, changePassword, findPasswordForm]

/** By the names that a host uses to replace them. */
export const profilePages = { profile: ProfilePage }
