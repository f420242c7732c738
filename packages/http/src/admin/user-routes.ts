import { Admin, admin, type Identity, type User, UserNotFound } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { FormErrors } from "../page/form.ts"
import { proofProblems } from "../sessions/prove-self.ts"
import { empty, json, page, redirect, reply } from "../surface/answer.ts"
import { optionalText } from "../surface/body-fields.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { FormMistake, type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { RouteProblem } from "../surface/problem.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { accountProblems } from "../users/account-problems.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { isTicked, roleProblems } from "./boxes.ts"
import { changeIn, isAsWanted, isStepDown, overNow, readSeen, seenText, type TypedUser } from "./edit-form.ts"
import { group } from "./group.ts"
import { orAskPassword, provenAdmin } from "./prove-admin.ts"
import { findTarget, orUserIsGone, target, userIsGone } from "./target.ts"
import { enteredIn, userForm } from "./user-form.ts"
import { AdminUserPage } from "./user-page.tsx"
import { isUserQuery, type RefusedEdit, userPage } from "./user-page-view.ts"
import { userPath } from "./user-views.ts"

const draw = (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "query" | "texts">,
  user: User,
  refused?: RefusedEdit
) => userPage(context, { save: saveUser, sendLink }, call, user, refused)

const showUser: Route = route({
  method: "GET",
  path: "/admin/users/:id",
  group,
  summary: "A user: a page for browsers, on which administrators change them, and JSON for programs",
  policy: admin,
  outcomes: [
    { status: 200, about: "The page, or the user", schema: UserBody },
    { status: 303, about: "Redirects a browser: to the login page, or from a user who is gone to the list" },
    { status: 404, about: "There is no such user, for programs" }
  ],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const user = yield* target(call)
        if (!call.wantsPage) return reply(json(userBody(user, context.settings)))
        if (!isUserQuery(call.query)) return reply(redirect(userPath(context, user.id)))
        return reply(page(yield* draw(context, call, user)))
      }),
      call,
      context
    )
})

const EditForm = userForm({ seen: Schema.String, is_active: optionalText, confirm_self: optionalText })

const typedIn = (body: typeof EditForm.Type): TypedUser => ({
  ...enteredIn(body),
  isActive: isTicked(body.is_active)
})

const editProblems = {
  ...accountProblems,
  ...proofProblems,
  ...roleProblems,
  EditConflict: () => ({ status: 409, errors: { form: ["edit-conflict"] } }),
  LastSuperuser: () => ({ status: 409, errors: { form: ["last-superuser-other"] } })
} satisfies FormProblems

const saveUser: Route = route({
  method: "POST",
  path: "/admin/users/:id",
  group,
  summary: "Change a user who still is as the form says, from their page",
  policy: admin,
  body: EditForm,
  outcomes: [
    { status: 303, about: "Saved; redirects to the user's page. The same form again is answered alike" },
    { status: 200, about: "Saved: the user, for programs that take JSON", schema: UserBody },
    { status: 400, about: "A name is taken; shows the page again" },
    { status: 404, about: "There is no such user, for programs" },
    {
      status: 409,
      about: "Somebody else changed the user since, or they are the last administrator; shows the page again"
    },
    { status: 422, about: "A field is not valid, or the log-in is too old; shows the page again" },
    tooMany
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const { body, client, identity } = call
    const seen = readSeen(body.seen)
    if (seen instanceof RouteProblem) return yield* Effect.fail(seen)
    const user = yield* findTarget(call)
    if (user === null) return yield* userIsGone(call, context)
    const typed = typedIn(body)
    const change = changeIn(typed, seen)
    const isSelf = user.id === identity.user.id
    /** Whoever takes rights of their own away is logged out by it. */
    const endsOwn = isSelf && (isStepDown(change) || change.isActive !== undefined || change.isSuperuser !== undefined)
    const attempt = Effect.gen(function* () {
      yield* ifOwnForm(call)
      if (isSelf && isStepDown(change) && !isTicked(body.confirm_self))
        return yield* Effect.fail(new FormMistake({ confirm_self: ["confirm-self"] }))
      const service = yield* Admin
      const actor = yield* provenAdmin(call, body.current_password, context)
      const edited = service.editUser(actor, { ...seen, id: user.id }, change, client)
      const saved = yield* Effect.catchTag(orAskPassword(edited), "EditConflict", (conflict) =>
        Effect.flatMap(findTarget(call), (now) =>
          now !== null && isAsWanted(now, change) ? Effect.succeed(now) : Effect.fail(conflict)
        )
      )
      const done = json(userBody(saved, context.settings))
      if (endsOwn && identity.via === "session")
        return reply(goOn(call, `${context.site.paths.login}?done=ended`, done), context.caller.sessionCookie.clear())
      return reply(goOn(call, userPath(context, user.id, "?done=user-saved"), done))
    })
    /** As the user is now: a form that is stale names what differs, and is made over that. While the store is away, as they were. */
    const again = Effect.fnUntraced(function* (errors: FormErrors) {
      const found = Effect.catchTag(findTarget(call), "StoreError", () => Effect.succeed(user))
      const now = (yield* found) ?? (yield* new UserNotFound())
      const isStale = errors.form?.code === "edit-conflict"
      const refused = isStale
        ? { typed: overNow(typed, seen, now), seen: seenText(now), errors, isStale }
        : { typed, seen: body.seen, errors, isStale }
      return yield* draw(context, call, now, refused)
    })
    return yield* orUserIsGone(orPageAgain(attempt, call, editProblems, again), call, context)
  })
})

/** A link goes to the user alone, so that no administrator ever knows their password. Each ends the one before. */
const sendLink: Route = route({
  method: "POST",
  path: "/admin/users/:id/password-link",
  group,
  page: showUser,
  summary: "Mail a user a link to choose a password: an invitation to who has none yet, a reset to the others",
  policy: admin,
  outcomes: [
    { status: 303, about: "On its way, if the site sends mails; redirects a browser to the user's page" },
    { status: 204, about: "On its way, for programs. The link before ends" },
    { status: 404, about: "There is no such user, for programs" },
    { status: 409, about: "The user has no address" }
  ],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const { id } = yield* target(call)
        const service = yield* Admin
        yield* service.sendPasswordLink(call.identity, id, { client: call.client, lang: call.texts.language })
        return reply(call.wantsPage ? redirect(userPath(context, id, "?done=user-link#access")) : empty)
      }),
      call,
      context
    )
})

export const userPageRoutes: ReadonlyArray<Route> = [showUser, saveUser, sendLink]

/** By the names that a host uses to replace them. */
export const userPages = { adminUser: AdminUserPage }
