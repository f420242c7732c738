import { type Identity, parseUserCode } from "@latchkey/core"
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

/** The code in the query of the address that a program prints (RFC 8628 §3.2). */
const CODE_IN_ADDRESS = /[?&]code=([\p{L}\p{Pd}]*)/u

/** The code that somebody put into the field, alone or as the whole address that the program printed; null if there is none. */
export const enteredCode = (typed: string): string | null => parseUserCode(CODE_IN_ADDRESS.exec(typed)?.[1] ?? typed)

/** What is wrong with a text that is no code. */
export const noCode = (typed: string) =>
  new FormMistake({ code: [given(typed) === null ? "user-code-missing" : "user-code-malformed"] })
