import type { Identity } from "@latchkey/core"
import type { FormErrors } from "../page/form.ts"
import { given } from "../surface/body-fields.ts"
import { FormMistake } from "../surface/or-page-again.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { CliCodePage } from "./code-page.tsx"
import type { CliCodeView } from "./view.ts"

/** The page on which the user enters a code. */
export const codePage = (
  context: SurfaceContext,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  fields: Pick<CliCodeView, "code" | "isGiven" | "errors">
) => context.draw(CliCodePage, { ...context.viewFor(call), user: call.identity.user, ...fields })

/** As much of a typed code as comes back with its form. */
const CODE_SHOWN = 64

/** The page with the form that was refused. */
export const codePageAgain = (
  context: SurfaceContext,
  call: Call<Identity, { readonly code: string }>,
  errors: FormErrors
) => codePage(context, call, { code: call.body.code.slice(0, CODE_SHOWN), isGiven: false, errors })

/** What is wrong with a text that is no code. */
export const noCode = (typed: string) =>
  new FormMistake({ code: [given(typed) === null ? "user-code-missing" : "user-code-malformed"] })
