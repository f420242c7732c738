import type { Identity, User } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { AskField, AskView } from "../page/ask-page.tsx"
import type { FormErrors } from "../page/form.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { mustProveAdmin } from "./prove-admin.ts"
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

/** A question about a user. */
export const askAboutUser = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  user: User,
  { words, action, facts = [], fields = [], errors = {}, isGrave = false, isHarmless, from = "" }: Asking
) {
  const { admin, page, account } = call.texts
  const asksPassword = errors.current_password !== undefined || (isGrave && (yield* mustProveAdmin(call.identity)))
  const password: AskField = {
    kind: "password",
    name: "current_password",
    label: page.currentPassword,
    hint: page.currentPasswordHint
  }
  const view: AskView = {
    ...context.viewFor(call),
    ...words,
    facts: [{ label: account.name, value: nameOf(user) }, ...facts],
    fields: [...fields, ...(asksPassword ? [password] : [])],
    errors,
    action,
    ...(isHarmless === undefined ? {} : { isHarmless }),
    back: { label: admin.ask.back, href: userPath(context, user.id, from) }
  }
  return view
})
