import * as Effect from "effect/Effect"
import { BeforeHooks } from "../hook/before-hooks.ts"
import type { EmailAsked } from "../hook/hooks.ts"
import type { AccountName } from "./account-name.ts"
import { ownEmail } from "./own-email.ts"
import { AccountNameInvalid } from "./user-errors.ts"

/**
 * Asks the host about an address that an account would get. Not about one that it has, in whatever case (EVT-09). Fails with
 * `AccountNameInvalid` and the host's reason.
 */
export const makeAskAboutEmail = Effect.fnUntraced(function* () {
  const hooks = yield* BeforeHooks

  return Effect.fnUntraced(function* (email: AccountName | null | undefined, asked: EmailAsked) {
    const isNew = email && (asked.user === null || ownEmail(asked.user)?.canonical !== email.canonical)
    const reason = isNew ? yield* hooks.validateEmail(email.typed, asked) : null
    if (reason !== null) return yield* new AccountNameInvalid({ kind: "email", problem: "host", reason })
  })
})
