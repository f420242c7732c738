import { type Identity, ownScopes, Recovery, scope, signedIn, traceOf } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { askToDownload } from "../account/download-routes.ts"
import { askToRemove } from "../account/removal-routes.ts"
import { cliLoginsView, isCliLoginsQuery } from "../cli-login/cli-logins-view.ts"
import type { AccountForm } from "../page/account-fields.tsx"
import { type NoticeCode, noticeIn } from "../page/notice.tsx"
import { changedBefore, changePassword, PasswordForm } from "../password/change-password.ts"
import { mustProve, proofProblems } from "../sessions/prove-self.ts"
import { sessionsView } from "../sessions/sessions-view.ts"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import { ifOwnForm, isOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { isPageQuery, pageQuery } from "../surface/list-page.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { accountProblems } from "../users/account-problems.ts"
import { changeSelf } from "../users/change-self.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { ProfilePage } from "./page.tsx"
import type { ProfileView } from "./view.ts"

const group = { name: "profile", base: "/profile" }

const notices: ReadonlyArray<NoticeCode> = [
  "details",
  "password",
  "session",
  "sessions",
  "gone",
  "verified",
  "email-requested",
  "email-cancelled",
  "email-changed",
  "other-account"
]

const profileProblems = { ...accountProblems, ...proofProblems }

/** The page, as it is now. */
const profilePage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "query" | "texts">,
  fields: Partial<ProfileView>
) {
  const { places, settings, site } = context
  const { user } = call.identity
  const stored = namesOf(user)
  const inOutage = Object.keys(fields).length === 0 ? "fail" : "leave-out"
  const view: ProfileView = {
    ...context.viewFor(call, site.paths.profile),
    logins: settings.logins,
    user,
    details: { ...stored, before: stored, errors: {} },
    detailsPath: places.linkTo(changeDetails),
    asksCurrentPassword: yield* mustProve(call.identity, context),
    passwordRule: settings.passwords,
    passwordErrors: {},
    passwordPath: places.linkTo(postPassword),
    canLogOut: context.offers("logout"),
    ...(yield* sessionsView(context, call, inOutage)),
    programs: yield* cliLoginsView(context, call, inOutage),
    downloadPath: places.linkTo(askToDownload),
    deletePath: settings.profile.mayDelete ? places.linkTo(askToRemove) : null,
    address: yield* addressToProve(context, user, inOutage),
    notice: noticeIn(call, notices),
    ...fields
  }
  return context.draw(ProfilePage, view)
})

/** The address that waits to be proved: first one that the user wants to change to. */
const addressToProve = Effect.fnUntraced(function* (
  { offers, places, site }: SurfaceContext,
  user: Identity["user"],
  inOutage: "fail" | "leave-out"
) {
  if (!offers("verifyEmail")) return null
  const recovery = yield* Recovery
  const pending = Effect.catchTag(recovery.pendingEmail(user.id), "StoreError", (error) =>
    inOutage === "fail" ? Effect.fail(error) : Effect.succeed(null)
  )
  const wanted = yield* pending
  if (wanted !== null) return { kind: "wanted", email: wanted, cancelPath: places.linkTo(cancelEmailChange) } as const
  if (user.email === null || user.isVerified) return null
  return { kind: "own", name: user.email, requestPath: site.paths.verifyEmail } as const
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
    if (!call.wantsPage) return reply(json(userBody(call.identity.user, context.settings)))
    if (!isPageQuery(call.query) || !isCliLoginsQuery(call.query)) return reply(redirect(context.site.paths.profile))
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
  body: Schema.Struct({
    username: formText,
    email: formText,
    current_password: formText,
    username_before: optionalText,
    email_before: optionalText,
    user: optionalText
  }),
  outcomes: [
    { status: 303, about: "Saved; redirects to the profile" },
    { status: 200, about: "Saved: the user, for programs that take JSON", schema: UserBody },
    { status: 422, about: "A field is not valid; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const { username, email, current_password } = call.body
    const stored = namesOf(call.identity.user)
    const before = {
      username: call.body.username_before ?? stored.username,
      email: call.body.email_before ?? stored.email
    }
    const wanted = {
      ...changedName("username", username, before),
      ...changedName("email", email, before),
      ...(current_password === "" ? {} : { current_password })
    }
    const attempt = Effect.map(Effect.andThen(ifOwnForm(call), changeSelf(call, wanted, context)), (user) => {
      const done = user.email === call.identity.user.email && "email" in wanted ? "email-requested" : "details"
      return reply(goOn(call, `${context.site.paths.profile}?done=${done}`, json(userBody(user, context.settings))))
    })
    const details = isOwnForm(call) ? { username, email, before } : { ...stored, before: stored }
    return orPageAgain(attempt, call, profileProblems, (errors) =>
      profilePage(context, call, { details: { ...details, errors }, notice: null })
    )
  }
})

/** A user's names, as fields of a form hold them. */
const namesOf = ({ username, email }: Identity["user"]): AccountForm => ({
  username: username ?? "",
  email: email ?? ""
})

/** A field that holds what it held before is not a change, and blanks around it change nothing. */
const changedName = (field: keyof AccountForm, value: string, before: AccountForm) =>
  value.trim() === before[field] ? {} : { [field]: value }

const cancelEmailChange: Route = route({
  method: "POST",
  path: "/profile/cancel-email",
  group,
  page: showProfile,
  summary: "Keep the current address: ends the link that was sent to a new one",
  policy: scope(ownScopes.credentials),
  unknownFields: "refused",
  body: Schema.Struct({ user: optionalText }),
  outcomes: [
    { status: 303, about: "Kept; redirects to the profile. The same form again is answered alike" },
    { status: 200, about: "Kept: the user, for programs that take JSON", schema: UserBody }
  ],
  handle: (call, context) => {
    const { user } = call.identity
    const cancel = Recovery.use((recovery) => recovery.cancelEmailChange(user.id, traceOf(call.identity, call.client)))
    const attempt = Effect.as(
      Effect.andThen(ifOwnForm(call), cancel),
      reply(goOn(call, `${context.site.paths.profile}?done=email-cancelled`, json(userBody(user, context.settings))))
    )
    const stored = namesOf(user)
    return orPageAgain(attempt, call, profileProblems, (errors) =>
      profilePage(context, call, { details: { ...stored, before: stored, errors }, notice: null })
    )
  }
})

const passwordChanged = ({ site }: SurfaceContext): string => `${site.paths.profile}?done=password`

const postPassword: Route = route({
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
    const attempt = changePassword(call, context, passwordChanged(context))
    return orPageAgain(attempt, call, profileProblems, (passwordErrors) =>
      profilePage(context, call, { passwordErrors, notice: null })
    )
  },
  again: (call, context) => changedBefore(call, context, passwordChanged(context))
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

export const profileRoutes: ReadonlyArray<Route> = [
  showProfile,
  changeDetails,
  cancelEmailChange,
  postPassword,
  findPasswordForm
]

/** By the names that a host uses to replace them. */
export const profilePages = { profile: ProfilePage }
