import { Admin, admin, type Identity, type UserToCreate } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { FormErrors } from "../page/form.ts"
import { proofProblems } from "../sessions/prove-self.ts"
import { json, page, reply } from "../surface/answer.ts"
import { formText, given } from "../surface/body-fields.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { FormMistake, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { newAccountProblems } from "../users/account-problems.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { roleChoices, roleProblems } from "./boxes.ts"
import { findJustMade } from "./find-users.ts"
import { group } from "./group.ts"
import { AdminNewUserPage } from "./new-user-page.tsx"
import { mustProveAdmin, orAskPassword, provenAdmin } from "./prove-admin.ts"
import { enteredIn, userForm } from "./user-form.ts"
import { userPath } from "./user-views.ts"
import type { AdminNewUserView } from "./view.ts"

const NewUserForm = userForm({ password: formText })

/** What the page begins with. Whoever gets a password from somebody else chooses another one (PWD-25). */
const empty: AdminNewUserView["form"] = {
  username: "",
  email: "",
  isSuperuser: false,
  isVerified: false,
  mustChangePassword: true
}

const newUserPage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  typed: ReturnType<typeof enteredIn> | null,
  errors: FormErrors
) {
  const { settings } = context
  const view: AdminNewUserView = {
    ...context.viewFor(call, context.site.paths.admin),
    user: call.identity.user,
    logins: settings.logins,
    form: typed ?? empty,
    roles: roleChoices(settings.roles, [], typed?.roles ?? []),
    errors,
    canInvite: context.offers("forgot"),
    passwordRule: settings.passwords,
    asksCurrentPassword: yield* mustProveAdmin(call.identity),
    path: context.places.linkTo(addUser)
  }
  return context.draw(AdminNewUserPage, view)
})

export const showNewUser: Route = route({
  method: "GET",
  path: "/admin/users/new",
  group,
  summary: "Show the page on which administrators add a user",
  policy: admin,
  outcomes: [{ status: 200, about: "The page" }],
  handle: (call, context) => Effect.map(newUserPage(context, call, null, {}), (markup) => reply(page(markup)))
})

export const addUser: Route = route({
  method: "POST",
  path: "/admin/users/new",
  group,
  summary: "Add a user, from the page of administrators. Without a password, an invitation to choose one is mailed",
  policy: admin,
  body: NewUserForm,
  outcomes: [
    { status: 303, about: "Added; redirects to the user's page. The same form again is answered alike" },
    { status: 201, about: "Added: the user, for programs that take JSON", schema: UserBody },
    { status: 400, about: "A name is taken; shows the page again" },
    { status: 403, about: "You are no administrator, or a hook of the host's refuses; shows the page again" },
    { status: 422, about: "A field is not valid, or the log-in is too old; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const { body, client, texts } = call
    const typed = enteredIn(body)
    const wanted: UserToCreate & { readonly username: string | null; readonly email: string | null } = {
      ...typed,
      username: given(typed.username)?.trim() ?? null,
      email: given(typed.email)?.trim() ?? null,
      ...(body.password === "" ? {} : { password: body.password }),
      mustChangePassword: body.password !== "" && typed.mustChangePassword
    }
    const attempt = Effect.gen(function* () {
      yield* ifOwnForm(call)
      if (wanted.password === undefined) yield* ifInvitable(wanted, context)
      const service = yield* Admin
      const actor = yield* provenAdmin(call, body.current_password, context)
      const made = service.createUser(actor, wanted, { client, lang: texts.language })
      const user = yield* Effect.catchTag(orAskPassword(made), "AccountNameTaken", (taken) =>
        Effect.flatMap(findJustMade(wanted, call.identity), (found) =>
          found === null || call.wantsJson ? Effect.fail(taken) : Effect.succeed(found)
        )
      )
      const done = wanted.password === undefined ? "user-invited" : "user-added"
      const shown = userPath(context, user.id, `?done=${done}`)
      return reply(goOn(call, shown, json(userBody(user, context.settings), 201)))
    })
    const problems = { ...newAccountProblems(context), ...proofProblems, ...roleProblems }
    return orPageAgain(attempt, call, problems, (errors) => newUserPage(context, call, typed, errors))
  }
})

/** Nobody could ever log in who has neither a password nor an invitation. */
const ifInvitable = ({ email }: { readonly email: string | null }, context: SurfaceContext) => {
  if (!context.offers("forgot")) return Effect.fail(new FormMistake({ password: ["password-needed"] }))
  return email === null ? Effect.fail(new FormMistake({ email: ["invitation-needs-email"] })) : Effect.void
}

/** By the names that a host uses to replace them. */
export const newPages = { adminNewUser: AdminNewUserPage }
