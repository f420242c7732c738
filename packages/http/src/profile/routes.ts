import { hasScope, type Identity, ownScopes, Sessions, scope, signedIn } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Notice, ProfileView, SessionView } from "../page/view.ts"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { paths } from "../page/paths.ts"
import type { Toolkit } from "../surface/surface-context.ts"
import { currentSessionId, renewedCookies } from "../sessions/browser-session.ts"
import { changeSelf } from "../users/change-self.ts"
import { FormRefused, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, route, tooMany } from "../surface/route.ts"
import { formText, UserBody, userBody } from "../users/user-body.ts"

const group = "profile"

/** What the page says after a form was taken: a closed list, so that no link can make it say something else. */
const notices: ReadonlyMap<string, string> = new Map([
  ["details", "Your details were saved."],
  ["password", "Your password was changed. Every other session and every access token was ended."],
  ["session", "The session was ended."],
  ["sessions", "All other sessions were ended."]
])

const noticeOf = (query: URLSearchParams): Notice | null => {
  const text = notices.get(query.get("done") ?? "")
  return text === undefined ? null : { kind: "success", text }
}

const profileView = Effect.fnUntraced(function* (
  tools: Toolkit,
  { identity, query }: Pick<Call<Identity, unknown>, "identity" | "query">,
  fields: Partial<ProfileView>
) {
  const { user } = identity
  const current = currentSessionId(identity)
  const sessions = hasScope(identity.scopes, ownScopes.credentials) ? yield* (yield* Sessions).list(user.id) : []
  const view: ProfileView = {
    ...tools.viewFor(identity, paths.profile),
    logins: tools.settings.logins,
    user,
    details: { username: user.username ?? "", email: user.email ?? "", errors: {} },
    asksCurrentPassword: tools.settings.profile.requireCurrentPassword,
    passwordRule: tools.settings.passwords,
    passwordErrors: {},
    mustChangePassword: user.mustChangePassword,
    canLogOut: tools.settings.mode === "session",
    sessions: sessions.map(
      (each): SessionView => ({ ...each, isCurrent: each.id === current, revokePath: paths.revokeSession(each.id) })
    ),
    now: yield* Clock.currentTimeMillis,
    notice: noticeOf(query),
    ...fields
  }
  return tools.pages.profile(view)
})

const showProfile = route({
  method: "GET",
  path: "/profile/",
  group,
  summary: "One's profile: a page for people, the user for programs",
  policy: signedIn,
  outcomes: [{ status: 200, about: "The page, or the user", schema: UserBody }],
  handle: Effect.fnUntraced(function* (call, tools) {
    if (!call.wantsPage) return reply(json(userBody(call.identity.user)))
    return reply(page(yield* profileView(tools, call, {})))
  })
})

const changeDetails = route({
  method: "POST",
  path: "/profile/details",
  group,
  summary: "Change one's names, from the profile page",
  policy: scope(ownScopes.credentials),
  unknownFields: "refused",
  body: Schema.Struct({ username: formText, email: formText, current_password: formText }),
  outcomes: [
    { status: 303, about: "Saved; back to the profile" },
    { status: 422, about: "The page again: a field is not right" },
    tooMany
  ],
  handle: (call, tools) => {
    const { username, email, current_password } = call.body
    const wanted = {
      ...changedName("username", username, call.identity),
      ...changedName("email", email, call.identity),
      ...(current_password === "" ? {} : { current_password })
    }
    const attempt = Effect.as(changeSelf(call, wanted, tools), reply(redirect(`${paths.profile}?done=details`)))
    return orPageAgain(attempt, call.wantsPage, (errors) =>
      profileView(tools, call, { details: { username, email, errors }, notice: null })
    )
  }
})

/** A field that still holds what is stored is no change. */
const changedName = (field: "username" | "email", value: string, { user }: Identity) =>
  value === (user[field] ?? "") ? {} : { [field]: value }

const changePassword = route({
  method: "POST",
  path: "/profile/password",
  group,
  summary: "Change one's password, from the profile page: ends every other credential",
  policy: scope(ownScopes.credentials),
  unknownFields: "refused",
  body: Schema.Struct({ current_password: formText, password: formText, password_confirm: formText }),
  outcomes: [
    { status: 303, about: "Changed; back to the profile with a new session" },
    { status: 422, about: "The page again: a field is not right" },
    tooMany
  ],
  handle: (call, tools) => {
    const { current_password, password, password_confirm } = call.body
    const attempt = Effect.gen(function* () {
      if (password !== password_confirm) {
        return yield* Effect.fail(new FormRefused({ password_confirm: "The two passwords are not the same." }))
      }
      const user = yield* changeSelf(call, { password, current_password }, tools)
      const cookies = yield* renewedCookies(call, user, tools)
      return reply(redirect(`${paths.profile}?done=password`), ...cookies)
    })
    return orPageAgain(attempt, call.wantsPage, (passwordErrors) =>
      profileView(tools, call, { passwordErrors, notice: null })
    )
  }
})

export const profileRoutes = [showProfile, changeDetails, changePassword]
