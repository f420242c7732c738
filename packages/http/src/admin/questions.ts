import { type AuthServices, admin, type Identity, type User } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { type AskField, AskPage, type AskView } from "../page/ask-page.tsx"
import type { FormErrors } from "../page/form.ts"
import type { Markup } from "../page/view.ts"
import { page, type Reply, reply } from "../surface/answer.ts"
import type { RouteError } from "../surface/problems.ts"
import { type Call, type Route, type RouteOf, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { group } from "./group.ts"
import { mustProveAdmin } from "./prove-admin.ts"
import { orUserIsGone, target } from "./target.ts"
import { nameOf, userPath } from "./user-views.ts"

interface Question {
  readonly title: string
  readonly question: string
  readonly consequences: string
  readonly submit: string
}

interface Asking {
  readonly words: Question
  /** POST here does it. */
  readonly action: string
  readonly facts?: AskView["facts"]
  readonly fields?: ReadonlyArray<AskField>
  readonly errors?: FormErrors
  /** Whether it needs a recent log-in, so that the form asks for the password where that is old. */
  readonly isGrave?: boolean
  readonly isHarmless?: true
  /** Where the way back leads on the user's page. */
  readonly from?: string
}

/** Draws a question about a user. */
export const askAboutUser = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  user: User,
  { words, action, facts = [], fields = [], errors = {}, isGrave = false, isHarmless, from = "" }: Asking
): Effect.fn.Return<Markup> {
  const { admin, page, account } = call.texts
  const asksPassword = errors.current_password !== undefined || (isGrave && (yield* mustProveAdmin(call.identity)))
  const password: AskField = {
    kind: "password",
    name: "current_password",
    label: page.currentPassword,
    hint: page.currentPasswordHint
  }
  const view: AskView = {
    ...context.viewFor(call, context.site.paths.admin),
    ...words,
    facts: [{ label: account.name, value: nameOf(user) }, ...facts],
    fields: [...fields, ...(asksPassword ? [password] : [])],
    errors,
    action,
    ...(isHarmless === undefined ? {} : { isHarmless }),
    back: { label: admin.ask.back, href: userPath(context, user.id, from) }
  }
  return context.draw(AskPage, view)
})

interface AskRoute extends Pick<RouteOf<Identity, null>, "path" | "summary" | "onlyIn"> {
  /** Draws the question, or answers otherwise where there is nothing left to ask about. */
  readonly ask: (
    call: Call<Identity, null>,
    context: SurfaceContext,
    user: User
  ) => Effect.Effect<Markup | Reply, RouteError, AuthServices>
}

/** The page that asks about a user, at the address to which its form posts. */
export const askRoute = ({ ask, ...row }: AskRoute): Route =>
  route({
    ...row,
    method: "GET",
    group,
    policy: admin,
    outcomes: [
      { status: 200, about: "The page" },
      { status: 303, about: "Redirects a browser: to the login page, or from what is gone to the page that it was on" },
      { status: 404, about: "It is not there, for programs" }
    ],
    handle: (call, context) =>
      orUserIsGone(
        Effect.map(
          Effect.flatMap(target(call), (user) => ask(call, context, user)),
          (drawn) => ("answer" in drawn ? drawn : reply(page(drawn)))
        ),
        call,
        context
      )
  })
