import type { Identity } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { FormMistake } from "./or-page-again.ts"

interface OwnedForm {
  readonly identity: Identity
  /** The id in the form. A program, and a page of the host's own, may leave it out. */
  readonly body: { readonly user?: string | null }
}

/** Whether a form was drawn for the caller, as far as it says. */
export const isOwnForm = ({ identity, body: { user = null } }: OwnedForm): boolean =>
  user === null || user === "" || user === identity.user.id

/** Refuses a form that was drawn for another user, before anything is tried (CSR-16). */
export const ifOwnForm = (call: OwnedForm): Effect.Effect<void, FormMistake> => {
  const { username, email } = call.identity.user
  return isOwnForm(call)
    ? Effect.void
    : Effect.fail(new FormMistake({ form: ["another-account", username ?? email ?? ""] }))
}
