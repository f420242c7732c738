import type { Identity } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { AskView } from "../page/ask-page.tsx"
import type { FormErrors } from "../page/form.ts"
import { profileLink } from "../sessions/profile-link.ts"
import { mustProve } from "../sessions/prove-self.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** A question about the whole account. It asks for the password where the log-in is old. */
export const askAboutAccount = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  about: "download" | "remove",
  action: string,
  errors: FormErrors = {}
) {
  const { account, page } = call.texts
  const { back, title, question, consequences, submit } = account[about]
  const asksPassword = errors.current_password !== undefined || (yield* mustProve(call.identity, context))
  const shared = context.viewFor(call)
  const view: AskView = {
    ...shared,
    title,
    question,
    consequences,
    facts: [{ label: account.name, value: shared.loggedInAs ?? "" }],
    fields: asksPassword
      ? [{ kind: "password", name: "current_password", label: page.currentPassword, hint: page.currentPasswordHint }]
      : [],
    errors,
    action,
    submit,
    ...(about === "download" ? { isHarmless: true } : {}),
    back: { label: back, href: profileLink(context, "#data") }
  }
  return view
})
