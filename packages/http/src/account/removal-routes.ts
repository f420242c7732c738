import {
  type Identity,
  type JwtIdentity,
  type PasswordIdentity,
  parseUserId,
  person,
  RemovalNotAllowed,
  SessionId,
  type SessionIdentity,
  Users
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AskPage } from "../page/ask-page.tsx"
import { MessagePage } from "../page/message.tsx"
import { currentSessionId } from "../sessions/browser-session.ts"
import { givenPassword, proofProblems, proveSelf } from "../sessions/prove-self.ts"
import { type Answer, empty, page, type Reply, redirect, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, NotDoneBefore, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { askAboutAccount } from "./questions.ts"

const group = { name: "profile", base: "/profile" }

/** For programs that act for their user with a session. */
export const removeMe: Route = route({
  method: "DELETE",
  path: "/users/me",
  group: { name: "users", base: "/users" },
  summary: "Delete your account. Needs the current password or a recent log-in",
  policy: person,
  body: Schema.Struct({ current_password: optionalText }),
  outcomes: [
    { status: 204, about: "Deleted, with your sessions and tokens" },
    { status: 403, about: "The current password is missing or wrong, or people cannot delete their account here" },
    { status: 409, about: "LAST_SUPERUSER: somebody else must become an administrator first" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* removeCaller(call, call.body.current_password, context)
    return reply(empty, ...forgottenCookies(call.identity, context))
  })
})

/** The page that asks whether to delete the account. */
export const askToRemove: Route = route({
  method: "GET",
  path: "/profile/delete",
  group,
  summary: "Show the page that asks whether to delete your account",
  policy: person,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 403, about: "People cannot delete their account here" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    if (!context.settings.profile.mayDelete) return yield* new RemovalNotAllowed({ reason: "off" })
    return reply(page(context.draw(AskPage, yield* askAboutAccount(context, call, "remove", actionFor(call, context)))))
  })
})

const removalProblems = {
  ...proofProblems,
  LastSuperuser: () => ({ status: 409, errors: { form: ["last-superuser"] } })
} satisfies FormProblems

/** The button of the question. A browser that posts it twice is answered as the first time. */
export const removeInBrowser: Route = route({
  method: "POST",
  path: "/profile/delete",
  group,
  summary: "Delete your account, from the profile page",
  policy: person,
  query: [
    { name: "user", about: "The id of the user for whom the form was drawn", schema: Schema.String },
    {
      name: "session",
      about: "The id of their session. The same form again is answered alike by it",
      schema: Schema.String
    }
  ],
  unknownFields: "refused",
  body: Schema.Struct({ current_password: formText }),
  outcomes: [
    { status: 303, about: "Deleted; redirects to the login page. The same form again is answered alike" },
    { status: 200, about: "Deleted: a page that says so, in mode `basic`" },
    { status: 204, about: "Deleted, for programs that take JSON" },
    { status: 409, about: "You are the last administrator; shows the page again, or LAST_SUPERUSER to programs" },
    { status: 422, about: "The password is missing or wrong; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const owned = { identity: call.identity, body: { user: call.query.get("user") } }
    const attempt = Effect.andThen(ifOwnForm(owned), removeCaller(call, call.body.current_password, context)).pipe(
      Effect.as(afterRemoval(call, context)),
      Effect.catchTag("CredentialEnded", (ended) =>
        Effect.catchTag(removedBefore(call, context), "NotDoneBefore", () => Effect.fail(ended))
      )
    )
    return orPageAgain(attempt, call, removalProblems, (errors) =>
      Effect.map(askAboutAccount(context, call, "remove", actionFor(call, context), errors), (view) =>
        context.draw(AskPage, view)
      )
    )
  },
  again: (call, context) => removedBefore(call, context)
})

type Caller = SessionIdentity | PasswordIdentity | JwtIdentity

/** What the options refuse is refused before a password is tried. */
const removeCaller = Effect.fnUntraced(function* (
  call: Pick<Call<Caller, unknown>, "identity" | "client" | "device">,
  password: string | null | undefined,
  context: SurfaceContext
) {
  const users = yield* Users
  if (!context.settings.profile.mayDelete) return yield* new RemovalNotAllowed({ reason: "off" })
  yield* proveSelf(call, givenPassword(password), "confirm", context)
  yield* users.removeSelf(call.identity, call.client)
})

/**
 * The form names its user in its address, which no page of the host's can forget: one from a tab left open must not
 * delete the account of whoever is logged in by then (CSR-16). It names the session too, for when the form comes again.
 */
const actionFor = ({ identity }: Pick<Call<Identity, unknown>, "identity">, { places }: SurfaceContext): string => {
  const session = currentSessionId(identity)
  const query = { user: identity.user.id, ...(session === null ? {} : { session }) }
  return `${places.linkTo(removeInBrowser)}?${new URLSearchParams(query)}`
}

/** The cookies of a browser name its user, so they go with the account. */
const forgottenCookies = ({ via }: Pick<Identity, "via">, { caller }: SurfaceContext): ReadonlyArray<string> =>
  via === "session" ? [caller.sessionCookie.clear(), caller.deviceCookie.clear()] : []

type Answered = Pick<Call<Identity | null, unknown>, "identity" | "wantsJson" | "texts">

/** Where a deletion ends. */
const afterRemoval = (call: Answered, context: SurfaceContext): Reply => {
  const cookies = forgottenCookies(call.identity ?? { via: "session" }, context)
  return reply(call.wantsJson ? empty : farewell(call, context), ...cookies)
}

/**
 * In mode `basic` there is no page that a browser could still be sent to: it goes on to send the name and the password.
 */
const farewell = ({ texts }: Answered, context: SurfaceContext): Answer => {
  const { settings, site } = context
  if (settings.mode === "session") return redirect(`${site.paths.login}?done=account-deleted`)
  const said = { title: texts.account.remove.title, text: texts.notices["account-deleted"], code: null, status: null }
  const view = { ...context.viewFor({ identity: null, texts }), ...said }
  return page(context.draw(MessagePage, { ...view, navigation: [], actions: [] }))
}

/**
 * A second click comes when neither the account nor the session is there to prove anything. A mark of the first one
 * tells whether this session deleted this account. Without that, a cookie that anybody could have written would learn
 * whether there is a user of an id.
 */
const removedBefore = Effect.fnUntraced(function* (
  call: Pick<Call<Identity | null, unknown>, "query"> & Answered,
  context: SurfaceContext
) {
  const users = yield* Users
  const [owner, id] = [parseUserId(call.query.get("user") ?? ""), call.query.get("session")]
  const isGone = owner !== null && id !== null && (yield* users.wasRemovedBy({ owner, id: SessionId(id) }))
  return isGone ? afterRemoval(call, context) : yield* Effect.fail(new NotDoneBefore())
})
